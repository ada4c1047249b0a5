// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights that the file holds as floats in front of a quantize, or clips behind
// it: the codes become a step of the constant, or a constant where it is small.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Forms/CodeFunction.h"
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_QUANTIZECONSTANTS
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace pith;
using namespace pith::quantize;

namespace {

/// Replaces `op` by the constant `value`, which `input` is, behind one more step.
LogicalResult applyStep(PatternRewriter &rewriter, Operation *op, Value input, Attribute value,
                        ConstantTransformInterface step) {
  RankedTensorType type = tensorOf(op->getResult(0));
  auto emitError = [&] { return op->emitError(); };
  if (auto large = dyn_cast<ConstantAttr>(value)) {
    auto codes = large.then(step, emitError);
    if (failed(codes))
      return failure();
    rewriter.replaceOpWithNewOp<ConstantOp>(op, type, *codes, IntegerAttr());
    return success();
  }
  auto reader = ConstantReader::create(value, emitError);
  if (failed(reader))
    return failure();
  std::vector<char> from(storageBytes(tensorOf(input))), to(storageBytes(type));
  reader->read(0, from);
  step.mapElements(tensorOf(input), llvm::to_vector(llvm::seq<int64_t>(0, type.getNumElements())),
                   from, to);
  rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, DenseElementsAttr::getFromRawBuffer(type, to));
  return success();
}

struct QuantizeOfConstant : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    Attribute numbers;
    DenseElementsAttr scale, zero;
    RankedTensorType type = tensorOf(op.getResult());
    if (!matchPattern(op.getInput(), m_Constant(&numbers)) ||
        !matchPattern(op.getScale(), m_Constant(&scale)))
      return rewriter.notifyMatchFailure(op, "numbers or scale are not constant");
    if (!tensorOf(op.getInput()).getElementType().isF32() || !scale.getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "numbers or scale are not f32");
    if (!op.getZeroPoint())
      zero = DenseElementsAttr::get(RankedTensorType::get({}, type.getElementType()),
                                    rewriter.getIntegerAttr(type.getElementType(), 0));
    else if (!matchPattern(op.getZeroPoint(), m_Constant(&zero)))
      return rewriter.notifyMatchFailure(op, "the zero point is not constant");
    auto step = QuantizeAttr::get(op.getContext(), scale, zero, op.getIsSigned());
    return applyStep(rewriter, op, op.getInput(), numbers, step);
  }
};

/// A map of one 8-bit constant: the clip of a network trained with few bits.
struct MapOfConstant : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    Attribute codes;
    if (!forms::isCodeMap(op) || op.getInputs().size() != 1 ||
        tensorOf(op.getInputs()[0]) != tensorOf(op.getResult()) ||
        !matchPattern(op.getInputs()[0], m_Constant(&codes)))
      return rewriter.notifyMatchFailure(op, "no map from constant codes to codes");
    auto body = forms::CodeBody::compile(op);
    auto function = succeeded(body) && body->hasProgram() ? body->evaluate() : std::nullopt;
    if (!function)
      return rewriter.notifyMatchFailure(op, "some code has no value");
    auto type = RankedTensorType::get({256}, rewriter.getI8Type());
    auto table = DenseElementsAttr::get(type, ArrayRef<uint8_t>(function->values));
    return applyStep(rewriter, op, op.getInputs()[0], codes,
                     RecodeAttr::get(op.getContext(), table));
  }
};

struct QuantizeConstants : pith::impl::QuantizeConstantsBase<QuantizeConstants> {
  using Base::Base;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<QuantizeOfConstant, MapOfConstant>(&getContext());
    MapOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns)))) {
      getOperation()->emitError("the rewrites of this pass do not come to an end");
      signalPassFailure();
    }
  }
};

} // namespace
