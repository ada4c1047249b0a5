// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What functions on f64 share: exponentials and logarithms as an exponent and
// a number in two parts.
#ifndef PITH_LIB_KERNELS_MATH_WIDEPARTS_H
#define PITH_LIB_KERNELS_MATH_WIDEPARTS_H

#include "lib/Kernels/Math/Pair.h"

namespace pith::math {

/// ln 2 in two parts; the first ends in zeros, so that its product with an
/// exponent is exact.
inline constexpr double ln2High = 0x1.62e42fee00000p-1, ln2Low = 0x1.a39ef35793c76p-33;

/// 2^n as f64 for an integer -1022 <= n <= 1023.
Term powerOfTwoWide(Term n);

/// P6 of exp_c2: e^r = 1 + (r + r^2 * P6(r)).
Term expPolynomial(Term r);

/// e^x = 2^n * (1 + p), n on i32.
struct ExpParts {
  Term n;
  Pair p;
};
ExpParts expParts(Pair x); // exp_c4
Term expOfParts(ExpParts); // exp_c5: their value

/// y * 2^n in two steps, of which the second rounds.
Term scaled(Term y, Term n);

/// log x = n * ln 2 + l for finite x > 0, n on f64.
struct LogParts {
  Term n;
  Pair l;
};
LogParts logParts(Pair x); // log_c3
Pair logOfParts(LogParts); // log_c4: their sum
/// The logarithm y of x, or of 0, infinity, less than 0, NaN.
Term withEnds(Term x, Term y);

/// |x| = (quadrant + 4 k) * pi/2 + rest.
struct Reduced {
  Term quadrant;
  Pair rest;
};
Reduced reduceWide(Term x); // reduce_c2

/// x^y of its magnitude, with the signs and special cases of IEEE 754 pow; y is
/// on f64.
Term signedPower(Term x, Term y, Term magnitude);

} // namespace pith::math

#endif
