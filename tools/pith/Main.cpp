// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith: compiles models and runs what it compiled.
#include "pith/Pipeline/Compiler.h"
#include "pith/Target/AllTargets.h"
#include "pith/Target/Plugin.h"
#include "tools/pith/Options.h"
#include "llvm/Support/InitLLVM.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  pith::registerAllTargets(pith::TargetRegistry::global());
  if (!pith::loadPlugins(argc, argv, pith::registerEveryPass))
    return pith::tool::Usage;
  return pith::tool::runCommandLine(llvm::ArrayRef<const char *>(argv, argc).drop_front());
}
