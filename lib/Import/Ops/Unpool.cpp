// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The places of maxima, and what puts windows back into an image: MaxPool's second
// result, and Col2Im.
#include "lib/Import/Ops/Unpool.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

// Every element of a window is written out.
constexpr int64_t mostTaps = 1024;

/// The first element of a window that is its maximum; NaN is above all.
struct MaximumPlace {
  Value image;
  const Window &window;
  bool isUnsigned, columnMajor;

  Value isAbove(Scalars s, Value candidate, Value best) {
    Value above = s.less(best, candidate, isUnsigned);
    if (!s.isFloat(best))
      return above;
    auto isNan = [&](Value value) {
      return s.make<arith::CmpFOp>(arith::CmpFPredicate::UNO, value, value);
    };
    Value first =
        s.make<arith::XOrIOp>(isNan(best), s.make<arith::ConstantOp>(s.builder.getBoolAttr(true)));
    above = s.make<arith::OrIOp>(above, isNan(candidate));
    return s.make<arith::AndIOp>(above, first);
  }

  /// `at`: sample, channel, and the window's place.
  Value element(OpBuilder &builder, Location loc, ValueRange at) {
    Scalars s{builder, loc};
    Shape shape = shapeOf(image), spatial = shape.drop_front(2);
    auto index = [&](int64_t value) { return s.make<arith::ConstantIndexOp>(value); };
    Value best, found, place = s.make<arith::ConstantOp>(builder.getI64IntegerAttr(0));
    SmallVector<int64_t> strides = computeStrides(window.size);
    for (int64_t tap = 0, end = countOf(window.size); tap < end; ++tap) {
      SmallVector<Value> from{at[0], at[1]};
      Value inside;
      for (auto [dim, offset] : llvm::enumerate(delinearize(tap, strides))) {
        Value start = s.mul(at[dim + 2], index(window.strides[dim]));
        Value where = s.add(start, index(offset * window.dilations[dim] - window.low[dim]));
        Value below = s.make<arith::CmpIOp>(arith::CmpIPredicate::ult, where, index(spatial[dim]));
        inside = inside ? s.make<arith::AndIOp>(inside, below) : below;
        where = s.make<arith::MaxSIOp>(where, index(0));
        from.push_back(s.make<arith::MinSIOp>(where, index(spatial[dim] - 1)));
      }
      Value candidate = tensor::ExtractOp::create(builder, loc, image, from);
      Value above = best ? isAbove(s, candidate, best) : Value();
      Value none =
          found ? s.make<arith::XOrIOp>(found, s.make<arith::ConstantOp>(builder.getBoolAttr(true)))
                : Value();
      Value takes =
          above ? s.make<arith::AndIOp>(inside, s.make<arith::OrIOp>(none, above)) : inside;
      Value here = s.make<arith::IndexCastOp>(builder.getI64Type(), flat(s, from));
      best = best ? s.select(takes, candidate, best) : candidate;
      place = s.select(takes, here, place);
      found = found ? s.make<arith::OrIOp>(found, inside) : inside;
    }
    return place;
  }

  /// Where an element lies in the whole tensor.
  Value flat(Scalars s, ArrayRef<Value> from) {
    Shape shape = shapeOf(image);
    auto order = llvm::to_vector(llvm::seq<unsigned>(0, shape.size()));
    if (columnMajor)
      std::reverse(order.begin() + 2, order.end());
    Value place = from[0];
    for (unsigned dim : ArrayRef(order).drop_front())
      place = s.add(s.mul(place, s.make<arith::ConstantIndexOp>(shape[dim])), from[dim]);
    return place;
  }
};

/// What the columns of a kernel element add to: each pixel apart by the stride, at
/// the element's own place.
LogicalResult convertCol2Im(NodeConversion &node) {
  FailureOr<SmallVector<int64_t>> image = node.constantInts(1), block = node.constantInts(2);
  if (failed(image) || failed(block))
    return failure();
  Shape shape = node.shape(0);
  int64_t taps = 1, places = 1;
  for (int64_t size : *block)
    if (size < 1 || (taps *= size) > mostTaps)
      return node.unsupported("expected a block of 1 to " + Twine(mostTaps) + " elements");
  FailureOr<Window> window = readWindow(node, *image, *block);
  if (failed(window))
    return failure();
  SmallVector<int64_t> blocks;
  for (auto [dim, size] : llvm::enumerate(*image)) {
    int64_t reach = (window->size[dim] - 1) * window->dilations[dim] + 1;
    int64_t span = size + window->low[dim] + window->high[dim] - reach;
    if (size < 1 || span < 0)
      return node.unsupported("expected blocks that fit the image");
    blocks.push_back(span / window->strides[dim] + 1);
    places *= blocks.back();
  }
  if (shape.size() != 3 || shape[1] % taps || shape[2] != places || countOf(shape) == 0)
    return node.unsupported("expected a column of the block's elements for each of " +
                            Twine(places) + " places");
  int64_t channels = shape[1] / taps;
  SmallVector<int64_t> result{shape[0]};
  llvm::append_range(result, *image);
  result.push_back(channels);
  if (failed(checkSize(node, result)))
    return failure();
  Value zero = arith::ConstantOp::create(node.builder, node.loc,
                                         node.builder.getZeroAttr(elementOf(node.operand(0))));
  Value columns = node.reshape(node.operand(0), {shape[0], channels, taps, places});
  SmallVector<int64_t> strides = computeStrides(*block);
  SmallVector<Value> parts;
  for (int64_t tap = 0; tap < taps; ++tap) {
    Value part = node.slice(columns, {0, 0, tap, 0}, {shape[0], channels, 1, places});
    part = node.transpose(node.reshape(part, {shape[0], channels, places}), {0, 2, 1});
    SmallVector<int64_t> apart{shape[0]};
    llvm::append_range(apart, blocks);
    apart.push_back(channels);
    part = spreadPixels(node, node.reshape(part, apart), window->strides, zero);
    // Into the padded image, and out of it without the padding.
    SmallVector<int64_t> low{0}, high{0}, from{0};
    for (auto [dim, offset] : llvm::enumerate(delinearize(tap, strides))) {
      int64_t whole = (*image)[dim] + window->low[dim] + window->high[dim];
      low.push_back(offset * window->dilations[dim]);
      high.push_back(whole - low.back() - shapeOf(part)[dim + 1]);
      from.push_back(window->low[dim]);
    }
    for (auto *sizes : {&low, &high, &from})
      sizes->push_back(0);
    parts.push_back(node.slice(node.pad(part, low, high, zero), from, result));
  }
  Value sum = node.map(parts, elementOf(columns), [](OpBuilder &b, Location loc, ValueRange in) {
    Value all = in[0];
    for (Value next : in.drop_front())
      all = Scalars{b, loc}.add(all, next);
    return all;
  });
  return node.replace(channelsFirst(node, sum));
}

} // namespace

FailureOr<Value> import::placesOfMaxima(NodeConversion &node, const Window &window, Shape places) {
  if (countOf(window.size) > mostTaps)
    return node.unsupported("expected a window of at most " + Twine(mostTaps) + " elements");
  MaximumPlace maximum{node.operand(0), window, node.isUnsigned(0), node.i64("storage_order") != 0};
  return generate(node, places, node.builder.getI64Type(),
                  [&](OpBuilder &builder, Location loc, ValueRange at) {
                    return maximum.element(builder, loc, at);
                  });
}

void import::addUnpoolConverters(ConverterTable &table) { table.add("Col2Im", 18, convertCol2Im); }
