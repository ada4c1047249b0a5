// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/Passes.h"
#include "lib/Support/Passes.h"
#include "mlir/Transforms/Passes.h"

void pith::buildQuantizePipeline(mlir::OpPassManager &manager, const QuantizeOptions &options) {
  if (!options.literal) {
    manager.addPass(createQuantizeConstants());
    manager.addPass(createMoveCodes());
    manager.addPass(createFoldProducts());
    manager.addPass(createFoldSums());
    manager.addPass(createFuseCodes());
    // Scalars of operands become numbers in regions, which forms are made of.
    manager.addPass(mlir::createCanonicalizerPass());
    manager.addPass(createMergeEqual());
    manager.addPass(createSelectForms());
    manager.addPass(createApplyForms());
    manager.addPass(mlir::createCanonicalizerPass());
    manager.addPass(createMergeEqual());
  }
  manager.addPass(createBoundSums());
  if (options.quantizedIo)
    manager.addNestedPass<mlir::func::FuncOp>(createQuantizedIo());
  if (!options.literal)
    manager.addPass(createExplainQuantization());
  manager.addPass(createVerifyQuantize());
}
