// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM's optimisation and code generation, with no library but memcpy and memset.
#include "lib/Emit/Program.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Transforms/Utils/LowerMemIntrinsics.h"

using namespace mlir;
using namespace pith;

namespace {

llvm::TargetLibraryInfoImpl libraryFor(const llvm::Module &module) {
  llvm::TargetLibraryInfoImpl library(module.getTargetTriple());
  library.disableAllFunctions();
  library.setAvailable(llvm::LibFunc_memcpy);
  library.setAvailable(llvm::LibFunc_memset);
  return library;
}

void optimizeModule(Program &program, unsigned level) {
  using namespace llvm;
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  functions.registerPass([&] { return TargetLibraryAnalysis(libraryFor(*program.module)); });
  PassBuilder builder(program.machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  const OptimizationLevel levels[] = {OptimizationLevel::O0, OptimizationLevel::O1,
                                      OptimizationLevel::O2, OptimizationLevel::O3};
  OptimizationLevel chosen = levels[std::min(level, 3u)];
  ModulePassManager passes = level ? builder.buildPerModuleDefaultPipeline(chosen)
                                   : builder.buildO0DefaultPipeline(chosen);
  keepScalar(*program.module);
  passes.run(*program.module, modules);
}

/// The optimizer makes memmove of some loops; users need not have it.
void expandMemmove(Program &program) {
  for (llvm::Function &function : *program.module) {
    SmallVector<llvm::MemMoveInst *> moves;
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : block)
        if (auto *move = dyn_cast<llvm::MemMoveInst>(&instruction))
          moves.push_back(move);
    llvm::TargetTransformInfo costs = program.machine->getTargetTransformInfo(function);
    for (llvm::MemMoveInst *move : moves)
      if (llvm::expandMemMoveAsLoop(move, costs))
        move->eraseFromParent();
  }
}

/// Frames of a size known only at run time escape the check of frames.
LogicalResult checkAllocas(const llvm::Module &module, Location loc) {
  for (const llvm::Function &function : module)
    for (const llvm::BasicBlock &block : function)
      for (const llvm::Instruction &instruction : block)
        if (auto *place = dyn_cast<llvm::AllocaInst>(&instruction))
          if (!place->isStaticAlloca())
            return emitError(loc) << "kernel '" << function.getName()
                                  << "' needs a stack frame of unknown size";
  return success();
}

} // namespace

LogicalResult pith::generateObject(Program &program, unsigned optimize, StringRef path,
                                   Location loc) {
  optimizeModule(program, optimize);
  expandMemmove(program);
  if (failed(checkAllocas(*program.module, loc)))
    return failure();
  std::error_code error;
  llvm::raw_fd_ostream os(path, error, llvm::sys::fs::OF_None);
  if (error)
    return emitError(loc) << "cannot write the object: " << error.message();
  llvm::legacy::PassManager passes;
  passes.add(new llvm::TargetLibraryInfoWrapperPass(libraryFor(*program.module)));
  if (program.machine->addPassesToEmitFile(passes, os, nullptr, llvm::CodeGenFileType::ObjectFile))
    return emitError(loc) << "LLVM has no object files for this target";
  passes.run(*program.module);
  os.flush();
  error = os.error();
  os.clear_error();
  if (!program.errors.empty())
    return emitError(loc) << program.errors.front();
  if (error)
    return emitError(loc) << "cannot write the object: " << error.message();
  return success();
}
