// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that move elements: transpose, cut, join, repeat.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/FloatOperators.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/RunTimeMovement.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static LogicalResult convertTranspose(NodeConversion &node) {
  int64_t rank = node.rank(0);
  SmallVector<int64_t> reversed = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, rank)));
  SmallVector<int64_t> permutation = node.ints("perm", reversed);
  for (int64_t &dim : permutation)
    dim += dim < 0 ? rank : 0;
  if (int64_t(permutation.size()) != rank || !isPermutationVector(permutation))
    return node.unsupported("expected a permutation of " + Twine(rank) + " dimensions");
  return node.replace({node.transpose(node.operand(0), permutation)});
}

FailureOr<Value> import::concatenate(NodeConversion &node, ValueRange operands, int64_t axis) {
  FailureOr<int64_t> dim = node.dim(axis, shapeOf(operands[0]).size());
  if (failed(dim))
    return failure();
  SmallVector<Value> inputs;
  SmallVector<int64_t> joined(shapeOf(operands[0]));
  joined[*dim] = 0;
  for (Value operand : operands) {
    SmallVector<int64_t> shape(shapeOf(operand));
    if (shape.size() != joined.size())
      return node.unsupported("expected operands of one rank");
    int64_t size = std::exchange(shape[*dim], joined[*dim]);
    if (shape != joined)
      return node.unsupported("expected operands that differ along axis " + Twine(*dim) + " only");
    joined[*dim] += size;
    if (size != 0)
      inputs.push_back(operand);
  }
  if (failed(checkSize(node, joined)))
    return failure();
  return inputs.empty() ? operands[0] : node.concat(inputs, *dim);
}

static LogicalResult convertConcat(NodeConversion &node) {
  SmallVector<Value> operands;
  for (unsigned i = 0; i < node.numOperands(); ++i)
    operands.push_back(node.operand(i));
  auto result = concatenate(node, operands, node.i64("axis", 1));
  return failed(result) ? failure() : node.replace(*result);
}

/// The sizes of the parts, from the operand, the attribute, or in equal parts.
static FailureOr<SmallVector<int64_t>> splitSizes(NodeConversion &node, int64_t size) {
  if (node.operand(1))
    return node.constantInts(1);
  if (node.has("split"))
    return node.ints("split");
  SmallVector<int64_t> sizes;
  int64_t parts = node.numResults();
  int64_t each = llvm::divideCeil(size, parts);
  for (int64_t i = 0; i < parts; ++i)
    sizes.push_back(std::clamp<int64_t>(size - i * each, 0, each));
  return sizes;
}

static LogicalResult convertSplit(NodeConversion &node) {
  FailureOr<int64_t> axis = node.dim(node.i64("axis"), node.rank(0));
  if (failed(axis))
    return failure();
  SmallVector<int64_t> shape(node.shape(0)), offsets(shape.size(), 0);
  int64_t rest = shape[*axis];
  FailureOr<SmallVector<int64_t>> sizes = splitSizes(node, rest);
  if (failed(sizes))
    return failure();
  for (int64_t size : *sizes) {
    if (size < 0 || size > rest)
      return node.unsupported("expected parts that add up to " + Twine(shape[*axis]));
    rest -= size;
  }
  if (rest != 0 || sizes->size() != node.numResults())
    return node.unsupported("expected " + Twine(node.numResults()) + " parts that add up to " +
                            Twine(shape[*axis]));
  SmallVector<Value> results;
  for (int64_t size : *sizes) {
    shape[*axis] = size;
    results.push_back(node.slice(node.operand(0), offsets, shape));
    offsets[*axis] += size;
  }
  return node.replace(ValueRange(results));
}

namespace {
/// What a slice reads of one dimension: start, start + step, ...
struct Run {
  int64_t start, count, step;
};
} // namespace

static Run sliceRun(int64_t size, int64_t start, int64_t end, int64_t step) {
  if (size == 0)
    return {0, 0, 1};
  start = std::clamp<int64_t>(start < 0 ? start + size : start, 0, step > 0 ? size : size - 1);
  end = std::clamp<int64_t>(end < 0 ? end + size : end, step > 0 ? 0 : -1, size);
  // One step beyond the tensor is as far as any.
  step = std::clamp<int64_t>(step, -size, size);
  int64_t distance = step > 0 ? end - start : start - end;
  int64_t count = distance > 0 ? (distance - 1) / std::abs(step) + 1 : 0;
  return {count ? start : 0, count, count > 1 ? step : 1};
}

/// Forward runs are a slice; the others are read element by element.
static Value sliceRuns(NodeConversion &node, ArrayRef<Run> runs) {
  SmallVector<int64_t> offsets, sizes, strides, shape;
  for (auto [run, size] : llvm::zip_equal(runs, node.shape(0))) {
    bool forward = run.step > 0;
    offsets.push_back(forward ? run.start : 0);
    sizes.push_back(forward ? run.count : size);
    strides.push_back(forward ? run.step : 1);
    shape.push_back(run.count);
  }
  Value input = node.slice(node.operand(0), offsets, sizes, strides);
  if (llvm::all_of(runs, [](Run run) { return run.step > 0; }))
    return input;
  return generate(node, shape, elementOf(input),
                  [&](OpBuilder &builder, Location loc, ValueRange indices) -> Value {
                    SmallVector<Value> at(indices);
                    for (auto [index, run] : llvm::zip_equal(at, runs)) {
                      if (run.step > 0)
                        continue;
                      Value step = arith::ConstantIndexOp::create(builder, loc, run.step);
                      Value start = arith::ConstantIndexOp::create(builder, loc, run.start);
                      index = arith::MulIOp::create(builder, loc, index, step);
                      index = arith::AddIOp::create(builder, loc, start, index);
                    }
                    return tensor::ExtractOp::create(builder, loc, input, at);
                  });
}

static LogicalResult convertSlice(NodeConversion &node) {
  bool fromOperands = node.numOperands() > 1;
  if (auto unknown = firstUnknown(node, 1))
    return sliceAtRunTime(node, *unknown);
  auto list = [&](unsigned index, StringRef name) -> FailureOr<SmallVector<int64_t>> {
    if (fromOperands)
      return node.operand(index) ? node.constantInts(index) : SmallVector<int64_t>();
    return node.ints(name);
  };
  FailureOr<SmallVector<int64_t>> starts = list(1, "starts"), ends = list(2, "ends"),
                                  axes = list(3, "axes"), steps = list(4, "steps");
  if (failed(starts) || failed(ends) || failed(axes) || failed(steps))
    return failure();
  if (axes->empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, starts->size()));
  if (steps->empty())
    steps = SmallVector<int64_t>(starts->size(), 1);
  if (starts->size() != ends->size() || starts->size() != axes->size() ||
      starts->size() != steps->size())
    return node.unsupported("expected starts, ends, axes and steps of one length");
  Shape shape = node.shape(0);
  if (failed(node.dims(*axes, shape.size())))
    return failure();
  SmallVector<Run> runs;
  for (int64_t size : shape)
    runs.push_back({0, size, 1});
  for (auto [start, end, axis, step] : llvm::zip_equal(*starts, *ends, *axes, *steps)) {
    if (step == 0)
      return node.unsupported("expected steps that are not 0");
    int64_t dim = *normalizeDim(axis, shape.size());
    runs[dim] = sliceRun(shape[dim], start, end, step);
  }
  return node.replace({sliceRuns(node, runs)});
}

/// Where position `at` of a padded dimension reads; -1 for the constant.
static int64_t paddedPosition(int64_t at, int64_t size, StringRef mode) {
  if (mode == "edge")
    return std::clamp<int64_t>(at, 0, size - 1);
  if (mode == "wrap")
    return (at % size + size) % size;
  int64_t period = size > 1 ? 2 * (size - 1) : 1; // reflect
  int64_t within = (at % period + period) % period;
  return within < size ? within : period - within;
}

/// What mode "constant" pads with: a tensor of one element.
static Value paddingOf(NodeConversion &node) {
  Type element = node.type(0).getElementType();
  auto constant = node.constantValue(2);
  if (node.operand(2) && !constant)
    return node.reshape(node.operand(2), {});
  TypedAttr value = isa<FloatType>(element)
                        ? TypedAttr(node.builder.getFloatAttr(element, node.f32("value")))
                        : node.builder.getIntegerAttr(element, int64_t(node.f32("value")));
  if (constant && constant->getNumElements() == 1)
    value = cast<TypedAttr>(*constant->value_begin<Attribute>());
  return node.constant(DenseElementsAttr::get(RankedTensorType::get({}, element), value));
}

static LogicalResult convertPad(NodeConversion &node) {
  StringRef mode = node.string("mode", "constant");
  if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
    return node.unsupported("expected mode constant, reflect, edge or wrap, got '" + mode + "'");
  for (unsigned operand : {1, 3})
    if (node.operand(operand) && !node.constantValue(operand))
      return padAtRunTime(node, operand, paddingOf(node));
  Shape shape = node.shape(0);
  int64_t rank = shape.size();
  FailureOr<SmallVector<int64_t>> pads = node.ints(node.has("pads") ? "pads" : "paddings");
  FailureOr<SmallVector<int64_t>> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (node.operand(1) && failed(pads = node.constantInts(1)))
    return failure();
  if (node.operand(3) && failed(axes = node.constantInts(3)))
    return failure();
  if (failed(node.dims(*axes, rank)))
    return failure();
  if (pads->size() != 2 * axes->size())
    return node.unsupported("expected two paddings for each axis");
  SmallVector<int64_t> low(rank, 0), high(rank, 0), padded;
  for (auto [i, axis] : llvm::enumerate(*axes)) {
    int64_t dim = *normalizeDim(axis, rank);
    low[dim] = (*pads)[i];
    high[dim] = (*pads)[i + axes->size()];
  }
  constexpr int64_t most = int64_t(1) << 40;
  for (auto [size, before, after] : llvm::zip_equal(shape, low, high)) {
    if (std::abs(before) > most || std::abs(after) > most || before < -size || after < -size)
      return node.unsupported("expected paddings that leave a size of at least 0");
    padded.push_back(size + before + after);
  }
  if (failed(checkSize(node, padded)))
    return failure();
  if (mode != "constant") {
    SmallVector<std::optional<SmallVector<int64_t>>> tables(rank);
    for (int64_t dim = 0; dim < rank; ++dim) {
      if (low[dim] == 0 && high[dim] == 0)
        continue;
      if (shape[dim] == 0 || padded[dim] > (1 << 24))
        return node.unsupported("expected dimensions of 1 to 2^24 elements to pad");
      tables[dim].emplace();
      for (int64_t at = -low[dim]; at < padded[dim] - low[dim]; ++at)
        tables[dim]->push_back(paddedPosition(at, shape[dim], mode));
    }
    return node.replace({take(node, node.operand(0), tables)});
  }
  SmallVector<int64_t> offsets, sizes;
  for (int64_t dim = 0; dim < rank; ++dim) { // negative paddings cut
    offsets.push_back(std::max<int64_t>(-low[dim], 0));
    sizes.push_back(shape[dim] - offsets[dim] - std::max<int64_t>(-high[dim], 0));
    low[dim] = std::max<int64_t>(low[dim], 0);
    high[dim] = std::max<int64_t>(high[dim], 0);
    if (sizes[dim] < 0)
      return node.unsupported("expected negative paddings that leave a size of at least 0");
  }
  Value cut = node.slice(node.operand(0), offsets, sizes);
  return node.replace({node.pad(cut, low, high, readScalar(node, paddingOf(node)))});
}

static LogicalResult convertTile(NodeConversion &node) {
  Shape shape = node.shape(0);
  FailureOr<SmallVector<int64_t>> repeats = node.constantInts(1);
  if (failed(repeats))
    return failure();
  if (repeats->size() != shape.size())
    return node.unsupported("expected " + Twine(shape.size()) + " repeats");
  // [a, b] -> [1, a, 1, b] -> [r, a, s, b] -> [r * a, s * b]
  SmallVector<int64_t> apart, repeated, joined;
  for (auto [size, count] : llvm::zip_equal(shape, *repeats)) {
    if (failed(checkSize(node, {count, size})))
      return failure();
    if (count != 1) {
      apart.push_back(1);
      repeated.push_back(count);
    }
    apart.push_back(size);
    repeated.push_back(size);
    joined.push_back(count * size);
  }
  if (failed(checkSize(node, joined)))
    return failure();
  Value result = node.broadcast(node.reshape(node.operand(0), apart), repeated);
  return node.replace({node.reshape(result, joined)});
}

/// Reshape, transpose, reshape.
static LogicalResult shuffle(NodeConversion &node, Shape apart, ArrayRef<int64_t> permutation,
                             Shape joined) {
  Value result = node.transpose(node.reshape(node.operand(0), apart), permutation);
  return node.replace({node.reshape(result, joined)});
}

static LogicalResult convertDepthToSpace(NodeConversion &node) {
  if (node.rank(0) != 4)
    return node.unsupported("expected an input of rank 4");
  int64_t n = node.shape(0)[0], c = node.shape(0)[1], h = node.shape(0)[2], w = node.shape(0)[3];
  int64_t b = node.i64("blocksize");
  if (b < 1 || b > 65536 || c % (b * b))
    return node.unsupported("expected a block size whose square divides " + Twine(c) +
                            " channels, got " + Twine(b));
  int64_t depth = c / (b * b);
  if (node.string("mode", "DCR") == "DCR")
    return shuffle(node, {n, b, b, depth, h, w}, {0, 3, 4, 1, 5, 2}, {n, depth, h * b, w * b});
  return shuffle(node, {n, depth, b, b, h, w}, {0, 1, 4, 2, 5, 3}, {n, depth, h * b, w * b});
}

static LogicalResult convertSpaceToDepth(NodeConversion &node) {
  if (node.rank(0) != 4)
    return node.unsupported("expected an input of rank 4");
  int64_t n = node.shape(0)[0], c = node.shape(0)[1], h = node.shape(0)[2], w = node.shape(0)[3];
  int64_t b = node.i64("blocksize");
  if (b < 1 || b > 65536 || h % b || w % b)
    return node.unsupported("expected a block size that divides height and width, got " + Twine(b));
  SmallVector<int64_t> joined{n, c * b * b, h / b, w / b};
  if (node.string("mode", "DCR") == "DCR")
    return shuffle(node, {n, c, h / b, b, w / b, b}, {0, 3, 5, 1, 2, 4}, joined);
  return shuffle(node, {n, c, h / b, b, w / b, b}, {0, 1, 3, 5, 2, 4}, joined);
}

/// Keeps one side of a diagonal of the last two dimensions.
static LogicalResult convertTrilu(NodeConversion &node) {
  int64_t rank = node.rank(0);
  if (rank < 2)
    return node.unsupported("expected an input of rank 2 or more");
  if (countOf(node.shape(0)) == 0)
    return node.replace({node.operand(0)});
  Type integer = node.builder.getI64Type();
  Value shift = node.operand(1) ? node.reshape(node.operand(1), {}) : node.splat({}, integer, 0);
  Value row = iota(node, node.shape(0)[rank - 2], integer, 0, 2);
  Value column = iota(node, node.shape(0)[rank - 1], integer, 1, 2);
  bool upper = node.i64("upper", 1) != 0;
  auto predicate = upper ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sle;
  Value result =
      node.map({node.operand(0), row, column, shift}, node.shape(0), node.type(0).getElementType(),
               [&](OpBuilder &builder, Location loc, ValueRange values) -> Value {
                 Value diagonal = arith::AddIOp::create(builder, loc, values[1], values[3]);
                 Value kept = arith::CmpIOp::create(builder, loc, predicate, values[2], diagonal);
                 TypedAttr zero = builder.getZeroAttr(values[0].getType());
                 Value none = arith::ConstantOp::create(builder, loc, zero);
                 return arith::SelectOp::create(builder, loc, kept, values[0], none);
               });
  return node.replace({result});
}

static LogicalResult convertReverseSequence(NodeConversion &node) {
  int64_t rank = node.rank(0);
  FailureOr<int64_t> batch = node.dim(node.i64("batch_axis", 1), rank, "batch_axis");
  FailureOr<int64_t> time = node.dim(node.i64("time_axis", 0), rank, "time_axis");
  if (failed(batch) || failed(time))
    return failure();
  if (*batch == *time || node.rank(1) != 1 || node.shape(1)[0] != node.shape(0)[*batch])
    return node.unsupported("expected one length for each entry of the batch axis");
  Value input = node.operand(0), lengths = node.operand(1);
  Value result = generate(
      node, node.shape(0), elementOf(input),
      [&](OpBuilder &builder, Location loc, ValueRange indices) -> Value {
        SmallVector<Value> at(indices);
        Value entry = tensor::ExtractOp::create(builder, loc, lengths, at[*batch]);
        Value length = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), entry);
        // A length from the input may lie outside: clamped, as everywhere.
        Value most = arith::ConstantIndexOp::create(builder, loc, node.shape(0)[*time]);
        length = arith::MinSIOp::create(builder, loc, length, most);
        Value one = arith::ConstantIndexOp::create(builder, loc, 1);
        Value last = arith::SubIOp::create(builder, loc, length, one);
        Value mirrored = arith::SubIOp::create(builder, loc, last, at[*time]);
        Value within =
            arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, at[*time], length);
        at[*time] = arith::SelectOp::create(builder, loc, within, mirrored, at[*time]);
        return tensor::ExtractOp::create(builder, loc, input, at);
      });
  return node.replace({result});
}

void import::addMovementConverters(ConverterTable &table) {
  table.add("Transpose", 1, convertTranspose);
  table.add("Concat", 1, convertConcat);
  table.add("Split", 2, convertSplit);
  table.add("Slice", 1, convertSlice);
  table.add("Pad", 1, convertPad);
  table.add("Tile", 6, convertTile);
  table.add("DepthToSpace", 1, convertDepthToSpace);
  table.add("SpaceToDepth", 1, convertSpaceToDepth);
  table.add("Trilu", 14, convertTrilu);
  table.add("ReverseSequence", 10, convertReverseSequence);
}
