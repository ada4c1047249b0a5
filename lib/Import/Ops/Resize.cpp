// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resize and Upsample: tables at compile time, one pass for each dimension that
// changes, the last first.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/ResizeAtRunTime.h"
#include "lib/Import/Ops/ResizeTables.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::import;

/// Each element `factor` times: a broadcast between two reshapes.
static Value repeatElements(TensorBuilder &builder, Value input, int64_t dim, int64_t factor) {
  SmallVector<int64_t> apart(shapeOf(input)), joined(shapeOf(input));
  apart.insert(apart.begin() + dim + 1, 1);
  joined[dim] *= factor;
  SmallVector<int64_t> repeated(apart);
  repeated[dim + 1] = factor;
  return builder.reshape(builder.broadcast(builder.reshape(input, apart), repeated), joined);
}

static Value takeNearest(TensorBuilder &builder, Value input, int64_t dim,
                         const ResizeTables &tables) {
  int64_t in = shapeOf(input)[dim], out = tables.indices.size(), factor = out / in;
  auto isRepeated = [&](int64_t i) { return tables.indices[i] == i / factor; };
  if (out % in == 0 && llvm::all_of(llvm::seq<int64_t>(0, out), isRepeated))
    return repeatElements(builder, input, dim, factor);
  SmallVector<std::optional<SmallVector<int64_t>>> all(shapeOf(input).size());
  all[dim] = tables.indices;
  return take(builder, input, all);
}

/// The weighted sum of the taps in ascending order, each product and each sum
/// rounded.
static Value filter(TensorBuilder &builder, Value input, int64_t dim, const ResizeTables &tables) {
  int64_t out = tables.indices.size() / tables.taps;
  SmallVector<int64_t> shape(shapeOf(input));
  shape[dim] = out;
  Type type = elementOf(input);
  Value indices = builder.reshape(builder.ints(tables.indices), {out, tables.taps});
  SmallVector<Attribute> numbers;
  for (float weight : tables.weights)
    numbers.push_back(builder.builder.getFloatAttr(type, weight));
  auto weightType = RankedTensorType::get({out, tables.taps}, type);
  Value weights = builder.constant(DenseElementsAttr::get(weightType, numbers));
  return generate(
      builder, shape, type, [&](OpBuilder &nested, Location loc, ValueRange at) -> Value {
        Value sum;
        for (int64_t tap = 0; tap < tables.taps; ++tap) {
          Value place[] = {at[dim], arith::ConstantIndexOp::create(nested, loc, tap)};
          Value entry = tensor::ExtractOp::create(nested, loc, indices, place);
          SmallVector<Value> from(at);
          from[dim] = arith::IndexCastOp::create(nested, loc, nested.getIndexType(), entry);
          Value sample = tensor::ExtractOp::create(nested, loc, input, from);
          Value weight = tensor::ExtractOp::create(nested, loc, weights, place);
          Value product = arith::MulFOp::create(nested, loc, sample, weight);
          sum = sum ? Value(arith::AddFOp::create(nested, loc, sum, product)) : product;
        }
        return sum;
      });
}

/// `value` where `outside` along `dim`.
static Value extrapolate(TensorBuilder &builder, Value input, int64_t dim, ArrayRef<bool> outside,
                         double value) {
  SmallVector<int64_t> along(shapeOf(input).size(), 1);
  along[dim] = outside.size();
  auto type = RankedTensorType::get(along, builder.builder.getI1Type());
  Value mask = builder.constant(DenseElementsAttr::get(type, outside));
  Value filling = builder.splat({}, elementOf(input), value);
  return builder.map({input, mask, filling}, elementOf(input),
                     [](OpBuilder &nested, Location loc, ValueRange in) -> Value {
                       return arith::SelectOp::create(nested, loc, in[1], in[2], in[0]);
                     });
}

static LogicalResult resize(NodeConversion &node, const ResizeMode &mode,
                            ArrayRef<ResizeDim> dims) {
  Type type = node.type(0).getElementType();
  bool isNearest = mode.mode == "nearest";
  if (!mode.isKnown())
    return node.unsupported("expected a mode that ONNX defines, got '" + mode.mode + "', '" +
                            mode.coordinates + "', '" + mode.nearest + "'");
  if (!isNearest && !isa<FloatType>(type))
    return node.unsupported("expected floats for mode " + mode.mode);
  SmallVector<int64_t> shape;
  for (const ResizeDim &dim : dims) {
    shape.push_back(dim.out);
    constexpr int64_t most = 1 << 20, mostTaps = 256;
    bool changes = dim.out != dim.in || dim.scale != 1 || mode.coordinates == "tf_crop_and_resize";
    if (changes && (dim.in < 1 || dim.in > most || dim.out < 1 || dim.out > most ||
                    !(dim.scale > 0) || countResizeTaps(mode, dim) > mostTaps))
      return node.unsupported("expected sizes of 1 to " + Twine(most) +
                              ", a positive scale and at most " + Twine(mostTaps) + " taps");
  }
  if (failed(checkSize(node, shape)))
    return failure();
  // Images are channels-last inside.
  int64_t rank = dims.size();
  bool isImage = rank > 2 && dims[0].in == dims[0].out && dims[1].in == dims[1].out;
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (isImage)
    std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  Value value = node.transpose(node.operand(0), order);
  if (!isNearest)
    value = castElements(node, value, type.isF64() ? type : node.builder.getF32Type());
  SmallVector<std::pair<int64_t, ResizeTables>> passes;
  for (int64_t at = rank - 1; at >= 0; --at) {
    const ResizeDim &dim = dims[order[at]];
    bool changes = dim.out != dim.in || dim.scale != 1 || mode.coordinates == "tf_crop_and_resize";
    if (changes)
      passes.push_back({at, makeResizeTables(mode, dim)});
  }
  for (const auto &[at, tables] : passes)
    value = isNearest ? takeNearest(node, value, at, tables) : filter(node, value, at, tables);
  for (const auto &[at, tables] : passes)
    if (llvm::is_contained(tables.outside, true))
      value = extrapolate(node, value, at, tables.outside, node.f32("extrapolation_value"));
  if (!isNearest)
    value = castElements(node, value, type);
  return node.replace({node.transpose(value, invertPermutation(order))});
}

/// floor(in * scale), as ONNX's shape inference computes it.
static int64_t scaledSize(int64_t in, float scale) {
  float size = std::floor(float(in) * scale);
  return size > 0 && size < 1e9f ? int64_t(size) : 0;
}

static LogicalResult resizeByScales(NodeConversion &node, const ResizeMode &mode,
                                    ArrayRef<double> scales) {
  if (int64_t(scales.size()) != node.rank(0))
    return node.unsupported("expected " + Twine(node.rank(0)) + " scales, got " +
                            Twine(scales.size()));
  SmallVector<ResizeDim> dims;
  for (auto [in, scale] : llvm::zip_equal(node.shape(0), scales))
    dims.push_back({in, scaledSize(in, scale), float(scale)});
  return resize(node, mode, dims);
}

/// Upsample, and Resize before opset 11.
static LogicalResult convertUpsample(NodeConversion &node) {
  StringRef name = node.string("mode", "nearest");
  ResizeMode mode{name == "bilinear" ? "linear" : name, "asymmetric", "floor"};
  if (node.operand(1) && !node.constantValue(1))
    return resizeAtRunTime(node, mode, llvm::to_vector(llvm::seq<int64_t>(0, node.rank(0))),
                           {.scales = 1}, 1);
  FailureOr<SmallVector<double>> scales =
      node.operand(1) ? node.constantFloats(1) : node.floats("scales");
  return failed(scales) ? failure() : resizeByScales(node, mode, *scales);
}

/// The sizes that operand 3 asks for, shrunk or grown to keep the aspect.
static LogicalResult setSizes(NodeConversion &node, ArrayRef<int64_t> axes,
                              MutableArrayRef<ResizeDim> dims) {
  StringRef policy = node.string("keep_aspect_ratio_policy", "stretch");
  FailureOr<SmallVector<int64_t>> sizes = node.constantInts(3);
  if (failed(sizes))
    return failure();
  if (sizes->size() != axes.size())
    return node.unsupported("expected " + Twine(axes.size()) + " sizes");
  std::optional<float> common;
  for (auto [axis, size] : llvm::zip_equal(axes, *sizes)) {
    ResizeDim &dim = dims[axis];
    dim.out = size;
    dim.scale = float(size) / float(dim.in);
    if (policy == "not_larger")
      common = std::min(common.value_or(dim.scale), dim.scale);
    else if (policy == "not_smaller")
      common = std::max(common.value_or(dim.scale), dim.scale);
    else if (policy != "stretch")
      return node.unsupported("expected policy stretch, not_larger or not_smaller, got '" + policy +
                              "'");
  }
  if (common)
    for (int64_t axis : axes) {
      dims[axis].scale = *common;
      dims[axis].out = scaledSize(1, std::floor(*common * float(dims[axis].in) + 0.5f));
    }
  return success();
}

static LogicalResult convertResize(NodeConversion &node) {
  ResizeMode mode{node.string("mode", "nearest"),
                  node.string("coordinate_transformation_mode", "half_pixel"),
                  node.string("nearest_mode", "round_prefer_floor"),
                  float(node.f32("cubic_coeff_a", -0.75)),
                  node.i64("exclude_outside") != 0,
                  node.i64("antialias") != 0};
  int64_t rank = node.rank(0);
  SmallVector<int64_t> axes = node.ints("axes", llvm::to_vector(llvm::seq<int64_t>(0, rank)));
  if (failed(node.dims(axes, rank)))
    return failure();
  for (int64_t &axis : axes)
    axis = *normalizeDim(axis, rank);
  for (unsigned operand : {2, 3, 1}) {
    bool isRead = operand != 1 || mode.coordinates == "tf_crop_and_resize";
    if (isRead && node.operand(operand) && !node.constantValue(operand))
      return resizeAtRunTime(node, mode, axes, {.scales = 2, .sizes = 3, .region = 1}, operand);
  }
  SmallVector<ResizeDim> dims;
  for (int64_t size : node.shape(0))
    dims.push_back({size, size, 1});
  if (node.operand(2) && countOf(node.shape(2)) != 0) {
    FailureOr<SmallVector<double>> scales = node.constantFloats(2);
    if (failed(scales))
      return failure();
    if (scales->size() != axes.size())
      return node.unsupported("expected " + Twine(axes.size()) + " scales");
    for (auto [axis, scale] : llvm::zip_equal(axes, *scales)) {
      dims[axis].scale = scale;
      dims[axis].out = scaledSize(dims[axis].in, scale);
    }
  } else if (!node.operand(3)) {
    return node.unsupported("expected scales or sizes");
  } else if (failed(setSizes(node, axes, dims))) {
    return failure();
  }
  if (mode.coordinates == "tf_crop_and_resize") {
    FailureOr<SmallVector<double>> roi = node.constantFloats(1);
    if (failed(roi))
      return failure();
    if (roi->size() != 2 * axes.size())
      return node.unsupported("expected a region of " + Twine(2 * axes.size()) + " numbers");
    for (auto [i, axis] : llvm::enumerate(axes)) {
      dims[axis].roiStart = (*roi)[i];
      dims[axis].roiEnd = (*roi)[i + axes.size()];
    }
  }
  return resize(node, mode, dims);
}

void import::addResizeConverters(ConverterTable &table) {
  table.add("Upsample", 7, convertUpsample);
  table.add("Resize", 10, 10, convertUpsample);
  table.add("Resize", 11, convertResize);
}
