// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on elements, inside the region of a pith.map. Floats and integers
// take the same functions; signedness is an argument where it matters.
#ifndef PITH_LIB_IMPORT_OPS_SCALARS_H
#define PITH_LIB_IMPORT_OPS_SCALARS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace pith::import {

struct Scalars {
  mlir::OpBuilder &builder;
  mlir::Location loc;

  using Value = mlir::Value;
  using Type = mlir::Type;
  static bool isFloat(Value value) { return llvm::isa<mlir::FloatType>(value.getType()); }

  /// Any operation that infers its result type, such as math.exp.
  template <typename OpT, typename... Args> Value make(Args &&...args) {
    return OpT::create(builder, loc, std::forward<Args>(args)...);
  }

  Value number(Type type, double value);
  Value integer(Type type, const llvm::APInt &value);
  Value add(Value a, Value b);
  Value sub(Value a, Value b);
  Value mul(Value a, Value b);
  /// Integers: towards zero; by zero it gives 0, and the one overflow wraps.
  Value div(Value a, Value b, bool isUnsigned = false);
  /// Integers: the remainder of `div`; by zero it gives 0.
  Value rem(Value a, Value b, bool isUnsigned = false);
  /// NaN wins.
  Value max(Value a, Value b, bool isUnsigned = false);
  Value min(Value a, Value b, bool isUnsigned = false);
  Value neg(Value a);
  /// Comparisons with NaN are false, but for `notEqual`.
  Value equal(Value a, Value b);
  Value notEqual(Value a, Value b);
  Value less(Value a, Value b, bool isUnsigned = false);
  Value lessOrEqual(Value a, Value b, bool isUnsigned = false);
  Value select(Value condition, Value ifTrue, Value ifFalse);
  Value exp(Value a) { return make<mlir::math::ExpOp>(a); }
  Value log(Value a) { return make<mlir::math::LogOp>(a); }
  /// 1 / (1 + exp(-a))
  Value sigmoid(Value a);
  /// log(1 + exp(a)), without overflow.
  Value softplus(Value a);

  /// ONNX's Cast between numbers: towards zero and saturating from floats to
  /// integers (NaN gives 0), wrapping between integers, `!= 0` to bool.
  Value cast(Value value, bool fromUnsigned, Type to, bool toUnsigned);
};

/// f16 and bf16 compute in f32; the result is rounded once.
mlir::Type computeType(mlir::Type elementType);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_SCALARS_H
