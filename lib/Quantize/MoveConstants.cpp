// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Once dequantize stands behind the movement of weights, the movement is that of
// constant codes: a step of a large constant, another value of a small one. Range
// analysis, packing and sparsity see only weights that are constants.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Quantize/CodePatterns.h"
#include "lib/Quantize/Codes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

namespace {

using Steps = SmallVector<ConstantTransformInterface>;

/// The movement as steps of a constant; none where it is no such movement.
Steps stepsOf(Operation *op) {
  MLIRContext *context = op->getContext();
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return {ReshapeAttr::get(context, tensorOf(op->getResult(0)).getShape())};
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op);
      transpose && transpose.hasPureTensorSemantics())
    return {TransposeAttr::get(context, transpose.getPermutation())};
  auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
  if (!slice || !slice.getOffsets().empty() || !slice.getSizes().empty() ||
      !slice.getStrides().empty())
    return {};
  if (slice.getSourceType().getRank() == 0)
    return {};
  // The second step drops dimensions.
  return {SliceAttr::get(context, slice.getStaticOffsets(), slice.getStaticSizes(),
                         slice.getStaticStrides()),
          ReshapeAttr::get(context, slice.getType().getShape())};
}

/// The type behind the steps, or null.
RankedTensorType typeBehind(const Steps &steps, RankedTensorType type) {
  for (ConstantTransformInterface step : steps) {
    auto next = step.resultType(type, [] { return InFlightDiagnostic(); });
    if (failed(next))
      return {};
    type = *next;
  }
  return type;
}

/// A small constant, its elements in their new order; null where it is not small.
DenseElementsAttr moved(DenseElementsAttr value, const Steps &steps, RankedTensorType type) {
  if (value.isSplat())
    return value.resizeSplat(type);
  auto reader = ConstantReader::create(value, [] { return InFlightDiagnostic(); });
  constexpr int64_t most = 1 << 20;
  if (failed(reader) || reader->numElements() > most || type.getElementType().isInteger(1))
    return {};
  int64_t width = reader->elementBytes();
  std::vector<char> from(reader->numElements() * width), to(type.getNumElements() * width);
  reader->read(0, from);
  SmallVector<RankedTensorType> inputs{cast<RankedTensorType>(value.getType())};
  for (size_t i = 0; i + 1 < steps.size(); ++i)
    inputs.push_back(typeBehind({steps[i]}, inputs.back()));
  SmallVector<int64_t> places = llvm::to_vector(llvm::seq<int64_t>(0, type.getNumElements()));
  for (auto [step, input] : llvm::reverse(llvm::zip_equal(steps, inputs)))
    step.mapIndices(input, places);
  for (auto [i, place] : llvm::enumerate(places))
    llvm::copy(ArrayRef(from).slice(place * width, width), to.begin() + i * width);
  return DenseElementsAttr::getFromRawBuffer(type, to);
}

struct MoveConstant : RewritePattern {
  explicit MoveConstant(MLIRContext *context) : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    Attribute value;
    Steps steps = stepsOf(op);
    if (steps.empty() || !matchPattern(op->getOperand(0), m_Constant(&value)))
      return rewriter.notifyMatchFailure(op, "moves no constant");
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (typeBehind(steps, tensorOf(op->getOperand(0))) != type)
      return rewriter.notifyMatchFailure(op, "no constant has such a step");
    if (auto large = dyn_cast<ConstantAttr>(value)) {
      if (type.getRank() == 0)
        return rewriter.notifyMatchFailure(op, "a step has dimensions");
      for (ConstantTransformInterface step : steps)
        if (!isa<ReshapeAttr>(step) || typeBehind({step}, large.getType()) != large.getType())
          large = *large.then(step, [] { return InFlightDiagnostic(); });
      rewriter.replaceOpWithNewOp<ConstantOp>(op, type, large, IntegerAttr());
      return success();
    }
    auto dense = dyn_cast<DenseElementsAttr>(value);
    DenseElementsAttr result = dense ? moved(dense, steps, type) : DenseElementsAttr();
    if (!result)
      return rewriter.notifyMatchFailure(op, "the constant is neither small nor in a file");
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, result);
    return success();
  }
};

} // namespace

void quantize::populateConstantPatterns(RewritePatternSet &patterns) {
  patterns.add<MoveConstant>(patterns.getContext());
}
