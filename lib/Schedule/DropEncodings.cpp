// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Takes sparse encodings out of types: decisions that selection has made use of.
#include "dialects/Pith/PithOps.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace pith {
#define GEN_PASS_DEF_DROPENCODINGS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace mlir;

namespace {

Type plain(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getEncoding() ? tensor.dropEncoding() : type;
}

/// The same bytes under the type without encoding.
TypedAttr plain(TypedAttr value) {
  Type type = plain(value.getType());
  if (type == value.getType())
    return value;
  if (auto constant = dyn_cast<pith::ConstantAttr>(value))
    return pith::ConstantAttr::get(value.getContext(), constant.getSource(),
                                   constant.getSourceType(), constant.getSteps(),
                                   cast<RankedTensorType>(type));
  return cast<DenseElementsAttr>(value).reshape(cast<ShapedType>(type));
}

struct DropEncodings : pith::impl::DropEncodingsBase<DropEncodings> {
  using Base::Base;
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      for (Value result : op->getResults())
        result.setType(plain(result.getType()));
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          argument.setType(plain(argument.getType()));
      if (auto constant = dyn_cast<pith::ConstantOp>(op))
        constant.setValueAttr(plain(constant.getValue()));
      else if (auto constant = dyn_cast<arith::ConstantOp>(op);
               constant && isa<ElementsAttr>(constant.getValue()))
        constant.setValueAttr(plain(constant.getValue()));
    });
  }
};

} // namespace
