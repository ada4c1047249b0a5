// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/Window.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

bool Window::hasPadding() const {
  return llvm::any_of(low, [](int64_t pad) { return pad != 0; }) ||
         llvm::any_of(high, [](int64_t pad) { return pad != 0; });
}

bool Window::hasExtra() const {
  return llvm::any_of(extra, [](int64_t pad) { return pad != 0; });
}

SmallVector<int64_t> Window::end() const {
  SmallVector<int64_t> result;
  for (auto [pad, more] : llvm::zip(high, extra))
    result.push_back(pad + more);
  return result;
}

FailureOr<Window> import::readWindow(NodeConversion &node, Shape image, ArrayRef<int64_t> size) {
  size_t rank = image.size();
  Window window;
  window.size = llvm::to_vector(size);
  window.strides = node.ints("strides", SmallVector<int64_t>(rank, 1));
  window.dilations = node.ints("dilations", SmallVector<int64_t>(rank, 1));
  SmallVector<int64_t> pads = node.ints("pads", SmallVector<int64_t>(2 * rank, 0));
  auto isPositive = [](int64_t value) { return value > 0 && value < (int64_t(1) << 30); };
  if (rank == 0 || size.size() != rank || window.strides.size() != rank ||
      window.dilations.size() != rank || pads.size() != 2 * rank ||
      !llvm::all_of(size, isPositive) || !llvm::all_of(window.strides, isPositive) ||
      !llvm::all_of(window.dilations, isPositive))
    return node.unsupported("expected positive sizes, strides and dilations and paddings for " +
                            Twine(rank) + " spatial dimensions");
  for (int64_t pad : pads)
    if (pad < 0 || pad >= (int64_t(1) << 30))
      return node.unsupported("expected paddings that are not negative, got " + Twine(pad));
  StringRef automatic = node.string("auto_pad", "NOTSET");
  bool isSame = automatic.starts_with("SAME_");
  if (!isSame && automatic != "NOTSET" && automatic != "VALID" && !automatic.empty())
    return node.unsupported("expected an auto_pad of ONNX, got '" + automatic + "'");
  bool isCeil = node.i64("ceil_mode", 0) && automatic != "VALID" && !isSame;
  for (size_t dim = 0; dim < rank; ++dim) {
    int64_t extent = (size[dim] - 1) * window.dilations[dim] + 1, stride = window.strides[dim];
    int64_t low = pads[dim], high = pads[rank + dim], extra = 0;
    if (automatic == "VALID")
      low = high = 0;
    if (isSame) {
      int64_t count = llvm::divideCeil(image[dim], stride);
      int64_t total = std::max<int64_t>((count - 1) * stride + extent - image[dim], 0);
      low = automatic == "SAME_LOWER" ? total - total / 2 : total / 2;
      high = total - low;
    }
    int64_t span = image[dim] + low + high - extent;
    if (isCeil && span > 0 && span % stride) {
      // A window that would start behind the image and its left padding is dropped.
      int64_t start = (span / stride + 1) * stride;
      if (start < image[dim] + low)
        extra = start - span;
    }
    window.low.push_back(low);
    window.high.push_back(high);
    window.extra.push_back(extra);
  }
  return window;
}

Value import::channelsLast(TensorBuilder &tensors, Value value) {
  int64_t rank = tensorType(value).getRank();
  SmallVector<int64_t> permutation{0};
  llvm::append_range(permutation, llvm::seq<int64_t>(2, rank));
  permutation.push_back(1);
  return tensors.transpose(value, permutation);
}

Value import::channelsFirst(TensorBuilder &tensors, Value value) {
  int64_t rank = tensorType(value).getRank();
  SmallVector<int64_t> permutation{0, rank - 1};
  llvm::append_range(permutation, llvm::seq<int64_t>(1, rank - 1));
  return tensors.transpose(value, permutation);
}

Value import::spreadPixels(TensorBuilder &tensors, Value image, ArrayRef<int64_t> strides,
                           Value zero) {
  Shape shape = shapeOf(image);
  SmallVector<int64_t> apart{shape.front()}, high{0}, joined{shape.front()}, cut{shape.front()};
  for (auto [size, stride] : llvm::zip(shape.drop_front().drop_back(), strides)) {
    apart.append({size, 1});
    high.append({0, stride - 1});
    joined.push_back(size * stride);
    cut.push_back((size - 1) * stride + 1);
  }
  for (auto *sizes : {&apart, &joined, &cut})
    sizes->push_back(shape.back());
  high.push_back(0);
  SmallVector<int64_t> low(high.size(), 0);
  Value spread = tensors.pad(tensors.reshape(image, apart), low, high, zero);
  return tensors.slice(tensors.reshape(spread, joined), SmallVector<int64_t>(cut.size(), 0), cut);
}
