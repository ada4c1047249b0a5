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
  /// As --length, --dim and --absent have them.
  std::map<std::string, int64_t> lengths, dims;
  std::set<std::string> absent;
  /// The greatest difference, as a part of the largest expected number; none: each
  /// element by itself.
  std::optional<double> ofLargest;
};

std::optional<Job> parseJob(const llvm::json::Value &value);

/// A machine that jobs run on.
struct Machine {
  std::string target, cpu; ///< as --target and --cpu take them
};

/// Reads the model once, and for each machine compiles and runs it. `report`
/// gets a line of results for each: `name`, `cpu`, `passed`, and if it did not
/// pass `class` (the stage that failed, or `folded`, `run`, `wrong`, `differs`)
/// and `message`. With `oracle`, outputs that differ from that machine's in a
/// bit are an error, one NaN being as good as another.
void runJob(const Job &job, const std::vector<Machine> &machines,
            const std::optional<Machine> &oracle, mlir::MLIRContext *context,
            llvm::function_ref<void(llvm::json::Object)> report);

llvm::json::Object failed(const Job &job, llvm::StringRef cpu, llvm::StringRef kind,
                          llvm::StringRef message);

} // namespace pith::conformance

#endif
