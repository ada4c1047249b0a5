// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Powers, further logarithms, hyperbolic functions: f32 through f64. Below
// `small` the formulas would cancel, and a few terms of the series stand.
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/WideParts.h"
#include "pith/Kernels/Math.h"
#include <limits>

using namespace mlir;

namespace pith::math {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double small = 0x1p-10;
constexpr double third = 0x1.5555555555555p-2, sixth = 0x1.5555555555555p-3;

/// Signs join after a rounding to f32: code generators round an f64 sign through
/// their run-time library on the way to f16.
Term signedPower(Term x, Term y, Term magnitude) {
  Emitter &e = *x.emitter;
  Term one = e.like(x, 1);
  Term half = y * e.f64(0.5);
  Term integral = equal(y, trunc(y));
  Term odd = e.make<arith::AndIOp>(integral, unequal(half, trunc(half)));
  Term r = copySign(magnitude, select(odd, x, one));
  Term root = e.make<arith::AndIOp>(x<e.like(x, 0), x> e.like(x, -inf));
  root = e.make<arith::AndIOp>(root, unequal(y, trunc(y)));
  r = select(root, e.like(x, nan), r);
  r = select(isNaN(x), e.like(x, nan), select(isNaN(y), e.like(x, nan), r));
  return select(equal(x, one), one, select(equal(y, e.f64(0)), one, r));
}

/// x^y for x on f32 and y on f64.
static Term power(Term x, Term y) {
  Emitter &e = *x.emitter;
  Term a = abs(widen(x));
  Term magnitude = select(equal(a, e.f64(1)), e.f64(1), wideExp(y * wideLog(a)));
  return signedPower(x, y, narrow(magnitude));
}

Term pow(Term x, Term y) { return power(x, widen(y)); }

Term powInteger(Term x, Term n) {
  Emitter &e = *x.emitter;
  return power(x, e.cast<arith::SIToFPOp>(e.builder.getF64Type(), n));
}

Term exp2(Term x) { return narrow(wideExp(widen(x) * x.emitter->f64(0x1.62e42fefa39efp-1))); }

Term log2(Term x) { return narrow(wideLog(widen(x)) * x.emitter->f64(0x1.71547652b82fep+0)); }

Term log10(Term x) { return narrow(wideLog(widen(x)) * x.emitter->f64(0x1.bcb7b1526e50ep-2)); }

Term log1p(Term x) {
  Emitter &e = *x.emitter;
  x = widen(x);
  Term series = x + x * x * (x * e.f64(third) - e.f64(0.5));
  return narrow(select(abs(x) < e.f64(small), series, wideLog(e.f64(1) + x)));
}

Term expm1(Term x) {
  Emitter &e = *x.emitter;
  Term w = widen(x);
  Term series = w + w * w * (w * e.f64(sixth) + e.f64(0.5));
  Term y = select(abs(w) < e.f64(small), series, wideExp(w) - e.f64(1));
  return copySign(narrow(y), x);
}

Term sinh(Term x) {
  Emitter &e = *x.emitter;
  x = widen(x);
  Term t = wideExp(x);
  Term series = x + x * x * x * e.f64(sixth);
  return narrow(select(abs(x) < e.f64(small), series, (t - e.f64(1) / t) * e.f64(0.5)));
}

Term cosh(Term x) {
  Emitter &e = *x.emitter;
  Term t = wideExp(widen(x));
  return narrow((t + e.f64(1) / t) * e.f64(0.5));
}

Term asinh(Term x) {
  Emitter &e = *x.emitter;
  Term a = abs(widen(x));
  Term series = a - a * a * a * e.f64(sixth);
  Term y = select(a < e.f64(small), series, wideLog(a + sqrt(a * a + e.f64(1))));
  return copySign(narrow(y), x);
}

Term acosh(Term x) {
  Emitter &e = *x.emitter;
  x = widen(x);
  Term y = wideLog(x + sqrt(x * x - e.f64(1)));
  return narrow(select(x < e.f64(1), e.f64(nan), y));
}

Term atanh(Term x) {
  Emitter &e = *x.emitter;
  x = widen(x);
  Term y = wideLog((e.f64(1) + x) / (e.f64(1) - x)) * e.f64(0.5);
  return narrow(select(abs(x) < e.f64(small), x + x * x * x * e.f64(third), y));
}

Term cbrt(Term x) {
  Emitter &e = *x.emitter;
  return copySign(narrow(wideExp(wideLog(abs(widen(x))) * e.f64(third))), x);
}

Term isFinite(Term x) { return abs(x) < x.emitter->like(x, inf); }

Term isInfinite(Term x) { return equal(abs(x), x.emitter->like(x, inf)); }

Term rsqrt(Term x) { return x.emitter->like(x, 1) / sqrt(x); }

Term round(Term x) {
  Emitter &e = *x.emitter;
  Term t = trunc(x);
  Term away = t + copySign(e.like(x, 1), x);
  Term tie = e.like(x, 0.5);
  return copySign(select(abs(x - t) < tie, t, away), x);
}

} // namespace pith::math

Value pith::buildPow(OpBuilder &b, Location loc, Value x, Value y) {
  math::Emitter e(b, loc, x);
  return math::pow(e.term(x), e.term(y)).value;
}
