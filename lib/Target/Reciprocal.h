// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reciprocal of an f32 number as a sum of two, with which
//   q = fma(x, high, x * low)
// is the rounded quotient of every x, down to quotients of 2^-100.
#ifndef PITH_LIB_TARGET_RECIPROCAL_H
#define PITH_LIB_TARGET_RECIPROCAL_H

#include <optional>

namespace pith {

struct Reciprocal {
  float high, low;
};

/// Nothing where the two do not give every quotient, or one would do (powers of two).
std::optional<Reciprocal> reciprocalOf(float divisor);

} // namespace pith

#endif
