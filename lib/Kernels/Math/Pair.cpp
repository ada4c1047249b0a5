// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations of Pair.h.
#include "lib/Kernels/Math/Pair.h"

namespace pith::math {

Pair pair(Emitter &e, double high, double low) { return {e.f64(high), e.f64(low)}; }

Pair exactSum(Term a, Term b) {
  Term s = a + b, t = s - a;
  return {s, (a - (s - t)) + (b - t)};
}

Pair exactSumOrdered(Term a, Term b) {
  Term s = a + b;
  return {s, b - (s - a)};
}

/// The 26 highest bits of the significand, and the rest: products of such
/// halves are exact, but for that of two rests.
static Pair halves(Term a) {
  Emitter &e = *a.emitter;
  Term high = fromBits(e.make<mlir::arith::AndIOp>(toBits(a), e.i64(-(int64_t(1) << 27))));
  return {high, a - high};
}

Pair exactProduct(Term a, Term b) {
  Term p = a * b;
  Pair x = halves(a), y = halves(b);
  return {p, ((x.high * y.high - p) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

Pair operator+(Pair x, Pair y) {
  Pair s = exactSum(x.high, y.high);
  return exactSumOrdered(s.high, s.low + (x.low + y.low));
}

Pair operator*(Pair x, Pair y) {
  Pair p = exactProduct(x.high, y.high);
  return exactSumOrdered(p.high, p.low + (x.high * y.low + x.low * y.high));
}

Pair operator*(Pair x, Term b) {
  Pair p = exactProduct(x.high, b);
  return exactSumOrdered(p.high, p.low + x.low * b);
}

Pair operator/(Pair x, Pair y) {
  Term q = x.high / y.high;
  Pair p = exactProduct(q, y.high);
  Term rest = ((x.high - p.high) - p.low) + (x.low - q * y.low);
  return exactSumOrdered(q, rest / y.high);
}

Pair operator-(Pair x) { return {-x.high, -x.low}; }

Pair sqrt(Pair x) {
  Term s = sqrt(x.high);
  Pair p = exactProduct(s, s);
  Emitter &e = *s.emitter;
  Term twice = select(equal(s, e.f64(0)), e.f64(1), s + s);
  return exactSumOrdered(s, (((x.high - p.high) - p.low) + x.low) / twice);
}

Pair select(Term condition, Pair yes, Pair no) {
  return {select(condition, yes.high, no.high), select(condition, yes.low, no.low)};
}

Pair horner(Pair x, llvm::ArrayRef<Pair> coefficients) {
  Pair p = coefficients.front();
  for (Pair c : coefficients.drop_front())
    p = p * x + c;
  return p;
}

} // namespace pith::math
