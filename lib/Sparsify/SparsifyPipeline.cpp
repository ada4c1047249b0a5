// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Sparsify/Passes.h"

void pith::buildSparsifyPipeline(mlir::OpPassManager &manager) {
  manager.addPass(createVerifySparsify());
}
