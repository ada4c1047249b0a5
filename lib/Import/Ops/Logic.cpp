// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparisons, logic, bits and selection.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

LogicalResult convertEqual(NodeConversion &node) {
  return mapElements(node, node.builder.getI1Type(),
                     [](Scalars s, ValueRange x) { return s.equal(x[0], x[1]); });
}

template <Value (Scalars::*compare)(Value, Value, bool), bool isSwapped>
LogicalResult convertOrder(NodeConversion &node) {
  bool isUnsigned = node.isUnsigned(0);
  return mapElements(node, node.builder.getI1Type(), [=](Scalars s, ValueRange x) {
    return isSwapped ? (s.*compare)(x[1], x[0], isUnsigned) : (s.*compare)(x[0], x[1], isUnsigned);
  });
}

template <typename OpT> LogicalResult convertBits(NodeConversion &node) {
  if (!isa<IntegerType>(elementOf(node.operand(0))))
    return node.unsupported("expected integers or bools");
  return mapElements(node, [](Scalars s, ValueRange x) { return s.make<OpT>(x[0], x[1]); });
}

LogicalResult convertBitShift(NodeConversion &node) {
  StringRef direction = node.string("direction");
  if (direction != "LEFT" && direction != "RIGHT")
    return node.unsupported("expected direction LEFT or RIGHT, got '" + direction + "'");
  bool isLeft = direction == "LEFT";
  bool isArithmetic = !isLeft && !node.onnxElement(0).isUnsignedInteger();
  return mapElements(node, [=](Scalars s, ValueRange x) {
    Type type = x[0].getType();
    // Shifting by the width or more leaves nothing, or the sign; so does a
    // negative number, which counts as a large one.
    if (isArithmetic) {
      Value most = s.number(type, type.getIntOrFloatBitWidth() - 1);
      return s.make<arith::ShRSIOp>(x[0], s.min(x[1], most, true));
    }
    Value fits = s.less(x[1], s.number(type, type.getIntOrFloatBitWidth()), true);
    Value by = s.select(fits, x[1], s.number(type, 0));
    Value shifted = isLeft ? s.make<arith::ShLIOp>(x[0], by) : s.make<arith::ShRUIOp>(x[0], by);
    return s.select(fits, shifted, s.number(type, 0));
  });
}

LogicalResult convertWhere(NodeConversion &node) {
  auto shape = node.broadcastOperands({node.operand(0), node.operand(1), node.operand(2)});
  if (failed(shape))
    return failure();
  Value result =
      node.map({node.operand(0), node.operand(1), node.operand(2)}, *shape,
               elementOf(node.operand(1)), [](OpBuilder &builder, Location loc, ValueRange x) {
                 return Scalars{builder, loc}.select(x[0], x[1], x[2]);
               });
  return node.replace(Converted{result, node.onnxElement(1)});
}

} // namespace

void import::addLogicConverters(ConverterTable &table) {
  table.add("Equal", 7, convertEqual);
  table.add("Less", 7, convertOrder<&Scalars::less, false>);
  table.add("Greater", 7, convertOrder<&Scalars::less, true>);
  table.add("LessOrEqual", 12, convertOrder<&Scalars::lessOrEqual, false>);
  table.add("GreaterOrEqual", 12, convertOrder<&Scalars::lessOrEqual, true>);
  table.add("And", 7, convertBits<arith::AndIOp>);
  table.add("Or", 7, convertBits<arith::OrIOp>);
  table.add("Xor", 7, convertBits<arith::XOrIOp>);
  table.add("BitwiseAnd", 18, convertBits<arith::AndIOp>);
  table.add("BitwiseOr", 18, convertBits<arith::OrIOp>);
  table.add("BitwiseXor", 18, convertBits<arith::XOrIOp>);
  table.add("BitShift", 11, convertBitShift);
  table.add("Where", 9, convertWhere);
}
