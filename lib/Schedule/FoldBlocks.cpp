// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Brings weights that a group decodes to signed codes, so that rows know one form.
#include "dialects/Pith/ConstantReader.h"
#include "lib/Schedule/Folding.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;

namespace {

/// Codes that the group decodes: bytes with a sign, stored without a detour. Those
/// without one count from 8, as their zero points do.
class Blocks : Folding {
public:
  explicit Blocks(const Folding &folding) : Folding(folding) {}

  LogicalResult run() {
    DequantizeOp decode = decodingOf(product);
    auto brought = [&](Value value) -> FailureOr<TypedAttr> {
      TypedAttr codes = constantValue(group, value);
      if (codes && !decode.getIsSigned())
        codes = withStep(codes, CentreAttr::get(group.getContext(),
                                                DenseElementsAttr::get(
                                                    RankedTensorType::get({}, inside.getI8Type()),
                                                    inside.getI8IntegerAttr(8)),
                                                /*isSigned=*/false, inside.getI8Type()));
      if (!codes)
        return group.emitError("cannot read the weights to decode them");
      return codes;
    };
    auto place = [&](TypedAttr value) { return addInput(group, makeConstant(group, loc, value)); };
    FailureOr<TypedAttr> codes = brought(decode.getInput());
    TypedAttr scale = constantValue(group, decode.getScale());
    if (failed(codes) || !scale)
      return failure();
    decode.getInputMutable().assign(place(*codes));
    decode.getScaleMutable().assign(place(scale));
    if (Value given = decode.getZeroPoint()) {
      FailureOr<TypedAttr> zero = brought(given);
      if (failed(zero))
        return failure();
      DenseElementsAttr points = denseValue(*zero);
      decode.getZeroPointMutable().clear();
      if (points && !points.isSplat())
        decode.getZeroPointMutable().assign(place(*zero));
      else if (points && !points.getSplatValue<APInt>().isZero())
        decode.getZeroPointMutable().assign(oneNumber(points));
    } else if (!decode.getIsSigned()) {
      auto one = RankedTensorType::get({}, inside.getI8Type());
      decode.getZeroPointMutable().assign(
          oneNumber(DenseElementsAttr::get(one, inside.getI8IntegerAttr(-8))));
    }
    decode.setIsSigned(true);
    return success();
  }

private:
  /// A constant inside of the group, in front of what decodes weights.
  Value oneNumber(DenseElementsAttr splat) {
    OpBuilder b(decodingOf(product));
    auto one = RankedTensorType::get({}, splat.getElementType());
    return arith::ConstantOp::create(b, loc,
                                     DenseElementsAttr::get(one, splat.getSplatValue<Attribute>()));
  }
};

} // namespace

LogicalResult pith::foldBlocks(const Folding &folding) { return Blocks(folding).run(); }
