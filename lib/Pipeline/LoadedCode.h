// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The code of a bundle in this process.
#ifndef LIB_PIPELINE_LOADEDCODE_H
#define LIB_PIPELINE_LOADEDCODE_H

#include "runtime/pith_types.h"
#include "mlir/IR/Diagnostics.h"
#include <memory>
#include <string>

namespace pith {

/// The five functions of a model, for as long as this object lives.
class LoadedCode {
public:
  virtual ~LoadedCode() = default;

  /// Links an object file, or the one in an archive, or opens a shared library.
  static mlir::FailureOr<std::unique_ptr<LoadedCode>> load(llvm::StringRef path,
                                                           mlir::Location loc);

  std::string name;
  size_t (*arenaSize)(const pith_config *) = nullptr;
  int (*init)(void *arena, const pith_config *) = nullptr;
  int (*run)(void *arena, const void *inputs, const void *outputs) = nullptr;
  int (*selftest)(void *arena) = nullptr;
  const char *(*manifest)() = nullptr;

protected:
  /// Fills the pointers; `find` returns null for what it does not know.
  mlir::LogicalResult resolve(llvm::StringRef model,
                              llvm::function_ref<void *(const std::string &)> find,
                              mlir::Location loc);
};

} // namespace pith

#endif
