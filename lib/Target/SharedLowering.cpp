// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Target/Passes.h"
#include "pith/Kernels/Math.h"
#include "pith/Target/Lowering.h"
#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace pith;

static void build(OpPassManager &manager, bool portable) {
  manager.addPass(createExpandAtoms());
  manager.addPass(createRoundToInteger());
  manager.addPass(createExpandMath());
  manager.addPass(portable ? createExpandAllPrimitives() : createExpandPrimitives());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
  manager.addPass(createLowerModel());
  manager.addPass(memref::createExpandStridedMetadataPass());
  manager.addPass(createLowerAffinePass());
  manager.addPass(createExpandDivisions());
  manager.addPass(createSCFToControlFlowPass());
  manager.addPass(createConvertVectorToLLVMPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  manager.addPass(createArithToLLVMConversionPass());
  manager.addPass(createConvertMathToLLVMPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createConvertFuncToLLVMPass());
  manager.addPass(createReconcileUnrealizedCastsPass());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

void pith::buildSharedLowering(OpPassManager &manager) { build(manager, /*portable=*/false); }

void pith::buildPortableLowering(OpPassManager &manager) {
  manager.addPass(createLowerKernels());
  build(manager, /*portable=*/true);
}
