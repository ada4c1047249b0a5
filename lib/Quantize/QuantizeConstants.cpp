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

/// Replaces `op` by the constant `value`, which `input` is, behind one more step;
/// with `isUniform` equal elements stay equal.
LogicalResult applyStep(PatternRewriter &rewriter, Operation *op, Value input, Attribute value,
                        ConstantTransformInterface step, bool isUniform) {
  RankedTensorType type = tensorOf(op->getResult(0));
  auto silent = [] { return InFlightDiagnostic(); };
  if (auto large = dyn_cast<ConstantAttr>(value)) {
    auto codes = large.then(step, silent);
    if (failed(codes))
      return rewriter.notifyMatchFailure(op, "no constant has such a step");
    rewriter.replaceOpWithNewOp<ConstantOp>(op, type, *codes, IntegerAttr());
    return success();
  }
  auto reader = ConstantReader::create(value, silent);
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (failed(reader) || !dense)
    return rewriter.notifyMatchFailure(op, "the constant is in no form that is read here");
  bool isOne = dense.isSplat() && type.getNumElements() && isUniform;
  int64_t count = isOne ? 1 : type.getNumElements();
  constexpr int64_t most = 1 << 24; // what is large lies in a file
  if (count > most)
    return rewriter.notifyMatchFailure(op, "the constant is too large to be held here");
  std::vector<char> from(count * elementBytes(tensorOf(input).getElementType())),
      to(count * elementBytes(type.getElementType()));
  reader->read(0, from);
  step.mapElements(tensorOf(input), llvm::to_vector(llvm::seq<int64_t>(0, count)), from, to);
  rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, DenseElementsAttr::getFromRawBuffer(type, to));
  return success();
}

struct QuantizeOfConstant : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op, PatternRewriter &rewriter) const override {
    Attribute numbers;
    if (!matchPattern(op.getInput(), m_Constant(&numbers)))
      return rewriter.notifyMatchFailure(op, "the numbers are not constant");
    if (!tensorOf(op.getInput()).getElementType().isF32())
      return rewriter.notifyMatchFailure(op, "the numbers are not f32");
    QuantizeAttr step = stepOf(op);
    if (!step)
      return rewriter.notifyMatchFailure(op, "the scales are not constant or not f32");
    // One code wherever there is one number and one scale.
    return applyStep(rewriter, op, op.getInput(), numbers, step,
                     isPerTensor(op.getScale(), op.getZeroPoint()));
  }

private:
  /// A parameter of any size as a dense value, or null.
  static DenseElementsAttr denseOf(Value parameter) {
    Attribute value;
    if (!matchPattern(parameter, m_Constant(&value)))
      return {};
    if (auto dense = dyn_cast<DenseElementsAttr>(value))
      return dense;
    RankedTensorType type = tensorOf(parameter);
    constexpr int64_t most = 1 << 20;
    auto reader = ConstantReader::create(value, [] { return InFlightDiagnostic(); });
    if (failed(reader) || type.getNumElements() > most)
      return {};
    std::vector<char> bytes(storageBytes(type));
    reader->read(0, bytes);
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  }

  static QuantizeAttr stepOf(QuantizeOp op) {
    Type code = tensorOf(op.getResult()).getElementType();
    DenseElementsAttr scale = denseOf(op.getScale());
    auto zero = op.getZeroPoint()
                    ? denseOf(op.getZeroPoint())
                    : DenseElementsAttr::get(RankedTensorType::get({}, code),
                                             ArrayRef<Attribute>(IntegerAttr::get(code, 0)));
    if (!scale || !zero || !scale.getElementType().isF32())
      return {};
    return QuantizeAttr::get(op.getContext(), scale, zero, op.getIsSigned());
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
                     RecodeAttr::get(op.getContext(), table), /*isUniform=*/true);
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
