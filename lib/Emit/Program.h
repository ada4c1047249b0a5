// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model as LLVM IR: its programs, the entry functions, and the names of the
// sections whose contents are written into the finished object.
#ifndef LIB_EMIT_PROGRAM_H
#define LIB_EMIT_PROGRAM_H

#include "lib/Emit/ModelInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace pith {

/// Read-only data that LLVM never sees: the object is made with zeros there.
/// Weights as LLVM constants would cost ten times their size.
struct Section {
  const char *suffix; ///< of the symbol and of .rodata.NAME
  int64_t bytes;
};

struct Program {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
  /// Filled by the compiler's diagnostics, of which the first is reported.
  std::vector<std::string> errors;
};

/// How the entry functions treat this model.
struct ProgramOptions {
  bool weightsFile = false;
  int64_t manifestBytes = 0; ///< with the final zero
  uint64_t magic = 0;
};

inline constexpr const char *weightsSection = "_weights";
inline constexpr const char *weightsHeaderSection = "_weights_header";
inline constexpr const char *expectedSection = "_expected";
inline constexpr const char *manifestSection = "_manifest_text";

/// The machine that `target` names, without features that NAME_init could not
/// check for; fails on what pith does not emit for.
mlir::FailureOr<std::unique_ptr<llvm::TargetMachine>> createMachine(TargetAttr target,
                                                                    mlir::Location loc);

/// Translates the code of a variant and shape: one number counts the shapes of one
/// variant after the other. The first lacks the entry functions.
mlir::FailureOr<std::unique_ptr<Program>> buildProgram(const ModelInfo &info, size_t code);

/// The symbol of its program.
std::string programName(const ModelInfo &info, size_t code);

/// Linkage and attributes of everything in the module that has a body.
mlir::LogicalResult finishFunctions(Program &program, const CodeInfo &code,
                                    llvm::function_ref<bool(const llvm::Function &)> isExternal,
                                    mlir::Location loc);

/// Keeps the optimizer from making vectors of loops whose accesses are behind branches.
void keepScalar(llvm::Module &module);

/// Whether other machines can run the program too, compiled for them.
bool isPortable(const llvm::Module &module);

/// Adds the entry functions and the sections to the first program. They use nothing that the first
/// CPU of the architecture lacks.
mlir::LogicalResult addEntry(Program &program, const ModelInfo &info, const ProgramOptions &options,
                             mlir::Location loc);

/// Compiles the function for the first CPU of its module's architecture.
void setAnyCpu(llvm::Function &function);

/// Defines the functions that Entry.c uses to save, set and restore the
/// floating-point environment. Fails where that would need a library.
mlir::LogicalResult defineFloatEnvironment(Program &program, mlir::Location loc);

/// Optimises the program and writes the object file.
mlir::LogicalResult generateObject(Program &program, unsigned optimize, llvm::StringRef path,
                                   mlir::Location loc);

} // namespace pith

#endif
