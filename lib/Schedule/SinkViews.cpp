// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element-wise work behind a product stands beside it, and what splits the
// product's rows behind both, where it is free.
#include "lib/Schedule/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_SINKVIEWS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// A product, perhaps with element-wise work behind it that moved already.
bool isBehindProduct(Value value) {
  Operation *op = value.getDefiningOp();
  while (op && isa<MapOp, QuantizeOp, DequantizeOp, RequantizeOp>(op)) {
    // Any operand of the result's shape that is behind a product will do.
    Operation *next = nullptr;
    for (Value operand : op->getOperands())
      if (tensorOf(operand).getShape() == tensorOf(op->getResult(0)).getShape() &&
          operand.getDefiningOp() && !next)
        next = operand.getDefiningOp();
    op = next;
  }
  return isa_and_nonnull<ConvOp, MatmulOp>(op);
}

/// map(expand_shape(product), y) becomes expand_shape(map(product, collapse_shape(y))).
struct MapBeforeExpand : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorOf(op.getResult()).getShape();
    tensor::ExpandShapeOp expand;
    for (Value input : op.getInputs())
      if (auto producer = input.getDefiningOp<tensor::ExpandShapeOp>();
          !expand && producer && isBehindProduct(producer.getSrc()))
        expand = producer;
    if (!expand || tensorOf(expand.getResult()).getShape() != shape)
      return rewriter.notifyMatchFailure(op, "no operand is a product in another shape");
    auto groups = expand.getReassociationIndices();
    if (groups.empty() || groups.back().size() != 1)
      return rewriter.notifyMatchFailure(op, "the last dimension is split");
    auto isRow = [&](Value input) { // runs along the last dimension, or is one number
      return tensorOf(input).getRank() <= 1;
    };
    if (!llvm::all_of(op.getInputs(), [&](Value input) {
          return isRow(input) || tensorOf(input).getShape() == shape;
        }))
      return rewriter.notifyMatchFailure(op, "an operand broadcasts along the split dimensions");
    SmallVector<Value> inputs;
    for (Value input : op.getInputs()) {
      auto same = input.getDefiningOp<tensor::ExpandShapeOp>();
      if (isRow(input))
        inputs.push_back(input);
      else if (same && same.getReassociationIndices() == groups)
        inputs.push_back(same.getSrc());
      else
        inputs.push_back(
            tensor::CollapseShapeOp::create(rewriter, op.getLoc(), input, groups).getResult());
    }
    auto map = cast<MapOp>(rewriter.clone(*op));
    rewriter.modifyOpInPlace(map, [&] {
      map.getInputsMutable().assign(inputs);
      map.getResult().setType(tensorOf(op.getResult()).clone(expand.getSrcType().getShape()));
    });
    rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(op, op.getResult().getType(),
                                                       map.getResult(), groups);
    return success();
  }
};

struct SinkViews : pith::impl::SinkViewsBase<SinkViews> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MapBeforeExpand>(&getContext());
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
