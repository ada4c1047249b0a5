// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data movement on codes: dequantize moves behind it, quantize in front of it,
// until they stand beside the operators that compute.
#include "lib/Quantize/CodePatterns.h"
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/bit.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_MOVECODES
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

bool quantize::isPlainMovement(Operation *op) {
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return slice.getOffsets().empty() && slice.getSizes().empty() && slice.getStrides().empty();
  if (auto map = dyn_cast<MapOp>(op)) { // repeats elements
    Block &body = map.getBody().front();
    return map.getInputs().size() == 1 && llvm::hasSingleElement(body) &&
           body.getTerminator()->getOperand(0) == body.getArgument(0);
  }
  return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, linalg::TransposeOp>(op);
}

namespace {

RankedTensorType withElement(Value like, Type element) {
  return RankedTensorType::get(tensorOf(like).getShape(), element);
}

/// The movement on another input of the same shape.
Value move(PatternRewriter &rewriter, Operation *movement, Value input) {
  Type element = tensorOf(input).getElementType();
  RankedTensorType type = withElement(movement->getResult(0), element);
  if (auto transpose = dyn_cast<linalg::TransposeOp>(movement)) {
    Value empty = tensor::EmptyOp::create(rewriter, movement->getLoc(), type.getShape(), element);
    return linalg::TransposeOp::create(rewriter, movement->getLoc(), input, empty,
                                       transpose.getPermutation())
        .getResult()[0];
  }
  IRMapping mapping;
  mapping.map(movement->getOperand(0), input);
  Operation *made = rewriter.clone(*movement, mapping);
  made->getResult(0).setType(type);
  if (auto map = dyn_cast<MapOp>(made))
    map.getBody().getArgument(0).setType(element);
  return made->getResult(0);
}

/// The shape of a parameter of the moved tensor: one number stays one; one for
/// each index of a dimension follows that dimension. Nothing where it cannot.
std::optional<SmallVector<int64_t>> movedShape(Operation *movement, Value parameter) {
  if (isOneNumber(parameter))
    return SmallVector<int64_t>();
  // Which dimension of the input it runs along.
  RankedTensorType input = tensorOf(movement->getOperand(0)),
                   result = tensorOf(movement->getResult(0)), type = tensorOf(parameter);
  int64_t axis = -1;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.getDimSize(dim) != 1) {
      if (axis >= 0)
        return std::nullopt;
      axis = dim + input.getRank() - type.getRank();
    }
  int64_t size = input.getDimSize(axis);
  std::optional<int64_t> to;
  auto follow = [&](ArrayRef<ReassociationIndices> groups, bool collapse) {
    for (auto [outer, group] : llvm::enumerate(groups))
      for (int64_t inner : group) {
        int64_t from = collapse ? inner : int64_t(outer), into = collapse ? outer : inner;
        if (from == axis && result.getDimSize(into) == size)
          to = into;
      }
  };
  if (auto transpose = dyn_cast<linalg::TransposeOp>(movement))
    to = llvm::find(transpose.getPermutation(), axis) - transpose.getPermutation().begin();
  else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(movement))
    follow(expand.getReassociationIndices(), false);
  else if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(movement))
    follow(collapse.getReassociationIndices(), true);
  else if (isa<tensor::ExtractSliceOp>(movement) && result.getRank() == input.getRank() &&
           result.getDimSize(axis) == size)
    to = axis; // all of it
  else if (isa<MapOp>(movement))
    to = axis + result.getRank() - input.getRank();
  if (!to)
    return std::nullopt;
  SmallVector<int64_t> shape(result.getRank(), 1);
  shape[*to] = size;
  return shape;
}

/// movement(dequantize(q)) becomes dequantize(movement(q)).
struct DequantizeBehindMovement : RewritePattern {
  explicit DequantizeBehindMovement(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    if (!isPlainMovement(op))
      return rewriter.notifyMatchFailure(op, "no data movement");
    auto dequantize = op->getOperand(0).getDefiningOp<DequantizeOp>();
    if (!dequantize)
      return rewriter.notifyMatchFailure(op, "moves no dequantized codes");
    Value scale = dequantize.getScale(), zero = dequantize.getZeroPoint();
    auto scaleShape = movedShape(op, scale), zeroShape = zero ? movedShape(op, zero) : scaleShape;
    if (!scaleShape || !zeroShape)
      return rewriter.notifyMatchFailure(op, "its scales do not follow");
    Value moved = move(rewriter, op, dequantize.getInput());
    scale = reshapeParameter(rewriter, scale, *scaleShape);
    if (zero)
      zero = reshapeParameter(rewriter, zero, *zeroShape);
    auto made = rewriter.replaceOpWithNewOp<DequantizeOp>(op, op->getResult(0).getType(), moved,
                                                          scale, zero, dequantize.getIsSigned());
    made->setLoc(dequantize.getLoc());
    setExactness(made, "exact");
    return success();
  }
};

/// quantize(movement(x)) becomes movement(quantize(x)); not for slices, which
/// would quantize what they throw away.
struct QuantizeBeforeMovement : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    Operation *movement = op.getInput().getDefiningOp();
    if (!movement || !isPlainMovement(movement) || isa<tensor::ExtractSliceOp>(movement) ||
        !movement->hasOneUse() || !isPerTensor(op.getScale(), op.getZeroPoint()))
      return rewriter.notifyMatchFailure(op, "no movement of its own, or several scales");
    Type code = tensorOf(op.getResult()).getElementType();
    Value input = movement->getOperand(0);
    auto quantized = QuantizeOp::create(rewriter, op.getLoc(), withElement(input, code), input,
                                        op.getScale(), op.getZeroPoint(), op.getIsSigned());
    setExactness(quantized, "exact");
    rewriter.replaceOp(op, move(rewriter, movement, quantized));
    return success();
  }
};

/// Codes of one sign and parameters in, the same out: the padding is a code too.
struct DequantizeBehindPad : OpRewritePattern<tensor::PadOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::PadOp op, PatternRewriter &rewriter) const override {
    auto dequantize = codesBehind(op.getSource());
    auto parameters = dequantize ? parametersOf(dequantize) : std::nullopt;
    FloatAttr padding;
    Value scalar = op.getConstantPaddingValue();
    if (!parameters || !scalar || !matchPattern(scalar, m_Constant(&padding)))
      return rewriter.notifyMatchFailure(op, "no codes, or no constant padding");
    float value = padding.getValue().convertToFloat();
    int64_t code = parameters->quantize(value);
    // Bit for bit: -0.0 is no code's value.
    if (llvm::bit_cast<uint32_t>(parameters->dequantize(code)) != llvm::bit_cast<uint32_t>(value))
      return rewriter.notifyMatchFailure(op, "no code has the value of the padding");
    Value codes = dequantize.getInput();
    Type element = tensorOf(codes).getElementType();
    Value fill =
        arith::ConstantOp::create(rewriter, op.getLoc(), rewriter.getIntegerAttr(element, code));
    Value padded =
        tensor::PadOp::create(rewriter, op.getLoc(), withElement(op.getResult(), element), codes,
                              op.getMixedLowPad(), op.getMixedHighPad(), fill);
    auto made = rewriter.replaceOpWithNewOp<DequantizeOp>(
        op, op.getType(), padded, dequantize.getScale(), dequantize.getZeroPoint(),
        dequantize.getIsSigned());
    setExactness(made, "exact");
    return success();
  }
};

/// concat(dequantize(a), dequantize(b)), all with one scale and zero point.
struct DequantizeBehindConcat : OpRewritePattern<tensor::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ConcatOp op, PatternRewriter &rewriter) const override {
    SmallVector<Value> codes;
    DequantizeOp first;
    std::optional<TensorParameters> common;
    for (Value input : op.getInputs()) {
      auto dequantize = codesBehind(input);
      auto parameters = dequantize ? parametersOf(dequantize) : std::nullopt;
      if (!parameters || (common && *common != *parameters))
        return rewriter.notifyMatchFailure(op, "not all are codes of one scale");
      common = parameters;
      first = first ? first : dequantize;
      codes.push_back(dequantize.getInput());
    }
    if (!first)
      return rewriter.notifyMatchFailure(op, "nothing to join");
    Value joined = tensor::ConcatOp::create(
        rewriter, op.getLoc(), withElement(op.getResult(), tensorOf(codes[0]).getElementType()),
        op.getDim(), codes);
    auto made = rewriter.replaceOpWithNewOp<DequantizeOp>(
        op, op.getType(), joined, first.getScale(), first.getZeroPoint(), first.getIsSigned());
    setExactness(made, "exact");
    return success();
  }
};

/// quantize(concat(a, b)) becomes concat(quantize(a), quantize(b)).
struct QuantizeBeforeConcat : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto concat = op.getInput().getDefiningOp<tensor::ConcatOp>();
    if (!concat || !concat->hasOneUse() || !isPerTensor(op.getScale(), op.getZeroPoint()))
      return rewriter.notifyMatchFailure(op, "no concatenation of its own, or several scales");
    Type code = tensorOf(op.getResult()).getElementType();
    SmallVector<Value> inputs;
    for (Value input : concat.getInputs()) {
      auto part = QuantizeOp::create(rewriter, op.getLoc(), withElement(input, code), input,
                                     op.getScale(), op.getZeroPoint(), op.getIsSigned());
      setExactness(part, "exact");
      inputs.push_back(part);
    }
    rewriter.replaceOpWithNewOp<tensor::ConcatOp>(op, withElement(op.getResult(), code),
                                                  concat.getDim(), inputs);
    return success();
  }
};

/// quantize(pad(x, c)) becomes pad(quantize(x), quantize(c)).
struct QuantizeBeforePad : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<tensor::PadOp>();
    auto parameters = parametersOf(op);
    FloatAttr padding;
    Value scalar = pad ? pad.getConstantPaddingValue() : Value();
    if (!pad || !pad->hasOneUse() || !parameters || !scalar ||
        !matchPattern(scalar, m_Constant(&padding)))
      return rewriter.notifyMatchFailure(op, "no padding of its own by a constant");
    Type code = tensorOf(op.getResult()).getElementType();
    auto inside =
        QuantizeOp::create(rewriter, op.getLoc(), withElement(pad.getSource(), code),
                           pad.getSource(), op.getScale(), op.getZeroPoint(), op.getIsSigned());
    setExactness(inside, "exact");
    int64_t value = parameters->quantize(padding.getValue().convertToFloat());
    Value fill =
        arith::ConstantOp::create(rewriter, op.getLoc(), rewriter.getIntegerAttr(code, value));
    rewriter.replaceOpWithNewOp<tensor::PadOp>(op, withElement(op.getResult(), code), inside,
                                               pad.getMixedLowPad(), pad.getMixedHighPad(), fill);
    return success();
  }
};

/// A maximum of numbers is that of their codes: scales are positive.
template <typename OpT> struct MaximumOfCodes : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;
  static bool isExtreme(PoolOp op) { return op.getKind() == PoolKind::Max; }
  static bool isExtreme(ReduceOp op) {
    return op.getKind() == ReduceKind::Max || op.getKind() == ReduceKind::Min;
  }
  LogicalResult matchAndRewrite(OpT op, PatternRewriter &rewriter) const override {
    auto dequantize = codesBehind(op.getInput());
    auto parameters = dequantize ? parametersOf(dequantize) : std::nullopt;
    if (!isExtreme(op) || !parameters || !isPlainScale(parameters->scale))
      return rewriter.notifyMatchFailure(op, "no maximum of codes with a positive scale");
    IRMapping mapping;
    mapping.map(op.getInput(), dequantize.getInput());
    auto codes = cast<OpT>(rewriter.clone(*op, mapping));
    codes.setIsSigned(dequantize.getIsSigned());
    Type element = tensorOf(dequantize.getInput()).getElementType();
    codes->getResult(0).setType(withElement(op.getResult(), element));
    setExactness(codes, "exact");
    rewriter.replaceOpWithNewOp<DequantizeOp>(op, op.getResult().getType(), codes,
                                              dequantize.getScale(), dequantize.getZeroPoint(),
                                              dequantize.getIsSigned());
    return success();
  }
};

/// quantize(dequantize(q)) that gives each code back.
struct QuantizeOfItsCodes : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto dequantize = codesBehind(op.getInput());
    auto from = dequantize ? parametersOf(dequantize) : std::nullopt, to = parametersOf(op);
    if (!from || !to || from->width != to->width || from->isSigned != to->isSigned)
      return rewriter.notifyMatchFailure(op, "no codes of this type behind it");
    for (int64_t code = from->least(); code <= from->greatest(); ++code)
      if (to->quantize(from->dequantize(code)) != code)
        return rewriter.notifyMatchFailure(op, "some code changes");
    rewriter.replaceOp(op, dequantize.getInput());
    return success();
  }
};

struct MoveCodes : pith::impl::MoveCodesBase<MoveCodes> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DequantizeBehindMovement, QuantizeBeforeMovement, DequantizeBehindPad,
                 DequantizeBehindConcat, QuantizeBeforeConcat, QuantizeBeforePad,
                 MaximumOfCodes<PoolOp>, MaximumOfCodes<ReduceOp>, QuantizeOfItsCodes>(
        &getContext());
    populateClampPatterns(patterns);
    populateMovingNestPatterns(patterns);
    populateReshapePatterns(patterns);
    populateConstantPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("the rewrites of this pass do not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
