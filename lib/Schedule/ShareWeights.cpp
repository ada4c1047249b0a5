// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Variants of one program, and the program for several shapes, have one table of weights.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_SHAREWEIGHTS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

struct ShareWeights : pith::impl::ShareWeightsBase<ShareWeights> {
  using Base::Base;
  void runOnOperation() override {
    Builder builder(&getContext());
    llvm::DenseMap<Attribute, int64_t> places; // attributes are unique: equal is identical
    int64_t size = 0;
    SmallVector<ModuleOp> programs;
    getOperation().walk([&](ModuleOp module) {
      if (module != getOperation() && module->hasAttr(weightsAttrName))
        programs.push_back(module);
    });
    for (ModuleOp program : programs)
      program.walk([&](ConstantOp constant) {
        auto type = dyn_cast<MemRefType>(constant.getResult().getType());
        if (!type || !constant.getOffset())
          return;
        auto [place, isNew] = places.try_emplace(constant.getValue(), size);
        if (isNew)
          size = llvm::alignTo(size + storageBytes(type), 64);
        constant.setOffsetAttr(builder.getI64IntegerAttr(place->second));
      });
    for (ModuleOp program : programs)
      program->setAttr(weightsAttrName, builder.getI64IntegerAttr(size));
  }
};

} // namespace
