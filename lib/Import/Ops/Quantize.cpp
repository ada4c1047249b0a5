// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quantization as ONNX writes it; whether the pairs fold into operators is a
// later stage's business.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

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

/// The standard's function body, operation by operation: the order of the
/// divisions decides bits. An input of zeros only has scale 0; x / 0 is then
/// NaN, which quantizes to the zero point.
static LogicalResult convertDynamicQuantizeLinear(NodeConversion &node) {
  Type f32 = node.builder.getF32Type(), u8 = node.builder.getIntegerType(8, false);
  Type i8 = node.builder.getIntegerType(8);
  if (node.type(0).getElementType() != f32)
    return node.unsupported("expected an input of f32");
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, node.rank(0)));
  auto extreme = [&](ReduceKind kind) -> FailureOr<Value> {
    auto made = node.create<ReduceOp>(kind, node.operand(0), all, false, false);
    return failed(made) ? FailureOr<Value>(failure()) : FailureOr<Value>(made->getResult());
  };
  FailureOr<Value> most = extreme(ReduceKind::Max), least = extreme(ReduceKind::Min);
  if (failed(most) || failed(least))
    return failure();
  auto number = [](OpBuilder &builder, Location loc, float value) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(value));
  };
  // The range always includes 0.
  auto low = [&](OpBuilder &builder, Location loc, Value value) -> Value {
    return arith::MinimumFOp::create(builder, loc, value, number(builder, loc, 0));
  };
  Value scale = node.map(
      {*most, *least}, {}, f32, [&](OpBuilder &builder, Location loc, ValueRange in) -> Value {
        Value high = arith::MaximumFOp::create(builder, loc, in[0], number(builder, loc, 0));
        Value range = arith::SubFOp::create(builder, loc, high, low(builder, loc, in[1]));
        return arith::DivFOp::create(builder, loc, range, number(builder, loc, 255));
      });
  Value zeroPoint = node.map(
      {*least, scale}, {}, i8, [&](OpBuilder &builder, Location loc, ValueRange in) -> Value {
        Value ratio = arith::DivFOp::create(builder, loc, low(builder, loc, in[0]), in[1]);
        Value initial = arith::SubFOp::create(builder, loc, number(builder, loc, 0), ratio);
        initial = arith::MaxNumFOp::create(builder, loc, initial, number(builder, loc, 0));
        initial = arith::MinNumFOp::create(builder, loc, initial, number(builder, loc, 255));
        Value rounded = math::RoundEvenOp::create(builder, loc, initial);
        Value integer = arith::FPToUIOp::create(builder, loc, builder.getIntegerType(32), rounded);
        return arith::TruncIOp::create(builder, loc, i8, integer);
      });
  auto type = RankedTensorType::get(node.shape(0), i8);
  Value result = QuantizeOp::create(node.builder, node.loc, type, node.operand(0), scale, zeroPoint,
                                    /*is_signed=*/false);
  return node.replace({Converted{result, u8}, Converted{scale, f32}, Converted{zeroPoint, u8}});
}

void import::addQuantizeConverters(ConverterTable &table) {
  table.add("QuantizeLinear", 10, convertQuantizeLinear);
  table.add("DequantizeLinear", 10, convertDequantizeLinear);
  table.add("DynamicQuantizeLinear", 11, convertDynamicQuantizeLinear);
}
