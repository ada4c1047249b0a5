// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/Forms/Fit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/bit.h"

using namespace pith;
using namespace pith::forms;

float forms::stepped(float value, int steps) {
  return llvm::bit_cast<float>(llvm::bit_cast<int32_t>(value) + steps);
}

void Line::atMost(double p, double bound) {
  if (p > 0)
    most = std::min(most, bound / p);
  else if (p < 0)
    least = std::max(least, bound / p);
  else if (bound < 0)
    most = -HUGE_VAL;
}

void Line::sample(double p, double value) {
  products += p * value;
  squares += p * p;
}

llvm::SmallVector<float> Line::multipliers(int steps) const {
  llvm::SmallVector<float> found;
  // A bound may be missed by one rounding of the product.
  if (!(least <= most + std::abs(most) * 1e-6) || squares == 0)
    return found;
  auto add = [&](double middle, int around) {
    for (int i = 0; i <= 2 * around; ++i) {
      float value = stepped(float(middle), (i + 1) / 2 * (i % 2 ? 1 : -1));
      if (std::isfinite(value) && !llvm::is_contained(found, value))
        found.push_back(value);
    }
  };
  add(std::clamp(products / squares, std::min(least, most), most), steps);
  for (double bound : {least, most})
    if (std::isfinite(bound))
      add(bound, 1);
  return found;
}

std::optional<Plane> forms::fitPlane(llvm::ArrayRef<Sample> samples, bool isLine) {
  // Normal equations around the mean.
  double count = samples.size(), mx = 0, my = 0, mv = 0;
  for (const Sample &s : samples)
    mx += s.x, my += s.y, mv += s.value;
  mx /= count, my /= count, mv /= count;
  double xx = 0, xy = 0, yy = 0, xv = 0, yv = 0;
  for (const Sample &s : samples) {
    double x = s.x - mx, y = s.y - my, v = s.value - mv;
    xx += x * x, xy += x * y, yy += y * y, xv += x * v, yv += y * v;
  }
  Plane plane;
  if (isLine) {
    plane.a = xv / xx;
  } else {
    double determinant = xx * yy - xy * xy;
    plane.a = (xv * yy - yv * xy) / determinant;
    plane.b = (yv * xx - xv * xy) / determinant;
  }
  plane.c = mv - plane.a * mx - plane.b * my;
  // Roundings of f32 stay far below a hundredth; a NaN (too few samples) does not.
  bool fits = llvm::all_of(samples, [&](const Sample &s) {
    return std::abs(plane.a * s.x + plane.b * s.y + plane.c - s.value) < 1e-2;
  });
  return fits && !samples.empty() ? std::optional(plane) : std::nullopt;
}
