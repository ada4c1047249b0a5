// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sin, cos, tan and their inverses on f32. The argument is reduced in integer
// arithmetic, right for every f32; the polynomials run in f64.
#include "lib/Kernels/Math/Functions.h"
#include "pith/Kernels/Math.h"
#include <array>
#include <limits>

using namespace mlir;

namespace pith::math {

// 26 zeros, then the first 230 binary digits of 2/pi.
constexpr std::array<int64_t, 8> twoOverPi = {0x00000028, 0xBE60DB93, 0x91054A7F, 0x09D5F47D,
                                              0x4D377036, 0xD8A5664F, 0x10E4107F, 0x9458EAF7};

namespace {
/// |x| = (quadrant + 4 k) * pi/2 + angle; sine and cosine are the angle's.
struct Reduced {
  Term quadrant, sine, cosine;
};
} // namespace

static Term bit(Term i, int64_t mask) {
  Emitter &e = *i.emitter;
  return unequal(e.make<arith::AndIOp>(i, e.i32(mask)), e.i32(0));
}

/// The digits of 2/pi as three 32-bit words, from the s-th digit on.
static std::array<Term, 3> digitsFrom(Term s) {
  Emitter &e = *s.emitter;
  Term word = e.make<arith::ShRSIOp>(s, e.i32(5));
  Term shift = e.cast<arith::ExtUIOp>(e.builder.getI64Type(), e.make<arith::AndIOp>(s, e.i32(31)));
  std::array<Term, 4> digits;
  for (size_t j = 0; j < digits.size(); ++j) {
    digits[j] = e.i64(twoOverPi[j + 4]);
    for (int64_t k = 3; k >= 0; --k)
      digits[j] = select(equal(word, e.i32(k)), e.i64(twoOverPi[j + k]), digits[j]);
  }
  std::array<Term, 3> words;
  for (size_t j = 0; j < words.size(); ++j) {
    Term high = e.make<arith::ShLIOp>(digits[j], e.i64(32));
    Term pair = e.make<arith::OrIOp>(high, digits[j + 1]);
    words[j] = e.make<arith::ShRUIOp>(e.make<arith::ShLIOp>(pair, shift), e.i64(32));
  }
  return words;
}

static Reduced reduce(Term x) {
  Emitter &e = *x.emitter;
  Type i64 = e.builder.getI64Type(), f64 = e.builder.getF64Type();
  Term i = e.make<arith::AndIOp>(toBits(x), e.i32(0x7FFFFFFF));
  Term mantissa = e.make<arith::OrIOp>(e.make<arith::AndIOp>(i, e.i32(0x7FFFFF)), e.i32(0x800000));
  Term m = e.cast<arith::ExtUIOp>(i64, mantissa);
  Term exponent = e.make<arith::ShRSIOp>(i, e.i32(23));
  std::array<Term, 3> w = digitsFrom(e.make<arith::MaxSIOp>(exponent - e.i32(126), e.i32(0)));
  // The 64 highest bits of the product modulo 4: quadrant and fraction.
  Term p = e.make<arith::ShLIOp>(m * w[0], e.i64(32));
  p = p + m * w[1] + e.make<arith::ShRUIOp>(m * w[2], e.i64(32));
  Term q = e.make<arith::ShRUIOp>(p + e.i64(int64_t(1) << 61), e.i64(62));
  Term rest = e.cast<arith::SIToFPOp>(f64, p - e.make<arith::ShLIOp>(q, e.i64(62)));
  rest = rest * e.f64(0x1.921fb54442d18p-62);
  Term near = i < e.i32(0x3F490FDB); // below pi/4 x is its own rest
  Term r = select(near, widen(abs(x)), rest);
  Term finite = abs(x) < e.f32(std::numeric_limits<double>::infinity());
  r = select(finite, r, e.f64(std::numeric_limits<double>::quiet_NaN()));
  Term quadrant = select(near, e.i32(0), e.cast<arith::TruncIOp>(e.builder.getI32Type(), q));

  Term z = r * r;
  Term s = hornerWide(z, {0x1.6cd1a257b60f3p-19, -0x1.a00f7dd93b6fdp-13, 0x1.11110868c2264p-7,
                          -0x1.5555554c6f96bp-3});
  Term c = hornerWide(z, {-0x1.241e5fd5778adp-22, 0x1.a010ddab64e55p-16, -0x1.6c16b82856900p-10,
                          0x1.5555554ed7e2bp-5});
  return {quadrant, r + r * z * s, e.f64(1) + (z * z * c - z * e.f64(0.5))};
}

static Term isNegative(Term x) {
  return bit(toBits(x), int64_t(std::numeric_limits<int32_t>::min()));
}

static Term negateIf(Term condition, Term x) { return select(condition, -x, x); }

Term sin(Term x) {
  Reduced r = reduce(x);
  Term y = select(bit(r.quadrant, 1), r.cosine, r.sine);
  return narrow(negateIf(isNegative(x), negateIf(bit(r.quadrant, 2), y)));
}

Term cos(Term x) {
  Reduced r = reduce(x);
  Term y = select(bit(r.quadrant, 1), r.sine, r.cosine);
  return narrow(negateIf(bit(r.quadrant + x.emitter->i32(1), 2), y));
}

Term tan(Term x) {
  Reduced r = reduce(x);
  Term odd = bit(r.quadrant, 1);
  Term y = select(odd, -r.cosine, r.sine) / select(odd, r.sine, r.cosine);
  return narrow(negateIf(isNegative(x), y));
}

Term atan(Term x) { return copySign(narrow(atanCore(abs(widen(x)))), x); }

Term asin(Term x) {
  Emitter &e = *x.emitter;
  Term a = abs(widen(x));
  Term y = atanCore(a / sqrt((e.f64(1) - a) * (e.f64(1) + a)));
  return copySign(narrow(y), x);
}

Term acos(Term x) {
  Emitter &e = *x.emitter;
  x = widen(x);
  return narrow(atanCore(sqrt((e.f64(1) - x) / (e.f64(1) + x))) * e.f64(2));
}

Term atan2(Term y, Term x) {
  Emitter &e = *x.emitter;
  Term b = abs(widen(y)), a = abs(widen(x));
  Term same = select(equal(a, e.f64(0)), e.f64(0), e.f64(1)); // 0/0 and inf/inf
  Term angle = atanCore(select(equal(b, a), same, b / a));
  angle = select(isNegative(x), e.f64(0x1.921fb54442d18p+1) - angle, angle);
  return copySign(narrow(angle), y);
}

} // namespace pith::math

Value pith::buildSin(OpBuilder &b, Location loc, Value x) {
  math::Emitter e(b, loc, x);
  return math::sin(e.term(x)).value;
}

Value pith::buildCos(OpBuilder &b, Location loc, Value x) {
  math::Emitter e(b, loc, x);
  return math::cos(e.term(x)).value;
}
