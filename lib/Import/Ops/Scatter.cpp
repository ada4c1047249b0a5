// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes through indices. Known indices become a table that says where each
// element comes from; the others are positions of pith.scatter.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

/// What becomes of an element and its update.
static Value combine(OpBuilder &builder, Location loc, StringRef reduction, bool isUnsigned,
                     Value old, Value update) {
  bool isFloat = isa<FloatType>(old.getType());
  if (reduction == "add")
    return isFloat ? Value(arith::AddFOp::create(builder, loc, old, update))
                   : Value(arith::AddIOp::create(builder, loc, old, update));
  if (reduction == "mul")
    return isFloat ? Value(arith::MulFOp::create(builder, loc, old, update))
                   : Value(arith::MulIOp::create(builder, loc, old, update));
  if (reduction == "max") {
    if (isFloat)
      return arith::MaximumFOp::create(builder, loc, old, update);
    return isUnsigned ? Value(arith::MaxUIOp::create(builder, loc, old, update))
                      : Value(arith::MaxSIOp::create(builder, loc, old, update));
  }
  if (reduction == "min") {
    if (isFloat)
      return arith::MinimumFOp::create(builder, loc, old, update);
    return isUnsigned ? Value(arith::MinUIOp::create(builder, loc, old, update))
                      : Value(arith::MinSIOp::create(builder, loc, old, update));
  }
  return update;
}

static FailureOr<StringRef> reductionOf(NodeConversion &node) {
  StringRef reduction = node.string("reduction", "none");
  if (llvm::is_contained({"none", "add", "mul", "max", "min"}, reduction) &&
      (reduction == "none" || !node.type(0).getElementType().isInteger(1)))
    return reduction;
  return node.unsupported("expected reduction none, add, mul, max or min on numbers, got '" +
                          reduction + "'");
}

/// `sources[i]` is the position of element i in the updates, or -1.
static Value selectSources(NodeConversion &node, Value data, Value updates,
                           ArrayRef<int64_t> sources) {
  Value flat = node.reshape(data, {countOf(shapeOf(data))});
  Value news = node.reshape(updates, {countOf(shapeOf(updates))}), table = node.ints(sources);
  Value result = generate(
      node, shapeOf(flat), elementOf(flat),
      [&](OpBuilder &builder, Location loc, ValueRange at) -> Value {
        Value entry = tensor::ExtractOp::create(builder, loc, table, at);
        Value zero = arith::ConstantIntOp::create(builder, loc, 0, 64);
        Value isNew = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, entry, zero);
        entry = arith::MaxSIOp::create(builder, loc, entry, zero);
        Value place = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), entry);
        Value update = tensor::ExtractOp::create(builder, loc, news, place);
        Value old = tensor::ExtractOp::create(builder, loc, flat, at);
        return arith::SelectOp::create(builder, loc, isNew, update, old);
      });
  return node.reshape(result, shapeOf(data));
}

/// Data and updates of [places, elements], positions of one dimension.
static Value scatterInOrder(NodeConversion &node, StringRef reduction, Value data, Value positions,
                            Value updates) {
  bool isUnsigned = node.isUnsigned(0);
  return ScatterOp::create(node.builder, node.loc, data, positions, updates,
                           [&](OpBuilder &builder, Location loc, ValueRange in) {
                             return combine(builder, loc, reduction, isUnsigned, in[0], in[1]);
                           });
}

/// The same of single elements, whose positions count through the whole tensor.
static Value scatterElements(NodeConversion &node, StringRef reduction, Value data, Value positions,
                             Value updates) {
  int64_t count = countOf(shapeOf(updates));
  Value flat = node.reshape(data, {countOf(shapeOf(data)), 1});
  Value result = scatterInOrder(node, reduction, flat, node.reshape(positions, {count}),
                                node.reshape(updates, {count, 1}));
  return node.reshape(result, shapeOf(data));
}

/// Indices as i64 positions below `size`.
static Value toPositions(NodeConversion &node, Value indices, int64_t size) {
  Type i64 = node.builder.getI64Type();
  return node.map(indices, i64, [&](OpBuilder &builder, Location loc, ValueRange in) -> Value {
    Value index = in[0];
    if (index.getType() != i64)
      index = arith::ExtSIOp::create(builder, loc, i64, index);
    Value zero = arith::ConstantIntOp::create(builder, loc, 0, 64);
    Value extent = arith::ConstantIntOp::create(builder, loc, size, 64);
    Value last = arith::ConstantIntOp::create(builder, loc, size - 1, 64);
    Value negative = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, index, zero);
    Value wrapped = arith::AddIOp::create(builder, loc, index, extent);
    index = arith::SelectOp::create(builder, loc, negative, wrapped, index);
    index = arith::MaxSIOp::create(builder, loc, index, zero);
    return arith::MinSIOp::create(builder, loc, index, last);
  });
}

// A table has one entry for each element of the data.
static constexpr int64_t maxTable = int64_t(1) << 20;

static bool canUseTable(NodeConversion &node, StringRef reduction) {
  return reduction == "none" && node.constantValue(1) && countOf(node.shape(0)) <= maxTable &&
         countOf(node.shape(2)) <= maxTable;
}

static LogicalResult convertScatterElements(NodeConversion &node) {
  Shape shape = node.shape(0), places = node.shape(1);
  FailureOr<int64_t> axis = node.dim(node.i64("axis"), shape.size());
  FailureOr<StringRef> reduction = reductionOf(node);
  if (failed(axis) || failed(reduction) || failed(checkIndices(node, 1, {shape[*axis]})))
    return failure();
  if (places.size() != shape.size() || places != node.shape(2))
    return node.unsupported("expected indices and updates of one shape and the rank of the data");
  for (auto [dim, size] : llvm::enumerate(places))
    if (int64_t(dim) != *axis && size > shape[dim])
      return node.unsupported("expected indices that fit the data in dimension " + Twine(dim));
  Value data = node.operand(0), updates = node.operand(2);
  if (countOf(places) == 0)
    return node.replace({data});
  if (canUseTable(node, *reduction)) {
    SmallVector<int64_t> sources(countOf(shape), -1), strides = computeStrides(shape);
    SmallVector<int64_t> updateStrides = computeStrides(places);
    for (auto [i, index] : llvm::enumerate(*node.constantInts(1))) {
      SmallVector<int64_t> at = delinearize(i, updateStrides);
      at[*axis] = index < 0 ? index + shape[*axis] : index;
      sources[linearize(at, strides)] = i;
    }
    return node.replace({selectSources(node, data, updates, sources)});
  }
  Value along = toPositions(node, node.operand(1), shape[*axis]);
  Type i64 = node.builder.getI64Type();
  SmallVector<int64_t> strides = computeStrides(shape);
  SmallVector<Value> parts = {along};
  for (int64_t dim = 0; dim < int64_t(shape.size()); ++dim)
    if (dim != *axis)
      parts.push_back(iota(node, places[dim], i64, dim, shape.size()));
  Value positions = node.map(parts, i64, [&](OpBuilder &builder, Location loc, ValueRange in) {
    Scalars s{builder, loc};
    auto times = [&](Value place, int64_t stride) {
      return s.mul(place, s.integer(i64, APInt(64, stride)));
    };
    Value position = times(in[0], strides[*axis]);
    for (int64_t dim = 0, next = 1; dim < int64_t(shape.size()); ++dim)
      if (dim != *axis)
        position = s.add(position, times(in[next++], strides[dim]));
    return position;
  });
  return node.replace({scatterElements(node, *reduction, data, positions, updates)});
}

static LogicalResult convertScatterND(NodeConversion &node) {
  Shape shape = node.shape(0), places = node.shape(1);
  FailureOr<StringRef> reduction = reductionOf(node);
  if (failed(reduction))
    return failure();
  if (places.empty() || places.back() > int64_t(shape.size()))
    return node.unsupported("expected index tuples of at most " + Twine(shape.size()) + " entries");
  int64_t depth = places.back(), tuples = countOf(places.drop_back());
  Shape blocks = shape.take_front(depth);
  int64_t block = countOf(shape.drop_front(depth));
  if (failed(checkIndices(node, 1, blocks)))
    return failure();
  if (countOf(node.shape(2)) != tuples * block)
    return node.unsupported("expected " + Twine(tuples * block) + " updates");
  if (tuples == 0 || block == 0)
    return node.replace({node.operand(0)});
  SmallVector<int64_t> strides = computeStrides(blocks);
  Value data = node.reshape(node.operand(0), {countOf(blocks), block});
  Value updates = node.reshape(node.operand(2), {tuples, block});
  if (canUseTable(node, *reduction)) {
    SmallVector<int64_t> sources(countOf(shape), -1), indices = *node.constantInts(1);
    for (int64_t tuple = 0; tuple < tuples; ++tuple) {
      int64_t target = 0;
      for (int64_t entry = 0; entry < depth; ++entry) {
        int64_t index = indices[tuple * depth + entry];
        target += (index < 0 ? index + shape[entry] : index) * strides[entry];
      }
      for (int64_t i = 0; i < block; ++i)
        sources[target * block + i] = tuple * block + i;
    }
    Value result = selectSources(node, data, updates, sources);
    return node.replace({node.reshape(result, shape)});
  }
  Type i64 = node.builder.getI64Type();
  Value indices = node.reshape(node.operand(1), {tuples, depth});
  Value targets = node.splat({tuples, 1}, i64, 0);
  for (int64_t entry = 0; entry < depth; ++entry) {
    Value part = node.slice(indices, {0, entry}, {tuples, 1});
    targets = node.map({targets, toPositions(node, part, shape[entry])}, i64,
                       [&](OpBuilder &builder, Location loc, ValueRange in) -> Value {
                         Value stride =
                             arith::ConstantIntOp::create(builder, loc, strides[entry], 64);
                         Value far = arith::MulIOp::create(builder, loc, in[1], stride);
                         return arith::AddIOp::create(builder, loc, in[0], far);
                       });
  }
  Value result = scatterInOrder(node, *reduction, data, node.reshape(targets, {tuples}), updates);
  return node.replace({node.reshape(result, shape)});
}

/// A cache with new elements from a place of each sample on.
static LogicalResult convertTensorScatter(NodeConversion &node) {
  Shape shape = node.shape(0), news = node.shape(1);
  StringRef mode = node.string("mode", "linear");
  FailureOr<int64_t> axis = node.dim(node.i64("axis", -2), shape.size());
  if (failed(axis))
    return failure();
  if (mode != "linear" && mode != "circular")
    return node.unsupported("expected mode linear or circular, got '" + mode + "'");
  Value places = node.operand(2);
  bool fits = news.size() == shape.size() && *axis > 0 &&
              (!places || (node.rank(2) == 1 && node.shape(2)[0] == shape[0]));
  for (size_t dim = 0; fits && dim < shape.size(); ++dim)
    fits = int64_t(dim) == *axis ? news[dim] <= shape[dim] : news[dim] == shape[dim];
  if (!fits)
    return node.unsupported("expected an update that fits the cache, and one place for each "
                            "sample");
  int64_t length = shape[*axis], count = news[*axis];
  if (countOf(news) == 0)
    return node.replace(node.operand(0));
  // In order beyond the end there is no place: the last one that has all is taken.
  if (places)
    places = toPositions(node, places, mode == "linear" ? length - count + 1 : length);
  Value cache = node.operand(0), update = node.operand(1);
  return node.replace(generate(
      node, shape, elementOf(cache), [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
        auto index = [&](int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); };
        Value from = at[*axis];
        if (places) {
          Value place = tensor::ExtractOp::create(b, loc, places, at[0]);
          place = arith::IndexCastOp::create(b, loc, b.getIndexType(), place);
          from = arith::SubIOp::create(b, loc, from, place);
          Value before = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, from, index(0));
          Value around = arith::AddIOp::create(b, loc, from, index(length));
          from = arith::SelectOp::create(b, loc, before, around, from);
        }
        Value isNew = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, from, index(count));
        SmallVector<Value> inside(at);
        inside[*axis] = arith::MinUIOp::create(b, loc, from, index(count - 1));
        return arith::SelectOp::create(b, loc, isNew,
                                       tensor::ExtractOp::create(b, loc, update, inside),
                                       tensor::ExtractOp::create(b, loc, cache, at));
      }));
}

/// The inverse of MaxPool: places count through the whole tensor that it had read,
/// which the result may pad.
static LogicalResult convertMaxUnpool(NodeConversion &node) {
  Shape shape = node.shape(0);
  SmallVector<int64_t> size = node.ints("kernel_shape");
  unsigned rank = size.size();
  SmallVector<int64_t> strides = node.ints("strides", SmallVector<int64_t>(rank, 1));
  SmallVector<int64_t> pads = node.ints("pads", SmallVector<int64_t>(2 * rank, 0));
  if (shape.size() != rank + 2 || strides.size() != rank || pads.size() != 2 * rank ||
      node.shape(1) != shape || countOf(shape) == 0)
    return node.unsupported("expected a place for each element, and a window of as many dimensions "
                            "as the image");
  SmallVector<int64_t> pooled{shape[0], shape[1]};
  for (unsigned dim = 0; dim < rank; ++dim) {
    // Far above what a tensor may have, and far below what wraps.
    constexpr int64_t most = int64_t(1) << 31;
    for (int64_t number : {size[dim], strides[dim], pads[dim], pads[dim + rank]})
      if (number < 0 || number > most)
        return node.unsupported("expected sizes and strides from 0 to " + Twine(most));
    pooled.push_back((shape[dim + 2] - 1) * strides[dim] + size[dim] - pads[dim] -
                     pads[dim + rank]);
    if (pooled.back() < 1)
      return node.unsupported("expected a window that is larger than its padding");
  }
  SmallVector<int64_t> result(pooled), none(shape.size(), 0), high;
  if (node.operand(2)) {
    FailureOr<SmallVector<int64_t>> given = node.constantInts(2);
    if (failed(given))
      return failure();
    result = *given;
  }
  if (result.size() != pooled.size())
    return node.unsupported("expected an output_shape of " + Twine(pooled.size()) + " sizes");
  for (auto [all, part] : llvm::zip_equal(result, pooled)) {
    high.push_back(all - part);
    if (all < part)
      return node.unsupported("expected an output_shape that is not smaller than what the window "
                              "and the strides make");
  }
  if (failed(checkSize(node, pooled)) || failed(checkSize(node, result)))
    return failure();
  Type element = elementOf(node.operand(0));
  Value places = toPositions(node, node.operand(1), countOf(pooled));
  Value image =
      scatterElements(node, "none", node.splat(pooled, element, 0), places, node.operand(0));
  Value zero = arith::ConstantOp::create(node.builder, node.loc, node.builder.getZeroAttr(element));
  return node.replace({node.pad(image, none, high, zero)});
}

void import::addScatterConverters(ConverterTable &table) {
  table.add("Scatter", 9, convertScatterElements);
  table.add("ScatterElements", 11, convertScatterElements);
  table.add("ScatterND", 11, convertScatterND);
  table.add("MaxUnpool", 9, convertMaxUnpool);
  table.add("TensorScatter", 24, convertTensorScatter);
}
