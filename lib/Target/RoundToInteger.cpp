// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Target/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_ROUNDTOINTEGER
#include "lib/Target/Passes.h.inc"
} // namespace pith

namespace {
struct RoundOnce : OpRewritePattern<arith::FPToSIOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::FPToSIOp op, PatternRewriter &rewriter) const override {
    auto rounded = op.getIn().getDefiningOp<math::RoundEvenOp>();
    auto type = dyn_cast<VectorType>(op.getType());
    if (!rounded || !type)
      return rewriter.notifyMatchFailure(op, "no vector that is rounded to even");
    if (!type.getElementType().isInteger(32) || !getElementTypeOrSelf(op.getIn()).isF32())
      return rewriter.notifyMatchFailure(op, "no i32 from f32");
    rewriter.replaceOpWithNewOp<LLVM::LrintOp>(op, type, rounded.getOperand());
    return success();
  }
};

struct RoundToInteger : pith::impl::RoundToIntegerBase<RoundToInteger> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RoundOnce>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
