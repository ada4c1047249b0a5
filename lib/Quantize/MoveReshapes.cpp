// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reshapes around integer products move away, so that what makes their codes
// stands in front of them and what scales their sums behind them.
#include "lib/Quantize/CodePatterns.h"
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/ProductForm.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

namespace {

/// The same reshape of another value.
Value reshaped(PatternRewriter &rewriter, Operation *reshape, Value input) {
  IRMapping mapping;
  mapping.map(reshape->getOperand(0), input);
  Operation *made = rewriter.clone(*reshape, mapping);
  made->getResult(0).setType(RankedTensorType::get(tensorOf(reshape->getResult(0)).getShape(),
                                                   tensorOf(input).getElementType()));
  return made->getResult(0);
}

/// reshape(dynamic_quantize(x)) becomes dynamic_quantize(reshape(x)), so that
/// codes stand beside the product that uses them.
struct ReshapeBeforeDynamic : OpRewritePattern<DynamicQuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(DynamicQuantizeOp op, PatternRewriter &rewriter) const override {
    if (!op.getCodes().hasOneUse())
      return rewriter.notifyMatchFailure(op, "its codes have several users");
    Operation *reshape = *op.getCodes().user_begin();
    if (!isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(reshape))
      return rewriter.notifyMatchFailure(op, "its codes are not reshaped");
    Value input = reshaped(rewriter, reshape, op.getInput());
    auto made =
        DynamicQuantizeOp::create(rewriter, op.getLoc(), reshape->getResult(0).getType(),
                                  op.getScale().getType(), op.getZeroPoint().getType(), input);
    rewriter.replaceOp(reshape, made.getCodes());
    rewriter.replaceAllUsesWith(op.getScale(), made.getScale());
    rewriter.replaceAllUsesWith(op.getZeroPoint(), made.getZeroPoint());
    rewriter.eraseOp(op);
    return success();
  }
};

/// map(expand_shape(sum)) becomes expand_shape(map(sum)), where the other
/// operands run along the last dimension at most: what scales an integer sum
/// stands behind it.
struct MapBeforeExpand : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    tensor::ExpandShapeOp expand;
    for (Value input : op.getInputs())
      if (auto producer = input.getDefiningOp<tensor::ExpandShapeOp>(); producer && !expand)
        expand = producer;
    if (!expand || !isBehindSum(expand.getSrc()) || !keepsLastDimension(expand) ||
        tensorOf(expand.getResult()).getShape() != tensorOf(op.getResult()).getShape())
      return rewriter.notifyMatchFailure(op, "no operand is an integer sum in another shape");
    auto isRow = [&](Value input) {
      RankedTensorType type = tensorOf(input);
      return input == expand.getResult() || type.getNumElements() == 1 ||
             type.getNumElements() == type.getShape().back();
    };
    if (!llvm::all_of(op.getInputs(), isRow))
      return rewriter.notifyMatchFailure(op, "other operands do not run along the last dimension");
    SmallVector<Value> inputs;
    for (Value input : op.getInputs()) {
      int64_t count = tensorOf(input).getNumElements();
      inputs.push_back(input == expand.getResult() ? expand.getSrc()
                       : count == 1                ? reshapeParameter(rewriter, input, {})
                                                   : reshapeParameter(rewriter, input, {count}));
    }
    Type element = tensorOf(op.getResult()).getElementType();
    auto map = cast<MapOp>(rewriter.clone(*op));
    rewriter.modifyOpInPlace(map, [&] {
      map.getInputsMutable().assign(inputs);
      map.getResult().setType(RankedTensorType::get(tensorOf(expand.getSrc()).getShape(), element));
    });
    rewriter.replaceOp(op, reshaped(rewriter, expand, map.getResult()));
    return success();
  }

private:
  /// An integer product, perhaps with maps behind it that moved already.
  static bool isBehindSum(Value value) {
    while (auto map = value.getDefiningOp<MapOp>()) {
      if (map.getInputs().empty())
        return false;
      value = map.getInputs()[0];
    }
    auto product = value.getDefiningOp<MatmulOp>();
    return product && product.getAccumulator();
  }

  static bool keepsLastDimension(tensor::ExpandShapeOp expand) {
    auto groups = expand.getReassociationIndices();
    return !groups.empty() && groups.back().size() == 1;
  }
};

/// map(transpose(x), transpose(y)) becomes transpose(map(x, y)) behind a product
/// that will be an integer sum: its epilogue stands beside it, and codes are moved
/// rather than floats.
struct MapBeforeTranspose : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    linalg::TransposeOp first;
    bool isBehind = false;
    SmallVector<Value> inputs;
    for (Value input : op.getInputs()) {
      auto transpose = input.getDefiningOp<linalg::TransposeOp>();
      if (isOneNumber(input) && !transpose) {
        inputs.push_back(input);
        continue;
      }
      if (!transpose || tensorOf(input).getShape() != tensorOf(op.getResult()).getShape() ||
          (first && first.getPermutation() != transpose.getPermutation()))
        return rewriter.notifyMatchFailure(op, "its operands are not transposed alike");
      first = first ? first : transpose;
      isBehind |= isBehindProduct(transpose.getInput());
      inputs.push_back(transpose.getInput());
    }
    if (!first || !isBehind)
      return rewriter.notifyMatchFailure(op, "no operand is a transposed sum");
    for (auto [input, old] : llvm::zip_equal(inputs, op.getInputs()))
      if (input == old)
        input = reshapeParameter(rewriter, input, {});
    Type element = tensorOf(op.getResult()).getElementType();
    auto map = cast<MapOp>(rewriter.clone(*op));
    rewriter.modifyOpInPlace(map, [&] {
      map.getInputsMutable().assign(inputs);
      map.getResult().setType(
          RankedTensorType::get(tensorOf(first.getInput()).getShape(), element));
    });
    ArrayRef<int64_t> shape = tensorOf(op.getResult()).getShape();
    Value empty = tensor::EmptyOp::create(rewriter, first.getLoc(), shape, element);
    rewriter.replaceOp(op, linalg::TransposeOp::create(rewriter, first.getLoc(), map.getResult(),
                                                       empty, first.getPermutation())
                               .getResult());
    return success();
  }

private:
  /// A product of codes, perhaps with element-wise work behind it.
  static bool isBehindProduct(Value value) {
    auto map = value.getDefiningOp<MapOp>();
    for (; map && !map.getInputs().empty(); map = value.getDefiningOp<MapOp>())
      value = map.getInputs()[0];
    ProductForm form;
    if (auto conv = value.getDefiningOp<ConvOp>())
      return readProduct(conv, form).empty();
    auto matmul = value.getDefiningOp<MatmulOp>();
    return matmul && readProduct(matmul, form).empty();
  }
};

} // namespace

void quantize::populateReshapePatterns(RewritePatternSet &patterns) {
  patterns.add<ReshapeBeforeDynamic, MapBeforeExpand, MapBeforeTranspose>(patterns.getContext());
}
