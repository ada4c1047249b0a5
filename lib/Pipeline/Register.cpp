// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Pipeline/Compiler.h"
#include "pith/Support/Dialects.h"
#include "pith/Support/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace pith;

/// The targets are there by then: tools fill the registry before anything else.
static void registerOwnPasses() {
  static const bool once = [] {
    mlir::registerTransformsPasses();
    registerPasses();
    for (const std::unique_ptr<Target> &target : TargetRegistry::global().targets())
      target->registerPasses();
    return true;
  }();
  (void)once;
}

void pith::registerEverything(mlir::DialectRegistry &registry) {
  registerDialects(registry);
  for (const std::unique_ptr<Target> &target : TargetRegistry::global().targets())
    target->registerDialects(registry);
  registerOwnPasses();
}

void pith::registerEveryPass() {
  registerOwnPasses();
  static const bool once = [] {
    mlir::registerConversionPasses(); // the stage lower has some of them
    mlir::memref::registerMemRefPasses();
    return true;
  }();
  (void)once;
}
