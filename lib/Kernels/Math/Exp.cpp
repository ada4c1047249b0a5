// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// exp_c1 and what follows from it: tanh_c1, erf_c1, sigmoid_c1.
#include "lib/Kernels/Math/Functions.h"
#include "pith/Kernels/Math.h"

using namespace mlir;

namespace pith::math {

/// e^c for c from -104, below which lies zero, to 89, or NaN.
static Term expWithin(Term c) {
  Emitter &e = *c.emitter;
  Term n = roundEven(c * e.f32(0x1.715476p+0));
  Term r = fma(n, e.f32(-0x1.62e430p-1), c);
  r = fma(n, e.f32(0x1.05c610p-29), r);
  Term q = horner(r, {0x1.6ad122p-10, 0x1.123f2ep-7, 0x1.55584ep-5, 0x1.55548ap-3, 0x1.fffffcp-2});
  Term p = fma(r * r, q, r) + e.f32(1);
  return ldexp(p, n);
}

/// e^c for c up to 89, or NaN.
static Term expBelow(Term c) {
  Term least = c.emitter->f32(-104);
  return expWithin(select(least > c, least, c));
}

Term exp(Term x) {
  Term most = x.emitter->f32(89); // above lies infinity
  return expBelow(select(most < x, most, x));
}

Term expOfNegative(Term x) { return expBelow(x); }

Term tanh(Term x) {
  Emitter &e = *x.emitter;
  Term a = abs(x), z = x * x;
  Term p =
      horner(z, {-0x1.750ce2p-8, 0x1.51f8cep-6, -0x1.b835a4p-5, 0x1.1106f6p-3, -0x1.555532p-2});
  Term small = fma(x * z, p, x);
  Term large = e.f32(1) - e.f32(2) / (exp(a + a) + e.f32(1));
  return copySign(select(a < e.f32(0.625), small, large), x);
}

Term erf(Term x) {
  Emitter &e = *x.emitter;
  Term a = abs(x);
  Term p = horner(x * x, {0x1.4771fep-14, -0x1.a3515ep-11, 0x1.53f224p-8, -0x1.b7f71ap-6,
                          0x1.ce2ce6p-4, -0x1.81273ep-2, 0x1.06eba8p-3});
  Term small = fma(x, p, x);
  // From 4 on the result is 1 in f32.
  Term c = select(a < e.f32(4), a, e.f32(4));
  Term q = horner(c, {-0x1.86dbe0p-13, 0x1.825a0ap-9, -0x1.65cb10p-6, 0x1.a65318p-4, 0x1.46baf0p-1,
                      0x1.2088eap+0, 0x1.661da4p-12});
  Term large = copySign(e.f32(1) - expBelow(-q), x);
  return select(isNaN(x), x, select(a < e.f32(1), small, large));
}

Term sigmoid(Term x) {
  Emitter &e = *x.emitter;
  Term t = expBelow(-abs(x));
  return select(x < e.f32(0), t, e.f32(1)) / (e.f32(1) + t);
}

} // namespace pith::math

Value pith::buildExp(OpBuilder &b, Location loc, Value x) {
  math::Emitter e(b, loc, x);
  bool wide = getElementTypeOrSelf(x).isF64();
  return (wide ? math::wideExp(e.term(x)) : math::exp(e.term(x))).value;
}

Value pith::buildExpWithin(OpBuilder &b, Location loc, Value x) {
  math::Emitter e(b, loc, x);
  return math::expWithin(e.term(x)).value;
}

Value pith::buildTanh(OpBuilder &b, Location loc, Value x) {
  math::Emitter e(b, loc, x);
  return math::tanh(e.term(x)).value;
}

Value pith::buildErf(OpBuilder &b, Location loc, Value x) {
  math::Emitter e(b, loc, x);
  return math::erf(e.term(x)).value;
}

Value pith::buildSigmoid(OpBuilder &b, Location loc, Value x) {
  math::Emitter e(b, loc, x);
  return math::sigmoid(e.term(x)).value;
}
