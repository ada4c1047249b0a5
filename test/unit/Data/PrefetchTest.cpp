// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Samples made ready on another thread: all of them, in order, up to an error.
#include "pith/Data/Prefetch.h"
#include "gtest/gtest.h"
#include "test/unit/Data/Files.h"
#include <atomic>
#include <cmath>
#include <functional>

using namespace pith;

namespace {

/// Floats [1] with the sample's number; `bad` is NaN, `missing` an error.
struct Numbers : DataSet {
  Numbers(uint64_t count, size_t elements = 1) : count(count), elements(elements) {}
  uint64_t size() const override { return count; }
  std::string name(uint64_t index) const override { return std::to_string(index); }
  std::string place(uint64_t index) const override { return "'n' " + name(index); }
  llvm::Expected<Sample> read(uint64_t index) override {
    onRead(index);
    if (index == missing)
      return llvm::createStringError("'n': gone");
    Sample sample;
    std::vector<float> values(elements, float(index));
    if (index == bad)
      values.back() = NAN;
    sample.inputs.push_back(floats({int64_t(elements)}, values));
    return sample;
  }

  uint64_t count, bad = UINT64_MAX, missing = UINT64_MAX;
  size_t elements;
  std::function<void(uint64_t)> onRead = [](uint64_t) {};
};

InputSpec input(int64_t elements = 1) {
  InputSpec spec;
  spec.name = "x";
  spec.type = "f32";
  spec.shape = {1, elements};
  return spec;
}

} // namespace

TEST(Prefetch, all_samples_in_order_then_the_end) {
  Prefetch samples(std::make_unique<Numbers>(1000), *Preprocess::parse("raw"), {input()}, 1000);
  for (int i = 0; i < 1000; ++i) {
    auto sample = samples.next();
    ASSERT_TRUE(bool(sample) && sample->has_value());
    EXPECT_EQ((*sample)->name, std::to_string(i));
    EXPECT_EQ(floatsOf((*sample)->inputs[0])[0], float(i));
  }
  for (int i = 0; i < 2; ++i) {
    auto end = samples.next();
    ASSERT_TRUE(bool(end));
    EXPECT_FALSE(end->has_value());
  }
}

TEST(Prefetch, a_limit_ends_it_and_nothing_behind_it_is_read) {
  std::atomic<uint64_t> read = 0;
  auto numbers = std::make_unique<Numbers>(1000);
  numbers->missing = 3;
  numbers->onRead = [&](uint64_t) { ++read; };
  {
    Prefetch samples(std::move(numbers), *Preprocess::parse("raw"), {input()}, 3);
    for (int i = 0; i < 3; ++i)
      ASSERT_TRUE(bool(samples.next()));
    EXPECT_FALSE(samples.next()->has_value());
  }
  EXPECT_EQ(read, 3u);
}

TEST(Prefetch, what_is_ahead_is_bounded) {
  // 4 MiB each: four wait, one is being made.
  constexpr uint64_t count = 40;
  constexpr int64_t elements = 1 << 20;
  std::atomic<uint64_t> read = 0;
  auto numbers = std::make_unique<Numbers>(count, elements);
  numbers->onRead = [&](uint64_t) { ++read; };
  Prefetch samples(std::move(numbers), *Preprocess::parse("raw"), {input(elements)}, count);
  while (read < 5)
    std::this_thread::yield();
  // Time for as many others, were they not held back.
  Prefetch others(std::make_unique<Numbers>(count, elements), *Preprocess::parse("raw"),
                  {input(elements)}, count);
  for (uint64_t i = 0; i < count; ++i)
    ASSERT_TRUE(bool(others.next()));
  EXPECT_EQ(read, 5u);
  for (uint64_t i = 0; i < count; ++i)
    ASSERT_TRUE(bool(samples.next()));
  EXPECT_EQ(read, count);
}

TEST(Prefetch, errors_come_in_their_place) {
  auto numbers = std::make_unique<Numbers>(10);
  numbers->missing = 2;
  Prefetch samples(std::move(numbers), *Preprocess::parse("raw"), {input()}, 10);
  EXPECT_TRUE(bool(samples.next()));
  EXPECT_TRUE(bool(samples.next()));
  EXPECT_EQ(errorOf(samples.next()), "'n': gone");
}

TEST(Prefetch, nan_is_an_error) {
  auto numbers = std::make_unique<Numbers>(10, 5);
  numbers->bad = 0;
  Prefetch samples(std::move(numbers), *Preprocess::parse("raw"), {input(5)}, 10);
  EXPECT_EQ(errorOf(samples.next()),
            "'n' 0: input 'x' is NaN at element 4; remove or repair the sample");
}
