// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sin, cos, tan on f64 and their inverses, in two parts up to the last rounding.
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/WideParts.h"
#include <limits>

using namespace mlir;

namespace pith::math {

namespace {
struct SinCos {
  Term quadrant;
  Pair sine, cosine;
};
} // namespace

static SinCos sinCos(Term x) {
  Emitter &e = *x.emitter;
  Reduced reduced = reduceWide(x);
  Term h = reduced.rest.high, l = reduced.rest.low;
  Term z = h * h, half = z * e.f64(0.5);
  // The series: -1/3!, ..., 1/17! and 1/4!, ..., 1/16!, the highest first.
  Term s = hornerWide(z, {0x1.952c77030ad4ap-49, -0x1.ae7f3e733b81fp-41, 0x1.6124613a86d09p-33,
                          -0x1.ae64567f544e4p-26, 0x1.71de3a556c734p-19, -0x1.a01a01a01a01ap-13,
                          0x1.1111111111111p-7, -0x1.5555555555555p-3});
  Term c = hornerWide(z, {0x1.ae7f3e733b81fp-45, -0x1.93974a8c07c9dp-37, 0x1.1eed8eff8d898p-29,
                          -0x1.27e4fb7789f5cp-22, 0x1.a01a01a01a01ap-16, -0x1.6c16c16c16c17p-10,
                          0x1.5555555555555p-5});
  Pair sine = exactSumOrdered(h, (l - l * half) + h * (z * s));
  Pair one = exactSumOrdered(e.f64(1), -half);
  return {reduced.quadrant, sine, exactSumOrdered(one.high, one.low + (z * z * c - h * l))};
}

static Term bit(Term i, int64_t mask) {
  Emitter &e = *i.emitter;
  return unequal(e.make<arith::AndIOp>(i, e.i32(mask)), e.i32(0));
}

static Term isNegative(Term x) { return toBits(x) < x.emitter->i64(0); }

static Term negateIf(Term condition, Term x) { return select(condition, -x, x); }

Term wideSin(Term x) {
  SinCos r = sinCos(x);
  Term y = select(bit(r.quadrant, 1), r.cosine.high, r.sine.high);
  return negateIf(isNegative(x), negateIf(bit(r.quadrant, 2), y));
}

Term wideCos(Term x) {
  SinCos r = sinCos(x);
  Term y = select(bit(r.quadrant, 1), r.sine.high, r.cosine.high);
  return negateIf(bit(r.quadrant + x.emitter->i32(1), 2), y);
}

Term wideTan(Term x) {
  SinCos r = sinCos(x);
  Term odd = bit(r.quadrant, 1);
  Pair y = select(odd, -r.cosine, r.sine) / select(odd, r.sine, r.cosine);
  return negateIf(isNegative(x), y.high);
}

static Pair single(Term x) { return {x, x.emitter->f64(0)}; }

/// angle_c1: atan(y / x) for y, x >= 0, not both 0; pi minus that where `negative`.
static Term angle(Pair y, Pair x, Term negative) {
  Emitter &e = *y.high.emitter;
  Term far = y.high > x.high * e.f64(0x1.3504f333f9de6p+1);
  Term middle = y.high > x.high * e.f64(0x1.a827999fcef32p-2);
  Pair top = select(far, -x, select(middle, y + -x, y));
  Pair u = top / select(far, y, select(middle, y + x, x));
  u = {negateIf(negative, u.high), negateIf(negative, u.low)};
  Pair acute = select(middle, pair(e, 0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55), pair(e, 0));
  Pair obtuse = select(middle, pair(e, 0x1.2d97c7f3321d2p+1, 0x1.a79394c9e8a0ap-54),
                       pair(e, 0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53));
  Pair base = select(far, pair(e, 0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54),
                     select(negative, obtuse, acute));
  Term z = u.high * u.high;
  Term p = hornerWide(z, {-0x1.241aaf4a66458p-6, 0x1.376b94dcbe64fp-5, -0x1.9cbeed60849dap-5,
                          0x1.df10aaa214675p-5, -0x1.10ec493401bf4p-4, 0x1.3b11328f3e9c7p-4,
                          -0x1.745cfb26171d9p-4, 0x1.c71c7103a0877p-4, -0x1.2492492315912p-3,
                          0x1.9999999996e75p-3, -0x1.555555555554ap-2});
  Pair s = exactSumOrdered(base.high, u.high);
  return s.high + (s.low + (base.low + ((u.low - u.low * z) + u.high * (z * p))));
}

/// sqrt(1 - a^2).
static Pair otherSide(Term a) { return sqrt(pair(*a.emitter, 1) + -exactProduct(a, a)); }

static Term never(Term x) { return x.emitter->constant(x.emitter->builder.getI1Type(), 0); }

Term wideAtan(Term x) {
  Emitter &e = *x.emitter;
  Term a = select(abs(x) > e.f64(0x1p100), e.f64(0x1p100), abs(x));
  return copySign(angle(single(a), pair(e, 1), never(x)), x);
}

Term wideAsin(Term x) {
  Term a = abs(x);
  return copySign(angle(single(a), otherSide(a), never(x)), x);
}

Term wideAcos(Term x) {
  Term a = abs(x);
  return angle(otherSide(a), single(a), isNegative(x));
}

Term wideAtan2(Term y, Term x) {
  Emitter &e = *x.emitter;
  Term b = abs(y), a = abs(x);
  Term inf = e.f64(std::numeric_limits<double>::infinity()), huge = e.f64(0x1p900);
  Term far = e.make<arith::OrIOp>(equal(b, inf), equal(a, inf));
  Term large = e.make<arith::OrIOp>(b > huge, a > huge);
  // Sums must stay finite and products keep their low parts.
  Term scale = select(far, e.f64(0), select(large, e.f64(0x1p-60), e.f64(0x1p120)));
  b = select(equal(b, inf), e.f64(1), b * scale);
  a = select(equal(a, inf), e.f64(1), a * scale);
  Term zeros = e.make<arith::AndIOp>(equal(b, e.f64(0)), equal(a, e.f64(0)));
  a = select(zeros, e.f64(1), a);
  return copySign(angle(single(b), single(a), isNegative(x)), y);
}

} // namespace pith::math
