// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element-wise arithmetic of several operands.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

LogicalResult convertAdd(NodeConversion &node) {
  return mapElements(node, [](Scalars s, ValueRange x) { return s.add(x[0], x[1]); });
}

LogicalResult convertSub(NodeConversion &node) {
  return mapElements(node, [](Scalars s, ValueRange x) { return s.sub(x[0], x[1]); });
}

LogicalResult convertMul(NodeConversion &node) {
  return mapElements(node, [](Scalars s, ValueRange x) { return s.mul(x[0], x[1]); });
}

LogicalResult convertDiv(NodeConversion &node) {
  bool isUnsigned = node.isUnsigned(0);
  return mapElements(node, [=](Scalars s, ValueRange x) { return s.div(x[0], x[1], isUnsigned); });
}

/// fmod = 0: the sign of the divisor; 1: the sign of the dividend.
LogicalResult convertMod(NodeConversion &node) {
  bool isUnsigned = node.isUnsigned(0), likeC = node.i64("fmod", 0);
  if (isa<FloatType>(elementOf(node.operand(0))))
    return mapFloats(node, [=](Scalars s, ValueRange x) {
      Value rest = s.rem(x[0], x[1]);
      if (likeC)
        return rest;
      Value zero = s.number(x[0].getType(), 0);
      Value differs = s.notEqual(s.less(rest, zero), s.less(x[1], zero));
      Value moves = s.make<arith::AndIOp>(differs, s.notEqual(rest, zero));
      return s.select(moves, s.add(rest, x[1]), rest);
    });
  return mapElements(node, [=](Scalars s, ValueRange x) {
    Value rest = s.rem(x[0], x[1], isUnsigned);
    if (likeC || isUnsigned)
      return rest;
    Value zero = s.number(x[0].getType(), 0);
    Value differs = s.less(s.make<arith::XOrIOp>(rest, x[1]), zero);
    Value moves = s.make<arith::AndIOp>(differs, s.notEqual(rest, zero));
    return s.select(moves, s.add(rest, x[1]), rest);
  });
}

/// Wrapping power of integers: one square and one product for each bit.
Value integerPower(Scalars s, Value base, Value exponent, bool isUnsigned) {
  Type type = base.getType(), bits = exponent.getType();
  Value one = s.number(type, 1), zero = s.number(type, 0);
  Value result = one, square = base;
  for (unsigned bit = 0, width = bits.getIntOrFloatBitWidth(); bit < width; ++bit) {
    Value isSet = s.notEqual(
        s.make<arith::AndIOp>(exponent, s.integer(bits, APInt::getOneBitSet(width, bit))),
        s.number(bits, 0));
    result = s.select(isSet, s.mul(result, square), result);
    square = s.mul(square, square);
  }
  if (isUnsigned)
    return result;
  // A negative exponent leaves the inverse of 1 and -1, and 0 of all others.
  Value minusOne = s.number(type, -1);
  Value isOdd = s.notEqual(s.make<arith::AndIOp>(exponent, s.number(bits, 1)), s.number(bits, 0));
  Value inverse = s.select(s.equal(base, minusOne), s.select(isOdd, minusOne, one), zero);
  inverse = s.select(s.equal(base, one), one, inverse);
  return s.select(s.less(exponent, s.number(bits, 0)), inverse, result);
}

/// Exponents whose power is a correctly rounded operation or two.
std::optional<double> simpleExponent(NodeConversion &node) {
  auto value = node.constantValue(1);
  if (!value || !value->isSplat() || value->getNumElements() == 0)
    return std::nullopt;
  double exponent;
  if (auto integer = dyn_cast<IntegerAttr>(value->getSplatValue<Attribute>()))
    exponent = integer.getValue().getSExtValue();
  else
    exponent = value->getSplatValue<FloatAttr>().getValueAsDouble();
  for (double simple : {-1.0, 0.5, 1.0, 2.0, 3.0})
    if (exponent == simple)
      return exponent;
  return std::nullopt;
}

Value simplePower(Scalars s, Value base, double exponent) {
  Type type = base.getType();
  if (exponent == 1)
    return base;
  if (exponent == -1)
    return s.div(s.number(type, 1), base);
  if (exponent == 0.5) {
    // pow(-0, 0.5) is +0 and pow(-inf, 0.5) is inf, where sqrt differs.
    double infinity = std::numeric_limits<double>::infinity();
    Value root = s.add(s.make<math::SqrtOp>(base), s.number(type, 0));
    return s.select(s.equal(base, s.number(type, -infinity)), s.number(type, infinity), root);
  }
  Value square = s.mul(base, base);
  return exponent == 2 ? square : s.mul(square, base);
}

LogicalResult convertPow(NodeConversion &node) {
  Type type = elementOf(node.operand(0)), exponentType = elementOf(node.operand(1));
  bool isUnsigned = node.isUnsigned(0), isExponentUnsigned = node.isUnsigned(1);
  if (isa<IntegerType>(type) && isa<IntegerType>(exponentType))
    return mapElements(node, [=](Scalars s, ValueRange x) {
      return integerPower(s, x[0], x[1], isExponentUnsigned);
    });
  // Computed in floats and brought back to the base's type.
  Type computed = isa<FloatType>(type) ? computeType(type) : computeType(exponentType);
  auto exponent = simpleExponent(node);
  return mapElements(node, [=](Scalars s, ValueRange x) {
    Value base = s.cast(x[0], isUnsigned, computed, false);
    Value power =
        exponent ? simplePower(s, base, *exponent)
                 : s.make<math::PowFOp>(base, s.cast(x[1], isExponentUnsigned, computed, false));
    return s.cast(power, false, type, isUnsigned);
  });
}

template <Value (Scalars::*join)(Value, Value, bool)>
LogicalResult convertExtremum(NodeConversion &node) {
  bool isUnsigned = node.isUnsigned(0);
  return mapElements(node, [=](Scalars s, ValueRange x) {
    Value result = x[0];
    for (Value next : x.drop_front())
      result = (s.*join)(result, next, isUnsigned);
    return result;
  });
}

Value sumOf(Scalars s, ValueRange x) {
  Value result = x[0];
  for (Value next : x.drop_front())
    result = s.add(result, next);
  return result;
}

LogicalResult convertSum(NodeConversion &node) { return mapFloats(node, sumOf); }

LogicalResult convertMean(NodeConversion &node) {
  return mapFloats(node, [](Scalars s, ValueRange x) {
    return s.div(sumOf(s, x), s.number(x[0].getType(), x.size()));
  });
}

/// min(max(x, low), high), where either bound may be absent.
LogicalResult convertClip(NodeConversion &node) {
  bool isUnsigned = node.isUnsigned(0);
  SmallVector<Value> inputs{node.operand(0)};
  for (unsigned index : {1, 2})
    if (Value bound = node.operand(index)) {
      if (countOf(shapeOf(bound)) != 1)
        return node.unsupported("expected bounds of one element");
      inputs.push_back(node.reshape(bound, {}));
    }
  if (inputs.size() == 1)
    return node.replace(inputs[0]);
  bool hasLow = bool(node.operand(1)), hasHigh = bool(node.operand(2));
  return node.replace(node.map(inputs, node.shape(0), elementOf(inputs[0]),
                               [=](OpBuilder &builder, Location loc, ValueRange x) {
                                 Scalars s{builder, loc};
                                 Value result = x[0];
                                 if (hasLow)
                                   result = s.max(result, x[1], isUnsigned);
                                 if (hasHigh)
                                   result = s.min(result, x.back(), isUnsigned);
                                 return result;
                               }));
}

} // namespace

void import::addArithmeticConverters(ConverterTable &table) {
  table.add("Add", 7, convertAdd);
  table.add("Sub", 7, convertSub);
  table.add("Mul", 7, convertMul);
  table.add("Div", 7, convertDiv);
  table.add("Mod", 10, convertMod);
  table.add("Pow", 7, convertPow);
  table.add("Max", 8, convertExtremum<&Scalars::max>);
  table.add("Min", 8, convertExtremum<&Scalars::min>);
  table.add("Sum", 8, convertSum);
  table.add("Mean", 8, convertMean);
  table.add("Clip", 11, convertClip);
}
