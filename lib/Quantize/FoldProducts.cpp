// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions and products between dequantize and quantize become integer sums.
// Class rounding: the sum is exact where floats would have rounded.
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Passes.h"
#include "lib/Quantize/ProductForm.h"
#include "lib/Quantize/SumRange.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_FOLDPRODUCTS
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

namespace {

Operation *makeSum(OpBuilder &builder, ConvOp op, const ProductForm &form, Value bias, Type wide) {
  SmallVector<int64_t> filterZero(tensorOf(op.getFilter()).getRank(), 1);
  filterZero[0] = tensorOf(op.getFilter()).getDimSize(0);
  Value zero = form.right.zeroPoint;
  if (zero)
    zero = reshapeParameter(builder, zero, isOneNumber(zero) ? ArrayRef<int64_t>() : filterZero);
  auto type = RankedTensorType::get(tensorOf(op.getResult()).getShape(), wide);
  return ConvOp::create(builder, op.getLoc(), type, form.left.codes, form.right.codes, bias,
                        form.left.zeroPoint, zero, op.getStrides(), op.getLow(), op.getHigh(),
                        op.getDilations(), op.getGroups(), form.left.isSigned, form.right.isSigned,
                        TypeAttr::get(wide));
}

Operation *makeSum(OpBuilder &builder, MatmulOp op, const ProductForm &form, Value bias,
                   Type wide) {
  auto type = RankedTensorType::get(tensorOf(op.getResult()).getShape(), wide);
  return MatmulOp::create(builder, op.getLoc(), type, form.left.codes, form.right.codes, bias,
                          form.left.zeroPoint, form.right.zeroPoint, op.getTransposeLhs(),
                          op.getTransposeRhs(), form.left.isSigned, form.right.isSigned,
                          TypeAttr::get(wide));
}

/// The bias in the type of the sum.
Value biasIn(OpBuilder &builder, Location loc, const ProductForm &form, Type wide) {
  if (form.integerBias.empty())
    return {};
  auto type = RankedTensorType::get({int64_t(form.integerBias.size())}, wide);
  SmallVector<APInt> values;
  for (int64_t value : form.integerBias)
    values.push_back(APInt(wide.getIntOrFloatBitWidth(), value, /*isSigned=*/true,
                           /*implicitTrunc=*/true));
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, values));
}

/// The integer sum in the narrowest type that surely holds it.
template <typename OpT> OpT sumOf(PatternRewriter &rewriter, OpT op, const ProductForm &form) {
  for (Type wide : {rewriter.getI32Type(), rewriter.getI64Type()}) {
    bool biasFits = llvm::all_of(form.integerBias, [&](int64_t value) {
      return llvm::isIntN(wide.getIntOrFloatBitWidth(), value);
    });
    if (!biasFits)
      continue;
    Value bias = biasIn(rewriter, op.getLoc(), form, wide);
    auto sum = cast<OpT>(makeSum(rewriter, op, form, bias, wide));
    SumRange range = rangeOf(sum);
    if (!range.fits(wide.getIntOrFloatBitWidth()) && wide.isInteger(32)) {
      rewriter.eraseOp(sum);
      continue;
    }
    if (DenseI64ArrayAttr attribute = toAttribute(op.getContext(), range))
      sum->setAttr(rangeAttrName, attribute);
    setExactness(sum, "rounding");
    return sum;
  }
  return {};
}

/// f32(sum) * scale, then the bias where it is no integer.
Value toFloat(PatternRewriter &rewriter, Operation *op, Value sum, const ProductForm &form) {
  SmallVector<Value> inputs{sum, form.scaleConstant(rewriter, op->getLoc(), std::nullopt)};
  if (form.floatBias)
    inputs.push_back(form.floatBias);
  Type f32 = rewriter.getF32Type();
  auto type = RankedTensorType::get(tensorOf(sum).getShape(), f32);
  auto map = MapOp::create(rewriter, op->getLoc(), type, inputs,
                           [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
                             Value number = arith::SIToFPOp::create(b, loc, f32, x[0]);
                             Value scaled = arith::MulFOp::create(b, loc, number, x[1]);
                             if (x.size() == 2)
                               return scaled;
                             return arith::AddFOp::create(b, loc, scaled, x[2]);
                           });
  setExactness(map, "rounding");
  return map;
}

template <typename OpT> struct FoldProduct : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpT op, PatternRewriter &rewriter) const override {
    ProductForm form;
    if (std::string reason = readProduct(op, form); !reason.empty())
      return rewriter.notifyMatchFailure(op, reason);
    OpT sum = sumOf(rewriter, op, form);
    if (!sum)
      return rewriter.notifyMatchFailure(op, "the sum does not fit 64 bits");
    // Each quantize of the result has a multiplier of its own.
    for (Operation *user : llvm::make_early_inc_range(op.getResult().getUsers())) {
      auto quantize = dyn_cast<QuantizeOp>(user);
      auto parameters = quantize ? parametersOf(quantize) : std::nullopt;
      if (!parameters || form.floatBias || !llvm::all_of(form.scales, [&](float scale) {
            return isPlainScale(scale / parameters->scale);
          }))
        continue;
      rewriter.setInsertionPoint(quantize);
      Value multiplier = form.scaleConstant(rewriter, quantize.getLoc(), parameters->scale);
      auto codes =
          RequantizeOp::create(rewriter, quantize.getLoc(), quantize.getType(), sum.getResult(),
                               multiplier, quantize.getZeroPoint(), quantize.getIsSigned());
      setExactness(codes, "rounding");
      setCodes(codes, quantize);
      rewriter.replaceOp(quantize, codes);
    }
    rewriter.setInsertionPointAfter(sum);
    if (op.getResult().use_empty())
      rewriter.eraseOp(op);
    else
      rewriter.replaceOp(op, toFloat(rewriter, op, sum.getResult(), form));
    return success();
  }
};

struct FoldProducts : pith::impl::FoldProductsBase<FoldProducts> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldProduct<ConvOp>, FoldProduct<MatmulOp>>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("the rewrites of this pass do not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
