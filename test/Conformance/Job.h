// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One model with inputs and expected outputs, compiled and run.
#ifndef PITH_TEST_CONFORMANCE_JOB_H
#define PITH_TEST_CONFORMANCE_JOB_H

#include "pith/Pipeline/Compiler.h"
#include "llvm/Support/JSON.h"

namespace pith::conformance {

struct Job {
  std::string name, model;
  std::vector<std::string> inputs, outputs; ///< files, one tensor each
};

std::optional<Job> parseJob(const llvm::json::Value &value);

/// A line of results: `name`, `passed`, and if it did not pass `class` (the
/// stage that failed, or `folded`, `run`, `wrong`) and `message`.
llvm::json::Object runJob(const Job &job, const CompileOptions &options,
                          mlir::MLIRContext *context);

llvm::json::Object failed(const Job &job, llvm::StringRef kind, llvm::StringRef message);

} // namespace pith::conformance

#endif
