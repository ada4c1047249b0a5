// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Product.h"
#include "accel.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace accel;

static Layout dense(ArrayRef<int64_t> extents) {
  Layout layout{SmallVector<int64_t>(extents), SmallVector<int64_t>(extents.size(), 1)};
  for (size_t i = extents.size() - 1; i-- > 0;)
    layout.strides[i] = layout.strides[i + 1] * extents[i + 1];
  return layout;
}

/// Dimensions of one element where `dims` has none (-1), else those of `from`.
static Layout pick(const Layout &from, ArrayRef<int> dims) {
  Layout layout;
  for (int dim : dims) {
    layout.extents.push_back(dim < 0 ? 1 : from.extents[dim]);
    layout.strides.push_back(dim < 0 ? 0 : from.strides[dim]);
  }
  return layout;
}

/// The one number that a zero point is.
static bool readZero(Value value, bool isSigned, int64_t &zero) {
  DenseElementsAttr constant;
  if (!value)
    return true;
  if (!matchPattern(value, m_Constant(&constant)) || !constant.isSplat())
    return false;
  APInt bits = constant.getSplatValue<APInt>();
  zero = isSigned ? bits.getSExtValue() : bits.getZExtValue();
  return true;
}

/// Memory references give strides; tensors are dense.
static Layout layoutOf(Value value) {
  auto shaped = cast<ShapedType>(value.getType());
  Layout layout = dense(shaped.getShape());
  if (auto tensor = value.getDefiningOp(); tensor && tensor->getNumOperands() == 1)
    if (auto memory = dyn_cast<MemRefType>(tensor->getOperand(0).getType()))
      layout.strides = memory.getStridesAndOffset().first;
  return layout;
}

static std::string readConv(pith::ConvOp op, Product &p) {
  if (op.getInput().getType().getRank() != 4)
    return "the coprocessor convolves over two dimensions";
  if (op.getGroups() != 1)
    return "the coprocessor has no groups";
  p.image = layoutOf(op.getInput());
  p.filter = pick(layoutOf(op.getFilter()), {-1, 0, 1, 2, 3});
  p.out = dense(op.getResult().getType().getShape());
  p.strideY = op.getStrides()[0], p.strideX = op.getStrides()[1];
  p.dilationY = op.getDilations()[0], p.dilationX = op.getDilations()[1];
  p.lowY = op.getLow()[0], p.lowX = op.getLow()[1];
  p.imageSigned = op.getInputSigned(), p.filterSigned = op.getFilterSigned();
  p.imageValue = op.getInput(), p.filterValue = op.getFilter(), p.biasValue = op.getBias();
  return readZero(op.getInputZeroPoint(), p.imageSigned, p.imageZero) &&
                 readZero(op.getFilterZeroPoint(), p.filterSigned, p.filterZero)
             ? ""
             : "a zero point is not one number known at compile time";
}

static std::string readMatmul(pith::MatmulOp op, Product &p) {
  int64_t rank = op.getLhs().getType().getRank();
  if (rank > 3)
    return "the coprocessor has one batch dimension";
  int batch = rank == 3 ? 0 : -1, first = rank - 2, second = rank - 1;
  auto dims = [&](bool transposed) {
    return transposed ? std::pair(second, first) : std::pair(first, second);
  };
  auto [m, k] = dims(op.getTransposeLhs());
  auto [n, l] = dims(!op.getTransposeRhs());
  p.image = pick(layoutOf(op.getLhs()), {batch, -1, m, k});
  p.filter = pick(layoutOf(op.getRhs()), {batch, n, -1, -1, l});
  p.out = pick(dense(op.getResult().getType().getShape()), {batch, -1, first, second});
  for (Layout *side : {&p.image, &p.filter}) // broadcasts
    if (side->extents[0] == 1) {
      side->extents[0] = p.out.extents[0];
      side->strides[0] = 0;
    }
  p.imageSigned = op.getLhsSigned(), p.filterSigned = op.getRhsSigned();
  p.imageValue = op.getLhs(), p.filterValue = op.getRhs(), p.biasValue = op.getBias();
  return readZero(op.getLhsZeroPoint(), p.imageSigned, p.imageZero) &&
                 readZero(op.getRhsZeroPoint(), p.filterSigned, p.filterZero)
             ? ""
             : "a zero point is not one number known at compile time";
}

static bool isSmall(Value value) {
  auto type = cast<ShapedType>(value.getType());
  return type.getNumElements() > 0 && type.getNumElements() <= INT32_MAX / 8;
}

std::string Product::read(Operation *op, Product &p) {
  p = Product();
  Value result = op->getResult(0);
  auto accumulator = op->getAttrOfType<TypeAttr>("accumulator");
  if (!accumulator || !accumulator.getValue().isInteger(32) ||
      !getElementTypeOrSelf(op->getOperand(0)).isInteger(8) ||
      !getElementTypeOrSelf(op->getOperand(1)).isInteger(8))
    return "the coprocessor multiplies bytes and adds in 32 bits";
  if (!isSmall(result) || !isSmall(op->getOperand(0)) || !isSmall(op->getOperand(1)))
    return "a tensor is empty or too large";
  auto conv = dyn_cast<pith::ConvOp>(op);
  std::string refusal = conv ? readConv(conv, p) : readMatmul(cast<pith::MatmulOp>(op), p);
  if (!refusal.empty())
    return refusal;
  // Constants of one number stand in the group, not in memory.
  if (p.biasValue && matchPattern(p.biasValue, m_Zero()))
    p.biasValue = nullptr;
  for (Value value : {p.imageValue, p.filterValue, p.biasValue})
    if (value && matchPattern(value, m_Constant()))
      return "an operand is one number, which no memory holds";
  p.biasStride = p.biasValue ? layoutOf(p.biasValue).strides[0] : 0;
  return Tiling::choose(p) ? "" : "the tiles of this window do not fit into the scratchpad";
}

// A run may read up to 15 bytes behind the last line: filters are zero there.
int64_t Tiling::imageBytes(const Product &p) const {
  return llvm::alignTo(p.tapsY() * pixels * channelBlock + ACCEL_ALIGNMENT, ACCEL_ALIGNMENT);
}

int64_t Tiling::filterBytes(const Product &p) const { return 8 * p.tapsY() * runs * runBytes; }

std::optional<Tiling> Tiling::choose(const Product &p) {
  const Layout &filter = p.filter;
  for (int64_t block = p.channels();; block = llvm::alignTo(llvm::divideCeil(block, 2), 16)) {
    Tiling tiling;
    tiling.channelBlock = block;
    tiling.pixels = 7 * p.strideX + (p.tapsX() - 1) * p.dilationX + 1;
    tiling.joined = block == p.channels() && p.dilationX == 1 &&
                    (p.tapsX() == 1 || filter.strides[3] == block * filter.strides[4]);
    tiling.runs = tiling.joined ? 1 : p.tapsX();
    tiling.runBytes = llvm::alignTo(tiling.joined ? p.tapsX() * block : block, 16);
    constexpr int64_t sums = 256;
    if (tiling.imageBytes(p) + tiling.filterBytes(p) + sums <= ACCEL_SCRATCHPAD)
      return tiling;
    if (block <= 16)
      return std::nullopt;
  }
}
