// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions between element types, and constants in nodes.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Narrow.h"
#include "lib/Import/PackedConstant.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {} // namespace

Type import::elementFromCode(Builder &builder, int64_t code) {
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
  case 17:
    return builder.getType<Float8E4M3FNType>();
  case 18:
    return builder.getType<Float8E4M3FNUZType>();
  case 19:
    return builder.getType<Float8E5M2Type>();
  case 20:
    return builder.getType<Float8E5M2FNUZType>();
  case 21:
    return unsignedOf(4);
  case 22:
    return builder.getIntegerType(4);
  case 23:
    return builder.getType<Float4E2M1FNType>();
  case 24:
    return builder.getType<Float8E8M0FNUType>();
  case 25:
    return unsignedOf(2);
  case 26:
    return builder.getIntegerType(2);
  default:
    return {};
  }
}

namespace {

/// Whether no element changes: bytes and wider numbers of one signless type.
bool isSameInMemory(Type from, Type to) {
  if (isSubByte(from) || isSubByte(to) || isFloat8(from) || isFloat8(to))
    return from == to;
  return signlessType(from) == signlessType(to);
}

LogicalResult castTo(NodeConversion &node, Type to) {
  Type from = node.onnxElement(0), made = to ? signlessType(to) : to;
  if (!made)
    return node.unsupported("expected numbers, but not float6");
  if (isSameInMemory(from, to))
    return node.replace(Converted{node.operand(0), to});
  bool saturate = node.i64("saturate", 1);
  StringRef round = node.string("round_mode", "up");
  if (!llvm::is_contained({"up", "down", "nearest"}, round))
    return node.unsupported("expected round_mode up, down or nearest, got '" + round + "'");
  Value result = node.map(node.operand(0), node.shape(0), made,
                          [=](OpBuilder &builder, Location loc, ValueRange x) {
                            Scalars s{builder, loc};
                            return convertElement(s, x[0], from, to, saturate, round);
                          });
  return node.replace(Converted{result, to});
}

LogicalResult convertCast(NodeConversion &node) {
  return castTo(node, elementFromCode(node.builder, node.i64("to")));
}

LogicalResult convertCastLike(NodeConversion &node) { return castTo(node, node.onnxElement(1)); }

LogicalResult convertBitCast(NodeConversion &node) {
  Type to = elementFromCode(node.builder, node.i64("to")), made = to ? signlessType(to) : to;
  Type given = node.onnxElement(0), from = elementOf(node.operand(0));
  // A bool has a byte in ONNX's files; no byte but 0 and 1 is a bool.
  bool fromBool = from.isInteger(1) && made && made.isInteger(8) && !isSubByte(to);
  if (!made || (!fromBool && to.getIntOrFloatBitWidth() != given.getIntOrFloatBitWidth()))
    return node.unsupported("expected two element types of one width, of 2 to 64 bits");
  if (isSubByte(to) || fromBool) {
    Value result = node.map(
        node.operand(0), node.shape(0), made, [=](OpBuilder &builder, Location loc, ValueRange x) {
          Scalars s{builder, loc};
          return fromBool ? convertElement(s, x[0], given, builder.getI8Type(), true)
                          : wrapCode(s, x[0], to);
        });
    return node.replace(Converted{result, to});
  }
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
  Value made = value ? node.onnxConstant(value) : Value();
  if (!made)
    return node.unsupported("expected a constant of numbers");
  return node.replace(Converted{made, getElementTypeOrSelf(value.getType())});
}

/// What the reader makes of an initializer of codes of less than a byte, whose
/// bytes stay where they are: the bytes, with the type stated by the result.
LogicalResult convertPackedConstant(NodeConversion &node) {
  auto type = dyn_cast<RankedTensorType>(node.node->getResult(0).getType());
  if (!type || !type.hasStaticShape() || !isSubByte(type.getElementType()) ||
      !node.type(0).getElementType().isInteger(8))
    return node.unsupported("expected packed bytes and a type of 4 or 2 bits");
  unsigned width = type.getElementType().getIntOrFloatBitWidth();
  if (node.type(0).getNumElements() != int64_t(llvm::divideCeil(type.getNumElements() * width, 8)))
    return node.unsupported("expected as many bytes as the elements need");
  Value result = node.unpack(node.operand(0), type.getShape(), type.getElementType());
  return node.replace(Converted{result, type.getElementType()});
}

} // namespace

void import::addCastConverters(ConverterTable &table) {
  table.add("Cast", 6, convertCast);
  table.add("CastLike", 15, convertCastLike);
  table.add("BitCast", 26, convertBitCast);
  table.add("Constant", 1, convertConstant);
  table.add({packedDomain, packedName, 1, 1, convertPackedConstant});
}
