// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions on f64 made of logarithms: log x = n * ln 2 + l, l in two parts.
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/WideParts.h"
#include <limits>

using namespace mlir;

namespace pith::math {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double third = 0x1.5555555555555p-2, sixth = 0x1.5555555555555p-3;

LogParts logParts(Pair x) {
  Emitter &e = *x.high.emitter;
  Type i32 = e.builder.getI32Type();
  Term tiny = x.high < e.f64(0x1p-1022);
  Term i = toBits(select(tiny, x.high * e.f64(0x1p54), x.high));
  Term exponent = e.make<arith::ShRSIOp>(i - e.i64(0x3FE6A09E667F3BCD), e.i64(52));
  Term m = fromBits(i - e.make<arith::ShLIOp>(exponent, e.i64(52)));
  Term n = e.cast<arith::TruncIOp>(i32, exponent);
  Term within = e.make<arith::MinSIOp>(e.make<arith::MaxSIOp>(n, e.i32(-1000)), e.i32(1000));
  Term low = x.low * powerOfTwoWide(e.i32(0) - within);
  n = n - select(tiny, e.i32(54), e.i32(0));
  Pair d = exactSum(m, e.f64(1));
  Pair s = exactSum(m - e.f64(1), low) / Pair{d.high, d.low + low};
  Pair z = s * s;
  // 1/27, ..., 1/7 rounded once; 1/5, 1/3 and 1 in two parts.
  Term tail = hornerWide(z.high, {1. / 27, 1. / 25, 1. / 23, 1. / 21, 1. / 19, 1. / 17, 1. / 15,
                                  1. / 13, 1. / 11, 1. / 9, 1. / 7});
  Pair p = horner(z, {{tail, e.f64(0)},
                      pair(e, 0x1.999999999999ap-3, -0x1.999999999999ap-57),
                      pair(e, 0x1.5555555555555p-2, 0x1.5555555555555p-56),
                      pair(e, 1)});
  return {e.cast<arith::SIToFPOp>(e.builder.getF64Type(), n),
          Pair{s.high + s.high, s.low + s.low} * p};
}

Pair logOfParts(LogParts x) {
  Emitter &e = *x.n.emitter;
  return exactSum(x.n * e.f64(ln2High), x.n * e.f64(ln2Low)) + x.l;
}

Term withEnds(Term x, Term y) {
  Emitter &e = *x.emitter;
  y = select(equal(x, e.f64(inf)), x, select(equal(x, e.f64(0)), e.f64(-inf), y));
  return select(x < e.f64(0), e.f64(nan), select(isNaN(x), e.f64(nan), y));
}

static Pair single(Term x) { return {x, x.emitter->f64(0)}; }

Term wideLog2(Term x) {
  LogParts parts = logParts(single(x));
  Pair inverse = pair(*x.emitter, 0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56); // 1 / ln 2
  return withEnds(x, (single(parts.n) + parts.l * inverse).high);
}

Term wideLog10(Term x) {
  Emitter &e = *x.emitter;
  LogParts parts = logParts(single(x));
  // log10 2 as ln 2, and 1 / ln 10.
  Pair whole =
      exactSum(parts.n * e.f64(0x1.3441350800000p-2), parts.n * e.f64(0x1.f79fef311f12bp-34));
  Pair inverse = pair(e, 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57);
  return withEnds(x, (whole + parts.l * inverse).high);
}

Term wideLog1p(Term x) {
  Emitter &e = *x.emitter;
  Pair u = exactSum(e.f64(1), x);
  return select(abs(x) < e.f64(0x1p-54), x, withEnds(u.high, logOfParts(logParts(u)).high));
}

/// log(c + sqrt(c^2 + square)) where c is x up to 2^28; from there on log(2 * x).
static Term logOfRoot(Term x, double square) {
  Emitter &e = *x.emitter;
  Term far = x > e.f64(0x1p28);
  Term c = select(far, e.f64(1), x);
  Pair near = single(c) + sqrt(exactProduct(c, c) + pair(e, square));
  LogParts parts = logParts(select(far, single(x), near));
  parts.n = parts.n + select(far, e.f64(1), e.f64(0));
  return logOfParts(parts).high;
}

Term wideAsinh(Term x) {
  Emitter &e = *x.emitter;
  Term a = abs(x);
  Term y = withEnds(a + e.f64(1), logOfRoot(a, 1));
  y = select(a < e.f64(0x1p-28), a - a * a * a * e.f64(sixth), y);
  return copySign(y, x);
}

Term wideAcosh(Term x) {
  Emitter &e = *x.emitter;
  return select(x < e.f64(1), e.f64(nan), withEnds(x, logOfRoot(x, -1)));
}

Term wideAtanh(Term x) {
  Emitter &e = *x.emitter;
  Term a = abs(x);
  Pair t = exactSum(e.f64(1), a) / exactSum(e.f64(1), -a);
  Term y = withEnds(t.high, logOfParts(logParts(t)).high) * e.f64(0.5);
  y = select(a < e.f64(0x1p-28), a + a * a * a * e.f64(third), y);
  return copySign(select(equal(a, e.f64(1)), e.f64(inf), y), x);
}

} // namespace pith::math
