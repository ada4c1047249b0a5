// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// quantize and dequantize, in f32, literally (quantize_c1 to c3, dequantize_c1).
#include "targets/Reference/Elements.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace pith;
using namespace pith::reference;

/// A float as f32.
static Value single(Scopes &scopes, Value value) {
  Type f32 = scopes.builder.getF32Type();
  unsigned width = value.getType().getIntOrFloatBitWidth();
  if (width < 32)
    return arith::ExtFOp::create(scopes.builder, scopes.loc, f32, value);
  if (width > 32)
    return arith::TruncFOp::create(scopes.builder, scopes.loc, f32, value);
  return value;
}

Value Elements::quantize(QuantizeOp op, ArrayRef<Index> at) {
  Type f32 = scopes.builder.getF32Type(), code = getElementTypeOrSelf(op.getResult().getType());
  unsigned width = code.getIntOrFloatBitWidth();
  bool isSigned = op.getIsSigned();
  double low = isSigned ? -double(1 << (width - 1)) : 0.0;
  double high = low + double((1 << width) - 1);

  Value x = single(scopes, this->at(op.getInput(), at));
  Value s = single(scopes, broadcast(op.getScale(), at));
  Value zero = real(f32, 0.0);
  if (op.getZeroPoint()) {
    Value z = broadcast(op.getZeroPoint(), at);
    zero = isSigned ? make<arith::SIToFPOp>(f32, z) : make<arith::UIToFPOp>(f32, z);
  }
  Value steps = make<math::RoundEvenOp>(make<arith::DivFOp>(x, s));
  Value moved = make<arith::AddFOp>(steps, zero);
  // A NaN becomes the zero point before the conversion, which would be undefined.
  Value isNaN = make<arith::CmpFOp>(arith::CmpFPredicate::UNO, moved, moved);
  moved = make<arith::SelectOp>(isNaN, zero, moved);
  moved = make<arith::MaximumFOp>(moved, real(f32, low));
  moved = make<arith::MinimumFOp>(moved, real(f32, high));
  // i32 first: every code is exact in it, whatever its sign.
  Value wide = make<arith::FPToSIOp>(scopes.builder.getI32Type(), moved);
  return make<arith::TruncIOp>(code, wide);
}

Value Elements::dequantize(DequantizeOp op, ArrayRef<Index> at) {
  Type i32 = scopes.builder.getI32Type(), f32 = scopes.builder.getF32Type();
  auto widened = [&](Value q) -> Value {
    if (q.getType() == i32)
      return q;
    return op.getIsSigned() ? make<arith::ExtSIOp>(i32, q) : make<arith::ExtUIOp>(i32, q);
  };
  Value q = widened(this->at(op.getInput(), at));
  if (op.getZeroPoint())
    q = make<arith::SubIOp>(q, widened(broadcast(op.getZeroPoint(), at)));
  Value s = broadcast(op.getScale(), at);
  Value product = make<arith::MulFOp>(make<arith::SIToFPOp>(f32, q), single(scopes, s));
  Type result = s.getType();
  if (result.isF64())
    return make<arith::ExtFOp>(result, product);
  return narrow(product, result);
}
