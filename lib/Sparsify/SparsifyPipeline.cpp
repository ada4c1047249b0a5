// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Sparsify/Passes.h"

void pith::buildSparsifyPipeline(mlir::OpPassManager &manager, bool detect) {
  if (detect)
    manager.addPass(createDetectSparsity());
  manager.addPass(createVerifySparsify());
}
