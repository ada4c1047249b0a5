// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Language server for modules of any stage.
#include "pith/Pipeline/Compiler.h"
#include "pith/Target/AllTargets.h"
#include "pith/Target/Plugin.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  pith::registerAllTargets(pith::TargetRegistry::global());
  if (!pith::loadPlugins(argc, argv, pith::registerEveryPass))
    return 1;
  mlir::DialectRegistry registry;
  pith::registerEverything(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
