// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes a module that shows a defect smaller.
#include "pith/Pipeline/Compiler.h"
#include "pith/Target/AllTargets.h"
#include "pith/Target/Plugin.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"

int main(int argc, char **argv) {
  pith::registerAllTargets(pith::TargetRegistry::global());
  if (!pith::loadPlugins(argc, argv, pith::registerEveryPass))
    return 1;
  mlir::DialectRegistry registry;
  pith::registerEverything(registry);
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
