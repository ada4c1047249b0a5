// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gives every constant its place in the weights.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_PLACEWEIGHTS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

struct PlaceWeights : pith::impl::PlaceWeightsBase<PlaceWeights> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp function = modelFunction(getOperation());
    if (!function)
      return;
    Builder builder(&getContext());
    llvm::DenseMap<Attribute, int64_t> places; // attributes are unique: equal is identical
    int64_t size = 0;
    function.walk([&](ConstantOp constant) {
      auto type = dyn_cast<MemRefType>(constant.getResult().getType());
      if (!type)
        return;
      auto [place, isNew] = places.try_emplace(constant.getValue(), size);
      if (isNew)
        size = llvm::alignTo(size + storageBytes(type), 64);
      constant.setOffsetAttr(builder.getI64IntegerAttr(place->second));
    });
    getOperation()->setAttr(weightsAttrName, builder.getI64IntegerAttr(size));
  }
};

} // namespace
