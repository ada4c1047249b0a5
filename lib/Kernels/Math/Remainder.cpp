// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exact integer algorithms: the remainder of a division of floats (as C's
// fmod) and powers of integers.
#include "lib/Kernels/Math/Functions.h"
#include <limits>

using namespace mlir;

namespace pith::math {

namespace {
/// A float as mantissa * 2^(exponent - bias), both i64; exponent is at least 1.
struct Parts {
  Term mantissa, exponent;
};
} // namespace

static int64_t mantissaBits(Term x) {
  return cast<FloatType>(getElementTypeOrSelf(x.value)).getFPMantissaWidth() - 1;
}

static Parts split(Term magnitude) {
  Emitter &e = *magnitude.emitter;
  int64_t width = mantissaBits(magnitude);
  Term i = toBits(magnitude);
  if (width == 23)
    i = e.cast<arith::ExtUIOp>(e.builder.getI64Type(), i);
  Term exponent = e.make<arith::ShRUIOp>(i, e.i64(width));
  Term fraction = e.make<arith::AndIOp>(i, e.i64((int64_t(1) << width) - 1));
  Term normal = e.make<arith::OrIOp>(fraction, e.i64(int64_t(1) << width));
  Term denormal = equal(exponent, e.i64(0));
  return {select(denormal, fraction, normal), select(denormal, e.i64(1), exponent)};
}

/// rest * 2^distance mod divisor, for distance up to steps * stride; as many
/// bits at once as an i64 has room for. Written out: the region of a pith.map
/// holds no loops.
static Term shiftModulo(Term rest, Term distance, Term divisor, int64_t steps, int64_t stride) {
  Emitter &e = *rest.emitter;
  for (int64_t i = 0; i < steps; ++i) {
    Term now = e.make<arith::MinSIOp>(distance, e.i64(stride));
    rest = e.make<arith::RemUIOp>(e.make<arith::ShLIOp>(rest, now), divisor);
    distance = distance - now;
  }
  return rest;
}

/// 2^n in the type of `like`, for n in its normal range.
static Term power(Term n, Term like) {
  Emitter &e = *like.emitter;
  int64_t width = mantissaBits(like);
  Term i = e.make<arith::ShLIOp>(n + e.i64(width == 23 ? 127 : 1023), e.i64(width));
  if (width == 23)
    i = e.cast<arith::TruncIOp>(e.builder.getI32Type(), i);
  return fromBits(i);
}

Term remainder(Term x, Term y) {
  Emitter &e = *x.emitter;
  int64_t width = mantissaBits(x);
  bool wide = width != 23;
  Term a = abs(x), b = abs(y);
  Parts p = split(a), q = split(b);
  Term divisor = e.make<arith::MaxSIOp>(q.mantissa, e.i64(1)); // y = 0 is a NaN below
  Term distance = e.make<arith::MaxSIOp>(p.exponent - q.exponent, e.i64(0));
  int64_t stride = 63 - width; // a mantissa has width + 1 bits
  int64_t steps = ((wide ? 2046 : 254) - 1 + stride - 1) / stride;
  Term rest = e.make<arith::RemUIOp>(p.mantissa, divisor);
  rest = shiftModulo(rest, distance, divisor, steps, stride);
  // Both products are exact: the result is a multiple of y's unit, below y.
  Term unit = q.exponent - e.i64((wide ? 1023 : 127) + width);
  Term half = e.make<arith::ShRSIOp>(unit, e.i64(1));
  Term r = e.cast<arith::SIToFPOp>(getElementTypeOrSelf(x.value), rest);
  r = r * power(half, x) * power(unit - half, x);
  r = copySign(select(a < b, a, r), x);
  Term inf = e.like(x, std::numeric_limits<double>::infinity());
  Term nan = e.like(x, std::numeric_limits<double>::quiet_NaN());
  r = select(a < inf, r, nan);
  return select(isNaN(y), nan, select(equal(b, e.like(x, 0)), nan, r));
}

Term integerPower(Term base, Term exponent) {
  Emitter &e = *base.emitter;
  auto type = cast<IntegerType>(getElementTypeOrSelf(base.value));
  Term one = e.constant(type, 1), zero = e.constant(type, 0);
  Term r = one, square = base, n = exponent;
  for (unsigned i = 0; i < type.getWidth(); ++i) {
    r = select(unequal(e.make<arith::AndIOp>(n, one), zero), r * square, r);
    square = square * square;
    n = e.make<arith::ShRUIOp>(n, one);
  }
  // 1 / base^n is 0 but for 1 and -1, whose powers are right above: the last
  // bit of a negative n in two's complement tells odd from even.
  Term unit = e.make<arith::OrIOp>(equal(base, one), equal(base, e.constant(type, -1)));
  return select(unit, r, select(exponent < zero, zero, r));
}

} // namespace pith::math
