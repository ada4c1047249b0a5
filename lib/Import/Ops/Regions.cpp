// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that read an image at places that other operands tell: RoiAlign and
// DeformConv.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Sampling.h"
#include "lib/Import/Ops/Window.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// An index as a number.
Value toNumber(Scalars s, Value index, Type real) {
  Value integer = s.make<arith::IndexCastOp>(s.builder.getI64Type(), index);
  return s.make<arith::SIToFPOp>(real, integer);
}

/// A region's share of one dimension: where it begins, and how much of it an
/// element of the result has.
struct Extent {
  Value first, bin;
};

struct RoiAlign {
  Value image, regions, batch;
  int64_t samples; ///< along each dimension of an element
  std::array<int64_t, 2> size;
  double scale;
  bool halfPixel, isMax;

  /// `dim` 0: rows; the region holds x before y.
  Extent extentOf(Scalars s, Value region, unsigned dim) {
    auto coordinate = [&](int64_t column) {
      Value place = s.make<arith::ConstantIndexOp>(column);
      Value given = tensor::ExtractOp::create(s.builder, s.loc, regions, ValueRange{region, place});
      Value scaled = s.mul(given, s.number(given.getType(), scale));
      return halfPixel ? s.sub(scaled, s.number(given.getType(), 0.5)) : scaled;
    };
    Value first = coordinate(1 - dim), length = s.sub(coordinate(3 - dim), first);
    if (!halfPixel) // a region without an area is one pixel
      length = s.make<arith::MaxNumFOp>(length, s.number(length.getType(), 1));
    return {first, s.div(length, s.number(length.getType(), double(size[dim])))};
  }

  Value placeOf(Scalars s, const Extent &extent, Value element, int64_t sample) {
    Value whole = s.mul(toNumber(s, element, extent.bin.getType()), extent.bin);
    double part = (double(sample) + 0.5);
    Value within = s.div(s.mul(s.number(extent.bin.getType(), part), extent.bin),
                         s.number(extent.bin.getType(), double(samples)));
    return s.add(s.add(extent.first, whole), within);
  }

  Value element(OpBuilder &builder, Location loc, ValueRange at) {
    Scalars s{builder, loc};
    Shape shape = shapeOf(image);
    Value sample = readPosition(builder, loc, batch, at[0], shape[0]);
    Extent rows = extentOf(s, at[0], 0), columns = extentOf(s, at[0], 1);
    Value result;
    for (int64_t y = 0; y < samples; ++y)
      for (int64_t x = 0; x < samples; ++x) {
        Neighbours around{sidesWithBorder(builder, loc, placeOf(s, rows, at[2], y), shape[2]),
                          sidesWithBorder(builder, loc, placeOf(s, columns, at[3], x), shape[3])};
        auto parts = weighed(builder, loc, image, sample, at[1], around);
        auto join = [&](Value a, Value b) { return isMax ? s.max(a, b) : s.add(a, b); };
        Value joined = join(join(join(parts[0], parts[1]), parts[2]), parts[3]);
        result = result ? join(result, joined) : joined;
      }
    if (isMax)
      return result;
    return s.div(result, s.number(result.getType(), double(samples * samples)));
  }
};

/// Every element of the result is written out with all of its samples.
constexpr int64_t mostSamples = 8;

LogicalResult convertRoiAlign(NodeConversion &node) {
  Shape shape = node.shape(0), regions = node.shape(1);
  if (shape.size() != 4 || regions.size() != 2 || regions[1] != 4 || node.rank(2) != 1 ||
      node.shape(2)[0] != regions[0])
    return node.unsupported("expected an image of rank 4, regions of 4 numbers each, and the "
                            "index of an image for each region");
  StringRef mode = node.string("mode", "avg");
  StringRef transformation = node.string("coordinate_transformation_mode", "half_pixel");
  if ((mode != "avg" && mode != "max") ||
      (transformation != "half_pixel" && transformation != "output_half_pixel"))
    return node.unsupported("expected a mode that ONNX defines, got '" + mode + "', '" +
                            transformation + "'");
  int64_t samples = node.i64("sampling_ratio");
  if (samples < 1 || samples > mostSamples)
    return node.unsupported("expected a sampling_ratio from 1 to " + Twine(mostSamples) +
                            "; with 0 the number of samples would depend on the regions");
  int64_t height = node.i64("output_height", 1), width = node.i64("output_width", 1);
  SmallVector<int64_t> result{regions[0], shape[1], height, width};
  if (height < 1 || width < 1 || failed(checkSize(node, result)) || countOf(shape) == 0)
    return node.unsupported("expected an image that is not empty and a positive size");
  Type real = commonComputeType({node.operand(0), node.operand(1)});
  RoiAlign align{castElements(node, node.operand(0), real),
                 castElements(node, node.operand(1), real),
                 node.operand(2),
                 samples,
                 {height, width},
                 node.f32("spatial_scale", 1),
                 transformation == "half_pixel",
                 mode == "max"};
  Value aligned =
      generate(node, result, real, [&](OpBuilder &builder, Location loc, ValueRange at) {
        return align.element(builder, loc, at);
      });
  return node.replace(castElements(node, aligned, elementOf(node.operand(0))));
}

/// What a deformable convolution sums: for each element of the kernel the pixel at
/// its own place, times the mask. The sums are a convolution of 1 x 1.
struct DeformConv {
  Value image, offsets, mask;
  Window window;
  int64_t offsetGroups;

  /// `at`: sample, channel, kernel row and column, row and column of the result.
  Value element(OpBuilder &builder, Location loc, ValueRange at) {
    Scalars s{builder, loc};
    Shape shape = shapeOf(image);
    auto index = [&](int64_t value) { return s.make<arith::ConstantIndexOp>(value); };
    Value group = s.make<arith::DivUIOp>(at[1], index(shape[1] / offsetGroups));
    Value tap = s.add(s.mul(at[2], index(window.size[1])), at[3]);
    int64_t taps = window.size[0] * window.size[1];
    tap = s.add(s.mul(group, index(taps)), tap);
    std::array<Value, 2> places;
    for (unsigned dim = 0; dim < 2; ++dim) {
      Value channel = s.add(s.mul(tap, index(2)), index(dim));
      Value moved = tensor::ExtractOp::create(builder, loc, offsets,
                                              ValueRange{at[0], channel, at[4], at[5]});
      Value steps = s.add(s.mul(at[4 + dim], index(window.strides[dim])),
                          s.mul(at[2 + dim], index(window.dilations[dim])));
      Value place = s.sub(toNumber(s, steps, moved.getType()),
                          s.number(moved.getType(), double(window.low[dim])));
      places[dim] = s.add(place, moved);
    }
    Neighbours around{sidesWithZeros(builder, loc, places[0], shape[2]),
                      sidesWithZeros(builder, loc, places[1], shape[3])};
    auto parts = weighed(builder, loc, image, at[0], at[1], around);
    Value pixel = s.add(s.add(parts[0], parts[1]), s.add(parts[2], parts[3]));
    if (!mask)
      return pixel;
    return s.mul(
        pixel, tensor::ExtractOp::create(builder, loc, mask, ValueRange{at[0], tap, at[4], at[5]}));
  }
};

LogicalResult convertDeformConv(NodeConversion &node) {
  if (node.rank(0) != 4 || node.rank(1) != 4 || node.rank(2) != 4)
    return node.unsupported("expected image, filter and offsets of rank 4");
  Shape shape = node.shape(0), filter = node.shape(1), offsets = node.shape(2);
  SmallVector<int64_t> kernel(filter.drop_front(2));
  if (node.ints("kernel_shape", kernel) != kernel)
    return node.unsupported("expected a kernel_shape that is the filter's");
  FailureOr<Window> window = readWindow(node, shape.drop_front(2), kernel);
  if (failed(window))
    return failure();
  int64_t groups = node.i64("group", 1), offsetGroups = node.i64("offset_group", 1);
  int64_t taps = countOf(kernel), places = countOf(offsets.drop_front(2));
  if (groups < 1 || offsetGroups < 1 || shape[1] != filter[1] * groups || shape[1] % offsetGroups ||
      offsets[0] != shape[0] || offsets[1] != 2 * offsetGroups * taps || countOf(shape) == 0)
    return node.unsupported("expected two offsets for each element of the kernel, and channels "
                            "that groups divide");
  for (unsigned dim = 0; dim < 2; ++dim) {
    int64_t reach = (kernel[dim] - 1) * window->dilations[dim] + 1;
    int64_t span = shape[dim + 2] + window->low[dim] + window->high[dim] - reach;
    if (span < 0 || offsets[dim + 2] != span / window->strides[dim] + 1)
      return node.unsupported("expected offsets for each element of the result");
  }
  Value mask = node.operand(4);
  SmallVector<int64_t> masks{shape[0], offsetGroups * taps, offsets[2], offsets[3]};
  if (mask && shapeOf(mask) != Shape(masks))
    return node.unsupported("expected a mask for each element of the kernel");
  SmallVector<int64_t> columns{shape[0], shape[1], kernel[0], kernel[1], offsets[2], offsets[3]};
  if (failed(checkSize(node, columns)) || places == 0)
    return node.unsupported("expected a result that is not empty");
  Type real = commonComputeType(node.operand(0));
  auto toReal = [&](Value value) { return castElements(node, value, real); };
  DeformConv deform{toReal(node.operand(0)), toReal(node.operand(2)), toReal(mask), *window,
                    offsetGroups};
  Value sampled =
      generate(node, columns, real, [&](OpBuilder &builder, Location loc, ValueRange at) {
        return deform.element(builder, loc, at);
      });
  sampled = node.reshape(sampled, {shape[0], shape[1] * taps, offsets[2], offsets[3]});
  Value weights = node.reshape(toReal(node.operand(1)), {filter[0], filter[1] * taps, 1, 1});
  SmallVector<int64_t> ones{1, 1}, none{0, 0};
  auto conv = node.create<ConvOp>(channelsLast(node, sampled), channelsLast(node, weights),
                                  toReal(node.operand(3)), ones, none, none, ones, groups);
  if (failed(conv))
    return failure();
  Value result = channelsFirst(node, *conv);
  return node.replace(castElements(node, result, elementOf(node.operand(0))));
}

} // namespace

void import::addRegionConverters(ConverterTable &table) {
  table.add("RoiAlign", 16, convertRoiAlign);
  table.add("DeformConv", 19, convertDeformConv);
}
