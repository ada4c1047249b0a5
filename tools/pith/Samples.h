// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The samples that --data, --preprocess and --limit name, one after the other.
#ifndef PITH_TOOLS_PITH_SAMPLES_H
#define PITH_TOOLS_PITH_SAMPLES_H

#include "pith/Data/Prefetch.h"
#include "pith/Pipeline/Execute.h"
#include "tools/pith/Options.h"

namespace pith::tool {

/// What the command line says of the samples.
struct SampleOptions {
  std::string data;
  std::optional<uint64_t> seed; ///< of random inputs
  Preprocess preprocess;
  uint64_t limit = UINT64_MAX;

  /// False: a mistake, which was printed; `code` is the exit code.
  bool parse(const Args &args, int &code);
};

class Samples {
public:
  static llvm::Expected<Samples> open(SampleOptions options, const LoadedModel &model);

  uint64_t size() const { return count; }
  /// The next sample, as inputs in the model's order; none behind the last.
  llvm::Expected<std::optional<std::vector<Array>>> next();

private:
  const LoadedModel *model = nullptr;
  std::optional<uint64_t> seed;
  std::unique_ptr<Prefetch> files; ///< null: random
  uint64_t count = 0, done = 0;
};

} // namespace pith::tool

#endif
