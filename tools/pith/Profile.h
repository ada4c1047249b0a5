// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The time of each layer of a loaded model.
#ifndef PITH_TOOLS_PITH_PROFILE_H
#define PITH_TOOLS_PITH_PROFILE_H

#include "pith/Pipeline/Load.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

namespace pith::tool {

/// Adds up what passes until each layer of a run is done. Of many runs it keeps
/// the median of each layer.
class Profile {
public:
  /// For `RunOptions::onLayer`.
  void onLayer(int64_t layer);
  void beginRun();

  /// Under the keys of the contract, a row for each layer that `manifest`
  /// describes: name, op, kernel, precision, time and what it comes to.
  llvm::json::Array rows(llvm::StringRef manifest, size_t variant) const;

private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last;
  std::vector<std::vector<double>> microseconds; ///< by layer, of each run
};

/// The rows as a table, the longest time first.
void printProfile(const llvm::json::Array &rows, llvm::raw_ostream &os);

} // namespace pith::tool

#endif
