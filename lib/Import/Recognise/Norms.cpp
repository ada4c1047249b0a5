// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normalizations that a file writes as operators of their own. pith.norm has a form
// for each way that is written, so that the same numbers are rounded in the same order.
#include "lib/Import/Recognise/Formula.h"
#include "lib/Import/Recognise/Recognise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

/// A mean along dimensions of `input`, which stay with size 1.
struct Mean {
  Value input;
  ArrayRef<int64_t> dims;
};

/// sum / n, with dimensions kept by the sum or by a reshape behind the quotient.
std::optional<Mean> readMean(Formula formula) {
  auto expand = formula.source<tensor::ExpandShapeOp>();
  for (auto [sum, divisor] :
       (expand ? Formula(expand.getSrc()) : formula).operands<arith::DivFOp>()) {
    auto reduce = sum.source<ReduceOp>();
    if (!reduce || reduce.getKind() != ReduceKind::Sum || reduce.getKeepDims() == bool(expand))
      continue;
    SmallVector<int64_t> kept(shapeOf(reduce.getInput()));
    int64_t count = 1;
    for (int64_t dim : reduce.getDims())
      count *= std::exchange(kept[dim], 1);
    if (divisor.isNumber(double(count)) &&
        (!expand || shapeOf(expand.getResult()) == ArrayRef(kept)))
      return Mean{reduce.getInput(), reduce.getDims()};
  }
  return std::nullopt;
}

/// The rows of a norm, and d: x - mean(x) of a layer norm, x of the other.
struct Rows {
  NormKind kind;
  Value x;
  std::optional<Formula> mean;
  Formula distance;
  ArrayRef<int64_t> dims;
  APFloat epsilon;
};

/// The epsilon as the attribute of pith.norm, if it is a number of that type.
std::optional<APFloat> readEpsilon(Formula formula) {
  std::optional<APFloat> number = formula.number();
  bool isInexact = false;
  if (number)
    number->convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &isInexact);
  return isInexact ? std::nullopt : number;
}

/// mean(d * d)
std::optional<Rows> readVariance(Formula formula, NormKind kind, APFloat epsilon) {
  std::optional<Mean> squares = readMean(formula);
  if (!squares)
    return std::nullopt;
  auto isOfRows = [&](Value x) { return x && shapeOf(x) == shapeOf(squares->input); };
  for (auto [d, again] : Formula(squares->input).operands<arith::MulFOp>()) {
    if (d != again)
      continue;
    if (kind == NormKind::Rms && isOfRows(d.tensor()))
      return Rows{kind, d.tensor(), {}, d, squares->dims, epsilon};
    if (kind == NormKind::Layer)
      for (auto [x, m] : d.operands<arith::SubFOp>())
        if (std::optional<Mean> mean = readMean(m); mean && x == Formula(mean->input) &&
                                                    mean->dims == squares->dims &&
                                                    isOfRows(mean->input))
          return Rows{kind, mean->input, m, d, squares->dims, epsilon};
  }
  return std::nullopt;
}

/// sqrt(mean(d * d) + epsilon)
std::optional<Rows> readRoot(Formula formula, NormKind kind) {
  if (std::optional<Formula> shifted = formula.operand<math::SqrtOp>())
    for (auto [variance, epsilon] : shifted->operands<arith::AddFOp>())
      if (std::optional<APFloat> number = readEpsilon(epsilon))
        if (std::optional<Rows> rows = readVariance(variance, kind, *number))
          return rows;
  return std::nullopt;
}

/// 1 / sqrt(mean(d * d) + epsilon)
std::optional<Rows> readInverse(Formula formula, NormKind kind) {
  for (auto [one, root] : formula.operands<arith::DivFOp>())
    if (one.isNumber(1))
      return readRoot(root, kind);
  return std::nullopt;
}

struct Norm {
  NormForm form;
  Rows rows;
  Value scale, bias;
};

/// d / root
std::optional<Norm> readDivided(Formula formula, NormKind kind) {
  for (auto [d, root] : formula.operands<arith::DivFOp>())
    if (std::optional<Rows> rows = readRoot(root, kind); rows && rows->distance == d)
      return Norm{NormForm::Divided, *rows, {}, {}};
  return std::nullopt;
}

/// d * inverse
std::optional<Norm> readMultiplied(Formula formula, NormKind kind) {
  for (auto [d, inverse] : formula.operands<arith::MulFOp>())
    if (std::optional<Rows> rows = readInverse(inverse, kind); rows && rows->distance == d)
      return Norm{NormForm::Multiplied, *rows, {}, {}};
  return std::nullopt;
}

/// x * f + (bias - mean * f) with f = inverse * scale
std::optional<Norm> readAffine(Formula formula, NormKind kind) {
  if (kind != NormKind::Layer)
    return std::nullopt;
  for (auto [product, shift] : formula.operands<arith::AddFOp>())
    for (auto [x, factor] : product.operands<arith::MulFOp>())
      for (auto [inverse, scale] : factor.operands<arith::MulFOp>()) {
        std::optional<Rows> rows = readInverse(inverse, kind);
        if (!rows || x != Formula(rows->x) || !scale.tensor())
          continue;
        for (auto [bias, shifted] : shift.operands<arith::SubFOp>())
          for (auto [mean, again] : shifted.operands<arith::MulFOp>())
            if (bias.tensor() && mean == rows->mean && again == factor)
              return Norm{NormForm::Affine, *rows, scale.tensor(), bias.tensor()};
      }
  return std::nullopt;
}

std::optional<Norm> readNorm(MapOp last, NormKind kind) {
  for (auto read : {readDivided, readMultiplied, readAffine})
    if (std::optional<Norm> norm = read(Formula(last.getResult()), kind))
      if (norm->rows.x.getType() == last.getResult().getType() &&
          isOnlyReader(last, {norm->rows.x, norm->scale, norm->bias}))
        return norm;
  return std::nullopt;
}

/// The last operator of a norm becomes the norm; what stood in front of it is dead.
struct RecogniseNorm : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    // A layer norm of x is the RMS norm of x - mean(x) too.
    std::optional<Norm> norm = readNorm(op, NormKind::Layer);
    if (!norm)
      norm = readNorm(op, NormKind::Rms);
    if (!norm)
      return rewriter.notifyMatchFailure(op, "it ends no norm, or others read what lies inside");
    const Rows &rows = norm->rows;
    auto made = NormOp::create(rewriter, op.getLoc(), op.getResult().getType(), rows.kind, rows.x,
                               norm->scale, norm->bias, rows.dims, rows.epsilon, norm->form);
    made->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    made->setAttr(recognisedAttrName,
                  rewriter.getStringAttr(rows.kind == NormKind::Layer ? "layer_norm" : "rms_norm"));
    rewriter.replaceOp(op, made.getResult());
    return success();
  }
};

} // namespace

void import::populateNormPatterns(RewritePatternSet &patterns) {
  patterns.add<RecogniseNorm>(patterns.getContext());
}
