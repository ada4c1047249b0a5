// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Product/Blocks.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::product;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

DequantizeOp product::decodingOf(Operation *anchor) {
  Operation *op = rightOf(anchor).getDefiningOp();
  while (isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return dyn_cast_or_null<DequantizeOp>(op);
}

/// A parameter's shape with as many dimensions as what it broadcasts to.
static SmallVector<int64_t> alignedShape(Value parameter, int64_t rank) {
  SmallVector<int64_t> shape(rank - tensorOf(parameter).getRank(), 1);
  llvm::append_range(shape, tensorOf(parameter).getShape());
  return shape;
}

Blocks product::blocksOf(Operation *anchor, DequantizeOp decode) {
  Blocks blocks;
  auto refuse = [&](const Twine &reason) {
    blocks.refusal = reason.str();
    return blocks;
  };
  auto matmul = dyn_cast<MatmulOp>(anchor);
  if (!matmul || !llvm::all_of(tensorOf(matmul.getRhs()).getShape().drop_back(2),
                               [](int64_t size) { return size == 1; }))
    return refuse("decodes one matrix of weights");
  blocks.channelsFirst = matmul.getTransposeRhs();
  int64_t channels = tensorOf(matmul.getResult()).getShape().back();
  ArrayRef<int64_t> codes = tensorOf(decode.getInput()).getShape();
  int64_t rank = int64_t(codes.size());
  SmallVector<int64_t> scale = alignedShape(decode.getScale(), rank);
  int64_t at = blocks.channelsFirst ? 0 : rank - 1;
  if (codes[at] != channels || scale[at] != channels)
    return refuse("decodes weights with scales of each channel");
  if (Value zero = decode.getZeroPoint();
      zero && tensorOf(zero).getNumElements() > 1 && alignedShape(zero, rank) != scale)
    return refuse("decodes weights with zero points where they have scales");
  // Dimensions of the sum: some that scales have, then some that they have not.
  blocks.count = blocks.length = 1;
  for (int64_t dim = 0; dim < rank; ++dim) {
    if (dim == at)
      continue;
    if (scale[dim] == codes[dim] && blocks.length == 1)
      blocks.count *= codes[dim];
    else if (scale[dim] == 1)
      blocks.length *= codes[dim];
    else
      return refuse("decodes blocks of the sum");
  }
  constexpr int64_t mostJoined = 8; // steps that a row takes at once
  if (blocks.length % mostJoined)
    return refuse("decodes blocks of a multiple of eight codes");
  return blocks;
}

/// Pads channels to whole panels and splits them; `sum` is what else there is, and
/// comes behind the panel's number and, but for its first part, the channels.
static LayoutAttr layoutOf(RankedTensorType type, const Blocks &blocks, const Geometry &g,
                           ArrayRef<int64_t> sum, int64_t bits) {
  int64_t rank = type.getRank();
  SmallVector<int64_t> low(rank, 0), high(rank, 0), shape{g.panels, g.columns, g.lanes};
  high[blocks.channelsFirst ? 0 : rank - 1] = g.panels * g.panelChannels() - g.channels;
  int64_t first = blocks.channelsFirst ? 0 : int64_t(sum.size());
  int64_t inner = blocks.channelsFirst ? 3 : 0;
  shape.insert(blocks.channelsFirst ? shape.end() : shape.begin(), sum.begin(), sum.end());
  SmallVector<int64_t> order{first, inner, first + 1, first + 2};
  if (sum.size() > 1)
    order.push_back(inner + 1);
  return LayoutAttr::get(type.getContext(), low, high, shape, order, bits);
}

LayoutAttr product::codesLayout(RankedTensorType type, const Blocks &blocks, const Geometry &g) {
  return layoutOf(type, blocks, g, {g.steps / 2, 2}, /*bits=*/4);
}

LayoutAttr product::blocksLayout(RankedTensorType type, const Blocks &blocks, const Geometry &g) {
  return layoutOf(type, blocks, g, blocks.count, /*bits=*/0);
}
