// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract of quantize: what it says of codes and sums in attributes is so.
#include "lib/Quantize/Codes.h"
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"

namespace pith {
#define GEN_PASS_DEF_VERIFYQUANTIZE
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;
using namespace pith::quantize;

namespace {

LogicalResult verifyExactness(Operation *op) {
  Attribute attribute = op->getAttr(exactnessAttrName);
  auto name = dyn_cast_if_present<StringAttr>(attribute);
  if (attribute &&
      (!name || !llvm::is_contained({"exact", "rounding", "approximate"}, name.getValue())))
    return op->emitOpError("expected pith.exactness to be exact, rounding or approximate, got ")
           << attribute << " [quantize_s2]";
  return success();
}

LogicalResult verifyRange(Operation *op) {
  Attribute attribute = op->getAttr(rangeAttrName);
  if (!attribute)
    return success();
  auto range = dyn_cast<DenseI64ArrayAttr>(attribute);
  auto type = op->getNumResults() ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                                  : RankedTensorType();
  unsigned width = type && type.getElementType().isSignlessInteger()
                       ? type.getElementType().getIntOrFloatBitWidth()
                       : 0;
  if (!range || range.size() != 2 || range[0] > range[1] || !width ||
      !llvm::all_of(range.asArrayRef(),
                    [&](int64_t bound) { return width >= 64 || llvm::isIntN(width, bound); }))
    return op->emitOpError("expected pith.range to be two bounds that the result's integers hold, "
                           "got ")
           << attribute << " [quantize_s3]";
  return success();
}

LogicalResult verifyCodes(Operation *op) {
  Attribute attribute = op->getAttr(codesAttrName);
  if (!attribute)
    return success();
  auto codes = dyn_cast<CodesAttr>(attribute);
  auto type = op->getNumResults() ? dyn_cast<RankedTensorType>(op->getResult(0).getType())
                                  : RankedTensorType();
  Type element = type ? type.getElementType() : Type();
  bool fits = codes && element && (element.isSignlessInteger(8) || element.isSignlessInteger(16)) &&
              codes.getScale().getType().isF32() &&
              isPlainScale(codes.getScale().getValue().convertToFloat());
  if (fits) {
    unsigned width = element.getIntOrFloatBitWidth();
    fits = codes.getIsSigned() ? llvm::isIntN(width, codes.getZeroPoint())
                               : llvm::isUIntN(width, codes.getZeroPoint());
  }
  if (!fits)
    return op->emitOpError("expected pith.codes on 8- or 16-bit integers, with a zero point among "
                           "them and a positive f32 scale, got ")
           << attribute << " [quantize_s4]";
  return success();
}

/// Only of what this stage made: a file may have any number as scale.
LogicalResult verifyScale(RequantizeOp op) {
  auto scales = op->hasAttr(exactnessAttrName) ? scalesOf(op.getScale()) : std::nullopt;
  if (scales && !llvm::all_of(*scales, isPlainScale))
    return op.emitOpError("expected positive, finite scales [quantize_s5]");
  return success();
}

LogicalResult verifyTypes(Operation *op) {
  auto isQuantized = [](Type type) {
    return isa<quant::QuantizedType>(getElementTypeOrSelf(type));
  };
  bool any = llvm::any_of(op->getResultTypes(), isQuantized);
  for (Region &region : op->getRegions())
    for (Block &block : region)
      any |= llvm::any_of(block.getArgumentTypes(), isQuantized);
  return any ? op->emitOpError("expected codes as plain integers, with scales as operands "
                               "[quantize_s6]")
             : success();
}

struct VerifyQuantize : pith::impl::VerifyQuantizeBase<VerifyQuantize> {
  using Base::Base;
  void runOnOperation() override {
    bool isFolded = false;
    Operation *unexplained = nullptr;
    WalkResult result = getOperation()->walk([&](Operation *op) {
      isFolded |= op->hasAttr(exactnessAttrName) || op->hasAttr(reasonAttrName);
      if (isa<QuantizeOp, DequantizeOp>(op) && !op->getAttrOfType<StringAttr>(reasonAttrName) &&
          !unexplained)
        unexplained = op;
      auto requantize = dyn_cast<RequantizeOp>(op);
      bool holds = succeeded(verifyExactness(op)) && succeeded(verifyRange(op)) &&
                   succeeded(verifyCodes(op)) && succeeded(verifyTypes(op)) &&
                   (!requantize || succeeded(verifyScale(requantize)));
      return holds ? WalkResult::advance() : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    // A module that nothing was folded in runs as its file says, unexplained.
    auto options = getOperation()->getAttrOfType<DictionaryAttr>("pith.options");
    auto qdq = options ? options.getAs<StringAttr>("qdq") : StringAttr();
    bool isLiteral = qdq && qdq.getValue() == "literal";
    if (isFolded && !isLiteral && unexplained) {
      unexplained->emitOpError("expected pith.reason, why it was not folded [quantize_s1]");
      signalPassFailure();
    }
  }
};

} // namespace
