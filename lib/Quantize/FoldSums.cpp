// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Averages and sums of dequantized codes become integer sums and one
// multiplication (average_pool_c1, sum_c1). Class rounding.
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Passes.h"
#include "lib/Quantize/SumRange.h"
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

/// For each tensor element of `counts`: f32(f32(s_x / s_y) / count), or
/// f32(s_x / count) where there is no s_y.
Value multiplier(OpBuilder &builder, Location loc, float from, std::optional<float> to,
                 const Counts &counts) {
  SmallVector<float> values;
  for (float count : counts.values)
    values.push_back((to ? from / *to : from) / count);
  return floatConstant(builder, loc, counts.shape, values);
}

/// The constant parameters of the codes behind a float, where their scale is plain.
std::optional<TensorParameters> plainParameters(DequantizeOp op) {
  auto parameters = op ? parametersOf(op) : std::nullopt;
  return parameters && isPlainScale(parameters->scale) ? parameters : std::nullopt;
}

/// Replaces every quantize of `average` by a requantize of `sum`, and what else
/// uses it by f32(sum) * multiplier.
void replaceUses(PatternRewriter &rewriter, Operation *average, Value sum, float scale,
                 const Counts &counts) {
  for (Operation *user : llvm::make_early_inc_range(average->getResult(0).getUsers())) {
    auto quantize = dyn_cast<QuantizeOp>(user);
    auto parameters = quantize ? parametersOf(quantize) : std::nullopt;
    if (!parameters || !llvm::all_of(counts.values, [&](float count) {
          return isPlainScale(scale / parameters->scale / count);
        }))
      continue;
    rewriter.setInsertionPoint(quantize);
    auto codes = RequantizeOp::create(
        rewriter, quantize.getLoc(), quantize.getType(), sum,
        multiplier(rewriter, quantize.getLoc(), scale, parameters->scale, counts),
        quantize.getZeroPoint(), quantize.getIsSigned());
    setExactness(codes, "rounding");
    setCodes(codes, quantize);
    rewriter.replaceOp(quantize, codes);
  }
  if (average->use_empty())
    return rewriter.eraseOp(average);
  rewriter.setInsertionPointAfter(sum.getDefiningOp());
  Type f32 = rewriter.getF32Type();
  SmallVector<Value> inputs{sum,
                            multiplier(rewriter, average->getLoc(), scale, std::nullopt, counts)};
  auto type = RankedTensorType::get(tensorOf(sum).getShape(), f32);
  auto map = MapOp::create(rewriter, average->getLoc(), type, inputs,
                           [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
                             Value number = arith::SIToFPOp::create(b, loc, f32, x[0]);
                             return arith::MulFOp::create(b, loc, number, x[1]);
                           });
  setExactness(map, "rounding");
  rewriter.replaceOp(average, map);
}

/// The sum of codes in the narrowest type that holds it; `make` gets the type.
template <typename OpT> OpT sumOf(PatternRewriter &rewriter, llvm::function_ref<OpT(Type)> make) {
  for (Type wide : {rewriter.getI32Type(), rewriter.getI64Type()}) {
    OpT sum = make(wide);
    SumRange range = rangeOf(sum);
    if (!range.fits(wide.getIntOrFloatBitWidth()) && wide.isInteger(32)) {
      rewriter.eraseOp(sum);
      continue;
    }
    if (DenseI64ArrayAttr attribute = toAttribute(rewriter.getContext(), range))
      sum->setAttr(rangeAttrName, attribute);
    setExactness(sum, "rounding");
    return sum;
  }
  return {};
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
    auto sum = sumOf<PoolOp>(rewriter, [&](Type wide) {
      auto type = RankedTensorType::get(tensorOf(op.getResult()).getShape(), wide);
      return PoolOp::create(rewriter, op.getLoc(), type, PoolKind::Sum, dequantize.getInput(),
                            dequantize.getZeroPoint(), op.getWindow(), op.getStrides(), op.getLow(),
                            op.getHigh(), op.getDilations(), op.getCountPadding(),
                            dequantize.getIsSigned(), TypeAttr::get(wide));
    });
    if (!sum)
      return rewriter.notifyMatchFailure(op, "the sum does not fit 64 bits");
    replaceUses(rewriter, op, sum.getResult(), parameters->scale, countTaps(op));
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
    auto sum = sumOf<ReduceOp>(rewriter, [&](Type wide) {
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
      replaceUses(rewriter, divided, sum.getResult(), parameters->scale, {{*count}, {}});
      rewriter.eraseOp(op);
    } else {
      replaceUses(rewriter, op, sum.getResult(), parameters->scale, {{1.0f}, {}});
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
