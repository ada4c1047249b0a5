// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations of Emitter.h.
#include "lib/Kernels/Math/Emitter.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace pith::math {

Type Emitter::shaped(Type element) const {
  if (auto shaped = dyn_cast<ShapedType>(shape))
    return shaped.clone(element);
  return element;
}

Term Emitter::constant(TypedAttr scalar) {
  TypedAttr attr = scalar;
  if (auto type = dyn_cast<ShapedType>(shaped(scalar.getType())))
    attr = DenseElementsAttr::get(type, Attribute(scalar));
  return term(arith::ConstantOp::create(builder, loc, attr));
}

Term Emitter::constant(FloatType element, double value) {
  return constant(builder.getFloatAttr(element, value));
}

Term Emitter::constant(IntegerType element, int64_t value) {
  return constant(builder.getIntegerAttr(element, value));
}

Term Emitter::like(Term x, double value) {
  return constant(mlir::cast<FloatType>(getElementTypeOrSelf(x.value)), value);
}

static bool isFloat(Term x) { return isa<FloatType>(getElementTypeOrSelf(x.value)); }

static bool isWide(Term x) { return getElementTypeOrSelf(x.value).getIntOrFloatBitWidth() == 64; }

Term operator+(Term a, Term b) {
  return isFloat(a) ? a.emitter->make<arith::AddFOp>(a, b) : a.emitter->make<arith::AddIOp>(a, b);
}

Term operator-(Term a, Term b) {
  return isFloat(a) ? a.emitter->make<arith::SubFOp>(a, b) : a.emitter->make<arith::SubIOp>(a, b);
}

Term operator*(Term a, Term b) {
  return isFloat(a) ? a.emitter->make<arith::MulFOp>(a, b) : a.emitter->make<arith::MulIOp>(a, b);
}

Term operator/(Term a, Term b) { return a.emitter->make<arith::DivFOp>(a, b); }

Term operator-(Term a) { return a.emitter->make<arith::NegFOp>(a); }

static Term compare(arith::CmpFPredicate real, arith::CmpIPredicate integer, Term a, Term b) {
  Emitter &e = *a.emitter;
  if (isFloat(a))
    return e.term(arith::CmpFOp::create(e.builder, e.loc, real, a.value, b.value));
  return e.term(arith::CmpIOp::create(e.builder, e.loc, integer, a.value, b.value));
}

Term operator<(Term a, Term b) {
  return compare(arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt, a, b);
}

Term operator>(Term a, Term b) {
  return compare(arith::CmpFPredicate::OGT, arith::CmpIPredicate::sgt, a, b);
}

Term equal(Term a, Term b) {
  return compare(arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq, a, b);
}

Term unequal(Term a, Term b) {
  return compare(arith::CmpFPredicate::UNE, arith::CmpIPredicate::ne, a, b);
}

Term isNaN(Term a) { return unequal(a, a); }

Term select(Term condition, Term yes, Term no) {
  return condition.emitter->make<arith::SelectOp>(condition, yes, no);
}

Term fma(Term a, Term b, Term c) { return a.emitter->make<mlir::math::FmaOp>(a, b, c); }

Term abs(Term a) { return a.emitter->make<mlir::math::AbsFOp>(a); }

Term sqrt(Term a) { return a.emitter->make<mlir::math::SqrtOp>(a); }

Term roundEven(Term a) { return a.emitter->make<mlir::math::RoundEvenOp>(a); }

Term trunc(Term a) { return a.emitter->make<mlir::math::TruncOp>(a); }

Term copySign(Term magnitude, Term sign) {
  return magnitude.emitter->make<mlir::math::CopySignOp>(magnitude, sign);
}

Term toBits(Term x) {
  OpBuilder &b = x.emitter->builder;
  return x.emitter->cast<arith::BitcastOp>(isWide(x) ? b.getI64Type() : b.getI32Type(), x);
}

Term fromBits(Term i) {
  OpBuilder &b = i.emitter->builder;
  return i.emitter->cast<arith::BitcastOp>(isWide(i) ? b.getF64Type() : b.getF32Type(), i);
}

Term widen(Term x) { return x.emitter->cast<arith::ExtFOp>(x.emitter->builder.getF64Type(), x); }

Term narrow(Term x) { return x.emitter->cast<arith::TruncFOp>(x.emitter->builder.getF32Type(), x); }

Term horner(Term x, ArrayRef<double> coefficients) {
  Term p = x.emitter->f32(coefficients.front());
  for (double c : coefficients.drop_front())
    p = fma(p, x, x.emitter->f32(c));
  return p;
}

Term hornerWide(Term x, ArrayRef<double> coefficients) {
  Term p = x.emitter->f64(coefficients.front());
  for (double c : coefficients.drop_front())
    p = p * x + x.emitter->f64(c);
  return p;
}

Term ldexp(Term x, Term n) { return x.emitter->make<LdexpOp>(x, n); }

} // namespace pith::math
