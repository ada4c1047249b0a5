// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A clamp or maximum between a sum and its quantize (Relu, Clip, MaxPool) moves
// behind the quantize, on codes: quantize is monotone, and a sum no NaN. What
// saturation does anyway is dropped.
#include "lib/Quantize/CodePatterns.h"
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/ProductForm.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

namespace {

/// One step of a clamp.
struct Bound {
  bool isMaximum;
  float value;
};

/// The number that a scalar of a map's region always is.
std::optional<float> constantIn(MapOp map, Value scalar) {
  FloatAttr number;
  if (matchPattern(scalar, m_Constant(&number)))
    return number.getValue().convertToFloat();
  auto argument = dyn_cast<BlockArgument>(scalar);
  DenseElementsAttr values;
  if (!argument || !matchPattern(map.getInputs()[argument.getArgNumber()], m_Constant(&values)) ||
      !values.isSplat() || !values.getElementType().isF32())
    return std::nullopt;
  return values.getSplatValue<float>();
}

/// The bounds that a map puts on its first operand, in order; nothing when it
/// does anything else.
std::optional<SmallVector<Bound>> boundsOf(MapOp map) {
  SmallVector<Bound> bounds;
  Block &body = map.getBody().front();
  Value value = body.getTerminator()->getOperand(0);
  while (value != body.getArgument(0)) {
    Operation *op = value.getDefiningOp();
    bool isMaximum = isa_and_nonnull<arith::MaximumFOp, arith::MaxNumFOp>(op);
    if (!isMaximum && !isa_and_nonnull<arith::MinimumFOp, arith::MinNumFOp>(op))
      return std::nullopt;
    auto bound = constantIn(map, op->getOperand(1));
    value = op->getOperand(0);
    if (!bound) {
      bound = constantIn(map, op->getOperand(0));
      value = op->getOperand(1);
    }
    if (!bound || *bound != *bound)
      return std::nullopt;
    bounds.push_back({isMaximum, *bound});
  }
  std::reverse(bounds.begin(), bounds.end());
  return bounds;
}

/// Whether a value will be an integer sum, which is never a NaN, moved or clamped.
bool isFoldedSum(Value value) {
  Operation *op = value.getDefiningOp();
  while (op) {
    auto map = dyn_cast<MapOp>(op);
    if (!isPlainMovement(op) && !(map && !map.getInputs().empty() && boundsOf(map)))
      break;
    op = op->getOperand(0).getDefiningOp();
  }
  ProductForm form;
  if (auto conv = dyn_cast_or_null<ConvOp>(op))
    return readProduct(conv, form).empty() && !form.floatBias;
  if (auto matmul = dyn_cast_or_null<MatmulOp>(op))
    return readProduct(matmul, form).empty() && !form.floatBias;
  return false;
}

/// quantize(max(x)) becomes max(quantize(x)).
struct MaximumBehindSum : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto pool = op.getInput().getDefiningOp<PoolOp>();
    auto parameters = parametersOf(op);
    if (!pool || pool.getKind() != PoolKind::Max || !pool->hasOneUse() || !parameters ||
        !isPlainScale(parameters->scale))
      return rewriter.notifyMatchFailure(op, "quantizes no maximum of its own");
    if (!isFoldedSum(pool.getInput()))
      return rewriter.notifyMatchFailure(op, "the maximum is not one of sums");
    Type code = tensorOf(op.getResult()).getElementType();
    auto type = RankedTensorType::get(tensorOf(pool.getInput()).getShape(), code);
    auto quantized = QuantizeOp::create(rewriter, op.getLoc(), type, pool.getInput(), op.getScale(),
                                        op.getZeroPoint(), op.getIsSigned());
    setExactness(quantized, "exact");
    auto codes = PoolOp::create(rewriter, pool.getLoc(), op.getType(), PoolKind::Max, quantized,
                                pool.getWindow(), pool.getStrides(), pool.getLow(), pool.getHigh(),
                                pool.getDilations(), pool.getCountPadding(), op.getIsSigned());
    setExactness(codes, "exact");
    setCodes(codes, op);
    rewriter.replaceOp(op, codes);
    return success();
  }
};

struct ClampCodes : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto map = op.getInput().getDefiningOp<MapOp>();
    auto parameters = parametersOf(op);
    if (!map || !map->hasOneUse() || !parameters || !isPlainScale(parameters->scale) ||
        map.getInputs().empty() || tensorOf(map.getInputs()[0]) != tensorOf(map.getResult()) ||
        !isFoldedSum(map.getInputs()[0]))
      return rewriter.notifyMatchFailure(op, "quantizes no element-wise result behind a sum");
    auto bounds = boundsOf(map);
    if (!bounds)
      return rewriter.notifyMatchFailure(op, "the element-wise result is no clamp");
    Value codes = QuantizeOp::create(rewriter, op.getLoc(), op.getType(), map.getInputs()[0],
                                     op.getScale(), op.getZeroPoint(), op.getIsSigned());
    llvm::erase_if(*bounds, [&](const Bound &bound) {
      int64_t code = parameters->quantize(bound.value);
      return code == (bound.isMaximum ? parameters->least() : parameters->greatest());
    });
    if (bounds->empty()) {
      rewriter.replaceOp(op, codes);
      return success();
    }
    bool isSigned = op.getIsSigned();
    auto clamp = MapOp::create(
        rewriter, map.getLoc(), tensorOf(codes), codes,
        [&](OpBuilder &b, Location loc, ValueRange x) {
          Value value = x[0];
          for (const Bound &bound : *bounds) {
            Value code = arith::ConstantOp::create(
                b, loc, b.getIntegerAttr(value.getType(), parameters->quantize(bound.value)));
            if (bound.isMaximum)
              value = isSigned ? arith::MaxSIOp::create(b, loc, value, code).getResult()
                               : arith::MaxUIOp::create(b, loc, value, code).getResult();
            else
              value = isSigned ? arith::MinSIOp::create(b, loc, value, code).getResult()
                               : arith::MinUIOp::create(b, loc, value, code).getResult();
          }
          return value;
        });
    setExactness(clamp, "exact");
    setCodes(clamp, op);
    rewriter.replaceOp(op, clamp);
    return success();
  }
};

} // namespace

void quantize::populateClampPatterns(RewritePatternSet &patterns) {
  patterns.add<ClampCodes, MaximumBehindSum>(patterns.getContext());
}
