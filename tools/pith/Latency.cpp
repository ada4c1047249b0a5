// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Latency.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <numeric>

using namespace pith::tool;

Latency::Latency(std::vector<double> times) : runs(times.size()) {
  llvm::sort(times);
  median = times[runs / 2];
  min = times.front();
  p90 = times[runs * 9 / 10];
  mean = std::accumulate(times.begin(), times.end(), 0.0) / double(runs);
}

void Latency::addTo(llvm::json::Object &object) const {
  object["median_ms"] = median;
  object["min_ms"] = min;
  object["p90_ms"] = p90;
}

std::string Latency::text(int64_t threads) const {
  return llvm::formatv("median {0:f3} ms, min {1:f3} ms, p90 {2:f3} ms, {3} run{4}, {5} thread{6}",
                       median, min, p90, runs, runs == 1 ? "" : "s", threads,
                       threads == 1 ? "" : "s");
}
