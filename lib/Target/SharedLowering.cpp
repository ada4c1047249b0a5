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
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace pith;

/// The passes that look at one function at a time are nested, to run on several at once.
static void build(OpPassManager &manager, bool portable) {
  OpPassManager &kernels = manager.nest<func::FuncOp>();
  kernels.addPass(createExpandAtoms());
  kernels.addPass(createRoundToInteger());
  kernels.addPass(createDivideByConstants());
  kernels.addPass(createExpandMath());
  manager.addPass(portable ? createExpandAllPrimitives() : createExpandPrimitives());
  manager.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  manager.addNestedPass<func::FuncOp>(createCSEPass());
  manager.addPass(createLowerModel());
  manager.addPass(createSplitModel());
  OpPassManager &functions = manager.nest<func::FuncOp>();
  functions.addPass(memref::createExpandStridedMetadataPass());
  functions.addPass(createLowerAffinePass());
  functions.addPass(createExpandDivisions());
  functions.addPass(createSCFToControlFlowPass());
  functions.addPass(createConvertVectorToLLVMPass());
  manager.addPass(createFinalizeMemRefToLLVMConversionPass());
  OpPassManager &arithmetic = manager.nest<func::FuncOp>();
  arithmetic.addPass(createArithToLLVMConversionPass());
  arithmetic.addPass(createConvertMathToLLVMPass());
  manager.addPass(createConvertControlFlowToLLVMPass());
  manager.addPass(createConvertFuncToLLVMPass());
  OpPassManager &lowered = manager.nest<LLVM::LLVMFuncOp>();
  lowered.addPass(createReconcileUnrealizedCastsPass());
  lowered.addPass(createCarryBfloat16());
  lowered.addPass(createCanonicalizerPass());
  lowered.addPass(createCSEPass());
}

void pith::buildSharedLowering(OpPassManager &manager) { build(manager, /*portable=*/false); }

void pith::buildPortableLowering(OpPassManager &manager) {
  manager.addPass(createLowerKernels());
  build(manager, /*portable=*/true);
}
