// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// exp_c2, log_c2 and the arc tangent's core, on f64. Additions and
// multiplications round separately: hardware without fma runs them as they are.
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/WideParts.h"
#include <limits>

using namespace mlir;

namespace pith::math {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Term powerOfTwoWide(Term n) {
  Emitter &e = *n.emitter;
  Term biased = e.cast<arith::ExtSIOp>(e.builder.getI64Type(), n) + e.i64(1023);
  return fromBits(e.make<arith::ShLIOp>(biased, e.i64(52)));
}

Term expPolynomial(Term r) {
  return hornerWide(r, {0x1.1e126ceba7c25p-29, 0x1.af5315efb12a4p-26, 0x1.27e5be5e83630p-22,
                        0x1.71de00d0512e1p-19, 0x1.a01a01404e1dbp-16, 0x1.a01a01abb8481p-13,
                        0x1.6c16c16c2967ap-10, 0x1.111111111046fp-7, 0x1.555555555552fp-5,
                        0x1.5555555555555p-3, 0x1p-1});
}

Term wideExp(Term x) {
  Emitter &e = *x.emitter;
  Term c = select(x > e.f64(-746), x, e.f64(-746));
  c = select(c < e.f64(710), c, e.f64(710));
  Term n = roundEven(c * e.f64(0x1.71547652b82fep+0));
  Term r = (c - n * e.f64(ln2High)) - n * e.f64(ln2Low);
  Term p = e.f64(1) + (r + (r * r) * expPolynomial(r));
  Term i = e.cast<arith::FPToSIOp>(e.builder.getI32Type(), n);
  Term half = e.make<arith::ShRSIOp>(i, e.i32(1));
  Term y = p * powerOfTwoWide(half) * powerOfTwoWide(i - half);
  return select(isNaN(x), x, y);
}

Term wideLog(Term x) {
  Emitter &e = *x.emitter;
  Term tiny = x < e.f64(0x1p-1022);
  Term i = toBits(select(tiny, x * e.f64(0x1p54), x));
  // Subtracting the bits of sqrt(1/2) moves the mantissa into [0.71, 1.41).
  Term n = e.make<arith::ShRSIOp>(i - e.i64(0x3FE6A09E667F3BCD), e.i64(52));
  Term f = fromBits(i - e.make<arith::ShLIOp>(n, e.i64(52))) - e.f64(1);
  Term exponent = e.cast<arith::TruncIOp>(e.builder.getI32Type(), n);
  exponent = exponent - select(tiny, e.i32(54), e.i32(0));
  n = e.cast<arith::SIToFPOp>(e.builder.getF64Type(), exponent);
  Term s = f / (e.f64(2) + f);
  Term z = s * s;
  Term h = f * f * e.f64(0.5);
  Term p = hornerWide(z, {0x1.2f17341d80775p-3, 0x1.39a014721f6ddp-3, 0x1.74664e0395a59p-3,
                          0x1.c71c51c669180p-3, 0x1.249249423a5e1p-2, 0x1.999999997f94dp-2,
                          0x1.5555555555593p-1});
  Term t = s * (h + z * p) + n * e.f64(ln2Low);
  Term y = n * e.f64(ln2High) - ((h - t) - f);
  y = select(equal(x, e.f64(inf)), x, y);
  y = select(equal(x, e.f64(0)), e.f64(-inf), y);
  return select(x < e.f64(0), e.f64(nan), select(isNaN(x), e.f64(nan), y));
}

Term atanCore(Term t) {
  Emitter &e = *t.emitter;
  Term far = t > e.f64(0x1.3504f333f9de6p+1), middle = t > e.f64(0x1.a827999fcef32p-2);
  Term u = select(far, e.f64(-1), select(middle, t - e.f64(1), t));
  u = u / select(far, t, select(middle, t + e.f64(1), e.f64(1)));
  Term base = select(middle, e.f64(0x1.921fb54442d18p-1), e.f64(0));
  base = select(far, e.f64(0x1.921fb54442d18p+0), base);
  Term z = u * u;
  Term p = hornerWide(z, {-0x1.a140a92e4c968p-6, 0x1.9c9f6e72461fep-5, -0x1.0aa740c182f8cp-4,
                          0x1.3a56cc8367eeap-4, -0x1.744f7f57adc1dp-4, 0x1.c71bd93b4f28cp-4,
                          -0x1.2492473dd967ep-3, 0x1.99999993a1c37p-3, -0x1.555555555219cp-2});
  return base + (u + u * z * p);
}

} // namespace pith::math
