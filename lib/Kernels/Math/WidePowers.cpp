// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Powers and the cube root on f64.
#include "lib/Kernels/Math/Functions.h"
#include "lib/Kernels/Math/WideParts.h"
#include <limits>

using namespace mlir;

namespace pith::math {

Term widePow(Term x, Term y) {
  Emitter &e = *x.emitter;
  Term a = abs(x);
  Pair l = logOfParts(logParts({a, e.f64(0)}));
  Pair product = exactProduct(withEnds(a, l.high), y);
  product.low = product.low + l.low * y;
  Term magnitude = select(equal(a, e.f64(1)), e.f64(1), expOfParts(expParts(product)));
  return signedPower(x, y, magnitude);
}

Term widePowInteger(Term x, Term n) {
  Emitter &e = *x.emitter;
  return widePow(x, e.cast<arith::SIToFPOp>(e.builder.getF64Type(), n));
}

Term wideCbrt(Term x) {
  Emitter &e = *x.emitter;
  Term a = abs(x);
  // Neither y^3 nor the parts of its product leave the range of f64.
  Term tiny = a<e.f64(0x1p-900), huge = a> e.f64(0x1p900);
  Term c = a * select(tiny, e.f64(0x1p600), select(huge, e.f64(0x1p-600), e.f64(1)));
  Term y = wideExp(wideLog(c) * e.f64(0x1.5555555555555p-2));
  Pair square = exactProduct(y, y), cube = square * y;
  y = y + ((c - cube.high) - cube.low) / (square.high * e.f64(3));
  y = y * select(tiny, e.f64(0x1p-200), select(huge, e.f64(0x1p200), e.f64(1)));
  Term inf = e.f64(std::numeric_limits<double>::infinity());
  Term usual = e.make<arith::AndIOp>(a > e.f64(0), a < inf);
  return select(usual, copySign(y, x), x);
}

} // namespace pith::math
