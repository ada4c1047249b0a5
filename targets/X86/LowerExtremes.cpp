// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The greater and the lesser of two f32 numbers, of which a NaN wins and -0 is below
// 0: an instruction that knows the zeros, and a sum where one is a NaN.
#include "targets/X86/Atoms.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith::x86;

namespace {

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
}
