// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// log_c1.
#include "lib/Kernels/Math/Functions.h"
#include "pith/Kernels/Math.h"
#include <limits>

using namespace mlir;

namespace pith::math {

Term log(Term x) {
  Emitter &e = *x.emitter;
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Term tiny = x < e.f32(0x1p-126);
  Term i = toBits(select(tiny, x * e.f32(0x1p23), x));
  // Subtracting the bits of sqrt(1/2) moves the mantissa into [0.71, 1.41).
  Term n = e.make<arith::ShRSIOp>(i - e.i32(0x3F3504F3), e.i32(23));
  Term f = fromBits(i - e.make<arith::ShLIOp>(n, e.i32(23))) - e.f32(1);
  n = e.cast<arith::SIToFPOp>(e.builder.getF32Type(), n - select(tiny, e.i32(23), e.i32(0)));
  Term square = f * f;
  Term p = horner(f, {-0x1.38ffcep-4, 0x1.057e98p-3, -0x1.0d8668p-3, 0x1.22d474p-3, -0x1.547174p-3,
                      0x1.99a03cp-3, -0x1.00022ap-2, 0x1.555554p-2});
  Term tail = fma(f * square, p, n * e.f32(-0x1.05c610p-29));
  tail = fma(square, e.f32(-0.5), tail);
  Term y = fma(n, e.f32(0x1.62e430p-1), f + tail);
  y = select(equal(x, e.f32(inf)), x, y);
  y = select(equal(x, e.f32(0)), e.f32(-inf), y);
  return select(x < e.f32(0), e.f32(nan), select(isNaN(x), e.f32(nan), y));
}

} // namespace pith::math

Value pith::buildLog(OpBuilder &b, Location loc, Value x) {
  math::Emitter e(b, loc, x);
  bool wide = getElementTypeOrSelf(x).isF64();
  return (wide ? math::wideLog(e.term(x)) : math::log(e.term(x))).value;
}
