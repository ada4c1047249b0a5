// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replaces elementary functions, wherever they stand, by the arithmetic that
// defines them. One row per function; element types narrower than f32 pass
// through f32.
#include "dialects/Pith/PithOps.h"
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Passes.h"
#include "pith/Kernels/Math.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_EXPANDMATH
#include "lib/Kernels/Passes.h.inc"
} // namespace pith

namespace {
namespace m = pith::math;
using pith::math::Emitter;
using pith::math::Term;

/// Forms of a function; null where pith has none.
struct Row {
  StringLiteral name;
  Term (*narrow)(Term); // on f32
  Term (*wide)(Term);   // on f64
};

constexpr Row unaryRows[] = {
    {"math.isfinite", m::isFinite, m::isFinite},
    {"math.isinf", m::isInfinite, m::isInfinite},
    {"math.isnan", m::isNaN, m::isNaN},
    {"math.acos", m::acos, m::wideAcos},
    {"math.acosh", m::acosh, m::wideAcosh},
    {"math.asin", m::asin, m::wideAsin},
    {"math.asinh", m::asinh, m::wideAsinh},
    {"math.atan", m::atan, m::wideAtan},
    {"math.atanh", m::atanh, m::wideAtanh},
    {"math.cbrt", m::cbrt, m::wideCbrt},
    {"math.cos", m::cos, m::wideCos},
    {"math.cosh", m::cosh, m::wideCosh},
    {"math.erf", m::erf, m::wideErf},
    {"math.exp", m::exp, m::wideExp},
    {"math.exp2", m::exp2, m::wideExp2},
    {"math.expm1", m::expm1, m::wideExpm1},
    {"math.log", m::log, m::wideLog},
    {"math.log10", m::log10, m::wideLog10},
    {"math.log1p", m::log1p, m::wideLog1p},
    {"math.log2", m::log2, m::wideLog2},
    {"math.round", m::round, m::round},
    {"math.rsqrt", m::rsqrt, m::rsqrt},
    {"math.sin", m::sin, m::wideSin},
    {"math.sinh", m::sinh, m::wideSinh},
    {"math.tan", m::tan, m::wideTan},
    {"math.tanh", m::tanh, m::wideTanh},
};

struct BinaryRow {
  StringLiteral name;
  Term (*narrow)(Term, Term);
  Term (*wide)(Term, Term);
};

constexpr BinaryRow binaryRows[] = {
    {"arith.remf", m::remainder, m::remainder},
    {"math.atan2", m::atan2, m::wideAtan2},
    {"math.fpowi", m::powInteger, m::widePowInteger}, // the exponent is an integer
    {"math.powf", m::pow, m::widePow},
};

/// What remains of `math`: an instruction, or a few, on every machine.
bool isPrimitive(Operation *op) {
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp, math::CountLeadingZerosOp,
             math::CountTrailingZerosOp, math::CtPopOp, math::FloorOp, math::FmaOp,
             math::RoundEvenOp, math::SqrtOp, math::TruncOp>(op);
}

template <typename R> const R *find(ArrayRef<R> rows, Operation *op) {
  return llvm::find_if(rows,
                       [&](const R &row) { return op->getName().getStringRef() == row.name; });
}

/// Whether `value` is -|y|, as in a sigmoid: no more than 0, or NaN.
bool isNegative(Value value) {
  auto negation = value.getDefiningOp<arith::NegFOp>();
  return negation && negation.getOperand().getDefiningOp<math::AbsFOp>();
}

/// The values that replace `op`'s results; none where there is no such form.
SmallVector<Value, 2> expand(Operation *op) {
  Value operand = op->getOperand(0);
  Type element = getElementTypeOrSelf(operand);
  bool narrow = element.isF32(), wide = element.isF64();
  OpBuilder builder(op);
  Emitter e(builder, op->getLoc(), operand);
  Term x = e.term(operand);
  if (isa<math::ExpOp>(op) && narrow && isNegative(operand))
    return {m::expOfNegative(x).value};
  ArrayRef<Row> unary = unaryRows;
  if (const Row *row = find(unary, op); row != unary.end()) {
    auto function = narrow ? row->narrow : wide ? row->wide : nullptr;
    return function ? SmallVector<Value, 2>{function(x).value} : SmallVector<Value, 2>{};
  }
  ArrayRef<BinaryRow> binary = binaryRows;
  if (const BinaryRow *row = find(binary, op); row != binary.end()) {
    auto function = narrow ? row->narrow : wide ? row->wide : nullptr;
    // An integer exponent must be exact in f64.
    if (!function || getElementTypeOrSelf(op->getOperand(1)).isInteger(64))
      return {};
    return {function(x, e.term(op->getOperand(1))).value};
  }
  if (isa<math::SincosOp>(op) && narrow)
    return {m::sin(x).value, m::cos(x).value};
  if (isa<math::SincosOp>(op) && wide)
    return {m::wideSin(x).value, m::wideCos(x).value};
  if (isa<math::ClampFOp>(op) && (narrow || wide)) { // a NaN stays
    Term low = e.term(op->getOperand(1)), high = e.term(op->getOperand(2));
    Term y = select(x < low, low, x);
    return {select(y > high, high, y).value};
  }
  if (isa<math::IPowIOp>(op))
    return {m::integerPower(x, e.term(op->getOperand(1))).value};
  return {};
}

bool needsExpansion(Operation *op) {
  bool ofMath = isa_and_nonnull<math::MathDialect>(op->getDialect());
  return isa<arith::RemFOp>(op) || (ofMath && !isPrimitive(op));
}

LogicalResult replace(Operation *op) {
  Type type = op->getOperand(0).getType();
  if (auto shaped = dyn_cast<ShapedType>(type); shaped && !shaped.hasStaticShape())
    return op->emitError() << "expected a static shape, got " << type
                           << "; convert tensor operations to linalg first";
  SmallVector<Value, 2> values = expand(op);
  if (values.empty())
    return op->emitError() << "pith has no canonical form of " << op->getName() << " on "
                           << getElementTypeOrSelf(type);
  op->replaceAllUsesWith(values);
  op->erase();
  return success();
}

struct ExpandMath : pith::impl::ExpandMathBase<ExpandMath> {
  using Base::Base;

  void runOnOperation() override {
    FailureOr<int64_t> expanded = pith::expandMath(getOperation());
    if (failed(expanded))
      return signalPassFailure();
    numExpanded += *expanded;
  }
};
} // namespace

FailureOr<int64_t> pith::expandMath(Operation *root) {
  if (failed(m::passThroughF32(root)))
    return failure();
  SmallVector<Operation *> work;
  root->walk([&](Operation *op) {
    if (needsExpansion(op))
      work.push_back(op);
  });
  for (Operation *op : work)
    if (failed(replace(op)))
      return failure();
  m::expandConversions(root);
  return int64_t(work.size());
}
