// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Metrics.h"
#include "pith/Support/CompareArrays.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace pith;
using namespace pith::tool;

int64_t tool::classesOf(llvm::ArrayRef<int64_t> shape) {
  int64_t classes = 1;
  for (int64_t size : shape) {
    if (size != 1 && classes != 1)
      return 0;
    classes *= size;
  }
  return classes > 1 ? classes : 0;
}

int64_t tool::bestClass(const Array &scores) {
  int64_t best = -1;
  double greatest = 0;
  for (int64_t i = 0, count = scores.numElements(); i < count; ++i) {
    double score = elementAsDouble(scores, i);
    if (!std::isnan(score) && (best < 0 || score > greatest)) {
      best = i;
      greatest = score;
    }
  }
  return best;
}

int64_t tool::rankOf(const Array &scores, int64_t label) {
  int64_t count = scores.numElements(), before = 0;
  double own = elementAsDouble(scores, label);
  if (std::isnan(own))
    return count;
  for (int64_t i = 0; i < count; ++i) {
    double score = elementAsDouble(scores, i);
    before += score > own || (score == own && i < label);
  }
  return before;
}

double tool::sqnrOf(llvm::ArrayRef<Array> outputs, llvm::ArrayRef<Array> expected) {
  double signal = 0, noise = 0;
  for (auto [got, want] : llvm::zip_equal(outputs, expected))
    for (int64_t i = 0, count = want.numElements(); i < count; ++i) {
      double a = elementAsDouble(got, i), b = elementAsDouble(want, i);
      if (a == b || (std::isnan(a) && std::isnan(b))) {
        signal += std::isfinite(b) ? b * b : 0;
        continue;
      }
      if (!std::isfinite(a) || !std::isfinite(b))
        return -maxSqnr;
      signal += b * b;
      noise += (a - b) * (a - b);
    }
  if (noise == 0)
    return maxSqnr;
  return signal == 0 ? -maxSqnr : std::clamp(10 * std::log10(signal / noise), -maxSqnr, maxSqnr);
}

void Tally::add(const Outcome &outcome) {
  ++samples;
  top1 += outcome.top1;
  top5 += outcome.top5;
  agreeing += outcome.agrees;
  sqnrSum += outcome.sqnr;
  sqnrMin = std::min(sqnrMin, outcome.sqnr);
}

std::vector<std::pair<llvm::StringRef, double>> Tally::values(const MetricSet &metrics) const {
  std::vector<std::pair<llvm::StringRef, double>> result;
  if (!samples)
    return result;
  auto share = [&](bool wanted, llvm::StringRef name, int64_t count) {
    if (wanted)
      result.emplace_back(name, double(count) / double(samples));
  };
  share(metrics.top1, "top1", top1);
  share(metrics.top5, "top5", top5);
  share(metrics.agreement, "agreement", agreeing);
  if (metrics.sqnr) {
    result.emplace_back("sqnr", sqnrSum / double(samples));
    result.emplace_back("sqnr_min", sqnrMin);
  }
  return result;
}

llvm::json::Object Tally::toJson(const MetricSet &metrics) const {
  llvm::json::Object object;
  for (auto [name, value] : values(metrics))
    object[name] = value;
  return object;
}
