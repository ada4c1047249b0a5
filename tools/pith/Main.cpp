// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pith: compiles models and runs what it compiled.
#include "pith/Target/AllTargets.h"
#include "tools/pith/Options.h"
#include "llvm/Support/InitLLVM.h"

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  pith::registerAllTargets(pith::TargetRegistry::global());
  return pith::tool::runCommandLine(llvm::ArrayRef<const char *>(argv, argc).drop_front());
}
