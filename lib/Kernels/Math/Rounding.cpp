// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rounding to whole numbers, powers of two, and conversions of f16, without
// instructions for them.
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/Primitives.h"

using namespace mlir;

namespace pith::math {

/// `whole` below the first magnitude whose numbers are all whole, else `x`; with
/// the sign of `x`.
static Term orWhole(Term x, Term whole, Term limit) {
  Term kept = x + x.emitter->like(x, 0); // quiets a NaN
  return copySign(select(abs(x) < limit, whole, kept), x);
}

static Term firstWhole(Term x) {
  return x.emitter->like(x, getElementTypeOrSelf(x.value).isF32() ? 0x1p23 : 0x1p52);
}

/// The magnitude of `x`, below `limit`, as a whole number: the sum has no bits
/// left for a fraction.
static Term wholeMagnitude(Term x, Term limit) { return (abs(x) + limit) - limit; }

Term exactRoundEven(Term x) {
  Term limit = firstWhole(x);
  return orWhole(x, wholeMagnitude(x, limit), limit);
}

Term exactTrunc(Term x) {
  Term limit = firstWhole(x), y = wholeMagnitude(x, limit);
  return orWhole(x, select(y > abs(x), y - x.emitter->like(x, 1), y), limit);
}

Term exactFloor(Term x) {
  Term limit = firstWhole(x), y = copySign(wholeMagnitude(x, limit), x);
  return orWhole(x, select(y > x, y - x.emitter->like(x, 1), y), limit);
}

Term exactCeil(Term x) {
  Term limit = firstWhole(x), y = copySign(wholeMagnitude(x, limit), x);
  return orWhole(x, select(y < x, y + x.emitter->like(x, 1), y), limit);
}

/// 2^n for an integer -126 <= n <= 127.
static Term powerOfTwo(Term n) {
  Emitter &e = *n.emitter;
  return fromBits(e.make<arith::ShLIOp>(n + e.i32(127), e.i32(23)));
}

Term exactLdexp(Term x, Term n) {
  Emitter &e = *x.emitter;
  // The bits of the sum end with those of n; defined, unlike a conversion, where
  // n is a NaN.
  Term whole = e.f32(0x1.8p23);
  Term i = toBits(n + whole) - toBits(whole);
  // Two halves: a denormal result then rounds once, in the last product.
  Term half = e.make<arith::ShRSIOp>(i, e.i32(1));
  return x * powerOfTwo(half) * powerOfTwo(i - half);
}

Term toHalfBits(Term x) {
  Emitter &e = *x.emitter;
  Term i = toBits(x), magnitude = e.make<arith::AndIOp>(i, e.i32(0x7FFFFFFF));
  Term sign = e.make<arith::ShRUIOp>(i - magnitude, e.i32(16));
  Term shifted = e.make<arith::ShRUIOp>(magnitude, e.i32(13));
  // Nearest even; a carry goes to the exponent, from 65520 on to infinity.
  Term odd = e.make<arith::AndIOp>(shifted, e.i32(1));
  Term rounded = magnitude + e.i32(0xFFF) + odd - e.i32(112 << 23);
  Term normal = e.make<arith::ShRUIOp>(rounded, e.i32(13));
  // Next to 0.5, floats are as dense as subnormal halves.
  Term subnormal = toBits(abs(x) + e.f32(0.5)) - toBits(e.f32(0.5));
  Term payload = e.make<arith::AndIOp>(shifted, e.i32(0x3FF));
  Term nan = e.make<arith::OrIOp>(payload, e.i32(0x7E00));
  Term y = select(magnitude < e.i32(113 << 23), subnormal, normal);
  y = select(magnitude > e.i32((143 << 23) - 1), e.i32(0x7C00), y);
  y = select(magnitude > e.i32(255 << 23), nan, y);
  return e.cast<arith::TruncIOp>(e.builder.getIntegerType(16), e.make<arith::OrIOp>(y, sign));
}

Term fromHalfBits(Term bits) {
  Emitter &e = *bits.emitter;
  Term i = e.cast<arith::ExtUIOp>(e.builder.getI32Type(), bits);
  Term magnitude = e.make<arith::AndIOp>(i, e.i32(0x7FFF));
  Term sign = e.make<arith::ShLIOp>(i - magnitude, e.i32(16));
  Term shifted = e.make<arith::ShLIOp>(magnitude, e.i32(13));
  Term whole = e.cast<arith::SIToFPOp>(e.builder.getF32Type(), magnitude);
  Term subnormal = toBits(whole * e.f32(0x1p-24));
  Term special = shifted + e.i32(224 << 23);
  Term quiet = e.make<arith::OrIOp>(special, e.i32(1 << 22));
  Term y = select(magnitude < e.i32(0x400), subnormal, shifted + e.i32(112 << 23));
  y = select(magnitude > e.i32(0x7BFF), special, y);
  y = select(magnitude > e.i32(0x7C00), quiet, y);
  return fromBits(e.make<arith::OrIOp>(y, sign));
}

} // namespace pith::math
