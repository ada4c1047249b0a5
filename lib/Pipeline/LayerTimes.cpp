// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Pipeline/LayerTimes.h"
#include "llvm/ADT/STLExtras.h"

using namespace pith;

void LayerTimes::watch(RunOptions &options) {
  options.onLayer = [this](int64_t layer) { onLayer(layer); };
}

void LayerTimes::beginRun() {
  for (std::vector<double> &layer : microseconds)
    layer.push_back(0);
  last = Clock::now();
}

void LayerTimes::onLayer(int64_t layer) {
  Clock::time_point now = Clock::now();
  if (microseconds.size() <= size_t(layer))
    microseconds.resize(layer + 1, {0});
  // A layer of several results is seen several times, a batch runs it for each sample.
  microseconds[layer].back() += std::chrono::duration<double, std::micro>(now - last).count();
  last = Clock::now(); // without what is done here
}

std::vector<double> LayerTimes::medians() const {
  std::vector<double> result;
  for (std::vector<double> times : microseconds) {
    llvm::sort(times);
    result.push_back(times[times.size() / 2]);
  }
  return result;
}

std::vector<double> LayerTimes::minima() const {
  std::vector<double> result;
  for (const std::vector<double> &times : microseconds)
    result.push_back(*llvm::min_element(times));
  return result;
}
