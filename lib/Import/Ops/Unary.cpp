// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element-wise operators of one operand, without parameters.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Narrow.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// An operation of the math dialect on floats.
template <typename OpT> LogicalResult convertMath(NodeConversion &node) {
  return mapFloats(node, [](Scalars s, ValueRange x) { return s.make<OpT>(x[0]); });
}

LogicalResult convertIdentity(NodeConversion &node) { return node.replace(node.operand(0)); }

LogicalResult convertAbs(NodeConversion &node) {
  if (node.isUnsigned(0))
    return convertIdentity(node);
  return mapElements(node, [](Scalars s, ValueRange x) {
    return Scalars::isFloat(x[0]) ? s.make<math::AbsFOp>(x[0]) : s.make<math::AbsIOp>(x[0]);
  });
}

LogicalResult convertNeg(NodeConversion &node) {
  return mapElements(node, [](Scalars s, ValueRange x) { return s.neg(x[0]); });
}

LogicalResult convertSign(NodeConversion &node) {
  bool isUnsigned = node.isUnsigned(0);
  return mapElements(node, [=](Scalars s, ValueRange x) {
    Type type = x[0].getType();
    Value zero = s.number(type, 0), one = s.number(type, 1);
    if (isUnsigned)
      return s.select(s.equal(x[0], zero), zero, one);
    // NaN is neither below nor above, and stays.
    Value rest = Scalars::isFloat(x[0]) ? s.select(s.equal(x[0], zero), zero, x[0]) : zero;
    return s.select(s.less(x[0], zero), s.number(type, -1),
                    s.select(s.less(zero, x[0]), one, rest));
  });
}

LogicalResult convertReciprocal(NodeConversion &node) {
  return mapFloats(
      node, [](Scalars s, ValueRange x) { return s.div(s.number(x[0].getType(), 1), x[0]); });
}

LogicalResult convertSigmoid(NodeConversion &node) {
  return mapFloats(node, [](Scalars s, ValueRange x) { return s.sigmoid(x[0]); });
}

LogicalResult convertSoftplus(NodeConversion &node) {
  return mapFloats(node, [](Scalars s, ValueRange x) { return s.softplus(x[0]); });
}

LogicalResult convertSoftsign(NodeConversion &node) {
  return mapFloats(node, [](Scalars s, ValueRange x) {
    return s.div(x[0], s.add(s.number(x[0].getType(), 1), s.make<math::AbsFOp>(x[0])));
  });
}

LogicalResult convertMish(NodeConversion &node) {
  return mapFloats(node, [](Scalars s, ValueRange x) {
    return s.mul(x[0], s.make<math::TanhOp>(s.softplus(x[0])));
  });
}

/// All bits inverted; of a bool the only one.
LogicalResult convertNot(NodeConversion &node) {
  return mapElements(node, [](Scalars s, ValueRange x) {
    Type type = x[0].getType();
    APInt ones = APInt::getAllOnes(type.getIntOrFloatBitWidth());
    return s.make<arith::XOrIOp>(x[0], s.integer(type, ones));
  });
}

/// What a float, or the bits of a float8, stand for.
Value numberOf(Scalars &s, Value element, Type format) {
  return isFloat8(format) ? decodeFloat8(s, element, format) : element;
}

LogicalResult convertIsNaN(NodeConversion &node) {
  Type format = node.onnxElement(0);
  return mapElements(node, node.builder.getI1Type(), [=](Scalars s, ValueRange x) {
    Value number = numberOf(s, x[0], format);
    return s.make<arith::CmpFOp>(arith::CmpFPredicate::UNO, number, number);
  });
}

LogicalResult convertIsInf(NodeConversion &node) {
  bool positive = node.i64("detect_positive", 1), negative = node.i64("detect_negative", 1);
  Type format = node.onnxElement(0);
  return mapElements(node, node.builder.getI1Type(), [=](Scalars s, ValueRange x) {
    double infinity = std::numeric_limits<double>::infinity();
    Value number = numberOf(s, x[0], format);
    Type type = number.getType();
    Value result = s.number(s.builder.getI1Type(), 0);
    if (positive)
      result = s.equal(number, s.number(type, infinity));
    if (negative)
      result = s.make<arith::OrIOp>(result, s.equal(number, s.number(type, -infinity)));
    return result;
  });
}

} // namespace

void import::addUnaryConverters(ConverterTable &table) {
  table.add("Abs", 6, convertAbs);
  table.add("Neg", 6, convertNeg);
  table.add("Sign", 9, convertSign);
  table.add("Reciprocal", 6, convertReciprocal);
  table.add("Sqrt", 6, convertMath<math::SqrtOp>);
  table.add("Ceil", 6, convertMath<math::CeilOp>);
  table.add("Floor", 6, convertMath<math::FloorOp>);
  table.add("Round", 11, convertMath<math::RoundEvenOp>);
  table.add("Exp", 6, convertMath<math::ExpOp>);
  table.add("Log", 6, convertMath<math::LogOp>);
  table.add("Erf", 9, convertMath<math::ErfOp>);
  table.add("Tanh", 6, convertMath<math::TanhOp>);
  table.add("Sin", 7, convertMath<math::SinOp>);
  table.add("Cos", 7, convertMath<math::CosOp>);
  table.add("Tan", 7, convertMath<math::TanOp>);
  table.add("Asin", 7, convertMath<math::AsinOp>);
  table.add("Acos", 7, convertMath<math::AcosOp>);
  table.add("Atan", 7, convertMath<math::AtanOp>);
  table.add("Sinh", 9, convertMath<math::SinhOp>);
  table.add("Cosh", 9, convertMath<math::CoshOp>);
  table.add("Asinh", 9, convertMath<math::AsinhOp>);
  table.add("Acosh", 9, convertMath<math::AcoshOp>);
  table.add("Atanh", 9, convertMath<math::AtanhOp>);
  table.add("Sigmoid", 6, convertSigmoid);
  table.add("Softplus", 1, convertSoftplus);
  table.add("Softsign", 1, convertSoftsign);
  table.add("Mish", 18, convertMish);
  table.add("Not", 1, convertNot);
  table.add("BitwiseNot", 18, convertNot);
  table.add("IsNaN", 9, convertIsNaN);
  table.add("IsInf", 10, convertIsInf);
}
