// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Depthwise/DepthwiseShape.h"
#include "lib/Kernels/KernelMemory.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"

using namespace mlir;
using namespace pith;
using namespace pith::depthwise;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

Shape::Shape(ConvOp op) {
  ArrayRef<int64_t> filter = tensorOf(op.getFilter()).getShape(),
                    result = tensorOf(op.getResult()).getShape();
  images = result[0];
  rows = result[1];
  columns = result[2];
  channels = result[3];
  windowRows = filter[1];
  windowColumns = filter[2];
  strideRows = op.getStrides()[0];
  strideColumns = op.getStrides()[1];
}

int64_t Shape::columnsAtOnce(const VectorUnit &unit) const {
  constexpr int64_t others = 4; // a sum, and what its epilogue needs
  for (int64_t count : {2, 1})
    if (count <= columns && columnsKept(count) * groups() * 4 + others <= unit.registers)
      return count;
  return 0;
}

static std::string refusesShape(ConvOp op) {
  ArrayRef<int64_t> filter = tensorOf(op.getFilter()).getShape();
  if (filter.size() != 4)
    return "computes convolutions over two dimensions";
  int64_t groups = op.getGroups();
  if (tensorOf(op.getInput()).getDimSize(3) != groups || filter[0] != groups)
    return "computes one filter for each channel";
  if (filter[0] % blockChannels)
    return "computes channels in blocks of " + std::to_string(blockChannels);
  if (llvm::any_of(op.getDilations(), [](int64_t dilation) { return dilation != 1; }))
    return "does not dilate";
  return "";
}

Body pith::depthwise::readBody(mlir::Block &block) {
  Body body;
  auto refuse = [&](const Twine &reason) {
    body.refusal = reason.str();
    return body;
  };
  auto convs = block.getOps<ConvOp>();
  if (!llvm::hasSingleElement(convs))
    return refuse("computes one convolution");
  body.conv = *convs.begin();
  body.refusal = refusesShape(body.conv);
  if (!body.refusal.empty())
    return body;
  if (auto map = body.conv.getInput().getDefiningOp<MapOp>()) {
    if (!flipsSign(map))
      return refuse("does not fuse this work in front of the convolution");
    body.flip = map;
  }
  Value sums = body.conv.getResult();
  body.requantize =
      sums.hasOneUse() ? dyn_cast<RequantizeOp>(*sums.getUsers().begin()) : RequantizeOp();
  if (!body.requantize || body.requantize.getInput() != sums)
    return refuse("requantizes what it computes");
  Value codes = body.requantize.getResult(), zero = body.requantize.getZeroPoint();
  RankedTensorType scale = tensorOf(body.requantize.getScale());
  bool perChannel =
      scale.getNumElements() == 1 || (scale.getNumElements() == int64_t(body.conv.getGroups()) &&
                                      scale.getShape().back() == scale.getNumElements());
  if (!tensorOf(codes).getElementType().isInteger(8) || !perChannel ||
      (zero && tensorOf(zero).getNumElements() != 1))
    return refuse("makes bytes with a scale for each channel and one zero point");
  if (!codes.hasOneUse() ||
      !isa<YieldOp, bufferization::MaterializeInDestinationOp>(*codes.getUsers().begin()))
    return refuse("does not fuse this work behind the convolution");
  return body;
}

std::string pith::depthwise::refuses(GroupOp group, const KernelRow &, const VectorUnit &unit) {
  Body body = readBody(group.getBody().front());
  if (!body.refusal.empty())
    return body.refusal;
  return Shape(body.conv).columnsAtOnce(unit) ? "" : "has no registers for a window so large";
}

Plan pith::depthwise::choose(GroupOp group, const KernelRow &row, const VectorUnit &unit) {
  Shape shape(readBody(group.getBody().front()).conv);
  double dots = double(shape.items() * shape.rowsAtOnce() * shape.columns) *
                (shape.windowColumns * shape.groups()) * shape.channels / row.atom.lanes;
  // Each column is interleaved once for all rows of a pass.
  double columns = double(shape.items() * shape.columns * shape.strideColumns) * shape.channels /
                   row.atom.lanes * shape.groups() * 3;
  return {{unsigned(shape.rowsAtOnce()), unsigned(shape.columnsAtOnce(unit))},
          dots * row.cost.perAtom + columns * row.cost.perLoad + row.cost.fixed};
}

SmallVector<LayoutAttr> pith::depthwise::layouts(GroupOp group, const KernelRow &, Tile,
                                                 const VectorUnit &) {
  Body body = readBody(group.getBody().front());
  Shape shape(body.conv);
  MLIRContext *context = group.getContext();
  SmallVector<LayoutAttr> result(group.getInputs().size());
  auto set = [&](Value value, LayoutAttr layout) {
    if (auto argument = dyn_cast_or_null<BlockArgument>(value))
      result[argument.getArgNumber()] = layout;
  };
  auto pads = [](ArrayRef<int64_t> amounts) {
    return SmallVector<int64_t>{0, amounts[0], amounts[1], 0};
  };
  SmallVector<int64_t> low = pads(body.conv.getLow()), high = pads(body.conv.getHigh());
  if (llvm::any_of(llvm::concat<int64_t>(low, high), [](int64_t amount) { return amount != 0; }))
    set(body.input(), LayoutAttr::get(context, low, high));
  set(body.conv.getFilter(), weightLayout(context, shape));
  LayoutAttr perChannel = channelLayout(context, shape.channels);
  set(body.conv.getBias(), perChannel);
  if (tensorOf(body.requantize.getScale()).getNumElements() > 1)
    set(body.requantize.getScale(), perChannel);
  return result;
}

int64_t pith::depthwise::items(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  return Shape(readBody(group.getBody().front()).conv).items();
}

LayoutAttr pith::depthwise::weightLayout(MLIRContext *context, const Shape &s) {
  int64_t blocks = s.channels / blockChannels, groups = s.groups();
  return LayoutAttr::get(context, {0, 0, 1, 0}, {0, 4 * groups - s.windowRows, 0, 0},
                         {blocks, 4, 4, groups, 4, 1 + s.windowColumns}, {5, 3, 1, 0, 2, 4});
}

LayoutAttr pith::depthwise::channelLayout(MLIRContext *context, int64_t channels) {
  return LayoutAttr::get(context, {0}, {0}, {channels / blockChannels, 4, 4}, {1, 0, 2});
}
