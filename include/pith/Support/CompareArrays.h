// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far two arrays are apart.
#ifndef PITH_SUPPORT_COMPAREARRAYS_H
#define PITH_SUPPORT_COMPAREARRAYS_H

#include "pith/Support/Arrays.h"

namespace pith {

struct Tolerance {
  /// An element agrees when |actual - expected| <= absolute + relative * |expected|.
  /// Integers and booleans agree when they are equal.
  double relative = 1e-3, absolute = 1e-7;
  /// Elements of 16-bit float types also agree within this many units in the
  /// last place: one unit of bfloat16 is up to 0.8 % of the value.
  unsigned units = 0;
  /// If set, replaces both, for floats: the largest difference over all
  /// elements, divided by the largest expected magnitude, may be this.
  std::optional<double> maxRelative;
};

struct Comparison {
  bool agree = true;
  int64_t differing = 0;    ///< elements that are not equal, NaN being equal to NaN
  double maxDifference = 0; ///< infinite where only one side is finite
  double maxRelative = 0;   ///< maxDifference over the largest finite expected magnitude
  std::string message;      ///< why they disagree
};

/// Fails to agree, with a message, when type or shape differ too.
Comparison compareArrays(const Array &actual, const Array &expected, const Tolerance &tolerance);

/// Element `index` as a number; 64-bit integers above 2^53 round.
double elementAsDouble(const Array &array, int64_t index);

} // namespace pith

#endif
