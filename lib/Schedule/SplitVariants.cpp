// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A module with several targets gets a module for each of them.
#include "lib/Schedule/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_SPLITVARIANTS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

struct SplitVariants : pith::impl::SplitVariantsBase<SplitVariants> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!module->hasAttr(targetsAttrName))
      return;
    if (!module.getOps<ModuleOp>().empty()) {
      module.emitError("expected no modules in a module with several targets");
      return signalPassFailure();
    }
    SmallVector<ModuleOp> variants;
    for (TargetAttr target : targetsOf(module)) {
      auto variant = ModuleOp::create(module.getLoc(), variantName(target));
      setTargets(variant, target);
      if (Attribute options = module->getAttr("pith.options"))
        variant->setAttr("pith.options", options);
      IRMapping mapping;
      OpBuilder inside(variant.getBodyRegion());
      for (Operation &op : *module.getBody())
        inside.clone(op, mapping);
      variants.push_back(variant);
    }
    module.getBody()->clear();
    SymbolTable symbols(module);
    for (ModuleOp variant : variants)
      symbols.insert(variant); // which makes its name unique
  }
};

} // namespace
