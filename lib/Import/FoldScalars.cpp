// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/FoldScalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::import;

std::optional<int64_t> import::linearIndex(ArrayRef<int64_t> shape, ArrayRef<int64_t> index) {
  int64_t linear = 0;
  for (auto [size, at] : llvm::zip_equal(shape, index)) {
    if (at < 0 || at >= size)
      return std::nullopt;
    linear = linear * size + at;
  }
  return linear;
}

static bool isExactMath(Operation *op) {
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::FloorOp, math::RoundOp,
             math::RoundEvenOp, math::TruncOp, math::SqrtOp, math::FmaOp, math::CopySignOp,
             math::IsNaNOp, math::IsInfOp, math::IsFiniteOp, math::IPowIOp, math::CtPopOp,
             math::CountLeadingZerosOp, math::CountTrailingZerosOp>(op);
}

bool FoldScalars::isExact() const {
  return llvm::all_of(block.without_terminator(), [](Operation &op) {
    return op.getNumRegions() == 0 && op.getNumResults() == 1 &&
           (isa<arith::ArithDialect>(op.getDialect()) || isExactMath(&op) ||
            isa<linalg::IndexOp, tensor::ExtractOp>(op));
  });
}

int64_t FoldScalars::size() const { return block.getOperations().size(); }

/// The square root of a number of at most 32 bits: rounding the double root to
/// at most 24 bits is correct rounding.
static Attribute squareRoot(FloatAttr value) {
  const llvm::fltSemantics &semantics = value.getValue().getSemantics();
  bool exact = false;
  APFloat number = value.getValue();
  if (APFloat::semanticsPrecision(semantics) > 24)
    return {};
  (void)number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &exact);
  APFloat root(std::sqrt(number.convertToDouble()));
  (void)root.convert(semantics, APFloat::rmNearestTiesToEven, &exact);
  return FloatAttr::get(value.getType(), root);
}

/// What the operations' own folds leave out, or do by way of the host's libm.
static Attribute evaluateMath(Operation *op, ArrayRef<Attribute> operands) {
  auto value = dyn_cast<FloatAttr>(operands[0]);
  if (!value)
    return {};
  auto rounded = [&](APFloat::roundingMode mode) -> Attribute {
    APFloat number = value.getValue();
    (void)number.roundToIntegral(mode);
    return FloatAttr::get(value.getType(), number);
  };
  auto boolean = [&](bool truth) -> Attribute { return BoolAttr::get(op->getContext(), truth); };
  return TypeSwitch<Operation *, Attribute>(op)
      .Case([&](math::CeilOp) { return rounded(APFloat::rmTowardPositive); })
      .Case([&](math::FloorOp) { return rounded(APFloat::rmTowardNegative); })
      .Case([&](math::RoundOp) { return rounded(APFloat::rmNearestTiesToAway); })
      .Case([&](math::RoundEvenOp) { return rounded(APFloat::rmNearestTiesToEven); })
      .Case([&](math::TruncOp) { return rounded(APFloat::rmTowardZero); })
      .Case([&](math::SqrtOp) { return squareRoot(value); })
      .Case([&](math::FmaOp) -> Attribute {
        APFloat number = value.getValue();
        (void)number.fusedMultiplyAdd(cast<FloatAttr>(operands[1]).getValue(),
                                      cast<FloatAttr>(operands[2]).getValue(),
                                      APFloat::rmNearestTiesToEven);
        return FloatAttr::get(value.getType(), number);
      })
      .Case([&](math::IsNaNOp) { return boolean(value.getValue().isNaN()); })
      .Case([&](math::IsInfOp) { return boolean(value.getValue().isInfinity()); })
      .Case([&](math::IsFiniteOp) { return boolean(value.getValue().isFinite()); })
      .Default([](Operation *) { return Attribute(); });
}

static Attribute readElement(DenseElementsAttr value, ArrayRef<Attribute> indices) {
  SmallVector<int64_t> index;
  for (Attribute at : indices)
    index.push_back(cast<IntegerAttr>(at).getInt());
  std::optional<int64_t> linear = linearIndex(value.getType().getShape(), index);
  return linear ? value.getValues<Attribute>()[*linear] : Attribute();
}

Attribute FoldScalars::evaluate(ArrayRef<Attribute> arguments, ArrayRef<int64_t> index) const {
  llvm::SmallDenseMap<Value, Attribute, 16> known;
  auto lookUp = [&](Value value) -> Attribute {
    if (Attribute attribute = known.lookup(value))
      return attribute;
    Attribute constant;
    return matchPattern(value, m_Constant(&constant)) ? constant : Attribute();
  };
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    known[argument] = value;
  for (Operation &op : block.without_terminator()) {
    if (op.hasTrait<OpTrait::ConstantLike>())
      continue;
    if (auto position = dyn_cast<linalg::IndexOp>(op)) {
      known[position] = IntegerAttr::get(position.getType(), index[position.getDim()]);
      continue;
    }
    SmallVector<Attribute> operands = llvm::map_to_vector(op.getOperands(), lookUp);
    if (!llvm::all_of(operands, [](Attribute value) { return bool(value); }))
      return {};
    Attribute result = evaluateMath(&op, operands);
    if (isa<tensor::ExtractOp>(op)) {
      auto value = dyn_cast<DenseElementsAttr>(operands[0]);
      result = value ? readElement(value, ArrayRef(operands).drop_front()) : Attribute();
    } else if (!result && !isa<math::SqrtOp>(op)) {
      SmallVector<OpFoldResult> folded;
      if (failed(op.fold(operands, folded)) || folded.size() != 1)
        return {};
      auto same = dyn_cast<Value>(folded[0]);
      result = same ? lookUp(same) : cast<Attribute>(folded[0]);
    }
    if (!isa_and_nonnull<IntegerAttr, FloatAttr>(result))
      return {};
    known[op.getResult(0)] = result;
  }
  return lookUp(block.getTerminator()->getOperand(0));
}
