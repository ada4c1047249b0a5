// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions between element types, and constants in nodes.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// The element type of ONNX's number, as far as converters support it.
Type elementFromCode(Builder &builder, int64_t code) {
  auto unsignedOf = [&](unsigned width) { return builder.getIntegerType(width, false); };
  switch (code) {
  case 1:
    return builder.getF32Type();
  case 2:
    return unsignedOf(8);
  case 3:
    return builder.getI8Type();
  case 4:
    return unsignedOf(16);
  case 5:
    return builder.getI16Type();
  case 6:
    return builder.getI32Type();
  case 7:
    return builder.getI64Type();
  case 9:
    return builder.getI1Type();
  case 10:
    return builder.getF16Type();
  case 11:
    return builder.getF64Type();
  case 12:
    return unsignedOf(32);
  case 13:
    return unsignedOf(64);
  case 16:
    return builder.getBF16Type();
  default:
    return {};
  }
}

bool isCommon(Type type) {
  return type.isInteger(1) || (type.isIntOrFloat() && type.getIntOrFloatBitWidth() >= 8 &&
                               (isa<IntegerType>(type) || type.isF16() || type.isBF16() ||
                                type.isF32() || type.isF64()));
}

LogicalResult castTo(NodeConversion &node, Type to) {
  Type from = node.onnxElement(0);
  if (!to || !isCommon(to) || !isCommon(from))
    return node.unsupported("only element types of 8 to 64 bits are supported");
  Type made = signlessType(to);
  bool fromUnsigned = from.isUnsignedInteger(), toUnsigned = to.isUnsignedInteger();
  if (made == elementOf(node.operand(0)))
    return node.replace(Converted{node.operand(0), to});
  Value result = node.map(node.operand(0), node.shape(0), made,
                          [=](OpBuilder &builder, Location loc, ValueRange x) {
                            return Scalars{builder, loc}.cast(x[0], fromUnsigned, made, toUnsigned);
                          });
  return node.replace(Converted{result, to});
}

LogicalResult convertCast(NodeConversion &node) {
  return castTo(node, elementFromCode(node.builder, node.i64("to")));
}

LogicalResult convertCastLike(NodeConversion &node) { return castTo(node, node.onnxElement(1)); }

LogicalResult convertBitCast(NodeConversion &node) {
  Type to = elementFromCode(node.builder, node.i64("to")), made = to ? signlessType(to) : to;
  Type from = elementOf(node.operand(0));
  if (!made || made.getIntOrFloatBitWidth() != from.getIntOrFloatBitWidth())
    return node.unsupported("expected two element types of one width, of 8 to 64 bits");
  if (made == from)
    return node.replace(Converted{node.operand(0), to});
  Value result = node.map(node.operand(0), node.shape(0), made,
                          [=](OpBuilder &builder, Location loc, ValueRange x) {
                            return Scalars{builder, loc}.make<arith::BitcastOp>(made, x[0]);
                          });
  return node.replace(Converted{result, to});
}

/// The value of a Constant node, whichever attribute holds it.
TypedAttr constantOf(NodeConversion &node) {
  Builder &builder = node.builder;
  if (auto value = dyn_cast_or_null<TypedAttr>(node.node.getStated("value")))
    return value;
  auto shape = [](std::initializer_list<int64_t> sizes, Type element) {
    return RankedTensorType::get(sizes, element);
  };
  if (node.has("value_float"))
    return DenseElementsAttr::get(shape({}, builder.getF32Type()), float(node.f32("value_float")));
  if (node.has("value_int"))
    return DenseElementsAttr::get(shape({}, builder.getI64Type()), node.i64("value_int"));
  if (node.has("value_floats")) {
    SmallVector<double> wide = node.floats("value_floats");
    SmallVector<float> values(wide.begin(), wide.end());
    return DenseElementsAttr::get(shape({int64_t(values.size())}, builder.getF32Type()),
                                  ArrayRef<float>(values));
  }
  if (node.has("value_ints"))
    return builder.getI64TensorAttr(node.ints("value_ints"));
  return {};
}

LogicalResult convertConstant(NodeConversion &node) {
  TypedAttr value = constantOf(node);
  auto type = value ? dyn_cast<RankedTensorType>(value.getType()) : nullptr;
  Type element = type ? signlessType(type.getElementType()) : Type();
  if (!element)
    return node.unsupported("expected a constant of numbers");
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    value = signless(dense);
  else if (auto large = dyn_cast<ConstantAttr>(value))
    value = ConstantAttr::get(RankedTensorType::get(type.getShape(), element), large.getSource());
  else
    return node.unsupported("expected a dense constant");
  return node.replace(Converted{node.constant(value), type.getElementType()});
}

} // namespace

void import::addCastConverters(ConverterTable &table) {
  table.add("Cast", 6, convertCast);
  table.add("CastLike", 15, convertCastLike);
  table.add("BitCast", 26, convertBitCast);
  table.add("Constant", 1, convertConstant);
}
