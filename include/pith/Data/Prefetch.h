// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prepares samples on a thread of its own while the model runs.
#ifndef PITH_DATA_PREFETCH_H
#define PITH_DATA_PREFETCH_H

#include "pith/Data/Preprocess.h"
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace pith {

class Prefetch {
public:
  /// Gives the first `count` samples: preprocessed, fitted to the inputs, free
  /// of NaN. What is ahead is bounded by a number of samples and of bytes.
  Prefetch(std::unique_ptr<DataSet> data, Preprocess preprocess, std::vector<InputSpec> inputs,
           uint64_t count, const DataLimits &limits = {});
  ~Prefetch();

  /// Nothing: the end. Not to be called again behind an error.
  llvm::Expected<std::optional<Sample>> next();

private:
  void work();
  llvm::Expected<Sample> prepare();

  std::unique_ptr<DataSet> data;
  Preprocess preprocess;
  std::vector<InputSpec> inputs;
  uint64_t count;
  DataLimits limits;

  std::mutex mutex;
  std::condition_variable filled, taken;
  std::deque<std::pair<Sample, uint64_t>> ready; ///< with the size
  uint64_t readyBytes = 0;
  std::string error;
  bool failed = false, finished = false, stopped = false;
  std::thread thread; // last: it uses the others
};

} // namespace pith

#endif
