// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads through indices. Indices that are known must lie inside; those of the
// input are clamped, since a kernel cannot refuse them.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static LogicalResult convertGather(NodeConversion &node) {
  Shape shape = node.shape(0), places = node.shape(1);
  FailureOr<int64_t> axis = node.dim(node.i64("axis"), shape.size());
  if (failed(axis))
    return failure();
  SmallVector<int64_t> result(shape.take_front(*axis));
  llvm::append_range(result, places);
  llvm::append_range(result, shape.drop_front(*axis + 1));
  if (failed(checkSize(node, result)) || failed(checkIndices(node, 1, {shape[*axis]})))
    return failure();
  Value input = node.operand(0), indices = node.operand(1);
  // Few known places: a slice, or a table.
  if (node.constantValue(1) && countOf(places) <= 8192) {
    SmallVector<std::optional<SmallVector<int64_t>>> tables(shape.size());
    tables[*axis] = *node.constantInts(1);
    for (int64_t &at : *tables[*axis])
      at += at < 0 ? shape[*axis] : 0;
    return node.replace({node.reshape(take(node, input, tables), result)});
  }
  Value gathered =
      generate(node, result, elementOf(input),
               [&](OpBuilder &builder, Location loc, ValueRange at) -> Value {
                 SmallVector<Value> from(at.take_front(*axis));
                 from.push_back(readPosition(builder, loc, indices, at.slice(*axis, places.size()),
                                             shape[*axis]));
                 llvm::append_range(from, at.drop_front(*axis + places.size()));
                 return tensor::ExtractOp::create(builder, loc, input, from);
               });
  return node.replace({gathered});
}

static LogicalResult convertGatherElements(NodeConversion &node) {
  Shape shape = node.shape(0), places = node.shape(1);
  FailureOr<int64_t> axis = node.dim(node.i64("axis"), shape.size());
  if (failed(axis))
    return failure();
  if (places.size() != shape.size())
    return node.unsupported("expected data and indices of one rank");
  for (auto [dim, size] : llvm::enumerate(places))
    if (int64_t(dim) != *axis && size > shape[dim])
      return node.unsupported("expected indices that fit the data in dimension " + Twine(dim));
  if (failed(checkIndices(node, 1, {shape[*axis]})))
    return failure();
  Value input = node.operand(0), indices = node.operand(1);
  Value gathered = generate(node, places, elementOf(input),
                            [&](OpBuilder &builder, Location loc, ValueRange at) -> Value {
                              SmallVector<Value> from(at);
                              from[*axis] = readPosition(builder, loc, indices, at, shape[*axis]);
                              return tensor::ExtractOp::create(builder, loc, input, from);
                            });
  return node.replace({gathered});
}

static LogicalResult convertGatherND(NodeConversion &node) {
  Shape shape = node.shape(0), places = node.shape(1);
  int64_t batch = node.i64("batch_dims");
  if (shape.empty() || places.empty() || batch < 0 ||
      batch >= std::min<int64_t>(shape.size(), places.size()))
    return node.unsupported("expected batch dimensions below both ranks, got " + Twine(batch));
  int64_t depth = places.back(), before = places.size() - 1;
  if (depth < 0 || depth > int64_t(shape.size()) - batch)
    return node.unsupported("expected index tuples of at most " + Twine(shape.size() - batch) +
                            " entries");
  if (shape.take_front(batch) != places.take_front(batch))
    return node.unsupported("expected equal batch dimensions");
  SmallVector<int64_t> result(places.drop_back());
  llvm::append_range(result, shape.drop_front(batch + depth));
  if (failed(checkSize(node, result)) || failed(checkIndices(node, 1, shape.slice(batch, depth))))
    return failure();
  Value input = node.operand(0), indices = node.operand(1);
  Value gathered =
      generate(node, result, elementOf(input),
               [&](OpBuilder &builder, Location loc, ValueRange at) -> Value {
                 SmallVector<Value> from(at.take_front(batch)), tuple(at.take_front(before));
                 tuple.push_back(Value());
                 for (int64_t entry = 0; entry < depth; ++entry) {
                   tuple.back() = arith::ConstantIndexOp::create(builder, loc, entry);
                   from.push_back(readPosition(builder, loc, indices, tuple, shape[batch + entry]));
                 }
                 llvm::append_range(from, at.drop_front(before));
                 return tensor::ExtractOp::create(builder, loc, input, from);
               });
  return node.replace({gathered});
}

/// A number as i64, towards zero, as ONNX casts.
static Value toInteger(OpBuilder &builder, Location loc, Value value, bool isUnsigned) {
  Type i64 = builder.getI64Type();
  if (isa<FloatType>(value.getType()))
    return arith::FPToSIOp::create(builder, loc, i64, value);
  if (value.getType() == i64)
    return value;
  if (isUnsigned)
    return arith::ExtUIOp::create(builder, loc, i64, value);
  return arith::ExtSIOp::create(builder, loc, i64, value);
}

static FailureOr<int64_t> oneHotDepth(NodeConversion &node) {
  if (isa<FloatType>(node.type(1).getElementType())) {
    FailureOr<SmallVector<double>> depth = node.constantFloats(1);
    if (failed(depth) || depth->size() != 1 || !(std::abs(depth->front()) < 1e15))
      return node.unsupported("expected one depth, known at compile time");
    return int64_t(depth->front());
  }
  FailureOr<SmallVector<int64_t>> depth = node.constantInts(1);
  if (failed(depth) || depth->size() != 1)
    return node.unsupported("expected one depth, known at compile time");
  return depth->front();
}

static LogicalResult convertOneHot(NodeConversion &node) {
  int64_t rank = node.rank(0) + 1;
  FailureOr<int64_t> axis = node.dim(node.i64("axis", -1), rank);
  if (failed(axis))
    return failure();
  FailureOr<int64_t> depth = oneHotDepth(node);
  if (failed(depth))
    return failure();
  SmallVector<int64_t> spread(node.shape(0)), result(node.shape(0));
  spread.insert(spread.begin() + *axis, 1);
  result.insert(result.begin() + *axis, *depth);
  if (*depth < 0 || failed(checkSize(node, result)))
    return node.unsupported("expected a depth of at least 0");
  if (countOf(node.shape(2)) != 2)
    return node.unsupported("expected two values, off and on");
  Value values = node.reshape(node.operand(2), {2});
  Value off = node.reshape(node.slice(values, {0}, {1}), {});
  Value on = node.reshape(node.slice(values, {1}, {1}), {});
  Value places = iota(node, *depth, node.builder.getI64Type(), *axis, rank);
  bool isUnsigned = node.isUnsigned(0);
  Value hot =
      node.map({node.reshape(node.operand(0), spread), places, off, on}, result, elementOf(values),
               [&](OpBuilder &builder, Location loc, ValueRange in) -> Value {
                 Value index = toInteger(builder, loc, in[0], isUnsigned);
                 Value size = arith::ConstantIntOp::create(builder, loc, *depth, 64);
                 Value zero = arith::ConstantIntOp::create(builder, loc, 0, 64);
                 Value wrapped = arith::AddIOp::create(builder, loc, index, size);
                 Value negative =
                     arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, index, zero);
                 index = arith::SelectOp::create(builder, loc, negative, wrapped, index);
                 Value here =
                     arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, index, in[1]);
                 return arith::SelectOp::create(builder, loc, here, in[3], in[2]);
               });
  return node.replace({Converted{hot, node.onnxElement(2)}});
}

void import::addGatherConverters(ConverterTable &table) {
  table.add("Gather", 1, convertGather);
  table.add("GatherElements", 11, convertGatherElements);
  table.add("GatherND", 11, convertGatherND);
  table.add("OneHot", 9, convertOneHot);
}
