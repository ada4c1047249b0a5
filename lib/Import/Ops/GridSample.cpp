// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// GridSample on any number of spatial dimensions: one loop nest whose body
// computes coordinates, reads the taps and weighs them, the last dimension first.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Indexing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// One tap along a dimension: a position inside of the image, its weight (null
/// for nearest), and whether the position was inside before (null: always).
struct Tap {
  Value position, weight, inside;
};

struct Sampler {
  OpBuilder &builder;
  Location loc;
  StringRef mode, padding;
  bool alignCorners;
  FloatType real; ///< of coordinates and weights

  Value number(double value) {
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(real, value));
  }
  Value add(Value a, Value b) { return arith::AddFOp::create(builder, loc, a, b); }
  Value sub(Value a, Value b) { return arith::SubFOp::create(builder, loc, a, b); }
  Value mul(Value a, Value b) { return arith::MulFOp::create(builder, loc, a, b); }
  Value div(Value a, Value b) { return arith::DivFOp::create(builder, loc, a, b); }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(builder, loc, predicate, a, b);
  }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, loc, condition, a, b);
  }
  /// NaN becomes `low`.
  Value clamp(Value value, double low, double high) {
    value = arith::MaxNumFOp::create(builder, loc, value, number(low));
    return arith::MinNumFOp::create(builder, loc, value, number(high));
  }

  double lowest() { return alignCorners ? 0 : -0.5; }
  double highest(int64_t size) { return alignCorners ? size - 1 : size - 0.5; }

  /// [-1, 1] to positions.
  Value denormalize(Value value, int64_t size) {
    Value shifted = add(value, number(1));
    if (alignCorners)
      return mul(div(shifted, number(2)), number(size - 1));
    return div(sub(mul(shifted, number(size)), number(1)), number(2));
  }

  /// Mirrors what lies outside at the border, as often as it takes.
  Value reflect(Value value, int64_t size) {
    double low = lowest(), high = highest(size), range = high - low;
    if (range == 0)
      return number(low);
    Value isLow = compare(arith::CmpFPredicate::OLT, value, number(low));
    Value isHigh = compare(arith::CmpFPredicate::OGT, value, number(high));
    Value beyond = select(isLow, sub(number(low), value), sub(value, number(high)));
    Value times = math::TruncOp::create(builder, loc, div(beyond, number(range)));
    Value rest = sub(beyond, mul(times, number(range)));
    Value half = math::FloorOp::create(builder, loc, div(times, number(2)));
    Value isEven = compare(arith::CmpFPredicate::OEQ, mul(half, number(2)), times);
    Value nearLow = add(number(low), rest), nearHigh = sub(number(high), rest);
    Value fromLow = select(isEven, nearLow, nearHigh);
    Value fromHigh = select(isEven, nearHigh, nearLow);
    return select(isLow, fromLow, select(isHigh, fromHigh, value));
  }

  /// What lies outside of the borders moves as the padding says.
  Value moveInside(Value value, int64_t size) {
    if (padding == "reflection")
      return reflect(value, size);
    if (padding == "zeros")
      return value;
    Value isLow = compare(arith::CmpFPredicate::OLT, value, number(lowest()));
    Value isHigh = compare(arith::CmpFPredicate::OGT, value, number(highest(size)));
    Value clamped = clamp(value, 0, size - 1);
    return select(arith::OrIOp::create(builder, loc, isLow, isHigh), clamped, value);
  }

  /// `place` is integral.
  Tap tapAt(Value place, int64_t size) {
    Tap tap;
    if (padding == "zeros")
      tap.inside =
          arith::AndIOp::create(builder, loc, compare(arith::CmpFPredicate::OGE, place, number(0)),
                                compare(arith::CmpFPredicate::OLE, place, number(size - 1)));
    if (padding == "reflection")
      place = math::TruncOp::create(builder, loc, reflect(place, size));
    place = clamp(place, 0, size - 1);
    Value integer = arith::FPToSIOp::create(builder, loc, builder.getI64Type(), place);
    tap.position = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), integer);
    return tap;
  }

  /// Keys' cubic, a = -0.75, between one and two samples away.
  Value cubicFar(Value x) {
    Value sum = sub(mul(number(-0.75), x), number(-3.75));
    return sub(mul(add(mul(sum, x), number(-6)), x), number(-3));
  }
  Value cubicNear(Value x) {
    Value sum = sub(mul(number(1.25), x), number(2.25));
    return add(mul(mul(sum, x), x), number(1));
  }

  SmallVector<Tap> tapsOf(Value coordinate, int64_t size) {
    if (mode == "nearest")
      coordinate = math::RoundEvenOp::create(builder, loc, coordinate);
    coordinate = moveInside(coordinate, size);
    // So far outside there is nothing to tell apart; integers hold the rest.
    coordinate = clamp(coordinate, -4, double(size) + 4);
    if (mode == "nearest")
      return {tapAt(coordinate, size)};
    Value below = math::FloorOp::create(builder, loc, coordinate);
    Value x = sub(coordinate, below), y = sub(number(1), x);
    SmallVector<Tap> taps;
    SmallVector<Value> weights{y, x};
    double first = 0;
    if (mode == "cubic") {
      weights = {cubicFar(add(x, number(1))), cubicNear(x), cubicNear(y),
                 cubicFar(sub(number(2), x))};
      first = -1;
    }
    for (auto [i, weight] : llvm::enumerate(weights)) {
      taps.push_back(tapAt(add(below, number(first + i)), size));
      taps.back().weight = weight;
    }
    return taps;
  }

  /// Weighs the taps of the dimensions from `at.size() - 2` on.
  Value sample(Value image, SmallVector<Value> at, ArrayRef<SmallVector<Tap>> dims, Value inside) {
    if (dims.empty()) {
      Value pixel = tensor::ExtractOp::create(builder, loc, image, at);
      if (!inside)
        return pixel;
      TypedAttr zero = builder.getZeroAttr(pixel.getType());
      return select(inside, pixel, arith::ConstantOp::create(builder, loc, zero));
    }
    Value sum;
    at.push_back(Value());
    for (const Tap &tap : dims.front()) {
      at.back() = tap.position;
      Value both = tap.inside;
      if (inside && both)
        both = arith::AndIOp::create(builder, loc, inside, both);
      Value value = sample(image, at, dims.drop_front(), both);
      if (!tap.weight)
        return value;
      value = mul(tap.weight, value);
      sum = sum ? add(sum, value) : value;
    }
    return sum;
  }
};

} // namespace

static LogicalResult convertGridSample(NodeConversion &node) {
  StringRef mode = node.string("mode", "linear"), padding = node.string("padding_mode", "zeros");
  if (mode == "bilinear" || mode == "bicubic") // before opset 20
    mode = mode.drop_front(2);
  if (!llvm::is_contained({"nearest", "linear", "cubic"}, mode) ||
      !llvm::is_contained({"zeros", "border", "reflection"}, padding))
    return node.unsupported("expected a mode that ONNX defines, got '" + mode + "', '" + padding +
                            "'");
  Value image = node.operand(0), grid = node.operand(1);
  Shape shape = node.shape(0), places = node.shape(1);
  int64_t spatial = shape.size() - 2;
  if (spatial < 1 || spatial > 3 || places.size() != shape.size() || places.back() != spatial ||
      places[0] != shape[0])
    return node.unsupported("expected an image of 1 to 3 spatial dimensions and a coordinate for "
                            "each in the grid");
  Type element = elementOf(image);
  bool isFloat = isa<FloatType>(element);
  if (mode != "nearest" && !isFloat)
    return node.unsupported("expected floats for mode " + mode);
  auto real = cast<FloatType>(isFloat ? commonComputeType({image, grid}) : commonComputeType(grid));
  grid = castElements(node, grid, real);
  if (mode != "nearest")
    image = castElements(node, image, real);
  SmallVector<int64_t> result{shape[0], shape[1]};
  llvm::append_range(result, places.drop_front().drop_back());
  if (countOf(shape) == 0 || failed(checkSize(node, result)))
    return node.unsupported("expected an image that is not empty");
  bool alignCorners = node.i64("align_corners") != 0;
  Value sampled = generate(
      node, result, elementOf(image), [&](OpBuilder &builder, Location loc, ValueRange at) {
        Sampler sampler{builder, loc, mode, padding, alignCorners, real};
        SmallVector<Value> place{at[0]};
        llvm::append_range(place, at.drop_front(2));
        place.push_back(Value());
        SmallVector<SmallVector<Tap>> dims;
        for (int64_t dim = 0; dim < spatial; ++dim) {
          // The grid holds x before y: the last dimension first.
          place.back() = arith::ConstantIndexOp::create(builder, loc, spatial - 1 - dim);
          Value coordinate = tensor::ExtractOp::create(builder, loc, grid, place);
          int64_t size = shape[dim + 2];
          dims.push_back(sampler.tapsOf(sampler.denormalize(coordinate, size), size));
        }
        return sampler.sample(image, {at[0], at[1]}, dims, Value());
      });
  return node.replace({isFloat ? castElements(node, sampled, element) : sampled});
}

void import::addGridSampleConverters(ConverterTable &table) {
  table.add("GridSample", 16, convertGridSample);
}
