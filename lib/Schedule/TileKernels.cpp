// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the target's own passes in front of the memory plan.
#include "lib/Schedule/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_TILEKERNELS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {
struct TileKernels : pith::impl::TileKernelsBase<TileKernels> {
  using Base::Base;

  // Which target it will be is known only when a module is there.
  void getDependentDialects(DialectRegistry &registry) const override {
    Base::getDependentDialects(registry);
    for (const std::unique_ptr<Target> &target : TargetRegistry::global().targets()) {
      OpPassManager manager(ModuleOp::getOperationName());
      target->buildTiling(manager);
      manager.getDependentDialects(registry);
    }
  }

  void runOnOperation() override {
    const Target *target = findTarget(getOperation());
    OpPassManager manager(ModuleOp::getOperationName());
    if (target)
      target->buildTiling(manager);
    if (manager.size() && failed(runPipeline(manager, getOperation())))
      signalPassFailure();
  }
};
} // namespace
