// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/Passes.h"
#include "mlir/Transforms/Passes.h"

void pith::buildQuantizePipeline(mlir::OpPassManager &manager, const QuantizeOptions &options) {
  if (!options.literal) {
    manager.addPass(createQuantizeConstants());
    manager.addPass(createMoveCodes());
    manager.addPass(createFoldProducts());
    manager.addPass(createFoldSums());
    manager.addPass(createFuseCodes());
    manager.addPass(mlir::createCSEPass());
    manager.addPass(createExplainQuantization());
  }
  manager.addPass(createVerifyQuantize());
}
