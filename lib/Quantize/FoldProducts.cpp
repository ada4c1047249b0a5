// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions and products between dequantize and quantize become integer sums.
// Class rounding: the sum is exact where floats would have rounded.
#include "lib/Quantize/IntegerSum.h"
#include "lib/Quantize/Passes.h"
#include "lib/Quantize/ProductForm.h"
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
  return narrowestSum<OpT>(rewriter, [&](Type wide) -> OpT {
    bool biasFits = llvm::all_of(form.integerBias, [&](int64_t value) {
      return llvm::isIntN(wide.getIntOrFloatBitWidth(), value);
    });
    if (!biasFits)
      return {};
    Value bias = biasIn(rewriter, op.getLoc(), form, wide);
    return cast<OpT>(makeSum(rewriter, op, form, bias, wide));
  });
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
    // m = f32(f32(s_a * s_w) / s_y), for each quantize of the result its own.
    Multiplier multiplier{form.scaleShape, [&](std::optional<float> scale) {
                            SmallVector<float> values(form.scales);
                            for (float &value : values)
                              value = scale ? value / *scale : value;
                            return values;
                          }};
    replaceBySum(rewriter, op, sum.getResult(), multiplier, form.floatBias);
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
