// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the constants of a form lie, from samples of the function.
#ifndef PITH_LIB_QUANTIZE_FORMS_FIT_H
#define PITH_LIB_QUANTIZE_FORMS_FIT_H

#include "mlir/Support/LLVM.h"
#include <cmath>
#include <optional>

namespace pith::forms {

/// The f32 that lies `steps` units in the last place farther from zero.
float stepped(float value, int steps);

/// A line through the origin: value = m * p.
class Line {
public:
  /// The value at p is at least, or at most, `bound`.
  void atLeast(double p, double bound) { atMost(-p, -bound); }
  void atMost(double p, double bound);
  /// The value at p before it was rounded.
  void sample(double p, double value);

  /// Multipliers from the likeliest on, which has `steps` neighbours to either
  /// side, then the bounds; none where they leave no room.
  llvm::SmallVector<float> multipliers(int steps) const;

private:
  double least = -HUGE_VAL, most = HUGE_VAL;
  double products = 0, squares = 0;
};

/// value = a * x + b * y + c
struct Plane {
  double a = 0, b = 0, c = 0;
};
struct Sample {
  int x, y;
  float value;
};

/// By least squares; nothing where a sample lies farther from the plane than
/// roundings explain, or where there are too few. Of a line every y is 0.
std::optional<Plane> fitPlane(llvm::ArrayRef<Sample> samples, bool isLine);

} // namespace pith::forms

#endif // PITH_LIB_QUANTIZE_FORMS_FIT_H
