// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Brings constant weights to numbers without a zero point; others in front of the
// group.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Schedule/Folding.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;

namespace {

/// Weights less their zero points, with the sign that the row reads.
class RightSide : Folding {
public:
  explicit RightSide(const Folding &folding) : Folding(folding) {}

  LogicalResult run() {
    bool wide = row.rhs == Number::S16, packed = row.rhs == Number::S4;
    bool isSigned = wide || packed || row.rhs == Number::S8;
    Type element = getElementTypeOrSelf(product.rhs.getType());
    if (row.rhs == Number::Any || !element.isInteger(8) ||
        (!wide && !packed && !product.rhsZero && product.rhsSigned == isSigned))
      return success();
    TypedAttr weights = constantValue(group, product.rhs);
    TypedAttr zero = product.rhsZero ? constantValue(group, product.rhsZero) : TypedAttr();
    Value folded = product.rhs;
    if (weights && (zero || !product.rhsZero) && (wide || packed || zero)) {
      DenseElementsAttr points = zero ? denseValue(zero)
                                      : DenseElementsAttr::get(RankedTensorType::get({}, element),
                                                               inside.getI8IntegerAttr(0));
      TypedAttr centred =
          points ? withStep(weights, CentreAttr::get(group.getContext(), points, product.rhsSigned,
                                                     inside.getIntegerType(wide ? 16 : 8)))
                 : TypedAttr();
      if (!centred)
        return group.emitError("cannot read the weights to fold their zero point");
      folded = addInput(group, makeConstant(group, loc, centred));
    } else if (wide) {
      FailureOr<Value> value = widened(product.rhs, product.rhsZero, product.rhsSigned);
      if (failed(value))
        return failure();
      folded = *value;
    }
    setRight(folded, isSigned);
    return success();
  }

private:
};

} // namespace

LogicalResult pith::foldRight(const Folding &folding) { return RightSide(folding).run(); }
