// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What run and bench do with MODEL|DIR.
#ifndef PITH_TOOLS_PITH_LOADED_H
#define PITH_TOOLS_PITH_LOADED_H

#include "pith/Pipeline/Execute.h"
#include "tools/pith/Session.h"

namespace pith::tool {

struct Loaded {
  std::unique_ptr<LoadedModel> model;
  uint64_t objectBytes = 0;
  bool shapeIsOpen = false; ///< it has several, and the command line chooses none
};

/// Loads the bundle in a folder, or compiles the model in a file and loads it.
/// On failure `code` is the exit code, and the reason was printed.
std::optional<Loaded> loadOrCompile(llvm::StringRef path, const CompileOptions &options,
                                    Session &session, int &code);

/// Reads arrays; a failure is printed.
std::optional<std::vector<Array>> readArraysOrReport(llvm::StringRef path, llvm::StringRef prefix);

/// The same for what has no inputs that would choose a shape: `dims`, of the command
/// line, must.
std::optional<Loaded> loadOneShape(llvm::StringRef path, const CompileOptions &options,
                                   const std::map<std::string, DimSizes> &dims, Session &session,
                                   int &code);

/// The inputs that `--inputs` names, in the order of the model.
std::optional<std::vector<Array>> readInputs(llvm::StringRef source, const LoadedModel &model,
                                             uint32_t &batch);
/// The same; where the shape is open, they choose it.
std::optional<std::vector<Array>> readInputs(llvm::StringRef source, Loaded &loaded,
                                             uint32_t &batch);

} // namespace pith::tool

#endif
