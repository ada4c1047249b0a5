// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions: the image goes channels-last and the filter OIHW to OHWI; a
// constant filter takes the transpose as a step.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Products.h"
#include "lib/Import/Ops/Window.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

FailureOr<Value> import::convolve(NodeConversion &node, Value input, Value filter, Value bias,
                                  const IntegerProduct *integers) {
  int64_t rank = shapeOf(input).size();
  if (rank < 3 || int64_t(shapeOf(filter).size()) != rank)
    return node.unsupported("expected input and filter of one rank, at least 3");
  Shape kernel = shapeOf(filter).drop_front(2);
  auto stated = node.ints("kernel_shape", kernel);
  if (Shape(stated) != kernel)
    return node.unsupported("expected a kernel_shape that is the filter's");
  auto window = readWindow(node, shapeOf(input).drop_front(2), kernel);
  if (failed(window))
    return failure();
  IntegerProduct none{};
  const IntegerProduct &form = integers ? *integers : none;
  auto conv = node.create<ConvOp>(
      channelsLast(node, input), channelsLast(node, filter), bias, form.leftZero, form.rightZero,
      window->strides, window->low, window->high, window->dilations, node.i64("group", 1),
      form.leftSigned, form.rightSigned, integers ? TypeAttr::get(form.accumulator) : TypeAttr());
  if (failed(conv))
    return failure();
  return channelsFirst(node, *conv);
}

namespace {

LogicalResult convertConv(NodeConversion &node) {
  auto result = convolve(node, node.operand(0), node.operand(1), node.operand(2));
  return failed(result) ? failure() : node.replace(*result);
}

/// [C, M/g, k...] to [M, k..., C/g], each kernel turned around.
Value turnFilter(NodeConversion &node, Value filter, int64_t groups) {
  Shape shape = shapeOf(filter);
  Shape kernel = shape.drop_front(2);
  SmallVector<std::optional<SmallVector<int64_t>>> turned(2);
  for (int64_t size : kernel)
    turned.push_back(llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, size))));
  filter = take(node, filter, turned);
  SmallVector<int64_t> apart{groups, shape[0] / groups, shape[1]}, permutation{0, 2};
  llvm::append_range(apart, kernel);
  llvm::append_range(permutation, llvm::seq<int64_t>(3, apart.size()));
  permutation.push_back(1);
  SmallVector<int64_t> joined{groups * shape[1]};
  llvm::append_range(joined, kernel);
  joined.push_back(shape[0] / groups);
  return node.reshape(node.transpose(node.reshape(filter, apart), permutation), joined);
}

/// Paddings of the result: what a convolution of this shape would have had. A
/// wanted shape may make them negative, which adds zeros.
FailureOr<std::pair<SmallVector<int64_t>, SmallVector<int64_t>>>
transposedPads(NodeConversion &node, Shape image, Shape kernel, ArrayRef<int64_t> strides,
               ArrayRef<int64_t> dilations, ArrayRef<int64_t> behind) {
  size_t rank = image.size();
  SmallVector<int64_t> pads = node.ints("pads", SmallVector<int64_t>(2 * rank, 0));
  SmallVector<int64_t> wanted = node.ints("output_shape");
  StringRef automatic = node.string("auto_pad", "NOTSET");
  bool isSame = automatic.starts_with("SAME_");
  if (pads.size() != 2 * rank || (!wanted.empty() && wanted.size() != rank))
    return node.unsupported("expected paddings and an output shape of " + Twine(rank) +
                            " spatial dimensions");
  SmallVector<int64_t> low(pads.begin(), pads.begin() + rank),
      high(pads.begin() + rank, pads.end());
  if (automatic == "VALID") {
    low.assign(rank, 0);
    high.assign(rank, 0);
  }
  if (wanted.empty() && !isSame)
    return std::pair(low, high);
  for (size_t dim = 0; dim < rank; ++dim) {
    int64_t size = wanted.empty() ? image[dim] * strides[dim] : wanted[dim];
    int64_t total = strides[dim] * (image[dim] - 1) + behind[dim] +
                    (kernel[dim] - 1) * dilations[dim] + 1 - size;
    int64_t half = llvm::divideFloorSigned(total, 2);
    low[dim] = automatic == "SAME_UPPER" ? half : total - half;
    high[dim] = total - low[dim];
  }
  return std::pair(low, high);
}

/// The transpose of a convolution: one of the image with zeros between its
/// pixels, with each kernel turned around.
LogicalResult convertConvTranspose(NodeConversion &node) {
  int64_t rank = node.rank(0), groups = node.i64("group", 1);
  if (rank < 3 || node.rank(1) != rank || groups < 1 || node.shape(1)[0] % groups)
    return node.unsupported("expected input and filter of one rank, at least 3, and groups that "
                            "divide the input channels");
  Shape image = node.shape(0).drop_front(2), kernel = node.shape(1).drop_front(2);
  SmallVector<int64_t> ones(rank - 2, 1), zeros(rank - 2, 0);
  auto strides = node.ints("strides", ones), dilations = node.ints("dilations", ones);
  auto behind = node.ints("output_padding", zeros);
  auto isSize = [](int64_t value) { return value > 0 && value < (int64_t(1) << 20); };
  auto isPad = [](int64_t value) { return value >= 0 && value < (int64_t(1) << 20); };
  if (strides.size() != ones.size() || dilations.size() != ones.size() ||
      behind.size() != ones.size() || !llvm::all_of(strides, isSize) ||
      !llvm::all_of(dilations, isSize) || !llvm::all_of(behind, isPad))
    return node.unsupported("expected positive strides and dilations for " + Twine(rank - 2) +
                            " spatial dimensions");
  for (int64_t size : kernel)
    if (failed(checkPositions(node, size)))
      return failure();
  auto pads = transposedPads(node, image, kernel, strides, dilations, behind);
  if (failed(pads))
    return failure();
  Type element = elementOf(node.operand(0));
  if (!isa<FloatType>(element))
    return node.unsupported("expected floats");
  Value zero =
      arith::ConstantOp::create(node.builder, node.loc, node.builder.getFloatAttr(element, 0));
  Value spread = spreadPixels(node, channelsLast(node, node.operand(0)), strides, zero);
  // A padding of the transpose takes away what the kernel reaches beyond.
  SmallVector<int64_t> low, high, offsets{0}, sizes{shapeOf(spread).front()};
  for (size_t dim = 0; dim < kernel.size(); ++dim) {
    int64_t reach = (kernel[dim] - 1) * dilations[dim];
    int64_t before = reach - pads->first[dim], after = reach - pads->second[dim] + behind[dim];
    int64_t size = shapeOf(spread)[dim + 1];
    low.push_back(std::max<int64_t>(before, 0));
    high.push_back(std::max<int64_t>(after, 0));
    offsets.push_back(std::max<int64_t>(-before, 0));
    sizes.push_back(size - offsets.back() - std::max<int64_t>(-after, 0));
    if (sizes.back() < 1)
      return node.unsupported("expected paddings that leave a part of the image");
  }
  offsets.push_back(0);
  sizes.push_back(shapeOf(spread).back());
  auto conv = node.create<ConvOp>(node.slice(spread, offsets, sizes),
                                  turnFilter(node, node.operand(1), groups), node.operand(2), ones,
                                  low, high, dilations, groups);
  return failed(conv) ? failure() : node.replace(channelsFirst(node, *conv));
}

} // namespace

void import::addConvolutionConverters(ConverterTable &table) {
  table.add("Conv", 1, convertConv);
  table.add("ConvTranspose", 1, convertConvTranspose);
}
