// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/EvaluateReport.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace pith::tool;

static void printRow(llvm::raw_ostream &os, llvm::StringRef name, unsigned width,
                     const Tally &tally, const MetricSet &metrics) {
  os << llvm::left_justify(name, width) << llvm::formatv("{0,8}", tally.count());
  for (auto [metric, value] : tally.values(metrics)) {
    bool decibels = metric.starts_with("sqnr");
    std::string text = decibels ? llvm::formatv("{0:f1} dB", value).str()
                                : llvm::formatv("{0:f2} %", 100 * value).str();
    os << llvm::right_justify(text, 12);
  }
  os << "\n";
}

void EvaluateReport::printTable(llvm::raw_ostream &os, const Latency &latency) const {
  size_t width = 8;
  for (const auto &[name, tally] : slices)
    width = std::max(width, name.size() + 2);
  os << std::string(width, ' ') << llvm::formatv("{0,8}", "n");
  for (auto [metric, value] : all.values(metrics))
    os << llvm::right_justify(metric, 12);
  os << "\n";
  printRow(os, "all", width, all, metrics);
  for (const auto &[name, tally] : slices)
    printRow(os, name, width, tally, metrics);
  os << latency.text(threads) << "\n"
     << "arena " << arenaBytes << " bytes, object " << objectBytes << " bytes\n";
}

llvm::json::Value EvaluateReport::toJson(const Latency &latency) const {
  llvm::json::Array list;
  for (const auto &[name, tally] : slices)
    list.push_back(llvm::json::Object{{"slice", llvm::json::fixUTF8(name)},
                                      {"n", tally.count()},
                                      {"metrics", tally.toJson(metrics)}});
  llvm::json::Object result{{"n", all.count()},
                            {"metrics", all.toJson(metrics)},
                            {"slices", std::move(list)},
                            {"preprocess", preprocess},
                            {"mean_ms", latency.mean},
                            {"threads", threads},
                            {"arena_bytes", int64_t(arenaBytes)},
                            {"object_bytes", int64_t(objectBytes)}};
  latency.addTo(result);
  return result;
}
