// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The time of each layer of a loaded model.
#ifndef PITH_PIPELINE_LAYERTIMES_H
#define PITH_PIPELINE_LAYERTIMES_H

#include "pith/Pipeline/Load.h"
#include <chrono>

namespace pith {

/// Adds up what passes until each layer of a run is done.
class LayerTimes {
public:
  /// Makes runs report their layers here.
  void watch(RunOptions &options);
  /// In front of each run.
  void beginRun();

  /// Of all runs, in microseconds, by layer.
  std::vector<double> medians() const;
  std::vector<double> minima() const;

private:
  using Clock = std::chrono::steady_clock;
  void onLayer(int64_t layer);

  Clock::time_point last;
  std::vector<std::vector<double>> microseconds; ///< by layer, of each run
};

} // namespace pith

#endif
