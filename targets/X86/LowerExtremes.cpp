// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The greater and the lesser of two f32 numbers, of which a NaN wins and -0 is below
// 0: an instruction that knows the zeros, and a sum where one is a NaN. A constant is
// neither NaN nor the wrong zero, and needs less.
#include "targets/X86/Atoms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith::x86;

namespace {

/// Results of arithmetic, held by a bound or not: a NaN among them is a quiet one.
bool isComputed(Value value) {
  if (auto choice = value.getDefiningOp<arith::SelectOp>())
    return splatOf(choice.getTrueValue()) && isComputed(choice.getFalseValue());
  return isa_and_nonnull<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
                         arith::SIToFPOp, arith::UIToFPOp, math::FmaOp>(value.getDefiningOp());
}

/// Of a constant and a number: the hardware's instruction, the constant first, gives
/// the number where that is a NaN or equal. It leaves -0 where 0 would be the greater,
/// which a sum with 0 mends.
template <typename Op> class LowerExtremeOfConstant : public OpRewritePattern<Op> {
public:
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &b) const override {
    constexpr bool isGreater = std::is_same_v<Op, arith::MaximumFOp>;
    auto type = dyn_cast<VectorType>(op.getType());
    if (!type || !type.getElementType().isF32())
      return b.notifyMatchFailure(op, "no vector of f32");
    Value number = op.getLhs(), bound = op.getRhs();
    if (splatOf(number))
      std::swap(number, bound);
    auto choice = number.getDefiningOp<arith::SelectOp>();
    auto asked = choice ? choice.getCondition().getDefiningOp<arith::CmpFOp>() : arith::CmpFOp();
    if (asked && asked.getPredicate() == arith::CmpFPredicate::UNO)
      return b.notifyMatchFailure(op, "a quantization, which becomes integers sooner");
    std::optional<APFloat> most = splatOf(bound);
    if (!most || most->isNaN())
      return b.notifyMatchFailure(op, "no constant number");
    bool mayBeOtherZero = most->isZero() && most->isNegative() != isGreater;
    if (mayBeOtherZero && !isGreater)
      return b.notifyMatchFailure(op, "the sum of zeros is not the lesser");
    if (!mayBeOtherZero && !isComputed(number))
      return b.notifyMatchFailure(op, "may be a NaN that signals");
    constexpr auto passes = isGreater ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT;
    Location loc = op.getLoc();
    Value isBound = arith::CmpFOp::create(b, loc, passes, bound, number);
    Value chosen = arith::SelectOp::create(b, loc, isBound, bound, number);
    if (mayBeOtherZero)
      chosen = arith::AddFOp::create(b, loc, chosen, bound);
    b.replaceOp(op, chosen);
    return success();
  }
};

template <typename Op> class LowerExtreme : public OpRewritePattern<Op> {
public:
  LowerExtreme(MLIRContext *context, const Features &features)
      : OpRewritePattern<Op>(context), features(features) {}

  LogicalResult matchAndRewrite(Op op, PatternRewriter &b) const override {
    auto type = dyn_cast<VectorType>(op.getType());
    if (!type || type.getRank() != 1 || type.isScalable() || !type.getElementType().isF32() ||
        !features.has("+avx512dq") || !features.has("+avx512vl"))
      return b.notifyMatchFailure(op, "no vector of f32, or no instruction for it");
    Attribute constant;
    for (Value operand : op->getOperands())
      if (matchPattern(operand, m_Constant(&constant)))
        return b.notifyMatchFailure(op, "what is known of a constant takes less");
    Value result = byRegisters(b, op.getLoc(), op->getOperands(),
                               [&](ValueRange parts) { return extreme(b, op.getLoc(), parts); });
    if (!result)
      return b.notifyMatchFailure(op, "no whole registers");
    b.replaceOp(op, result);
    return success();
  }

private:
  static Value extreme(OpBuilder &b, Location loc, ValueRange operands) {
    auto type = cast<VectorType>(operands[0].getType());
    unsigned bits = bitsOf(type);
    Emitter e{b, loc};
    // Bits 0 and 1: the lesser or the greater; 2 and 3: with its own sign.
    int32_t kind = std::is_same_v<Op, arith::MaximumFOp> ? 0b0101 : 0b0100;
    Type mask = b.getIntegerType(std::max(8u, bits / 32));
    SmallVector<Value> arguments{
        operands[0], operands[1], arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(kind)),
        operands[0], arith::ConstantOp::create(b, loc, b.getIntegerAttr(mask, -1))};
    if (bits == 512) // exceptions are masked as the processor is set to
      arguments.push_back(arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(4)));
    Value chosen = e.call(("llvm.x86.avx512.mask.range.ps." + Twine(bits)).str(), type, arguments);
    Value isNaN =
        arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, operands[0], operands[1]);
    Value both = arith::AddFOp::create(b, loc, operands[0], operands[1]);
    return arith::SelectOp::create(b, loc, isNaN, both, chosen);
  }

  const Features &features;
};

} // namespace

void pith::x86::addExtremes(RewritePatternSet &patterns, const Features &features) {
  patterns.add<LowerExtreme<arith::MaximumFOp>, LowerExtreme<arith::MinimumFOp>>(
      patterns.getContext(), features);
  patterns
      .add<LowerExtremeOfConstant<arith::MaximumFOp>, LowerExtremeOfConstant<arith::MinimumFOp>>(
          patterns.getContext(), /*benefit=*/2);
}
