// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/Passes.h"

void pith::buildQuantizePipeline(mlir::OpPassManager &manager) {
  manager.addPass(createVerifyQuantize());
}
