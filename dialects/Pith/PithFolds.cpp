// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folds and canonicalizations: local, cheap, always right.
#include "dialects/Pith/ConstantReader.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;

// Whatever is ConstantLike must fold: the folder takes the result for granted
// and joins the constants that have the same one.
OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

/// Nothing reduces to the value that every partial result begins with.
OpFoldResult ReduceOp::fold(FoldAdaptor) {
  if (cast<RankedTensorType>(getInput().getType()).getNumElements())
    return {};
  auto type = cast<RankedTensorType>(getResult().getType());
  Builder builder(getContext());
  bool isSum = getKind() == ReduceKind::Sum, isMax = getKind() == ReduceKind::Max;
  bool isBound = isMax || getKind() == ReduceKind::Min;
  TypedAttr first;
  if (auto element = dyn_cast<FloatType>(type.getElementType())) {
    const llvm::fltSemantics &semantics = element.getFloatSemantics();
    first = isBound ? FloatAttr::get(element, APFloat::getInf(semantics, /*Negative=*/isMax))
                    : builder.getFloatAttr(element, isSum ? 0.0 : 1.0);
  } else {
    unsigned width = type.getElementType().getIntOrFloatBitWidth();
    APInt low = getIsSigned() ? APInt::getSignedMinValue(width) : APInt::getZero(width);
    APInt high = getIsSigned() ? APInt::getSignedMaxValue(width) : APInt::getMaxValue(width);
    first = isBound ? builder.getIntegerAttr(type.getElementType(), isMax ? low : high)
                    : builder.getIntegerAttr(type.getElementType(), isSum ? 0 : 1);
  }
  if (type.getNumElements() == 0)
    return DenseElementsAttr::get(type, ArrayRef<Attribute>());
  return DenseElementsAttr::get(type, ArrayRef<Attribute>(first));
}

/// Constants are stored that way at once.
OpFoldResult ToLayoutOp::fold(FoldAdaptor adaptor) {
  auto input = dyn_cast_or_null<TypedAttr>(adaptor.getInput());
  if (!input || getValue())
    return {};
  return withStep(input, getLayout());
}

/// What was brought to a layout, and is read from it.
OpFoldResult FromLayoutOp::fold(FoldAdaptor) {
  auto stored = getInput().getDefiningOp<ToLayoutOp>();
  bool same = stored && stored.getLayout() == getLayout() &&
              stored.getInput().getType() == getResult().getType();
  return same ? stored.getInput() : Value();
}

/// A map that yields its argument unchanged in shape is that argument.
OpFoldResult MapOp::fold(FoldAdaptor) {
  Block &block = getBody().front();
  auto argument = dyn_cast<BlockArgument>(cast<YieldOp>(block.getTerminator()).getValues()[0]);
  if (!argument || argument.getOwner() != &block)
    return {};
  Value input = getInputs()[argument.getArgNumber()];
  return input.getType() == getResult().getType() ? input : Value();
}

namespace {

/// Operations of the math dialect whose one right result any library gives.
bool isExact(StringRef operation) {
  return llvm::is_contained(
      {"absf", "absi", "ceil", "copysign", "floor", "fma", "roundeven", "sqrt", "trunc"},
      operation);
}

/// Whether some elementary function of the region would see constants only, once
/// `argument` is one. Folding it would take the value from the host's library;
/// such functions have canonical values of their own (test/spec/polynomials.py).
bool feedsElementaryFunction(Block &block, BlockArgument argument) {
  llvm::SmallDenseSet<Value> constant{argument};
  for (Operation &op : block.without_terminator()) {
    bool known = llvm::all_of(op.getOperands(), [&](Value v) { return constant.contains(v); });
    if (!known)
      continue;
    if (op.getDialect()->getNamespace() == "math" && op.getNumOperands() &&
        !isExact(op.getName().stripDialect()))
      return true;
    constant.insert(op.result_begin(), op.result_end());
  }
  return false;
}

/// Moves operands that are one number everywhere into the region.
struct InlineSplat : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    Block &block = op.getBody().front();
    for (auto [index, input] : llvm::enumerate(op.getInputs())) {
      DenseElementsAttr value;
      if (!matchPattern(input, m_Constant(&value)) || !value.isSplat() ||
          value.getNumElements() == 0 || !value.getElementType().isIntOrFloat() ||
          feedsElementaryFunction(block, block.getArgument(index)))
        continue;
      rewriter.modifyOpInPlace(op, [&] {
        OpBuilder::InsertionGuard guard(rewriter);
        rewriter.setInsertionPointToStart(&block);
        Value scalar = arith::ConstantOp::create(rewriter, op.getLoc(),
                                                 cast<TypedAttr>(value.getSplatValue<Attribute>()));
        block.getArgument(index).replaceAllUsesWith(scalar);
        block.eraseArgument(index);
        op.getInputsMutable().erase(index);
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is a splat constant");
  }
};

/// Drops operands that the region does not use, and joins equal ones.
struct DropOperand : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    Block &block = op.getBody().front();
    llvm::SmallDenseMap<Value, unsigned> first;
    for (auto [index, input] : llvm::enumerate(op.getInputs())) {
      auto [known, isNew] = first.try_emplace(input, index);
      BlockArgument argument = block.getArgument(index);
      if (isNew && !argument.use_empty())
        continue;
      rewriter.modifyOpInPlace(op, [&] {
        if (!isNew)
          argument.replaceAllUsesWith(block.getArgument(known->second));
        block.eraseArgument(index);
        op.getInputsMutable().erase(index);
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "every operand is used, once");
  }
};

} // namespace

void MapOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<InlineSplat, DropOperand>(context);
}
