// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Averages of codes: the exact integer sum of (q - z_x), then one multiplication
// by f32(f32(s_x / s_y) / count), rounded half to even (average_pool_c1).
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Codes.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Products.h"
#include "lib/Import/Ops/Scalars.h"
#include "lib/Import/Ops/Window.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// x, x_scale, x_zero_point, y_scale, y_zero_point
struct Average {
  Value scale, zero, resultScale;

  static FailureOr<Average> read(NodeConversion &node) {
    if (!elementOf(node.operand(0)).isInteger(8))
      return node.unsupported("expected 8-bit integers in operand 0");
    auto scale = oneScale(node, 1), resultScale = oneScale(node, 3);
    auto zero = oneZeroPoint(node, 2, node.onnxElement(0));
    if (failed(scale) || failed(resultScale) || failed(zero))
      return failure();
    return Average{*scale, *zero, *resultScale};
  }

  /// The codes of `sum`, whose elements are sums of `counts` codes each.
  FailureOr<Converted> finish(NodeConversion &node, Value sum, Value counts) const {
    Type f32 = node.builder.getF32Type();
    Value multiplier = node.map({scale, resultScale, counts}, f32,
                                [](OpBuilder &builder, Location loc, ValueRange x) {
                                  Scalars s{builder, loc};
                                  return s.div(s.div(x[0], x[1]), x[2]);
                                });
    Type element = node.operand(4) ? node.onnxElement(4) : node.onnxElement(0);
    auto codes = requantize(node, sum, multiplier, node.operand(4), element);
    if (failed(codes))
      return failure();
    return Converted{*codes, element};
  }
};

/// Where `count` codes less a zero point, of 8 bits, surely fit.
TypeAttr accumulatorOf(NodeConversion &node, int64_t count) {
  return TypeAttr::get(node.builder.getIntegerType(count < (int64_t(1) << 23) ? 32 : 64));
}

/// How many taps of each window count along each dimension, as [1, o..., 1].
Value countTaps(NodeConversion &node, const Window &window, Shape image, Shape result,
                bool withPadding) {
  SmallVector<float> counts{1};
  for (size_t dim = 0; dim < image.size(); ++dim) {
    int64_t first = withPadding ? -window.low[dim] : 0;
    int64_t end = image[dim] + (withPadding ? window.high[dim] : 0);
    SmallVector<float> joined;
    for (float before : counts)
      for (int64_t place = 0; place < result[dim + 1]; ++place) {
        // Taps that start at or behind `first`, less those at or behind `end`.
        int64_t start = place * window.strides[dim] - window.low[dim];
        auto tapsBefore = [&](int64_t at) {
          int64_t taps = llvm::divideCeilSigned(at - start, window.dilations[dim]);
          return std::clamp<int64_t>(taps, 0, window.size[dim]);
        };
        int64_t taps = tapsBefore(end) - tapsBefore(first);
        joined.push_back(before * taps);
      }
    counts = std::move(joined);
  }
  Type f32 = node.builder.getF32Type();
  if (llvm::all_equal(counts) && !counts.empty())
    return node.splat({}, f32, counts.front());
  SmallVector<int64_t> shape(result);
  shape.front() = shape.back() = 1;
  return node.constant(
      DenseElementsAttr::get(RankedTensorType::get(shape, f32), ArrayRef<float>(counts)));
}

LogicalResult convertAveragePool(NodeConversion &node) {
  auto average = Average::read(node);
  if (failed(average))
    return failure();
  if (node.rank(0) < 3)
    return node.unsupported("expected rank 3 or more, got " + Twine(node.rank(0)));
  bool isLast = node.i64("channels_last");
  Value input = isLast ? node.operand(0) : channelsLast(node, node.operand(0));
  Shape image = shapeOf(input).drop_front().drop_back();
  auto window = readWindow(node, image, node.ints("kernel_shape"));
  if (failed(window))
    return failure();
  auto pool = node.create<PoolOp>(PoolKind::Sum, input, average->zero, window->size,
                                  window->strides, window->low, window->end(), window->dilations,
                                  /*count_padding=*/false, !node.isUnsigned(0),
                                  accumulatorOf(node, countOf(window->size)));
  if (failed(pool))
    return failure();
  Value counts =
      countTaps(node, *window, image, shapeOf(*pool), node.i64("count_include_pad", 0) != 0);
  auto codes = average->finish(node, *pool, counts);
  if (failed(codes))
    return failure();
  if (!isLast)
    codes->value = channelsFirst(node, codes->value);
  return node.replace(*codes);
}

LogicalResult reduceMean(NodeConversion &node, ArrayRef<int64_t> dims, bool keepsDims) {
  auto average = Average::read(node);
  if (failed(average))
    return failure();
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= node.shape(0)[dim];
  auto sum = node.create<ReduceOp>(ReduceKind::Sum, node.operand(0), average->zero, dims, keepsDims,
                                   !node.isUnsigned(0), accumulatorOf(node, count));
  if (failed(sum))
    return failure();
  auto codes = average->finish(node, *sum, node.splat({}, node.builder.getF32Type(), count));
  return failed(codes) ? failure() : node.replace(*codes);
}

LogicalResult convertGlobalAveragePool(NodeConversion &node) {
  int64_t rank = node.rank(0), first = node.i64("channels_last") ? 1 : 2;
  if (rank < 3)
    return node.unsupported("expected rank 3 or more, got " + Twine(rank));
  return reduceMean(node, llvm::to_vector(llvm::seq<int64_t>(first, first + rank - 2)), true);
}

LogicalResult convertReduceMean(NodeConversion &node) {
  auto dims = node.dims(node.ints("axes"), node.rank(0));
  if (failed(dims))
    return failure();
  if (dims->empty())
    dims = llvm::to_vector(llvm::seq<int64_t>(0, node.rank(0)));
  return reduceMean(node, *dims, node.i64("keepdims", 1) != 0);
}

} // namespace

void import::addContribPoolConverters(ConverterTable &table) {
  table.add({microsoftDomain, "QLinearAveragePool", 1, 1, convertAveragePool, {0, 1, 3}});
  table.add(
      {microsoftDomain, "QLinearGlobalAveragePool", 1, 1, convertGlobalAveragePool, {0, 1, 3}});
  table.add({microsoftDomain, "QLinearReduceMean", 1, 1, convertReduceMean, {0, 1, 3}});
}
