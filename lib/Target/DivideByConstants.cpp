// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Target/Passes.h"
#include "lib/Target/Reciprocal.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_DIVIDEBYCONSTANTS
#include "lib/Target/Passes.h.inc"
} // namespace pith

namespace {

std::optional<float> constantOf(Value value) {
  APFloat number(0.0f);
  if (!getElementTypeOrSelf(value).isF32() || !matchPattern(value, m_ConstantFloat(&number)))
    return std::nullopt;
  return number.convertToFloat();
}

/// Whether it makes no difference to `op`, or what follows it, which of the numbers
/// around a tiny quotient it reads: x * low is no number of 24 bits any more there.
bool roundsTiny(Operation *op, Value quotient) {
  if (isa<math::RoundEvenOp, LLVM::LrintOp>(op))
    return true;
  auto select = dyn_cast<arith::SelectOp>(op);
  if (select && select.getCondition() != quotient)
    return llvm::all_of(select->getUsers(),
                        [&](Operation *user) { return roundsTiny(user, select); });
  auto compare = dyn_cast<arith::CmpFOp>(op);
  if (!compare)
    return false;
  Value other = compare.getLhs() == quotient ? compare.getRhs() : compare.getLhs();
  if (other == quotient)
    return true; // for a NaN
  std::optional<float> bound = constantOf(other);
  if (bound && std::abs(*bound) >= 0x1p-60f)
    return true;
  // max(q, 0) and the like: tiny or 0, both are rounded.
  return bound && *bound == 0 && llvm::all_of(compare->getUsers(), [&](Operation *user) {
           auto chosen = dyn_cast<arith::SelectOp>(user);
           return chosen &&
                  llvm::all_of(ArrayRef<Value>{chosen.getTrueValue(), chosen.getFalseValue()},
                               [&](Value v) { return v == quotient || v == other; });
         });
}

struct DivideByConstants : pith::impl::DivideByConstantsBase<DivideByConstants> {
  using Base::Base;

  void runOnOperation() override {
    if (!hasFma && !targetHasFma())
      return;
    SmallVector<arith::DivFOp> work;
    getOperation()->walk([&](arith::DivFOp op) {
      if (isa<VectorType>(op.getType()) &&
          llvm::all_of(op->getUsers(), [&](Operation *user) { return roundsTiny(user, op); }))
        work.push_back(op);
    });
    for (arith::DivFOp op : work) {
      std::optional<float> divisor = constantOf(op.getRhs());
      std::optional<pith::Reciprocal> parts = divisor ? pith::reciprocalOf(*divisor) : std::nullopt;
      if (!parts)
        continue;
      OpBuilder b(op);
      auto splat = [&](float number) -> Value {
        auto type = cast<VectorType>(op.getType());
        return arith::ConstantOp::create(b, op.getLoc(),
                                         SplatElementsAttr::get(type, b.getF32FloatAttr(number)));
      };
      Value x = op.getLhs(), high = splat(parts->high);
      Value rest = arith::MulFOp::create(b, op.getLoc(), x, splat(parts->low));
      Value q = math::FmaOp::create(b, op.getLoc(), x, high, rest);
      op.replaceAllUsesWith(q);
      op.erase();
      ++numReplaced;
    }
  }

  bool targetHasFma() {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    const pith::Target *target = module ? pith::findTarget(module) : nullptr;
    return target &&
           pith::machineOf(*target)
               .primitives(
                   module->getAttrOfType<pith::TargetAttr>(pith::targetAttrName).getMachine())
               .fma;
  }
};
} // namespace
