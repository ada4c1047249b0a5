// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How good answers are: against labels, and against another model.
#ifndef PITH_TOOLS_PITH_METRICS_H
#define PITH_TOOLS_PITH_METRICS_H

#include "pith/Support/Arrays.h"
#include "llvm/Support/JSON.h"

namespace pith::tool {

/// What is computed. Values outside of a set are not.
struct MetricSet {
  bool top1 = false, top5 = false, agreement = false, sqnr = false;

  bool labels() const { return top1 || top5; }
  bool reference() const { return agreement || sqnr; }
  bool classes() const { return labels() || agreement; }
};

/// What one sample tells.
struct Outcome {
  bool top1 = false, top5 = false, agrees = false;
  double sqnr = 0;
};

/// How many classes an output of this shape tells apart; 0: none.
int64_t classesOf(llvm::ArrayRef<int64_t> shape);

/// The greatest score; of equal ones the first; -1: all are NaN.
int64_t bestClass(const Array &scores);

/// How many classes come before this one.
int64_t rankOf(const Array &scores, int64_t label);

/// Signal to noise over all outputs, in dB; at most `maxSqnr`, which equal
/// outputs have. NaN on one side counts as no signal: `-maxSqnr`.
constexpr double maxSqnr = 200;
double sqnrOf(llvm::ArrayRef<Array> outputs, llvm::ArrayRef<Array> expected);

/// Outcomes of a set of samples, in order.
class Tally {
public:
  void add(const Outcome &outcome);
  int64_t count() const { return samples; }

  /// Name and value, shares from 0 to 1; empty without samples.
  std::vector<std::pair<llvm::StringRef, double>> values(const MetricSet &metrics) const;
  llvm::json::Object toJson(const MetricSet &metrics) const;

private:
  int64_t samples = 0, top1 = 0, top5 = 0, agreeing = 0;
  double sqnrSum = 0, sqnrMin = maxSqnr;
};

} // namespace pith::tool

#endif
