// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools over windows and over whole images.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Unpool.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

FailureOr<Window> readPool(NodeConversion &node) {
  if (node.rank(0) < 3)
    return node.unsupported("expected rank 3 or more, got " + Twine(node.rank(0)));
  return readWindow(node, node.shape(0).drop_front(2), node.ints("kernel_shape"));
}

LogicalResult convertMaxPool(NodeConversion &node) {
  auto window = readPool(node);
  if (failed(window))
    return failure();
  bool isSigned = isa<IntegerType>(elementOf(node.operand(0))) && !node.isUnsigned(0);
  auto pool = node.create<PoolOp>(PoolKind::Max, channelsLast(node, node.operand(0)), window->size,
                                  window->strides, window->low, window->end(), window->dilations,
                                  /*count_padding=*/false, isSigned);
  if (failed(pool))
    return failure();
  SmallVector<Value> results(node.numResults());
  results[0] = channelsFirst(node, *pool);
  if (node.numResults() > 1 && !isa<NoneType>(node.node->getResult(1).getType())) {
    FailureOr<Value> places = placesOfMaxima(node, *window, shapeOf(results[0]));
    if (failed(places))
      return failure();
    results[1] = *places;
  }
  return node.replace(results);
}

LogicalResult convertAveragePool(NodeConversion &node) {
  auto window = readPool(node);
  if (failed(window))
    return failure();
  Value input = channelsLast(node, node.operand(0));
  Type element = elementOf(input);
  bool countsPadding = node.i64("count_include_pad", 0) && window->hasPadding();
  if (countsPadding && window->hasExtra()) {
    // The model's padding counts, what ceil_mode adds does not: padded with
    // zeros, the image is what counts.
    SmallVector<int64_t> low{0}, high{0};
    low.append(window->low);
    high.append(window->high);
    low.push_back(0);
    high.push_back(0);
    Value zero =
        arith::ConstantOp::create(node.builder, node.loc, node.builder.getFloatAttr(element, 0));
    input = node.pad(input, low, high, zero);
    window->low.assign(window->low.size(), 0);
    window->high.assign(window->high.size(), 0);
    countsPadding = false;
  }
  auto pool = node.create<PoolOp>(PoolKind::Average, input, window->size, window->strides,
                                  window->low, window->end(), window->dilations, countsPadding,
                                  /*is_signed=*/false);
  if (failed(pool))
    return failure();
  return node.replace(channelsFirst(node, *pool));
}

/// |x|^p summed over each window (a convolution with ones), then the p-th root.
Value powerOf(Scalars s, Value x, double p) {
  Value magnitude = s.make<math::AbsFOp>(x);
  if (p == 1)
    return magnitude;
  return p == 2 ? s.mul(x, x) : s.make<math::PowFOp>(magnitude, s.number(x.getType(), p));
}

Value rootOf(Scalars s, Value x, double p) {
  if (p == 1)
    return x;
  return p == 2 ? s.make<math::SqrtOp>(x) : s.make<math::PowFOp>(x, s.number(x.getType(), 1 / p));
}

Value mapOne(NodeConversion &node, Value input, ElementBody body) {
  return mapFloats(static_cast<TensorBuilder &>(node), input, shapeOf(input), body);
}

LogicalResult convertLpPool(NodeConversion &node) {
  auto window = readPool(node);
  if (failed(window))
    return failure();
  double p = node.i64("p", 2);
  int64_t channels = node.shape(0)[1];
  Type element = elementOf(node.operand(0));
  if (!isa<FloatType>(element) || p < 1)
    return node.unsupported("expected floats and a positive p");
  Value powers = mapOne(node, channelsLast(node, node.operand(0)),
                        [=](Scalars s, ValueRange x) { return powerOf(s, x[0], p); });
  SmallVector<int64_t> filter{channels};
  filter.append(window->size);
  filter.push_back(1);
  auto sums = node.create<ConvOp>(powers, node.splat(filter, element, 1), Value(), window->strides,
                                  window->low, window->end(), window->dilations, channels);
  if (failed(sums))
    return failure();
  Value roots = mapOne(node, *sums, [=](Scalars s, ValueRange x) { return rootOf(s, x[0], p); });
  return node.replace(channelsFirst(node, roots));
}

/// Reduces over all spatial dimensions, which stay with size 1.
FailureOr<Value> reduceImage(NodeConversion &node, ReduceKind kind, Value input) {
  int64_t rank = tensorType(input).getRank();
  if (rank < 3)
    return node.unsupported("expected rank 3 or more, got " + Twine(rank));
  auto reduce = node.create<ReduceOp>(kind, input, llvm::to_vector(llvm::seq<int64_t>(2, rank)),
                                      /*keep_dims=*/true, /*is_signed=*/false);
  return failed(reduce) ? FailureOr<Value>(failure()) : FailureOr<Value>(reduce->getResult());
}

LogicalResult convertGlobalMaxPool(NodeConversion &node) {
  auto result = reduceImage(node, ReduceKind::Max, node.operand(0));
  return failed(result) ? failure() : node.replace(*result);
}

LogicalResult convertGlobalAveragePool(NodeConversion &node) {
  auto sum = reduceImage(node, ReduceKind::Sum, node.operand(0));
  if (failed(sum))
    return failure();
  double count = countOf(node.shape(0).drop_front(2));
  return node.replace(mapOne(node, *sum, [=](Scalars s, ValueRange x) {
    return s.div(x[0], s.number(x[0].getType(), count));
  }));
}

LogicalResult convertGlobalLpPool(NodeConversion &node) {
  double p = node.i64("p", 2);
  if (p < 1)
    return node.unsupported("expected a positive p");
  Value powers =
      mapOne(node, node.operand(0), [=](Scalars s, ValueRange x) { return powerOf(s, x[0], p); });
  auto sum = reduceImage(node, ReduceKind::Sum, powers);
  if (failed(sum))
    return failure();
  return node.replace(
      mapOne(node, *sum, [=](Scalars s, ValueRange x) { return rootOf(s, x[0], p); }));
}

} // namespace

void import::addPoolConverters(ConverterTable &table) {
  table.add("MaxPool", 1, convertMaxPool);
  table.add("AveragePool", 1, convertAveragePool);
  table.add("LpPool", 2, convertLpPool);
  table.add("GlobalMaxPool", 1, convertGlobalMaxPool);
  table.add("GlobalAveragePool", 1, convertGlobalAveragePool);
  table.add("GlobalLpPool", 2, convertGlobalLpPool);
}
