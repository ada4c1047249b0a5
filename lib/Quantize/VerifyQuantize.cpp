// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The contract of quantize: upstream operations do not check axes and counts.
#include "lib/Quantize/Passes.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace pith {
#define GEN_PASS_DEF_VERIFYQUANTIZE
#include "lib/Quantize/Passes.h.inc"
} // namespace pith

using namespace mlir;

namespace {

LogicalResult verifyType(Operation *op, Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  auto axes = shaped ? dyn_cast<quant::UniformQuantizedPerAxisType>(shaped.getElementType())
                     : quant::UniformQuantizedPerAxisType();
  if (!axes)
    return success();
  int64_t axis = axes.getQuantizedDimension();
  if (!shaped.hasRank() || axis < 0 || axis >= shaped.getRank())
    return op->emitOpError() << "expected the quantized dimension " << axis
                             << " to be one of the shape's in " << type;
  int64_t scales = axes.getScales().size();
  if (scales != shaped.getDimSize(axis))
    return op->emitOpError() << "expected " << shaped.getDimSize(axis) << " scales for dimension "
                             << axis << ", got " << scales;
  return success();
}

struct VerifyQuantize : pith::impl::VerifyQuantizeBase<VerifyQuantize> {
  using Base::Base;
  void runOnOperation() override {
    WalkResult result = getOperation()->walk([](Operation *op) {
      for (Type type : op->getResultTypes())
        if (failed(verifyType(op, type)))
          return WalkResult::interrupt();
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (Type type : block.getArgumentTypes())
            if (failed(verifyType(op, type)))
              return WalkResult::interrupt();
      for (NamedAttribute attribute : op->getAttrs())
        if (auto typed = dyn_cast<TypedAttr>(attribute.getValue()))
          if (failed(verifyType(op, typed.getType())))
            return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
