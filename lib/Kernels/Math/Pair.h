// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers in two parts: high + low, high being that sum rounded to f64. About
// 100 bits without fma; test/spec/pairs.py states each step.
#ifndef PITH_LIB_KERNELS_MATH_PAIR_H
#define PITH_LIB_KERNELS_MATH_PAIR_H

#include "lib/Kernels/Math/Emitter.h"

namespace pith::math {

struct Pair {
  Term high, low;
};

/// A constant.
Pair pair(Emitter &e, double high, double low = 0);

Pair exactSum(Term a, Term b);        // sum_c1
Pair exactSumOrdered(Term a, Term b); // sum_c2: |a| >= |b|, or a is 0
Pair exactProduct(Term a, Term b);    // product_c1

Pair operator+(Pair, Pair);
Pair operator*(Pair, Pair);
Pair operator*(Pair, Term);
Pair operator/(Pair, Pair);
Pair operator-(Pair);
Pair sqrt(Pair);
Pair select(Term condition, Pair yes, Pair no);
Pair horner(Pair x, llvm::ArrayRef<Pair> coefficients);

} // namespace pith::math

#endif
