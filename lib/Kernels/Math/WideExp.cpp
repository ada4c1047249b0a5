// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions on f64 made of e^x = 2^n * (1 + p), p in two parts: what follows is
// additions of powers of two to p, and divisions.
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/WideParts.h"

using namespace mlir;

namespace pith::math {

static Term minimum(Term n, int64_t most) {
  return n.emitter->make<arith::MinSIOp>(n, n.emitter->i32(most));
}

static Pair one(Emitter &e) { return pair(e, 1); }

/// exp_c3.
static Pair expOfRest(Pair r) {
  return exactSumOrdered(r.high, r.low + (r.high * r.high) * expPolynomial(r.high));
}

ExpParts expParts(Pair x) {
  Emitter &e = *x.high.emitter;
  Term c = select(x.high > e.f64(-746), x.high, e.f64(-746));
  c = select(c < e.f64(712), c, e.f64(712));
  Term low = select(equal(c, x.high), x.low, e.f64(0));
  Term n = roundEven(c * e.f64(0x1.71547652b82fep+0));
  Pair rest = exactSum(c - n * e.f64(ln2High), low - n * e.f64(ln2Low));
  return {e.cast<arith::FPToSIOp>(e.builder.getI32Type(), n), expOfRest(rest)};
}

Term scaled(Term y, Term n) {
  Emitter &e = *y.emitter;
  Term half = e.make<arith::ShRSIOp>(n, e.i32(1));
  return y * powerOfTwoWide(half) * powerOfTwoWide(n - half);
}

Term expOfParts(ExpParts x) { return scaled((one(*x.n.emitter) + x.p).high, x.n); }

Term wideExp2(Term x) {
  Emitter &e = *x.emitter;
  Term c = select(x > e.f64(-1080), x, e.f64(-1080));
  c = select(c < e.f64(1030), c, e.f64(1030));
  Term n = roundEven(c);
  Pair rest = pair(e, 0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56) * (c - n);
  Term i = e.cast<arith::FPToSIOp>(e.builder.getI32Type(), n);
  return select(isNaN(x), x, expOfParts({i, expOfRest(rest)}));
}

Term wideExpm1(Term x) {
  Emitter &e = *x.emitter;
  ExpParts parts = expParts({select(x > e.f64(-40), x, e.f64(-40)), e.f64(0)});
  Pair rest = exactSum(e.f64(1), -powerOfTwoWide(e.i32(0) - minimum(parts.n, 1000)));
  Term y = scaled((rest + parts.p).high, parts.n);
  return select(isNaN(x), x, copySign(y, x));
}

namespace {
/// sinh|x| = 2^(n-1) * sine, cosh|x| = 2^(n-1) * cosine.
struct Hyperbolic {
  Term n;
  Pair sine, cosine;
};
} // namespace

static Hyperbolic hyperbolic(Term x) {
  Emitter &e = *x.emitter;
  ExpParts parts = expParts({abs(x), e.f64(0)});
  Pair p = parts.p;
  Term w = powerOfTwoWide(minimum(parts.n, 500) * e.i32(-2));
  Pair q = p / (one(e) + p), v = {q.high * w, q.low * w};
  return {parts.n, (exactSumOrdered(e.f64(1), -w) + p) + v,
          (exactSumOrdered(e.f64(1), w) + p) + -v};
}

Term wideSinh(Term x) {
  Hyperbolic h = hyperbolic(x);
  Term y = scaled(h.sine.high, h.n - x.emitter->i32(1));
  return select(isNaN(x), x, copySign(y, x));
}

Term wideCosh(Term x) {
  Hyperbolic h = hyperbolic(x);
  return select(isNaN(x), x, scaled(h.cosine.high, h.n - x.emitter->i32(1)));
}

Term wideTanh(Term x) {
  Hyperbolic h = hyperbolic(x);
  return select(isNaN(x), x, copySign((h.sine / h.cosine).high, x));
}

Term wideErf(Term x) {
  Emitter &e = *x.emitter;
  Term a = abs(x);
  Term small =
      x +
      x * hornerWide(x * x, {0x1.06274e72355cap-34, -0x1.38ac1e539509dp-30, 0x1.f7b99c1c97933p-27,
                             -0x1.5f1f40da96dbbp-23, 0x1.b9df3058fab8bp-20, -0x1.f4d1e43476986p-17,
                             0x1.f9a321e4b5115p-14, -0x1.c02db3db495ebp-11, 0x1.565bcd0dbd91bp-8,
                             -0x1.b82ce31284f38p-6, 0x1.ce2f21a042b34p-4, -0x1.812746b0379e6p-2,
                             0x1.06eba8214db69p-3});
  // From 6 on the result is 1.
  Term c = select(a < e.f64(6), a, e.f64(6)) - e.f64(1);
  Term q = hornerWide(c, {-0x1.247ad060a9139p-40, 0x1.faed1eff59716p-36, -0x1.94e4065af0ee1p-32,
                          0x1.89a0e4b5d5828p-29, -0x1.002cef1b1b5edp-26, 0x1.bf0006fc0c2adp-25,
                          -0x1.a2f60201b4147p-24, -0x1.32d2da8290719p-23, 0x1.14753c9dd5c52p-19,
                          -0x1.426bd2bee3360p-17, 0x1.c7a77f2320ee2p-16, -0x1.b8de9cd2aae1ep-16,
                          -0x1.f1b389815b397p-13, 0x1.033f65b01d9dap-9, -0x1.48c9d3eb1ea94p-7,
                          0x1.5477f09c036bcp-5, 0x1.afabc11a295f4p-1, 0x1.51c9b0006c236p+1,
                          0x1.d97fbf27aa2a1p+0});
  Term large = copySign(e.f64(1) - wideExp(-q), x);
  return select(isNaN(x), x, select(a < e.f64(1), small, large));
}

} // namespace pith::math
