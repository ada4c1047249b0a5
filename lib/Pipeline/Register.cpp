// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Pipeline/Compiler.h"
#include "pith/Support/Dialects.h"
#include "pith/Support/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace pith;

void pith::registerEverything(mlir::DialectRegistry &registry) {
  registerDialects(registry);
  for (const std::unique_ptr<Target> &target : TargetRegistry::global().targets())
    target->registerDialects(registry);
  mlir::registerTransformsPasses();
  registerPasses();
  for (const std::unique_ptr<Target> &target : TargetRegistry::global().targets())
    target->registerPasses();
}
