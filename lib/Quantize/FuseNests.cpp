// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nests (gathers, resizes) read and write codes. One that only moves elements
// moves codes; one that computes takes dequantize and quantize into its region.
#include "lib/Quantize/CodePatterns.h"
#include "lib/Quantize/Codes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

namespace {

/// A nest of parallel loops that makes one tensor which it does not read.
bool isSimple(linalg::GenericOp op) {
  return op->getNumResults() == 1 && op.getNumParallelLoops() == op.getNumLoops() &&
         op.getMatchingBlockArgument(op.getDpsInitOperand(0)).use_empty() &&
         op.hasPureTensorSemantics();
}

/// The tensors that the region reads by `tensor.extract`.
SmallVector<tensor::ExtractOp> readsOf(linalg::GenericOp op) {
  return llvm::to_vector(op.getBody()->getOps<tensor::ExtractOp>());
}

/// A copy of the nest with results of another element type.
linalg::GenericOp cloneAs(PatternRewriter &rewriter, linalg::GenericOp op, Type element) {
  ArrayRef<int64_t> shape = tensorOf(op.getResult(0)).getShape();
  Value empty = tensor::EmptyOp::create(rewriter, op.getLoc(), shape, element);
  auto made = cast<linalg::GenericOp>(rewriter.clone(*op));
  // Not by a mapping: the nest may read the tensor in whose place it writes.
  made.getDpsInitOperand(0)->set(empty);
  made->getResult(0).setType(RankedTensorType::get(shape, element));
  made.getMatchingBlockArgument(made.getDpsInitOperand(0)).setType(element);
  return made;
}

/// A constant scalar in front of `op`, for use in its region.
Value scalarOf(OpBuilder &builder, Value parameter) {
  if (!parameter)
    return {};
  SmallVector<Value> origin(tensorOf(parameter).getRank());
  for (Value &index : origin)
    index = arith::ConstantIndexOp::create(builder, parameter.getLoc(), 0);
  return tensor::ExtractOp::create(builder, parameter.getLoc(), parameter, origin);
}

/// The tensor whose elements the nest yields as they are and for nothing else, or
/// nothing.
Value movedTensor(linalg::GenericOp op) {
  Value yielded = op.getBody()->getTerminator()->getOperand(0);
  if (auto read = yielded.getDefiningOp<tensor::ExtractOp>())
    return read->getBlock() == op.getBody() && read->hasOneUse() ? read.getTensor() : Value();
  auto argument = dyn_cast<BlockArgument>(yielded);
  if (!argument || argument.getOwner() != op.getBody() || !argument.hasOneUse())
    return {};
  return op->getOperand(argument.getArgNumber());
}

/// nest(dequantize(q)), where the nest moves elements.
struct DequantizeBehindNest : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    Value moved = isSimple(op) ? movedTensor(op) : Value();
    auto dequantize = moved ? codesBehind(moved) : DequantizeOp();
    if (!dequantize || !isPerTensor(dequantize.getScale(), dequantize.getZeroPoint()))
      return rewriter.notifyMatchFailure(op, "moves no codes of one scale");
    Value codes = dequantize.getInput();
    Type element = tensorOf(codes).getElementType();
    auto made = cloneAs(rewriter, op, element);
    rewriter.modifyOpInPlace(made, [&] {
      Value yielded = made.getBody()->getTerminator()->getOperand(0);
      if (auto argument = dyn_cast<BlockArgument>(yielded)) {
        made->setOperand(argument.getArgNumber(), codes);
        argument.setType(element);
      } else {
        auto read = yielded.getDefiningOp<tensor::ExtractOp>();
        read.getTensorMutable().assign(codes);
        read.getResult().setType(element);
      }
    });
    setExactness(made, "exact");
    rewriter.replaceOpWithNewOp<DequantizeOp>(
        op, op->getResultTypes()[0], made->getResult(0),
        reshapeParameter(rewriter, dequantize.getScale(), {}),
        dequantize.getZeroPoint() ? reshapeParameter(rewriter, dequantize.getZeroPoint(), {})
                                  : Value(),
        dequantize.getIsSigned());
    return success();
  }
};

/// A read of dequantized codes in a nest reads codes, and dequantizes them.
struct DequantizeIntoNest : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    if (!isSimple(op))
      return rewriter.notifyMatchFailure(op, "reads what it writes");
    for (OpOperand *input : op.getDpsInputOperands())
      if (auto dequantize = perTensor(input->get())) {
        takeInput(op, *input, dequantize, rewriter);
        return success();
      }
    for (tensor::ExtractOp read : readsOf(op))
      if (auto dequantize = perTensor(read.getTensor())) {
        rewriter.modifyOpInPlace(op, [&] { replaceRead(op, read, dequantize, rewriter); });
        return success();
      }
    return rewriter.notifyMatchFailure(op, "reads no codes of one scale");
  }

private:
  static DequantizeOp perTensor(Value value) {
    auto dequantize = isa<RankedTensorType>(value.getType()) ? codesBehind(value) : DequantizeOp();
    return dequantize && isPerTensor(dequantize.getScale(), dequantize.getZeroPoint())
               ? dequantize
               : DequantizeOp();
  }

  static Value numberOf(OpBuilder &builder, Operation *nest, Value code, DequantizeOp dequantize) {
    OpBuilder front(nest);
    Value scale = scalarOf(front, dequantize.getScale());
    Value zero = scalarOf(front, dequantize.getZeroPoint());
    return dequantizeScalar(builder, nest->getLoc(), code, scale, zero, dequantize.getIsSigned());
  }

  static void takeInput(linalg::GenericOp op, OpOperand &input, DequantizeOp dequantize,
                        PatternRewriter &rewriter) {
    rewriter.modifyOpInPlace(op, [&] {
      BlockArgument argument = op.getMatchingBlockArgument(&input);
      input.set(dequantize.getInput());
      argument.setType(tensorOf(dequantize.getInput()).getElementType());
      OpBuilder inside = OpBuilder::atBlockBegin(op.getBody());
      SmallVector<OpOperand *> uses;
      for (OpOperand &use : argument.getUses())
        uses.push_back(&use);
      Value number = numberOf(inside, op, argument, dequantize);
      for (OpOperand *use : uses)
        use->set(number);
    });
    setExactness(op, "exact");
  }

  static void replaceRead(linalg::GenericOp op, tensor::ExtractOp read, DequantizeOp dequantize,
                          PatternRewriter &rewriter) {
    OpBuilder inside(read);
    Value code =
        tensor::ExtractOp::create(inside, read.getLoc(), dequantize.getInput(), read.getIndices());
    rewriter.replaceOp(read, numberOf(inside, op, code, dequantize));
    setExactness(op, "exact");
  }
};

/// quantize(nest) yields codes.
struct QuantizeIntoNest : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    auto nest = op.getInput().getDefiningOp<linalg::GenericOp>();
    if (!nest || !isSimple(nest) || !nest->hasOneUse() ||
        !isPerTensor(op.getScale(), op.getZeroPoint()))
      return rewriter.notifyMatchFailure(op, "quantizes no nest of its own, or by several scales");
    Type code = tensorOf(op.getResult()).getElementType();
    Value scale = scalarOf(rewriter, op.getScale()), zero = scalarOf(rewriter, op.getZeroPoint());
    auto made = cloneAs(rewriter, nest, code);
    Operation *yield = made.getBody()->getTerminator();
    OpBuilder inside(yield);
    yield->setOperand(0, quantizeScalar(inside, op.getLoc(), yield->getOperand(0), scale, zero,
                                        code, op.getIsSigned()));
    setExactness(made, "exact");
    setCodes(made, op);
    made->setLoc(op.getLoc());
    rewriter.replaceOp(op, made);
    return success();
  }
};

} // namespace

void quantize::populateMovingNestPatterns(RewritePatternSet &patterns) {
  patterns.add<DequantizeBehindNest>(patterns.getContext());
}

void quantize::populateNestPatterns(RewritePatternSet &patterns) {
  patterns.add<DequantizeIntoNest, QuantizeIntoNest>(patterns.getContext());
}
