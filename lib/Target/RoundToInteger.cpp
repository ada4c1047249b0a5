// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Target/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
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

/// A constant, the same in all lanes, that is an integer.
std::optional<int64_t> integerOf(Value value) {
  APFloat number(0.0f);
  if (!matchPattern(value, m_ConstantFloat(&number)) || !number.isInteger())
    return std::nullopt;
  APSInt integer(32, /*isUnsigned=*/false);
  bool exact;
  if (number.convertToInteger(integer, APFloat::rmTowardZero, &exact) != APFloat::opOK)
    return std::nullopt;
  return integer.getExtValue();
}

/// saturate(rne(x) + z), as it is written in the spec, for constant z and bounds.
struct SaturateFirst : OpRewritePattern<arith::FPToSIOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::FPToSIOp op, PatternRewriter &b) const override {
    auto type = dyn_cast<VectorType>(op.getType());
    auto below = op.getIn().getDefiningOp<arith::MinimumFOp>();
    auto above = below ? below.getLhs().getDefiningOp<arith::MaximumFOp>() : arith::MaximumFOp();
    auto number = above ? above.getLhs().getDefiningOp<arith::SelectOp>() : arith::SelectOp();
    if (!number || !type || !type.getElementType().isInteger(32) ||
        !getElementTypeOrSelf(op.getIn()).isF32())
      return b.notifyMatchFailure(op, "no vector that is held within bounds");
    auto isNaN = number.getCondition().getDefiningOp<arith::CmpFOp>();
    auto moved = number.getFalseValue().getDefiningOp<arith::AddFOp>();
    auto rounded = moved ? moved.getLhs().getDefiningOp<math::RoundEvenOp>() : math::RoundEvenOp();
    if (!rounded || !isNaN || isNaN.getPredicate() != arith::CmpFPredicate::UNO ||
        isNaN.getLhs() != moved || isNaN.getRhs() != moved ||
        number.getTrueValue() != moved.getRhs())
      return b.notifyMatchFailure(op, "not the form of a quantization");
    std::optional<int64_t> zero = integerOf(moved.getRhs()), least = integerOf(above.getRhs()),
                           most = integerOf(below.getRhs());
    constexpr int64_t limit = 1 << 20; // differences of these are exact
    for (std::optional<int64_t> each : {zero, least, most})
      if (!each || std::abs(*each) > limit)
        return b.notifyMatchFailure(op, "bounds that are no small integers");
    Location loc = op.getLoc();
    auto real = rounded.getType();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(
          b, loc, DenseElementsAttr::get(cast<VectorType>(real), b.getF32FloatAttr(value)));
    };
    auto hold = [&](Value x, arith::CmpFPredicate predicate, int64_t bound) -> Value {
      Value limit = constant(bound);
      Value isInside = arith::CmpFOp::create(b, loc, predicate, x, limit);
      return arith::SelectOp::create(b, loc, isInside, x, limit);
    };
    Value x = rounded.getOperand();
    Value isNumber = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::ORD, x, x);
    x = arith::SelectOp::create(b, loc, isNumber, x, constant(0));
    x = hold(x, arith::CmpFPredicate::OGT, *least - *zero);
    x = hold(x, arith::CmpFPredicate::OLT, *most - *zero);
    Value steps = LLVM::LrintOp::create(b, loc, type, x);
    Value offset = arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, b.getI32IntegerAttr(int32_t(*zero))));
    b.replaceOpWithNewOp<arith::AddIOp>(op, steps, offset);
    return success();
  }
};

struct RoundToInteger : pith::impl::RoundToIntegerBase<RoundToInteger> {
  using Base::Base;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RoundOnce, SaturateFirst>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
