// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sigmoid_c1, (x < 0 ? t : 1) / (1 + t) with t = e^-|x|, in two instructions less: one
// holds -|x| above the least exponent, one chooses what is divided. The first loses a
// NaN, the second brings it back.
#include "pith/Kernels/Math.h"
#include "targets/X86/Atoms.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace pith::x86;

namespace {

bool isSplat(Value value, double number) {
  std::optional<APFloat> all = splatOf(value);
  return all && all->isExactlyValue(number);
}

/// The x of a sigmoid of which no part is used elsewhere; null: it is none.
Value sigmoidOf(arith::DivFOp divide) {
  auto choice = divide.getLhs().getDefiningOp<arith::SelectOp>();
  auto sum = divide.getRhs().getDefiningOp<arith::AddFOp>();
  if (!choice || !sum || !choice->hasOneUse() || !sum->hasOneUse() ||
      !isSplat(choice.getFalseValue(), 1))
    return {};
  Value power = choice.getTrueValue();
  bool adds = (sum.getLhs() == power && isSplat(sum.getRhs(), 1)) ||
              (sum.getRhs() == power && isSplat(sum.getLhs(), 1));
  auto exp = power.getDefiningOp<math::ExpOp>();
  auto negated = exp ? exp.getOperand().getDefiningOp<arith::NegFOp>() : arith::NegFOp();
  auto size = negated ? negated.getOperand().getDefiningOp<math::AbsFOp>() : math::AbsFOp();
  auto compare = choice.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!adds || !size || !compare || !power.hasNUses(2) ||
      compare.getPredicate() != arith::CmpFPredicate::OLT ||
      compare.getLhs() != size.getOperand() || !isSplat(compare.getRhs(), 0))
    return {};
  return size.getOperand();
}

/// A call of an instruction that takes a mask, of all lanes.
Value call(OpBuilder &b, Location loc, StringRef name, SmallVector<Value> operands) {
  auto type = cast<VectorType>(operands.front().getType());
  unsigned bits = bitsOf(type);
  if (bits == 512) // exceptions are masked as the processor is set to
    operands.push_back(arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(4)));
  return Emitter{b, loc}.call((name + "." + Twine(bits)).str(), type, operands);
}

Value allLanes(OpBuilder &b, Location loc, Value vector) {
  Type mask = b.getIntegerType(std::max(8u, bitsOf(cast<VectorType>(vector.getType())) / 32));
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(mask, -1));
}

/// -|x|, or -104 where that is greater or x is NaN.
Value boundedExponent(OpBuilder &b, Location loc, Value x) {
  auto type = cast<VectorType>(x.getType());
  Value most =
      arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, b.getF32FloatAttr(104)));
  // Bits 0 and 1: the lesser of absolute values; 2 and 3: with the sign set.
  Value kind = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0b1110));
  return call(b, loc, "llvm.x86.avx512.mask.range.ps", {x, most, kind, x, allLanes(b, loc, x)});
}

/// `power` where x < 0, x where it is NaN, else 1.
Value dividend(OpBuilder &b, Location loc, Value power, Value x) {
  auto type = cast<VectorType>(x.getType()).clone(b.getI32Type());
  // Of each kind of number four bits, the last first: positive, negative, infinity,
  // -infinity, 1, 0, NaN that signals, NaN. 0: what there is, 2: NaN, 10: one.
  Value table = Emitter{b, loc}.splat(type, int32_t(0xA0A0AA22));
  Value none = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  return call(b, loc, "llvm.x86.avx512.mask.fixupimm.ps",
              {power, x, table, none, allLanes(b, loc, x)});
}

class LowerSigmoid : public OpRewritePattern<arith::DivFOp> {
public:
  LowerSigmoid(MLIRContext *context, const Features &features)
      : OpRewritePattern(context), features(features) {}

  LogicalResult matchAndRewrite(arith::DivFOp op, PatternRewriter &b) const override {
    auto type = dyn_cast<VectorType>(op.getType());
    Value x = type && type.getElementType().isF32() ? sigmoidOf(op) : Value();
    if (!x || !features.has("+avx512dq") || !features.has("+avx512vl"))
      return b.notifyMatchFailure(op, "no sigmoid of f32, or no instructions for it");
    Location loc = op.getLoc();
    Value exponent =
        byRegisters(b, loc, x, [&](ValueRange parts) { return boundedExponent(b, loc, parts[0]); });
    if (!exponent)
      return b.notifyMatchFailure(op, "no whole registers");
    Value power = pith::buildExpWithin(b, loc, exponent);
    Value divided = byRegisters(
        b, loc, {power, x}, [&](ValueRange parts) { return dividend(b, loc, parts[0], parts[1]); });
    Value one =
        arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, b.getF32FloatAttr(1)));
    Value sum = arith::AddFOp::create(b, loc, power, one);
    b.replaceOpWithNewOp<arith::DivFOp>(op, divided, sum);
    return success();
  }

private:
  const Features &features;
};

} // namespace

void pith::x86::addSigmoid(RewritePatternSet &patterns, const Features &features) {
  patterns.add<LowerSigmoid>(patterns.getContext(), features);
}
