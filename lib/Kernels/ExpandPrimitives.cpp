// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replaces float operations that the machine lacks by exact arithmetic: finds
// them; Math/Primitives.h does the sums.
#include "dialects/Pith/PithOps.h"
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/Primitives.h"
#include "lib/Kernels/Passes.h"
#include "pith/Kernels/Math.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_EXPANDPRIMITIVES
#include "lib/Kernels/Passes.h.inc"
} // namespace pith

namespace {
namespace m = pith::math;
using pith::math::Emitter;
using pith::math::Term;

bool isHalf(Value value) { return getElementTypeOrSelf(value).isF16(); }

bool isFloatOrDouble(Value value) {
  Type element = getElementTypeOrSelf(value);
  return element.isF32() || element.isF64();
}

/// Vector products are those of math, which the rest knows.
void unify(Operation *root) {
  root->walk([](vector::FMAOp op) {
    OpBuilder b(op);
    Value y = math::FmaOp::create(b, op.getLoc(), op.getLhs(), op.getRhs(), op.getAcc());
    op.replaceAllUsesWith(y);
    op.erase();
  });
}

/// f16 by its bits: what needs no conversion.
Value onHalfBits(Operation *op) {
  OpBuilder b(op);
  Emitter e(b, op->getLoc(), op->getResult(0));
  auto bitsOf = [&](Value x) { return e.cast<arith::BitcastOp>(b.getI16Type(), e.term(x)); };
  Term x = bitsOf(op->getOperand(0));
  IntegerType i16 = b.getI16Type();
  Term sign = e.constant(i16, -0x8000), rest = e.constant(i16, 0x7FFF);
  Term y = TypeSwitch<Operation *, Term>(op)
               .Case([&](arith::NegFOp) { return e.make<arith::XOrIOp>(x, sign); })
               .Case([&](math::AbsFOp) { return e.make<arith::AndIOp>(x, rest); })
               .Case([&](math::CopySignOp copy) {
                 Term from = e.make<arith::AndIOp>(bitsOf(copy.getRhs()), sign);
                 return e.make<arith::OrIOp>(e.make<arith::AndIOp>(x, rest), from);
               });
  return e.cast<arith::BitcastOp>(b.getF16Type(), y).value;
}

Value convert(arith::TruncFOp op) {
  OpBuilder b(op);
  Emitter e(b, op.getLoc(), op.getIn());
  Term x = e.term(op.getIn()); // pith-expand-math has made f32 of an f64
  return e.cast<arith::BitcastOp>(b.getF16Type(), m::toHalfBits(x)).value;
}

Value convert(arith::ExtFOp op) {
  OpBuilder b(op);
  Emitter e(b, op.getLoc(), op.getIn());
  Term bits = e.cast<arith::BitcastOp>(b.getI16Type(), e.term(op.getIn()));
  Term y = m::fromHalfBits(bits);
  return (getElementTypeOrSelf(op.getOut()).isF64() ? m::widen(y) : y).value;
}

/// The value that takes the place of `op`; null: `op` stays.
Value expand(Operation *op, const pith::Primitives &has) {
  OpBuilder b(op);
  auto with = [&](auto function, auto... operands) {
    Emitter e(b, op->getLoc(), op->getResult(0));
    return function(e.term(operands)...).value;
  };
  return TypeSwitch<Operation *, Value>(op)
      .Case<arith::NegFOp, math::AbsFOp, math::CopySignOp>(
          [&](auto op) { return !has.half && isHalf(op.getResult()) ? onHalfBits(op) : Value(); })
      .Case([&](arith::TruncFOp op) {
        return !has.half && isHalf(op.getOut()) ? convert(op) : Value();
      })
      .Case(
          [&](arith::ExtFOp op) { return !has.half && isHalf(op.getIn()) ? convert(op) : Value(); })
      .Case([&](math::FmaOp op) {
        return !has.fma && isFloatOrDouble(op) ? with(m::exactFma, op.getA(), op.getB(), op.getC())
                                               : Value();
      })
      .Case<math::RoundEvenOp, math::FloorOp, math::CeilOp, math::TruncOp>([&](auto op) -> Value {
        using Op = decltype(op);
        if (has.rounding || !isFloatOrDouble(op))
          return {};
        constexpr auto function = std::is_same_v<Op, math::RoundEvenOp> ? m::exactRoundEven
                                  : std::is_same_v<Op, math::FloorOp>   ? m::exactFloor
                                  : std::is_same_v<Op, math::CeilOp>    ? m::exactCeil
                                                                        : m::exactTrunc;
        return with(function, op.getOperand());
      })
      .Case([&](pith::LdexpOp op) {
        Value value = has.ldexp ? has.ldexp(b, op.getLoc(), op.getValue(), op.getPower()) : Value();
        return value ? value : with(m::exactLdexp, op.getValue(), op.getPower());
      })
      .Default(Value());
}

/// Whether `op` computes with f16, beyond bits and conversions.
bool computesInHalf(Operation *op) {
  if (!isa_and_nonnull<arith::ArithDialect, math::MathDialect>(op->getDialect()) ||
      isa<arith::BitcastOp, arith::ConstantOp, arith::ExtFOp, arith::NegFOp, arith::SelectOp,
          arith::TruncFOp, math::AbsFOp, math::CopySignOp>(op))
    return false;
  return llvm::any_of(op->getOperands(), isHalf) || llvm::any_of(op->getResults(), isHalf);
}

struct ExpandPrimitives : pith::impl::ExpandPrimitivesBase<ExpandPrimitives> {
  using Base::Base;

  void runOnOperation() override {
    pith::Primitives has;
    if (failed(ask(has)))
      return signalPassFailure();
    if (!has.fma)
      unify(getOperation());
    SmallVector<Operation *> work;
    if (!has.half) {
      collect(work, computesInHalf);
      llvm::for_each(work, m::runInF32);
    }
    collect(work, [](Operation *op) { return op->getNumResults() == 1; });
    for (Operation *op : work)
      if (Value value = expand(op, has)) {
        op->getResult(0).replaceAllUsesWith(value);
        op->erase();
        ++numExpanded;
      }
  }

  LogicalResult ask(pith::Primitives &has) {
    ModuleOp module = getOperation();
    if (const pith::Target *target = pith::findTarget(module))
      has = pith::machineOf(*target).primitives(
          module->getAttrOfType<pith::TargetAttr>(pith::targetAttrName).getMachine());
    for (StringRef name : lacks) {
      if (name == "ldexp") {
        has.ldexp = nullptr;
        continue;
      }
      bool *each = name == "fma"        ? &has.fma
                   : name == "rounding" ? &has.rounding
                   : name == "half"     ? &has.half
                                        : nullptr;
      if (!each)
        return module.emitError() << "expected fma, rounding, half or ldexp in 'lacks', got '"
                                  << name << "'";
      *each = false;
    }
    return success();
  }

  template <typename Test> void collect(SmallVector<Operation *> &work, Test test) {
    work.clear();
    getOperation()->walk([&](Operation *op) {
      if (test(op))
        work.push_back(op);
    });
  }
};
} // namespace

std::unique_ptr<Pass> pith::createExpandAllPrimitives() {
  pith::ExpandPrimitivesOptions options;
  options.lacks = {"fma", "rounding", "half", "ldexp"};
  return pith::impl::createExpandPrimitives(std::move(options));
}
