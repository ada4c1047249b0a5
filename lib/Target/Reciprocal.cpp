// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The error of q is below 2^-46 of it. So q is the rounded quotient unless that lies
// as near to the middle between two numbers, and the few mantissas of which this is
// so follow from the divisor's: all of them are tried (Brisebarre, Muller, Raina,
// "Accelerating correctly rounded floating-point division when the divisor is known
// in advance", 2004).
#include "lib/Target/Reciprocal.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <cstdint>

using namespace pith;

/// x with x * factor = 1 modulo 2^64, for odd factors.
static uint64_t inverseOf(uint64_t factor) {
  uint64_t x = factor; // right in three bits; each step doubles their number
  for (int step = 0; step < 5; ++step)
    x *= 2 - factor * x;
  return x;
}

/// Calls `visit` with the mantissas X whose quotient by the mantissa `divisor` lies
/// nearest to the middle between two numbers: 2^shift X = M divisor + D with an odd
/// M of 25 bits and a small D. Stops where it returns false.
static bool eachHardCase(uint64_t divisor, llvm::function_ref<bool(uint64_t)> visit) {
  constexpr uint64_t bit = uint64_t(1) << 24;
  constexpr int64_t nearest = 8; // 2^25 X 2^-46 of the quotient and more
  unsigned zeros = llvm::countr_zero(divisor);
  uint64_t inverse = inverseOf(divisor >> zeros);
  for (unsigned shift : {24, 25}) // quotients in [1, 2) and in [1/2, 1)
    for (int64_t distance = -nearest; distance <= nearest; ++distance) {
      if (distance == 0 || distance % (int64_t(1) << zeros))
        continue;
      uint64_t modulus = uint64_t(1) << (shift - zeros);
      uint64_t middle = uint64_t(-(distance >> zeros)) * inverse % modulus;
      for (middle += (bit - middle + modulus - 1) / modulus * modulus; middle < 2 * bit;
           middle += modulus) {
        uint64_t x = (middle * divisor + uint64_t(distance)) >> shift;
        if (middle % 2 && x >= bit / 2 && x < bit && !visit(x))
          return false;
      }
    }
  return true;
}

std::optional<Reciprocal> pith::reciprocalOf(float divisor) {
  int exponent;
  float mantissa = std::frexp(std::abs(divisor), &exponent);
  constexpr int most = 60; // nothing overflows on the way, nor loses bits
  if (!std::isnormal(divisor) || std::abs(exponent) > most || mantissa == 0.5f)
    return std::nullopt;
  double exact = 1 / double(divisor);
  auto high = float(exact);
  // Not above it: both parts have the divisor's sign then, and infinities come out.
  if (std::abs(double(high)) > std::abs(exact))
    high = std::nextafter(high, 0.0f);
  // The product is exact in 48 bits.
  auto low = float((1 - double(high) * double(divisor)) / double(divisor));
  if (low == 0)
    return std::nullopt;
  auto isRight = [&](uint64_t x) {
    auto number = float(x);
    return std::fma(number, high, number * low) == number / divisor;
  };
  if (!eachHardCase(uint64_t(std::ldexp(mantissa, 24)), isRight))
    return std::nullopt;
  return Reciprocal{high, low};
}
