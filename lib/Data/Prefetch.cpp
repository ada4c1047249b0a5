// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Data/Prefetch.h"
#include "pith/Support/CompareArrays.h"
#include <cmath>

using namespace pith;

// Enough that one slow image does not stop the model; little beside a model.
static constexpr size_t aheadSamples = 16;
static constexpr uint64_t aheadBytes = uint64_t(16) << 20;

Prefetch::Prefetch(std::unique_ptr<DataSet> set, Preprocess preprocess,
                   std::vector<InputSpec> inputs, uint64_t count, const DataLimits &limits)
    : data(std::move(set)), preprocess(std::move(preprocess)), inputs(std::move(inputs)),
      count(std::min(count, data->size())), limits(limits), thread([this] { work(); }) {}

Prefetch::~Prefetch() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    stopped = true;
  }
  taken.notify_all();
  thread.join();
}

/// The place of the first NaN, or -1.
static int64_t findNan(const Array &array) {
  if (array.type < ElementType::F16)
    return -1;
  for (int64_t i = 0, size = array.numElements(); i < size; ++i)
    if (std::isnan(elementAsDouble(array, i)))
      return i;
  return -1;
}

llvm::Expected<Sample> Prefetch::prepare() {
  llvm::Expected<Sample> sample = data->next();
  if (!sample)
    return sample;
  auto fail = [&](llvm::Error error) {
    return llvm::createStringError(sample->place + ": " + llvm::toString(std::move(error)));
  };
  for (auto [array, input] : llvm::zip_equal(sample->inputs, inputs)) {
    auto pixels = preprocess.apply(std::move(array), limits);
    if (!pixels)
      return fail(pixels.takeError());
    auto fitted = fitToInput(std::move(*pixels), input);
    if (!fitted)
      return fail(fitted.takeError());
    if (int64_t at = findNan(*fitted); at >= 0)
      return fail(llvm::createStringError("input '" + input.name + "' is NaN at element " +
                                          llvm::Twine(at) + "; remove or repair the sample"));
    array = std::move(*fitted);
  }
  return sample;
}

void Prefetch::work() {
  for (uint64_t index = 0; index < count; ++index) {
    llvm::Expected<Sample> sample = prepare();
    std::unique_lock<std::mutex> lock(mutex);
    if (!sample) {
      error = llvm::toString(sample.takeError());
      failed = true;
      break;
    }
    uint64_t bytes = 0;
    for (const Array &array : sample->inputs)
      bytes += array.data.size();
    taken.wait(lock, [&] {
      return stopped || ready.empty() ||
             (ready.size() < aheadSamples && readyBytes + bytes <= aheadBytes);
    });
    if (stopped)
      return;
    ready.emplace_back(std::move(*sample), bytes);
    readyBytes += bytes;
    filled.notify_one();
  }
  std::lock_guard<std::mutex> lock(mutex);
  finished = true;
  filled.notify_one();
}

llvm::Expected<std::optional<Sample>> Prefetch::next() {
  std::unique_lock<std::mutex> lock(mutex);
  filled.wait(lock, [&] { return finished || !ready.empty(); });
  if (!ready.empty()) {
    std::optional<Sample> sample(std::move(ready.front().first));
    readyBytes -= ready.front().second;
    ready.pop_front();
    taken.notify_one();
    return sample;
  }
  if (failed)
    return llvm::createStringError(error);
  return std::optional<Sample>();
}
