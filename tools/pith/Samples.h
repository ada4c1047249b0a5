// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The samples that --data, --preprocess and --limit name, one after the other.
#ifndef PITH_TOOLS_PITH_SAMPLES_H
#define PITH_TOOLS_PITH_SAMPLES_H

#include "pith/Pipeline/Execute.h"
#include "tools/pith/Options.h"

namespace pith::tool {

class Samples {
public:
  /// On failure `code` is the exit code, and the reason was printed.
  static std::optional<Samples> open(const Args &args, const LoadedModel &model, int &code);

  size_t size() const { return count; }
  /// The inputs of a sample, in the model's order.
  std::vector<Array> read(size_t index) const;

private:
  const LoadedModel *model = nullptr;
  std::optional<uint64_t> seed;
  std::vector<Array> arrays; ///< all samples of each input, one behind the other
  size_t count = 0;

  bool openArrays(llvm::StringRef path);
};

} // namespace pith::tool

#endif
