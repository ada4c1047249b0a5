// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes arithmetic as it stands in the spec: a Term is an SSA value with
// operators. Constants take the shape (scalar or vector) of the argument.
#ifndef PITH_LIB_KERNELS_MATH_EMITTER_H
#define PITH_LIB_KERNELS_MATH_EMITTER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace pith::math {

class Emitter;

struct Term {
  mlir::Value value;
  Emitter *emitter = nullptr;
};

class Emitter {
public:
  Emitter(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value like)
      : builder(builder), loc(loc), shape(like.getType()) {}

  Term term(mlir::Value value) { return {value, this}; }
  Term f32(double value) { return constant(builder.getF32Type(), value); }
  Term f64(double value) { return constant(builder.getF64Type(), value); }
  Term i32(int64_t value) { return constant(builder.getI32Type(), value); }
  Term i64(int64_t value) { return constant(builder.getI64Type(), value); }
  /// A constant of x's type, which is f32 or f64.
  Term like(Term x, double value);
  Term constant(mlir::FloatType element, double value);
  Term constant(mlir::IntegerType element, int64_t value);

  /// The argument's shape with another element type.
  mlir::Type shaped(mlir::Type element) const;

  template <typename Op, typename... Args> Term make(Args... args) {
    return term(Op::create(builder, loc, args.value...));
  }
  template <typename Op> Term cast(mlir::Type element, Term x) {
    return term(Op::create(builder, loc, shaped(element), x.value));
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;

private:
  Term constant(mlir::TypedAttr scalar);

  mlir::Type shape;
};

Term operator+(Term, Term);
Term operator-(Term, Term);
Term operator*(Term, Term);
Term operator/(Term, Term);
Term operator-(Term);

/// Comparisons are ordered, false when an operand is a NaN, and signed.
Term operator<(Term, Term);
Term operator>(Term, Term);
Term equal(Term, Term);
Term unequal(Term, Term); // the opposite: true when an operand is a NaN
Term isNaN(Term);
Term select(Term condition, Term yes, Term no);

Term fma(Term a, Term b, Term c);
Term abs(Term);
Term sqrt(Term);
Term roundEven(Term);
Term trunc(Term);
Term copySign(Term magnitude, Term sign);

/// The integer that has the bits of `x`, and back.
Term toBits(Term x);
Term fromBits(Term i);

/// f32 to f64, and back with one rounding.
Term widen(Term);
Term narrow(Term);

/// p = c0; p = fma(p, x, c) for the others.
Term horner(Term x, llvm::ArrayRef<double> coefficients);
/// The same in f64 with separate roundings: p = p * x + c.
Term hornerWide(Term x, llvm::ArrayRef<double> coefficients);

/// x * 2^n, rounded once, for a whole n, or NaN, in f32.
Term ldexp(Term x, Term n);

} // namespace pith::math

#endif
