// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Averages and sums of dequantized codes become integer sums and one
// multiplication (average_pool_c1, sum_c1). Class rounding.
#include "lib/Quantize/IntegerSum.h"
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_FOLDSUMS
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

namespace {

/// How many elements each sum is divided by; one number, or of a shape that
/// broadcasts to the result.
struct Counts {
  SmallVector<float> values;
  SmallVector<int64_t> shape;
};

/// f32(f32(s_x / s_y) / count), or f32(s_x / count) where there is no s_y.
Multiplier multiplierOf(float from, const Counts &counts) {
  return {counts.shape, [=](std::optional<float> to) {
            return llvm::map_to_vector<6>(
                counts.values, [&](float count) { return (to ? from / *to : from) / count; });
          }};
}

/// The constant parameters of the codes behind a float, where their scale is plain.
std::optional<TensorParameters> plainParameters(DequantizeOp op) {
  auto parameters = op ? parametersOf(op) : std::nullopt;
  return parameters && isPlainScale(parameters->scale) ? parameters : std::nullopt;
}

/// The taps inside the image of each window; all of them where padding counts.
Counts countTaps(PoolOp op) {
  ArrayRef<int64_t> image = tensorOf(op.getInput()).getShape().drop_front().drop_back();
  ArrayRef<int64_t> out = tensorOf(op.getResult()).getShape().drop_front().drop_back();
  Counts counts{{1.0f}, {}};
  SmallVector<SmallVector<int64_t>> along;
  bool uniform = true;
  for (size_t dim = 0; dim < image.size(); ++dim) {
    SmallVector<int64_t> &inside = along.emplace_back();
    for (int64_t at = 0; at < out[dim]; ++at) {
      int64_t taps = 0;
      for (int64_t tap = 0; tap < op.getWindow()[dim]; ++tap) {
        int64_t from = at * op.getStrides()[dim] + tap * op.getDilations()[dim] - op.getLow()[dim];
        taps += op.getCountPadding() || (from >= 0 && from < image[dim]);
      }
      inside.push_back(taps);
    }
    uniform &= llvm::all_equal(inside);
  }
  for (ArrayRef<int64_t> inside : along) {
    SmallVector<float> next;
    for (float count : counts.values)
      for (int64_t taps : uniform ? inside.take_front(1) : inside)
        next.push_back(count * float(taps));
    counts.values = std::move(next);
  }
  if (!uniform) {
    counts.shape.assign(out.begin(), out.end());
    counts.shape.push_back(1);
  }
  return counts;
}

struct AverageOfCodes : OpRewritePattern<PoolOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(PoolOp op, PatternRewriter &rewriter) const override {
    auto dequantize = codesBehind(op.getInput());
    auto parameters = plainParameters(dequantize);
    if (op.getKind() != PoolKind::Average || !parameters)
      return rewriter.notifyMatchFailure(op, "no average of codes of one scale");
    auto sum = narrowestSum<PoolOp>(rewriter, [&](Type wide) {
      auto type = RankedTensorType::get(tensorOf(op.getResult()).getShape(), wide);
      return PoolOp::create(rewriter, op.getLoc(), type, PoolKind::Sum, dequantize.getInput(),
                            dequantize.getZeroPoint(), op.getWindow(), op.getStrides(), op.getLow(),
                            op.getHigh(), op.getDilations(), op.getCountPadding(),
                            dequantize.getIsSigned(), TypeAttr::get(wide));
    });
    if (!sum)
      return rewriter.notifyMatchFailure(op, "the sum does not fit 64 bits");
    replaceBySum(rewriter, op, sum.getResult(), multiplierOf(parameters->scale, countTaps(op)));
    return success();
  }
};

/// The divisor of a map that divides its operand by a positive number.
std::optional<float> divisorOf(Operation *user) {
  auto map = dyn_cast<MapOp>(user);
  if (!map || map.getInputs().size() != 1)
    return std::nullopt;
  Block &body = map.getBody().front();
  auto yield = cast<YieldOp>(body.getTerminator());
  auto divide = yield.getValues().front().getDefiningOp<arith::DivFOp>();
  FloatAttr divisor;
  if (!divide || divide.getLhs() != body.getArgument(0) ||
      !matchPattern(divide.getRhs(), m_Constant(&divisor)) ||
      !isPlainScale(divisor.getValue().convertToFloat()))
    return std::nullopt;
  return divisor.getValue().convertToFloat();
}

struct SumOfCodes : OpRewritePattern<ReduceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReduceOp op, PatternRewriter &rewriter) const override {
    auto dequantize = codesBehind(op.getInput());
    auto parameters = plainParameters(dequantize);
    if (op.getKind() != ReduceKind::Sum || op.getAccumulator() || !parameters)
      return rewriter.notifyMatchFailure(op, "no sum of codes of one scale");
    auto sum = narrowestSum<ReduceOp>(rewriter, [&](Type wide) {
      auto type = RankedTensorType::get(tensorOf(op.getResult()).getShape(), wide);
      return ReduceOp::create(rewriter, op.getLoc(), type, ReduceKind::Sum, dequantize.getInput(),
                              dequantize.getZeroPoint(), op.getDims(), op.getKeepDims(),
                              dequantize.getIsSigned(), TypeAttr::get(wide));
    });
    if (!sum)
      return rewriter.notifyMatchFailure(op, "the sum does not fit 64 bits");
    // A mean is a sum behind which stands a division.
    Operation *divided = op.getResult().hasOneUse() ? *op.getResult().user_begin() : nullptr;
    std::optional<float> count = divided ? divisorOf(divided) : std::nullopt;
    if (count &&
        tensorOf(divided->getResult(0)).getShape() == tensorOf(sum.getResult()).getShape()) {
      replaceBySum(rewriter, divided, sum.getResult(),
                   multiplierOf(parameters->scale, {{*count}, {}}));
      rewriter.eraseOp(op);
    } else {
      replaceBySum(rewriter, op, sum.getResult(), multiplierOf(parameters->scale, {{1.0f}, {}}));
    }
    return success();
  }
};

struct FoldSums : pith::impl::FoldSumsBase<FoldSums> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<AverageOfCodes, SumOfCodes>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("the rewrites of this pass do not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
