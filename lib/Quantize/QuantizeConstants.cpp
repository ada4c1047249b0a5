// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights that the file holds as floats in front of a quantize: the codes become
// a step of the constant, or a constant where it is small.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_QUANTIZECONSTANTS
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

namespace {

struct QuantizeOfConstant : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    Attribute numbers;
    DenseElementsAttr scale, zero;
    RankedTensorType type = tensorOf(op.getResult());
    if (!matchPattern(op.getInput(), m_Constant(&numbers)) ||
        !matchPattern(op.getScale(), m_Constant(&scale)))
      return rewriter.notifyMatchFailure(op, "numbers or scale are not constant");
    if (!tensorOf(op.getInput()).getElementType().isF32() || !scale.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "numbers or scale are not f32");
    if (!op.getZeroPoint())
      zero = DenseElementsAttr::get(RankedTensorType::get({}, type.getElementType()),
                                    rewriter.getIntegerAttr(type.getElementType(), 0));
    else if (!matchPattern(op.getZeroPoint(), m_Constant(&zero)))
      return rewriter.notifyMatchFailure(op, "the zero point is not constant");
    auto step = QuantizeAttr::get(op.getContext(), scale, zero, op.getIsSigned());
    auto emitError = [&] { return op.emitError(); };
    if (auto large = dyn_cast<ConstantAttr>(numbers)) {
      auto codes = large.then(step, emitError);
      if (failed(codes))
        return failure();
      rewriter.replaceOpWithNewOp<ConstantOp>(op, type, *codes, IntegerAttr());
      return success();
    }
    auto reader = ConstantReader::create(numbers, emitError);
    if (failed(reader))
      return failure();
    int64_t count = type.getNumElements();
    std::vector<char> from(count * sizeof(float)), to(storageBytes(type));
    reader->read(0, from);
    step.mapElements(tensorOf(op.getInput()), llvm::to_vector(llvm::seq<int64_t>(0, count)), from,
                     to);
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op,
                                                   DenseElementsAttr::getFromRawBuffer(type, to));
    return success();
  }
};

struct QuantizeConstants : pith::impl::QuantizeConstantsBase<QuantizeConstants> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<QuantizeOfConstant>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("the rewrites of this pass do not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
