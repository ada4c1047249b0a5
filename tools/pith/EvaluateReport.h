// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What pith evaluate found, for people and for programs.
#ifndef PITH_TOOLS_PITH_EVALUATEREPORT_H
#define PITH_TOOLS_PITH_EVALUATEREPORT_H

#include "tools/pith/Latency.h"
#include "tools/pith/Metrics.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

namespace pith::tool {

struct EvaluateReport {
  MetricSet metrics;
  Tally all;
  std::map<std::string, Tally> slices; ///< by the bytes of their names
  std::string preprocess;
  int64_t threads = 1;
  uint64_t arenaBytes = 0, objectBytes = 0;

  void printTable(llvm::raw_ostream &os, const Latency &latency) const;
  llvm::json::Value toJson(const Latency &latency) const;
};

} // namespace pith::tool

#endif
