// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Times of single runs, summed up.
#ifndef PITH_TOOLS_PITH_LATENCY_H
#define PITH_TOOLS_PITH_LATENCY_H

#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace pith::tool {

struct Latency {
  double median = 0, min = 0, p90 = 0, mean = 0;
  size_t runs = 0;

  /// `milliseconds`, of at least one run, need not be sorted.
  explicit Latency(std::vector<double> milliseconds);

  /// Under the keys of the contract: median_ms, min_ms, p90_ms.
  void addTo(llvm::json::Object &object) const;
  /// `median 1.5 ms, min 1.4 ms, p90 1.6 ms, 90 runs, 2 threads`
  std::string text(int64_t threads) const;
};

} // namespace pith::tool

#endif
