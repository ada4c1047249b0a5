// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tapped values become results of the model.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_EXPOSETAPS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

struct ExposeTaps : pith::impl::ExposeTapsBase<ExposeTaps> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp function = modelFunction(getOperation());
    if (!function)
      return;
    Operation *terminator = function.getBody().front().getTerminator();
    SmallVector<TapOp> taps;
    function.walk([&](TapOp tap) { taps.push_back(tap); });
    for (TapOp tap : taps) {
      Type type = tap.getInput().getType();
      if (tap->getBlock() == terminator->getBlock()) {
        terminator->insertOperands(terminator->getNumOperands(), tap.getInput());
        auto io = IoAttr::get(&getContext(), tap.getName(), getElementTypeOrSelf(type));
        auto attributes = DictionaryAttr::get(
            &getContext(), NamedAttribute(StringAttr::get(&getContext(), ioAttrName), io));
        (void)function.insertResult(function.getNumResults(), type, attributes);
      }
      tap.replaceAllUsesWith(tap.getInput());
      tap.erase();
    }
  }
};

} // namespace
