// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quotients by a product and an fma: all mantissas of some divisors, the ends of the
// range, and divisors that have no such form.
#include "lib/Target/Reciprocal.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

using namespace pith;

namespace {

float quotient(float x, Reciprocal of) { return std::fma(x, of.high, x * of.low); }

/// How many numbers of one binade have another quotient.
int64_t wrongOf(float divisor, Reciprocal of) {
  int64_t wrong = 0;
  for (uint32_t x = 1 << 23; x < 1 << 24; ++x)
    wrong += quotient(float(x), of) != float(x) / divisor;
  return wrong;
}

TEST(Reciprocal, AllMantissas) {
  std::mt19937 random(7);
  int withForm = 0;
  for (float divisor : {0.1f, 3.0f, 1.41421354f, -0.0409787446f, 0x1.fffffep-5f, 0x1.000002p9f}) {
    auto parts = reciprocalOf(divisor);
    if (parts)
      EXPECT_EQ(wrongOf(divisor, *parts), 0) << divisor;
    withForm += bool(parts);
  }
  for (int i = 0; i < 6; ++i) {
    float divisor = std::ldexp(float(random() % (1 << 23) + (1 << 23)), -30);
    auto parts = reciprocalOf(divisor);
    if (parts)
      EXPECT_EQ(wrongOf(divisor, *parts), 0) << divisor;
    withForm += bool(parts);
  }
  EXPECT_GT(withForm, 8);
}

TEST(Reciprocal, MostDivisorsHaveOne) {
  std::mt19937 random(11);
  int withForm = 0;
  for (int i = 0; i < 2000; ++i)
    withForm += bool(reciprocalOf(std::ldexp(float(random() % (1 << 23) + (1 << 23)), -28)));
  EXPECT_GT(withForm, 1800); // the hard cases of a few come out wrong
}

TEST(Reciprocal, EndsOfTheRange) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float most = std::numeric_limits<float>::max();
  for (float divisor : {0.1f, -0.1f, 300.0f}) {
    auto parts = reciprocalOf(divisor);
    ASSERT_TRUE(parts) << divisor;
    for (float x : {infinity, -infinity, most, -most, 0.0f, -0.0f, 0x1p-99f, 1.0f}) {
      EXPECT_EQ(quotient(x, *parts), x / divisor) << x << " / " << divisor;
      EXPECT_EQ(std::signbit(quotient(x, *parts)), std::signbit(x / divisor)) << x;
    }
    EXPECT_TRUE(std::isnan(quotient(std::nanf(""), *parts)));
  }
}

TEST(Reciprocal, NoneOfPowersOfTwoAndTheFarAway) {
  for (float divisor : {1.0f, 0.5f, -64.0f, 0.0f, 0x1.8p-70f, 0x1.8p70f, 0x1.8p-130f,
                        std::numeric_limits<float>::infinity(), std::nanf("")})
    EXPECT_FALSE(reciprocalOf(divisor)) << divisor;
}

} // namespace
