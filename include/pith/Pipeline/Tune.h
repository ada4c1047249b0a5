// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measures close calls between rows and tiles on this machine.
#ifndef PITH_PIPELINE_TUNE_H
#define PITH_PIPELINE_TUNE_H

#include "pith/Pipeline/Compiler.h"

namespace pith {

struct TuneOptions {
  CompileOptions compile;
  /// Rows and tiles that cost up to so many times as much as the cheapest are measured.
  double close = 1.5;
  /// Called before each step of so many.
  std::function<void(llvm::StringRef step, unsigned done, unsigned total)> onStep;
};

struct TuneResult {
  std::string file; ///< the text of a tuning file
  /// Groups of different kinds that were measured, and those that get another row or
  /// tile than the estimated one.
  unsigned measured = 0, changed = 0;
};

/// Runs the network on one thread with each of the close rows and tiles of its groups,
/// once for each CPU that the options name. What is not clearly faster in a group, or
/// does not make the whole network faster, stays as it was estimated. Fails with a
/// diagnostic, too where this machine cannot run the code.
mlir::FailureOr<TuneResult> tune(llvm::StringRef path, const TuneOptions &options,
                                 mlir::MLIRContext *context);

} // namespace pith

#endif
