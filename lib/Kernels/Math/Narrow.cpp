// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// f16 and bf16: arithmetic that hardware may lack passes through f32, and the
// conversions that it may lack become integer arithmetic.
#include "lib/Kernels/Math/Functions.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace pith::math {

/// Nearest even from f32, a NaN stays one.
static Term toBFloat16(Term x) {
  Emitter &e = *x.emitter;
  Term i = toBits(x);
  Term high = e.make<arith::ShRUIOp>(i, e.i32(16));
  Term even = e.make<arith::AndIOp>(high, e.i32(1));
  Term rounded = e.make<arith::ShRUIOp>(i + e.i32(0x7FFF) + even, e.i32(16));
  Term quiet = e.make<arith::OrIOp>(high, e.i32(0x40)); // its payload may lie below
  Type i16 = e.builder.getIntegerType(16);
  Term bits = e.cast<arith::TruncIOp>(i16, select(isNaN(x), quiet, rounded));
  return e.cast<arith::BitcastOp>(e.builder.getBF16Type(), bits);
}

/// f64 to f32 such that a second rounding gives what one would have given.
static Term roundToOdd(Term x) {
  Emitter &e = *x.emitter;
  Term y = narrow(x);
  Term back = widen(y);
  // Toward zero first; then the last bit remembers that something was lost.
  Term i = toBits(y);
  i = i - select(abs(back) > abs(x), e.i32(1), e.i32(0));
  Term odd = fromBits(e.make<arith::OrIOp>(i, e.i32(1)));
  return select(equal(back, x), y, select(isNaN(x), y, odd));
}

/// Exact, to f32. Not an extf: code generators fold `floor` and others of an
/// extended value into ones on bf16, which they then lack.
static Term fromBFloat16(Term x) {
  Emitter &e = *x.emitter;
  Term i = e.cast<arith::BitcastOp>(e.builder.getIntegerType(16), x);
  i = e.cast<arith::ExtUIOp>(e.builder.getI32Type(), i);
  return fromBits(e.make<arith::ShLIOp>(i, e.i32(16)));
}

/// IEEE 754-2008 maxNum and minNum on f16 by comparison: a number beats a NaN.
static Term choose(Term x, Term y, bool larger) {
  Term a = x.emitter->cast<arith::ExtFOp>(x.emitter->builder.getF32Type(), x);
  Term b = x.emitter->cast<arith::ExtFOp>(x.emitter->builder.getF32Type(), y);
  return select(larger ? a < b : b < a, y, select(isNaN(a), y, x));
}

static bool isElement(Value value, bool (Type::*test)() const) {
  return (getElementTypeOrSelf(value).*test)();
}

/// f16 or bf16, when `op` takes or makes it; else null.
static Type narrowTypeOf(Operation *op) {
  auto isNarrow = [](Type type) { return type.isF16() || type.isBF16(); };
  for (ValueRange values : {ValueRange(op->getOperands()), ValueRange(op->getResults())})
    if (!values.empty() && isNarrow(getElementTypeOrSelf(values.front())))
      return getElementTypeOrSelf(values.front());
  return {};
}

/// Whether some baseline lacks `op` on its narrow type.
static bool needsF32(Operation *op) {
  Type narrowType = narrowTypeOf(op);
  bool ofMath = isa_and_nonnull<mlir::math::MathDialect>(op->getDialect());
  if (!narrowType || isa<mlir::math::AbsFOp, mlir::math::CopySignOp>(op))
    return false;
  if (narrowType.isF16())
    return isa<arith::RemFOp>(op) ||
           (ofMath && !isa<mlir::math::CeilOp, mlir::math::FloorOp, mlir::math::RoundEvenOp,
                           mlir::math::SqrtOp, mlir::math::TruncOp>(op));
  return ofMath || isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, arith::RemFOp,
                       arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp, arith::MinNumFOp,
                       arith::SIToFPOp, arith::UIToFPOp>(op);
}

void runInF32(Operation *op) {
  OpBuilder builder(op);
  Type narrowType = narrowTypeOf(op);
  Emitter e(builder, op->getLoc(), op->getOperand(0));
  Type f32 = e.shaped(builder.getF32Type());
  Operation *clone = builder.clone(*op);
  builder.setInsertionPoint(clone);
  for (OpOperand &operand : clone->getOpOperands())
    if (getElementTypeOrSelf(operand.get()) == narrowType)
      operand.set(arith::ExtFOp::create(builder, op->getLoc(), f32, operand.get()));
  builder.setInsertionPointAfter(clone);
  for (auto [old, result] : llvm::zip(op->getResults(), clone->getResults())) {
    if (getElementTypeOrSelf(old) != narrowType) {
      old.replaceAllUsesWith(result);
      continue;
    }
    result.setType(f32);
    old.replaceAllUsesWith(e.cast<arith::TruncFOp>(narrowType, e.term(result)).value);
  }
  op->erase();
}

LogicalResult passThroughF32(Operation *root) {
  SmallVector<Operation *> work;
  WalkResult walk = root->walk([&](Operation *op) -> WalkResult {
    if (needsF32(op))
      work.push_back(op);
    auto truncation = dyn_cast<arith::TruncFOp>(op);
    if (truncation && truncation.getRoundingmode().value_or(arith::RoundingMode::to_nearest_even) !=
                          arith::RoundingMode::to_nearest_even) {
      op->emitError("expected rounding to nearest even; pith has no other mode");
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return failure();
  for (Operation *op : work)
    runInF32(op);
  return success();
}

static Value convert(arith::TruncFOp op) {
  bool wide = isElement(op.getIn(), &Type::isF64);
  bool toBF16 = isElement(op.getOut(), &Type::isBF16);
  if (!toBF16 && !(wide && isElement(op.getOut(), &Type::isF16)))
    return op;
  OpBuilder builder(op);
  Emitter e(builder, op.getLoc(), op.getIn());
  Term x = wide ? roundToOdd(e.term(op.getIn())) : e.term(op.getIn());
  return (toBF16 ? toBFloat16(x) : e.cast<arith::TruncFOp>(builder.getF16Type(), x)).value;
}

static Value convert(arith::ExtFOp op) {
  if (!isElement(op.getIn(), &Type::isBF16))
    return op;
  OpBuilder builder(op);
  Emitter e(builder, op.getLoc(), op.getIn());
  Term y = fromBFloat16(e.term(op.getIn()));
  return (isElement(op.getOut(), &Type::isF64) ? widen(y) : y).value;
}

template <typename Op> static Value choose(Op op, bool larger) {
  if (!isElement(op.getLhs(), &Type::isF16))
    return op;
  OpBuilder builder(op);
  Emitter e(builder, op.getLoc(), op.getLhs());
  return choose(e.term(op.getLhs()), e.term(op.getRhs()), larger).value;
}

void expandConversions(Operation *root) {
  SmallVector<Operation *> work;
  root->walk([&](Operation *op) {
    if (isa<arith::ExtFOp, arith::MaxNumFOp, arith::MinNumFOp, arith::TruncFOp>(op))
      work.push_back(op);
  });
  for (Operation *op : work) {
    Value value = TypeSwitch<Operation *, Value>(op)
                      .Case<arith::ExtFOp, arith::TruncFOp>([](auto op) { return convert(op); })
                      .Case([](arith::MaxNumFOp op) { return choose(op, true); })
                      .Case([](arith::MinNumFOp op) { return choose(op, false); });
    if (value == op->getResult(0))
      continue;
    op->replaceAllUsesWith(ValueRange{value});
    op->erase();
  }
}

} // namespace pith::math
