// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the first step of a compilation that changes a bit of the results.
#ifndef PITH_PIPELINE_BISECT_H
#define PITH_PIPELINE_BISECT_H

#include "pith/Pipeline/Compiler.h"
#include "pith/Pipeline/Load.h"
#include "pith/Support/Arrays.h"
#include "pith/Support/CompareArrays.h"

namespace pith {

struct BisectOptions {
  CompileOptions compile;
  /// Passes to run behind sparsify, as text; their effect is searched too.
  std::string passes;
  /// The inputs, once the model's own are known; fails with a diagnostic.
  std::function<mlir::FailureOr<std::vector<Array>>(const LoadedModel &)> inputs;
  /// Called before each run.
  std::function<void(llvm::StringRef step)> onStep;
};

struct BisectResult {
  unsigned steps = 0;      ///< programs that were run
  std::string stage, pass; ///< empty: no step changes a bit
  std::string output;      ///< the first output that differs
  std::string layer;       ///< the first layer that differs; empty: none alone
  Comparison difference;
  bool found() const { return !pass.empty(); }
};

/// Runs the module as it is behind every pass, without fusion and on the target
/// `reference`, then as the options say, and compares each with the first. The
/// context must not use threads.
mlir::FailureOr<BisectResult> bisect(llvm::StringRef path, const BisectOptions &options,
                                     mlir::MLIRContext *context);

} // namespace pith

#endif
