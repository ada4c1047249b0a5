// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/Scalars.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

Type import::computeType(Type elementType) {
  return elementType.isF16() || elementType.isBF16() ? Float32Type::get(elementType.getContext())
                                                     : elementType;
}

Value Scalars::number(Type type, double value) {
  if (isa<FloatType>(type))
    return make<arith::ConstantOp>(builder.getFloatAttr(type, value));
  return make<arith::ConstantOp>(builder.getIntegerAttr(type, int64_t(value)));
}

Value Scalars::integer(Type type, const APInt &value) {
  return make<arith::ConstantOp>(builder.getIntegerAttr(type, value));
}

Value Scalars::add(Value a, Value b) {
  return isFloat(a) ? make<arith::AddFOp>(a, b) : make<arith::AddIOp>(a, b);
}

Value Scalars::sub(Value a, Value b) {
  return isFloat(a) ? make<arith::SubFOp>(a, b) : make<arith::SubIOp>(a, b);
}

Value Scalars::mul(Value a, Value b) {
  return isFloat(a) ? make<arith::MulFOp>(a, b) : make<arith::MulIOp>(a, b);
}

Value Scalars::div(Value a, Value b, bool isUnsigned) {
  if (isFloat(a))
    return make<arith::DivFOp>(a, b);
  Type type = a.getType();
  Value zero = number(type, 0), one = number(type, 1);
  Value byZero = equal(b, zero);
  if (isUnsigned)
    return select(byZero, zero, make<arith::DivUIOp>(a, select(byZero, one, b)));
  Value byMinusOne = equal(b, number(type, -1));
  Value safe = select(make<arith::OrIOp>(byZero, byMinusOne), one, b);
  return select(byZero, zero, select(byMinusOne, sub(zero, a), make<arith::DivSIOp>(a, safe)));
}

Value Scalars::rem(Value a, Value b, bool isUnsigned) {
  if (isFloat(a))
    return make<arith::RemFOp>(a, b);
  Type type = a.getType();
  Value zero = number(type, 0), one = number(type, 1);
  Value trivial = equal(b, zero);
  if (!isUnsigned)
    trivial = make<arith::OrIOp>(trivial, equal(b, number(type, -1)));
  Value safe = select(trivial, one, b);
  return isUnsigned ? make<arith::RemUIOp>(a, safe) : make<arith::RemSIOp>(a, safe);
}

Value Scalars::max(Value a, Value b, bool isUnsigned) {
  if (isFloat(a))
    return make<arith::MaximumFOp>(a, b);
  return isUnsigned ? make<arith::MaxUIOp>(a, b) : make<arith::MaxSIOp>(a, b);
}

Value Scalars::min(Value a, Value b, bool isUnsigned) {
  if (isFloat(a))
    return make<arith::MinimumFOp>(a, b);
  return isUnsigned ? make<arith::MinUIOp>(a, b) : make<arith::MinSIOp>(a, b);
}

Value Scalars::neg(Value a) {
  return isFloat(a) ? make<arith::NegFOp>(a) : sub(number(a.getType(), 0), a);
}

Value Scalars::equal(Value a, Value b) {
  return isFloat(a) ? make<arith::CmpFOp>(arith::CmpFPredicate::OEQ, a, b)
                    : make<arith::CmpIOp>(arith::CmpIPredicate::eq, a, b);
}

Value Scalars::notEqual(Value a, Value b) {
  return isFloat(a) ? make<arith::CmpFOp>(arith::CmpFPredicate::UNE, a, b)
                    : make<arith::CmpIOp>(arith::CmpIPredicate::ne, a, b);
}

Value Scalars::less(Value a, Value b, bool isUnsigned) {
  if (isFloat(a))
    return make<arith::CmpFOp>(arith::CmpFPredicate::OLT, a, b);
  return make<arith::CmpIOp>(isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt, a,
                             b);
}

Value Scalars::lessOrEqual(Value a, Value b, bool isUnsigned) {
  if (isFloat(a))
    return make<arith::CmpFOp>(arith::CmpFPredicate::OLE, a, b);
  return make<arith::CmpIOp>(isUnsigned ? arith::CmpIPredicate::ule : arith::CmpIPredicate::sle, a,
                             b);
}

Value Scalars::select(Value condition, Value ifTrue, Value ifFalse) {
  return make<arith::SelectOp>(condition, ifTrue, ifFalse);
}

Value Scalars::sigmoid(Value a) {
  // sigmoid_c1: e = exp(-|a|) is at most 1, so that nothing overflows.
  Value zero = number(a.getType(), 0), one = number(a.getType(), 1);
  Value e = exp(neg(make<math::AbsFOp>(a)));
  return div(select(less(a, zero, false), e, one), add(one, e));
}

Value Scalars::softplus(Value a) {
  Value tail = log(add(number(a.getType(), 1), exp(neg(make<math::AbsFOp>(a)))));
  return add(max(a, number(a.getType(), 0)), tail);
}

/// From f32 or f64 to an integer of `to`'s width.
static Value truncateToInteger(Scalars &s, Value value, IntegerType to, bool toUnsigned) {
  unsigned width = to.getWidth();
  APInt low = toUnsigned ? APInt::getZero(width) : APInt::getSignedMinValue(width);
  APInt high = toUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
  // 2^(width - 1) or 2^width: one above the largest integer, and a float.
  Value bound = s.number(value.getType(), std::ldexp(1.0, toUnsigned ? width : width - 1));
  Value lowest = s.number(value.getType(), toUnsigned ? 0.0 : -std::ldexp(1.0, width - 1));
  Value isBelow = s.less(value, lowest), isAbove = s.lessOrEqual(bound, value);
  Value fits = s.make<arith::AndIOp>(s.lessOrEqual(lowest, value), s.less(value, bound));
  Value safe = s.select(fits, value, s.number(value.getType(), 0));
  Value converted =
      toUnsigned ? s.make<arith::FPToUIOp>(to, safe) : s.make<arith::FPToSIOp>(to, safe);
  return s.select(isAbove, s.integer(to, high), s.select(isBelow, s.integer(to, low), converted));
}

Value Scalars::cast(Value value, bool fromUnsigned, Type to, bool toUnsigned) {
  Type from = value.getType();
  if (from == to)
    return value;
  if (to.isInteger(1))
    return notEqual(value, number(from, 0));
  auto fromFloat = llvm::dyn_cast<FloatType>(from), toFloat = llvm::dyn_cast<FloatType>(to);
  if (fromFloat && toFloat) {
    if (fromFloat.getWidth() == toFloat.getWidth()) // f16 and bf16
      return make<arith::TruncFOp>(to, make<arith::ExtFOp>(builder.getF32Type(), value));
    return fromFloat.getWidth() < toFloat.getWidth() ? make<arith::ExtFOp>(to, value)
                                                     : make<arith::TruncFOp>(to, value);
  }
  if (fromFloat) {
    if (computeType(from) != from)
      value = make<arith::ExtFOp>(computeType(from), value);
    return truncateToInteger(*this, value, llvm::cast<IntegerType>(to), toUnsigned);
  }
  if (toFloat) {
    Type computed = computeType(to);
    Value wide = fromUnsigned || from.isInteger(1) ? make<arith::UIToFPOp>(computed, value)
                                                   : make<arith::SIToFPOp>(computed, value);
    return computed == to ? wide : make<arith::TruncFOp>(to, wide);
  }
  unsigned fromWidth = from.getIntOrFloatBitWidth(), toWidth = to.getIntOrFloatBitWidth();
  if (fromWidth == toWidth)
    return value;
  if (fromWidth > toWidth)
    return make<arith::TruncIOp>(to, value);
  return fromUnsigned || fromWidth == 1 ? make<arith::ExtUIOp>(to, value)
                                        : make<arith::ExtSIOp>(to, value);
}
