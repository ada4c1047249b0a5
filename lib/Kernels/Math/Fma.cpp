// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fused multiply-add without an instruction for it.
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/Primitives.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace pith::math {

/// In f64 the product of two f32 is exact, and no sum over- or underflows. The
/// sum is rounded to odd: its last bit remembers that something was lost, so
/// that the second rounding, which keeps at least two bits less, gives what
/// one would have given.
static Term narrowFma(Term a, Term b, Term c) {
  Emitter &e = *a.emitter;
  Term p = widen(a) * widen(b), w = widen(c);
  Term s = p + w, v = s - p;
  Term lost = (p - (s - v)) + (w - v); // the sum is s + lost, exactly
  // An even last bit: the odd neighbour on the side of what was lost.
  Term i = toBits(s);
  Term away = e.make<arith::XOrIOp>(i, toBits(lost)); // negative: towards zero
  Term moved = i + select(away < e.i64(0), e.i64(-1), e.i64(1));
  Term even = equal(e.make<arith::AndIOp>(i, e.i64(1)), e.i64(0));
  Term inexact = e.make<arith::OrIOp>(lost<e.f64(0), lost> e.f64(0)); // false for a NaN
  return narrow(fromBits(select(e.make<arith::AndIOp>(even, inexact), moved, i)));
}

namespace {
/// m * 2^exponent, where m is 0 or has its leading bit at 125 of 128.
struct Magnitude {
  Term m, exponent;
};

/// Integer arithmetic in 128 bits.
class Wide {
public:
  explicit Wide(Emitter &e) : e(e), type(e.builder.getIntegerType(128)) {}

  Term number(int64_t value) { return e.constant(type, value); }
  Term extend(Term x) { return e.cast<arith::ExtUIOp>(type, x); }
  Term low(Term x) { return e.cast<arith::TruncIOp>(e.builder.getI64Type(), x); }
  Term left(Term x, Term bits) { return e.make<arith::ShLIOp>(x, extend(bits)); }
  Term right(Term x, Term bits) { return e.make<arith::ShRUIOp>(x, extend(bits)); }
  Term leadingZeros(Term x) { return low(e.make<mlir::math::CountLeadingZerosOp>(x)); }
  /// Shifts right; the last bit remembers that something was lost.
  Term rightSticky(Term x, Term bits) {
    Term shifted = right(x, bits);
    return e.make<arith::OrIOp>(shifted, extend(unequalInt(left(shifted, bits), x)));
  }
  Term unequalInt(Term a, Term b) {
    return e.term(
        arith::CmpIOp::create(e.builder, e.loc, arith::CmpIPredicate::ne, a.value, b.value));
  }
  Magnitude align(Term m, Term exponent) {
    Term shift = leadingZeros(m) - e.i64(2);
    return {left(m, shift), exponent - shift};
  }

  Emitter &e;
  IntegerType type;
};

/// Sign, exponent and significand of a finite f64: m * 2^exponent.
struct Parts {
  explicit Parts(Term x) : bits(toBits(x)) {
    Emitter &e = *x.emitter;
    Term field = e.make<arith::AndIOp>(e.make<arith::ShRUIOp>(bits, e.i64(52)), e.i64(0x7FF));
    Term fraction = e.make<arith::AndIOp>(bits, e.i64((int64_t(1) << 52) - 1));
    Term normal = field > e.i64(0);
    finite = field < e.i64(0x7FF);
    m = select(normal, e.make<arith::OrIOp>(fraction, e.i64(int64_t(1) << 52)), fraction);
    exponent = select(normal, field, e.i64(1)) - e.i64(1075);
  }
  Term bits, m, exponent, finite;
};

Term clamp(Term x, int64_t low, int64_t high) {
  Emitter &e = *x.emitter;
  Term y = e.make<arith::MaxSIOp>(x, e.i64(low));
  return e.make<arith::MinSIOp>(y, e.i64(high));
}
} // namespace

/// The bits of m * 2^exponent, m > 0, rounded to nearest even.
static Term roundToBits(Wide &w, Term m, Term exponent) {
  Emitter &e = w.e;
  Term shift = w.leadingZeros(m) - e.i64(1);
  Term normal = w.left(m, shift); // the leading bit is 126, of weight 2^top
  Term top = exponent - shift + e.i64(126);
  // A subnormal number keeps fewer bits.
  Term kept = w.rightSticky(normal, clamp(e.i64(-1022) - top, 0, 60));
  Term quotient = w.low(w.right(kept, e.i64(74)));
  Term rest = kept - w.left(w.extend(quotient), e.i64(74));
  Term half = w.left(w.number(1), e.i64(73));
  Term odd = equal(e.make<arith::AndIOp>(quotient, e.i64(1)), e.i64(1));
  Term up = e.make<arith::OrIOp>(rest > half, e.make<arith::AndIOp>(equal(rest, half), odd));
  quotient = quotient + e.cast<arith::ExtUIOp>(e.builder.getI64Type(), up);
  // A carry out of the significand goes to the exponent, as it should.
  Term base = e.make<arith::ShLIOp>(clamp(top + e.i64(1022), 0, 2045), e.i64(52));
  return select(top > e.i64(1023), e.i64(int64_t(0x7FF) << 52), base + quotient);
}

/// In integers: what is lost by bringing the smaller magnitude to the larger
/// one's exponent lies more than 50 bits below the place of rounding.
static Term wideFma(Term a, Term b, Term c) {
  Emitter &e = *a.emitter;
  Wide w(e);
  Parts x(a), y(b), z(c);
  Term zero = w.number(0), product = w.extend(x.m) * w.extend(y.m);
  Magnitude p = w.align(product, x.exponent + y.exponent), q = w.align(w.extend(z.m), z.exponent);
  q.exponent = select(equal(z.m, e.i64(0)), e.i64(-10000), q.exponent);
  Term larger = e.make<arith::AndIOp>(equal(p.exponent, q.exponent), p.m < q.m);
  Term swap = e.make<arith::OrIOp>(p.exponent < q.exponent, larger);
  Magnitude big = {select(swap, q.m, p.m), select(swap, q.exponent, p.exponent)};
  Magnitude small = {select(swap, p.m, q.m), select(swap, p.exponent, q.exponent)};
  Term added = w.rightSticky(small.m, clamp(big.exponent - small.exponent, 0, 127));
  Term sign = e.make<arith::XOrIOp>(x.bits, y.bits); // of the product: its top bit
  Term differ = e.make<arith::XOrIOp>(sign, z.bits) < e.i64(0);
  Term sum = select(differ, big.m - added, big.m + added);
  Term top = e.make<arith::AndIOp>(select(swap, z.bits, sign), e.i64(INT64_MIN));
  Term bits = e.make<arith::OrIOp>(roundToBits(w, sum, big.exponent), top);
  Term result = fromBits(select(equal(sum, zero), e.i64(0), bits));

  // Zero factors, infinities and NaNs need no more than two operations.
  Term factors = e.make<arith::AndIOp>(x.finite, y.finite);
  Term usual =
      e.make<arith::AndIOp>(e.make<arith::AndIOp>(factors, z.finite), w.unequalInt(product, zero));
  Term onlyC = e.make<arith::AndIOp>(factors, unequal(c - c, c - c));
  return select(usual, result, select(onlyC, c + c, a * b + c));
}

Term exactFma(Term a, Term b, Term c) {
  return getElementTypeOrSelf(a.value).isF32() ? narrowFma(a, b, c) : wideFma(a, b, c);
}

} // namespace pith::math
