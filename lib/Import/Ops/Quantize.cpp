// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quantization as ONNX writes it; whether the pairs fold into operators is a
// later stage's business.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

/// Brings a scale or zero point to a shape that broadcasts to the input: one
/// number, one for each entry of the axis, or one for each block along it.
static FailureOr<Value> spreadParameter(NodeConversion &node, unsigned index) {
  Value parameter = node.operand(index);
  Shape shape = node.shape(0), given = node.shape(index);
  if (countOf(given) == 1)
    return node.reshape(parameter, {});
  FailureOr<int64_t> axis = node.dim(node.i64("axis", 1), shape.size());
  if (failed(axis))
    return failure();
  int64_t block = node.i64("block_size");
  SmallVector<int64_t> along(shape.size(), 1);
  if (given.size() == 1 && block == 0) {
    along[*axis] = given[0];
    if (given[0] != shape[*axis])
      return node.unsupported("expected 1 or " + Twine(shape[*axis]) + " scales along axis " +
                              Twine(*axis) + ", got " + Twine(given[0]));
    return node.reshape(parameter, along);
  }
  SmallVector<int64_t> blocks(shape);
  if (block > 0)
    blocks[*axis] = llvm::divideCeil(shape[*axis], block);
  if (block < 1 || Shape(blocks) != given)
    return node.unsupported("expected one scale for each block along axis " + Twine(*axis));
  // [.., b, ..] -> [.., b, block, ..] -> [.., b * block, ..], cut to the input.
  SmallVector<int64_t> apart(blocks), repeated(blocks), joined(blocks);
  apart.insert(apart.begin() + *axis + 1, 1);
  repeated.insert(repeated.begin() + *axis + 1, block);
  joined[*axis] *= block;
  if (failed(checkSize(node, joined)))
    return failure();
  Value spread = node.reshape(node.broadcast(node.reshape(parameter, apart), repeated), joined);
  return node.slice(spread, SmallVector<int64_t>(shape.size(), 0), shape);
}

static bool isNarrow(Type type, ArrayRef<unsigned> widths) {
  return type.isSignlessInteger() && llvm::is_contained(widths, type.getIntOrFloatBitWidth());
}

static LogicalResult convertQuantizeLinear(NodeConversion &node) {
  auto stated = dyn_cast<TensorType>(node.node->getResult(0).getType());
  Type element = node.operand(2) ? node.onnxElement(2) : Type();
  if (!element)
    element = stated ? stated.getElementType() : node.builder.getIntegerType(8, false);
  Type storage = signlessType(element);
  if (!storage || !isNarrow(storage, {8, 16}))
    return node.unsupported("expected a result of 8- or 16-bit integers");
  if (!isa<FloatType>(node.type(0).getElementType()) ||
      !isa<FloatType>(node.type(1).getElementType()))
    return node.unsupported("expected a float input and scale");
  FailureOr<Value> scale = spreadParameter(node, 1);
  FailureOr<Value> zeroPoint = node.operand(2) ? spreadParameter(node, 2) : Value();
  if (failed(scale) || failed(zeroPoint))
    return failure();
  auto type = RankedTensorType::get(node.shape(0), storage);
  Value result = QuantizeOp::create(node.builder, node.loc, type, node.operand(0), *scale,
                                    *zeroPoint, !element.isUnsignedInteger());
  return node.replace({Converted{result, element}});
}

static LogicalResult convertDequantizeLinear(NodeConversion &node) {
  if (!isNarrow(node.type(0).getElementType(), {8, 16, 32}))
    return node.unsupported("expected an input of 8-, 16- or 32-bit integers");
  if (!isa<FloatType>(node.type(1).getElementType()))
    return node.unsupported("expected a float scale");
  FailureOr<Type> element = resultElement(node);
  if (succeeded(element) && *element != node.type(1).getElementType())
    return node.unsupported("expected a result of the scale's element type");
  FailureOr<Value> scale = spreadParameter(node, 1);
  FailureOr<Value> zeroPoint = node.operand(2) ? spreadParameter(node, 2) : Value();
  if (failed(scale) || failed(zeroPoint))
    return failure();
  auto type = RankedTensorType::get(node.shape(0), node.type(1).getElementType());
  Value result = DequantizeOp::create(node.builder, node.loc, type, node.operand(0), *scale,
                                      *zeroPoint, !node.isUnsigned(0));
  return node.replace({Converted{result, node.onnxElement(1)}});
}

static LogicalResult convertDynamicQuantizeLinear(NodeConversion &node) {
  Type f32 = node.builder.getF32Type(), u8 = node.builder.getIntegerType(8, false);
  Type i8 = node.builder.getIntegerType(8);
  if (node.type(0).getElementType() != f32)
    return node.unsupported("expected an input of f32");
  auto made = DynamicQuantizeOp::create(
      node.builder, node.loc, RankedTensorType::get(node.shape(0), i8),
      RankedTensorType::get({}, f32), RankedTensorType::get({}, i8), node.operand(0));
  return node.replace({Converted{made.getCodes(), u8}, Converted{made.getScale(), f32},
                       Converted{made.getZeroPoint(), u8}});
}

void import::addQuantizeConverters(ConverterTable &table) {
  table.add("QuantizeLinear", 10, convertQuantizeLinear);
  table.add("DequantizeLinear", 10, convertDequantizeLinear);
  table.add("DynamicQuantizeLinear", 11, convertDynamicQuantizeLinear);
}
