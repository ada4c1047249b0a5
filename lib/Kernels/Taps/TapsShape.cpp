// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Taps/TapsShape.h"
#include <numeric>

using namespace mlir;
using namespace pith;
using namespace pith::taps;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

static int64_t productOf(ArrayRef<int64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<>());
}

Shape::Shape(ConvOp op, int64_t lanes, const VectorUnit &unit) : lanes(lanes) {
  result.assign(tensorOf(op.getResult()).getShape().begin(),
                tensorOf(op.getResult()).getShape().end());
  ArrayRef<int64_t> filter = tensorOf(op.getFilter()).getShape();
  window.assign(filter.begin() + 1, filter.end());
  stride = op.getStrides().back();
  dilation = op.getDilations().back();
  perGroup = filter[0] / int64_t(op.getGroups());
  bool codes = tensorOf(op.getInput()).getElementType().isInteger();
  int64_t read = std::max<int64_t>(1, lanes / perGroup) * window.back() * (codes ? 1 : 4);
  bytesOfRows = productOf(ArrayRef(window).drop_back(2)) * columns() * stride * read;
  // Registers hold a sum for each column, the weights of the unrolled taps, and
  // what reads, converts and shuffles a pixel. Few codes widen in steps of their own.
  constexpr int64_t fewest = 4;
  int64_t others = codes && lanes <= 4 ? 7 : 5, least = std::min(fewest, columns());
  for (unsigned dims : {2, 1, 0}) {
    int64_t free = int64_t(unit.registers) - productOf(ArrayRef(window).take_back(dims)) - others;
    // Lanes that read different channels take them from one vector.
    if (free < least || (dims == 0 && !oneGroup()))
      continue;
    unrolled = dims;
    if (loopedTaps() == 1) {
      // The loop over columns has no other inside. It keeps the numbers of what is
      // behind the sums, and its steps are independent: two sums at once will do,
      // and one where even they find no register.
      free -= codes ? 8 : 6;
      least = std::min<int64_t>(free < 0 ? 1 : 2, columns());
    } else if (!oneGroup() && perGroup < window.back()) {
      // Lanes read more channels than there are lanes: two vectors for each column
      // besides its sum, and for each channel the places where it stands in them.
      free = (free - window.back()) / 3;
    }
    columnsAtOnce = evenly(std::max(free, least));
    return;
  }
}

int64_t Shape::evenly(int64_t atOnce) const {
  return llvm::divideCeil(columns(), llvm::divideCeil(columns(), atOnce));
}

int64_t Shape::columnsFor(int64_t active) const {
  bool whole = active > 1 && llvm::isPowerOf2_64(active);
  return whole ? columnsAtOnce : evenly(llvm::divideCeil(columnsAtOnce, 2));
}

int64_t Shape::items() const { return productOf(ArrayRef(result).drop_back(2)); }
int64_t Shape::blocksAtOnce() const {
  constexpr int64_t near = 24 << 10;
  int64_t most = std::max<int64_t>(1, near / bytesOfRows), all = std::max<int64_t>(1, blocks());
  for (int64_t count = std::min(most, all);; --count)
    if (all % count == 0)
      return count;
}

int64_t Shape::unrolledTaps() const { return productOf(ArrayRef(window).take_back(unrolled)); }
int64_t Shape::loopedTaps() const { return productOf(ArrayRef(window).drop_back(unrolled)); }

std::string pith::taps::refusesShape(Operation *op) {
  auto conv = dyn_cast<ConvOp>(op);
  if (!conv)
    return "computes convolutions";
  if (conv.getGroups() == 1)
    return "computes several groups of channels";
  for (Value value : {conv.getInput(), conv.getFilter(), conv.getResult()})
    if (tensorOf(value).getNumElements() == 0)
      return "computes no empty tensors";
  // Sums of codes are exact in f32: |code| <= 255, |weight| <= 128.
  constexpr int64_t most = (int64_t(1) << 24) / (255 * 128);
  Type element = tensorOf(conv.getInput()).getElementType();
  if (element.isInteger() && productOf(tensorOf(conv.getFilter()).getShape().drop_front()) > most)
    return "adds at most " + std::to_string(most) + " products of codes";
  return "";
}

product::Body pith::taps::readBody(Block &block) { return product::readBody(block, refusesShape); }

LayoutAttr pith::taps::weightLayout(ConvOp op) {
  ArrayRef<int64_t> shape = tensorOf(op.getFilter()).getShape();
  SmallVector<int64_t> none(shape.size(), 0), order;
  for (size_t i = 1; i < shape.size(); ++i)
    order.push_back(int64_t(i));
  order.push_back(0);
  return LayoutAttr::get(op.getContext(), none, none, shape, order);
}
