// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/ResizeAtRunTime.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// A dimension whose scale, and region for tf_crop_and_resize, are tensors f32 [].
struct RunTimeDim {
  int64_t in, out;
  Value scale, start = {}, end = {};
};

/// Tables of one dimension: what makeResizeTables computes, as operations in its order.
class RunTimeTables {
public:
  RunTimeTables(NodeConversion &node, const ResizeMode &mode, const RunTimeDim &dim, int64_t taps)
      : node(node), mode(mode), dim(dim), taps(taps), f32(node.builder.getF32Type()),
        i64(node.builder.getI64Type()) {}

  /// i64 [out, taps], inside of the input.
  Value indices() {
    return generate(node, {dim.out, taps}, i64, [&](OpBuilder &b, Location loc, ValueRange at) {
      Scalars s{b, loc};
      return clampedToInput(s, tapAt(s, at).index);
    });
  }

  /// f32 [out, taps]
  Value weights() {
    Value raw =
        generate(node, {dim.out, taps}, f32, [&](OpBuilder &b, Location loc, ValueRange at) {
          Scalars s{b, loc};
          Tap tap = tapAt(s, at);
          Value x = s.mul(s.sub(tap.distance, tap.ratio), stretch(s));
          Value weight = weightAt(s, s.make<math::AbsFOp>(x));
          if (!mode.excludeOutside)
            return weight;
          Value isInside = s.equal(tap.index, clampedToInput(s, tap.index));
          return s.select(isInside, weight, s.number(f32, 0));
        });
    if (!mode.antialias && !mode.excludeOutside)
      return raw;
    Value sum = repeat(node, taps, node.splat({dim.out, 1}, f32, 0),
                       [&](TensorBuilder &inside, Value tap, ValueRange carried) {
                         Value next = inside.map({carried[0], readAt(inside, raw, 1, tap)}, f32,
                                                 [](OpBuilder &b, Location loc, ValueRange in) {
                                                   return Scalars{b, loc}.add(in[0], in[1]);
                                                 });
                         return SmallVector<Value>{next};
                       })[0];
    return node.map({raw, sum}, f32, [](OpBuilder &b, Location loc, ValueRange in) {
      return Scalars{b, loc}.div(in[0], in[1]);
    });
  }

  /// i1 [out]: whether the coordinate lies outside of the input.
  Value outside() {
    return generate(node, {dim.out}, node.builder.getI1Type(),
                    [&](OpBuilder &b, Location loc, ValueRange at) {
                      Scalars s{b, loc};
                      Value origin = originAt(s, at[0]);
                      return s.make<arith::OrIOp>(s.less(origin, s.number(f32, 0)),
                                                  s.less(number(s, dim.in - 1), origin));
                    });
  }

private:
  struct Tap {
    Value index, distance, ratio; ///< `distance`: from the position below the coordinate
  };

  Value number(Scalars s, double value) { return s.number(f32, double(float(value))); }
  Value read(Scalars s, Value scalar) { return s.make<tensor::ExtractOp>(scalar, ValueRange()); }
  Value clampedToInput(Scalars s, Value at) {
    return s.min(s.max(at, s.number(i64, 0)), s.number(i64, double(dim.in - 1)));
  }

  Value originOf(Scalars s, Value x) {
    Value in = number(s, dim.in), out = number(s, dim.out), one = number(s, 1);
    Value half = number(s, 0.5), last = number(s, dim.in - 1);
    if (mode.coordinates == "tf_crop_and_resize") {
      Value start = read(s, dim.start), end = read(s, dim.end);
      if (dim.out == 1)
        return s.mul(s.mul(half, s.add(start, end)), last);
      Value far = s.mul(s.mul(x, s.sub(end, start)), last);
      return s.add(s.mul(start, last), s.div(far, number(s, dim.out - 1)));
    }
    Value scale = read(s, dim.scale);
    if (mode.coordinates == "align_corners") {
      if (dim.out == 1)
        return number(s, 0);
      Value length = s.mul(scale, in);
      Value isSize =
          s.less(s.make<math::AbsFOp>(s.sub(length, out)), number(s, 1e-4f * float(dim.out)));
      length = s.select(isSize, out, length);
      return s.div(s.mul(x, last), s.sub(length, one));
    }
    if (mode.coordinates == "asymmetric")
      return s.div(x, scale);
    if (mode.coordinates == "pytorch_half_pixel" && dim.out == 1)
      return number(s, 0);
    Value origin = s.sub(s.div(s.add(x, half), scale), half);
    if (mode.coordinates != "half_pixel_symmetric")
      return origin;
    Value adjustment = s.div(out, s.mul(scale, in));
    return s.add(s.mul(number(s, float(dim.in) / 2), s.sub(one, adjustment)), origin);
  }

  /// Far outside is as good as at the border; integers hold it then.
  Value originAt(Scalars s, Value at) {
    Value x = s.make<arith::SIToFPOp>(f32, s.make<arith::IndexCastOp>(i64, at));
    Value origin = originOf(s, x), far = number(s, 1 << 30);
    return s.min(s.max(origin, s.neg(far)), far);
  }

  Value stretch(Scalars s) {
    return mode.antialias ? s.min(read(s, dim.scale), number(s, 1)) : number(s, 1);
  }

  Value toInteger(Scalars s, Value whole) { return s.cast(whole, false, i64, false); }

  Value nearestTo(Scalars s, Value origin) {
    Value below = s.make<math::FloorOp>(origin), above = s.make<math::CeilOp>(origin);
    if (mode.nearest == "floor")
      return below;
    if (mode.nearest == "ceil")
      return above;
    Value part = s.sub(origin, below), half = number(s, 0.5);
    Value isBelow =
        mode.nearest == "round_prefer_floor" ? s.lessOrEqual(part, half) : s.less(part, half);
    return s.select(isBelow, below, above);
  }

  Tap tapAt(Scalars s, ValueRange at) {
    Value origin = originAt(s, at[0]);
    if (mode.mode == "nearest")
      return {toInteger(s, nearestTo(s, origin)), number(s, 0), number(s, 0)};
    Value below = s.make<math::FloorOp>(origin), reach = number(s, mode.mode == "cubic" ? 2 : 1);
    Value first = s.add(s.make<math::FloorOp>(s.div(s.neg(reach), stretch(s))), number(s, 1));
    Value tap = s.make<arith::SIToFPOp>(f32, s.make<arith::IndexCastOp>(i64, at[1]));
    Value distance = s.add(first, tap);
    return {s.add(toInteger(s, below), toInteger(s, distance)), distance, s.sub(origin, below)};
  }

  Value weightAt(Scalars s, Value x) {
    Value one = number(s, 1), zero = number(s, 0);
    if (mode.mode == "nearest")
      return one;
    if (mode.mode == "linear")
      return s.max(s.sub(one, x), zero);
    float a = mode.cubicA;
    auto times = [&](Value value, float factor) { return s.mul(value, number(s, factor)); };
    Value inner = s.sub(times(x, a + 2), number(s, a + 3));
    inner = s.add(s.mul(s.mul(inner, x), x), one);
    Value outer = s.add(s.mul(s.sub(times(x, a), number(s, 5 * a)), x), number(s, 8 * a));
    outer = s.sub(s.mul(outer, x), number(s, 4 * a));
    outer = s.select(s.less(x, number(s, 2)), outer, zero);
    return s.select(s.lessOrEqual(x, one), inner, outer);
  }

  NodeConversion &node;
  const ResizeMode &mode;
  const RunTimeDim &dim;
  int64_t taps;
  Type f32, i64;
};

/// One pass: what the tables say, but for a scale of 1 the input.
Value pass(NodeConversion &node, const ResizeMode &mode, Value input, int64_t at,
           const RunTimeDim &dim, int64_t taps) {
  RunTimeTables tables(node, mode, dim, taps);
  Type type = elementOf(input);
  Value indices = tables.indices(), weights;
  if (mode.mode != "nearest")
    weights = castElements(node, tables.weights(), type);
  SmallVector<int64_t> shape(shapeOf(input));
  shape[at] = dim.out;
  bool mayStay = dim.in == dim.out && mode.coordinates != "tf_crop_and_resize";
  return generate(node, shape, type, [&](OpBuilder &b, Location loc, ValueRange index) {
    Scalars s{b, loc};
    Value sum;
    for (int64_t tap = 0; tap < taps; ++tap) {
      Value place[] = {index[at], s.make<arith::ConstantIndexOp>(tap)};
      SmallVector<Value> from(index);
      from[at] = s.make<arith::IndexCastOp>(b.getIndexType(),
                                            s.make<tensor::ExtractOp>(indices, ValueRange(place)));
      Value sample = s.make<tensor::ExtractOp>(input, from);
      if (weights)
        sample = s.mul(sample, s.make<tensor::ExtractOp>(weights, ValueRange(place)));
      sum = sum ? s.add(sum, sample) : sample;
    }
    if (!mayStay)
      return sum;
    Value scale = s.make<tensor::ExtractOp>(dim.scale, ValueRange());
    Value isSame = s.equal(scale, s.number(scale.getType(), 1));
    return s.select(isSame, s.make<tensor::ExtractOp>(input, index), sum);
  });
}

/// One number of an operand as a tensor f32 [].
Value numberOf(NodeConversion &node, unsigned operand, int64_t place) {
  Type f32 = node.builder.getF32Type();
  Value all = node.reshape(node.operand(operand), {countOf(node.shape(operand))});
  Value one = node.reshape(node.slice(all, {place}, {1}), {});
  return node.map(one, f32, [&](OpBuilder &b, Location loc, ValueRange in) {
    return Scalars{b, loc}.cast(in[0], node.isUnsigned(operand), f32, false);
  });
}

/// The scale of each axis, from scales, or from sizes, which may have to keep the aspect.
SmallVector<Value> scalesOf(NodeConversion &node, ArrayRef<int64_t> axes,
                            const ResizeOperands &operands) {
  Type f32 = node.builder.getF32Type();
  SmallVector<Value> scales;
  if (node.operand(operands.scales) && countOf(node.shape(operands.scales)) != 0) {
    for (size_t place = 0; place < axes.size(); ++place)
      scales.push_back(numberOf(node, operands.scales, place));
    return scales;
  }
  StringRef policy = node.string("keep_aspect_ratio_policy", "stretch");
  for (auto [place, axis] : llvm::enumerate(axes)) {
    double in = float(node.shape(0)[axis]);
    scales.push_back(node.map(numberOf(node, operands.sizes, place), f32,
                              [&](OpBuilder &b, Location loc, ValueRange x) {
                                Scalars s{b, loc};
                                return s.div(x[0], s.number(f32, in));
                              }));
  }
  if (policy == "stretch" || scales.empty())
    return scales;
  Value common = node.map(scales, f32, [&](OpBuilder &b, Location loc, ValueRange in) {
    Scalars s{b, loc};
    Value found = in[0];
    for (Value each : in.drop_front())
      found = policy == "not_larger" ? s.min(found, each) : s.max(found, each);
    return found;
  });
  return SmallVector<Value>(axes.size(), common);
}

} // namespace

LogicalResult import::resizeAtRunTime(NodeConversion &node, const ResizeMode &mode,
                                      ArrayRef<int64_t> axes, const ResizeOperands &operands,
                                      unsigned unknown) {
  Shape shape = node.shape(0);
  int64_t rank = shape.size();
  Type type = elementOf(node.operand(0));
  bool isNearest = mode.mode == "nearest", isCut = mode.coordinates == "tf_crop_and_resize";
  if (!mode.isKnown() || (!isNearest && !isa<FloatType>(type)))
    return node.unsupported("expected a mode that ONNX defines, and floats for all but nearest");
  auto stated = node.statedShape(0);
  if (!stated)
    return node.unknown(unknown);
  if (int64_t(stated->size()) != rank || failed(checkSize(node, *stated)))
    return node.unsupported("expected a stated shape of " + Twine(rank) + " dimensions");
  auto hasOne = [&](unsigned operand, int64_t each) {
    return !node.operand(operand) || countOf(node.shape(operand)) == 0 ||
           countOf(node.shape(operand)) == each * int64_t(axes.size());
  };
  if (!hasOne(operands.scales, 1) || !hasOne(operands.sizes, 1) ||
      (isCut && (!node.operand(operands.region) ||
                 countOf(node.shape(operands.region)) != 2 * int64_t(axes.size()))))
    return node.unsupported("expected a scale or a size for each axis, and two numbers of a "
                            "region where one is cropped");
  SmallVector<std::optional<RunTimeDim>> dims(rank);
  for (auto [axis, place, scale] :
       llvm::zip(axes, llvm::seq<int64_t>(0, axes.size()), scalesOf(node, axes, operands))) {
    dims[axis] = RunTimeDim{shape[axis], (*stated)[axis], scale};
    if (isCut) {
      dims[axis]->start = numberOf(node, operands.region, place);
      dims[axis]->end = numberOf(node, operands.region, place + axes.size());
    }
  }
  SmallVector<int64_t> taps(rank, 1);
  for (int64_t dim = 0; dim < rank; ++dim) {
    constexpr int64_t most = 1 << 20, mostTaps = 256;
    int64_t in = shape[dim], out = (*stated)[dim];
    if (!dims[dim] && in != out)
      return node.unsupported("expected a stated shape that differs from the input's along the "
                              "axes only");
    if (!dims[dim])
      continue;
    // A size is a length that was rounded, down or to the nearest.
    ResizeDim least{in, out, (float(out) - 0.5f) / float(in)};
    if (in < 1 || in > most || out < 1 || out > most ||
        (taps[dim] = countResizeTaps(mode, least)) > mostTaps)
      return node.unsupported("expected sizes of 1 to " + Twine(most) + " and at most " +
                              Twine(mostTaps) + " taps");
  }
  // In the order of what is known at compile time, so that the sums are the same.
  bool isImage = rank > 2 && shape[0] == (*stated)[0] && shape[1] == (*stated)[1];
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (isImage)
    std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  Value value = node.transpose(node.operand(0), order);
  if (!isNearest)
    value = castElements(node, value, type.isF64() ? type : node.builder.getF32Type());
  for (int64_t at = rank - 1; at >= 0; --at)
    if (const auto &dim = dims[order[at]]; dim && (dim->in != 1 || dim->out != 1))
      value = pass(node, mode, value, at, *dim, taps[order[at]]);
  if (isCut) {
    Value filling = node.splat({}, elementOf(value), node.f32("extrapolation_value"));
    for (int64_t at = rank - 1; at >= 0; --at) {
      const auto &dim = dims[order[at]];
      if (!dim)
        continue;
      SmallVector<int64_t> along(rank, 1);
      along[at] = dim->out;
      Value mask = node.reshape(RunTimeTables(node, mode, *dim, 1).outside(), along);
      value = node.map({value, mask, filling}, elementOf(value),
                       [](OpBuilder &b, Location loc, ValueRange in) {
                         return Scalars{b, loc}.select(in[1], in[2], in[0]);
                       });
    }
  }
  if (!isNearest)
    value = castElements(node, value, type);
  return node.replace(
      Converted{node.transpose(value, invertPermutation(order)), node.onnxElement(0)});
}
