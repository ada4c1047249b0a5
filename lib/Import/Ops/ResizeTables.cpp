// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/ResizeTables.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>

using namespace pith::import;

bool ResizeMode::isKnown() const {
  return llvm::is_contained({"nearest", "linear", "cubic"}, mode) &&
         llvm::is_contained({"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",
                             "align_corners", "asymmetric", "tf_crop_and_resize"},
                            coordinates) &&
         llvm::is_contained({"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}, nearest);
}

/// The coordinate in the input of position `x` of the result.
static float originOf(llvm::StringRef mode, const ResizeDim &dim, float x) {
  float in = dim.in, out = dim.out;
  // The length before it was rounded down, as the standard's own tests have it.
  if (mode == "align_corners") {
    float length = dim.scale * in;
    if (std::abs(length - out) < 1e-4f * out) // the scale was made from a size
      length = out;
    return dim.out == 1 ? 0 : x * (in - 1) / (length - 1);
  }
  if (mode == "asymmetric")
    return x / dim.scale;
  if (mode == "tf_crop_and_resize") {
    float span = dim.roiEnd - dim.roiStart;
    if (dim.out == 1)
      return 0.5f * (dim.roiStart + dim.roiEnd) * (in - 1);
    return dim.roiStart * (in - 1) + x * span * (in - 1) / (out - 1);
  }
  if (mode == "pytorch_half_pixel" && dim.out == 1)
    return 0;
  float origin = (x + 0.5f) / dim.scale - 0.5f;
  if (mode == "half_pixel_symmetric") {
    float adjustment = out / (dim.scale * in);
    return in / 2 * (1 - adjustment) + origin;
  }
  return origin;
}

static int64_t nearestTo(llvm::StringRef mode, float origin) {
  float below = std::floor(origin), above = std::ceil(origin);
  if (mode == "floor")
    return below;
  if (mode == "ceil")
    return above;
  if (mode == "round_prefer_floor")
    return origin - below <= 0.5f ? below : above;
  return origin - below < 0.5f ? below : above;
}

/// How far the filter is stretched to smooth what is made smaller.
static float filterScale(const ResizeMode &mode, const ResizeDim &dim) {
  return mode.antialias ? std::min(dim.scale, 1.0f) : 1.0f;
}

/// The first tap, relative to the position below the coordinate.
static int64_t firstTap(const ResizeMode &mode, const ResizeDim &dim) {
  float reach = mode.mode == "cubic" ? 2 : 1;
  return int64_t(std::floor(-reach / filterScale(mode, dim))) + 1;
}

int64_t pith::import::countResizeTaps(const ResizeMode &mode, const ResizeDim &dim) {
  return mode.mode == "nearest" ? 1 : 2 - 2 * firstTap(mode, dim);
}

/// Weight of a sample at distance x from the coordinate.
static float weightAt(const ResizeMode &mode, float x) {
  x = std::fabs(x);
  if (mode.mode == "linear")
    return std::max(1 - x, 0.0f);
  float a = mode.cubicA;
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

ResizeTables pith::import::makeResizeTables(const ResizeMode &mode, const ResizeDim &dim) {
  ResizeTables tables;
  tables.taps = countResizeTaps(mode, dim);
  auto clamp = [&](int64_t at) { return std::clamp<int64_t>(at, 0, dim.in - 1); };
  float stretch = filterScale(mode, dim);
  for (int64_t i = 0; i < dim.out; ++i) {
    float origin = originOf(mode.coordinates, dim, i);
    // Coordinates far outside meet the border; integers hold them then.
    origin = std::clamp<float>(origin, -float(1 << 30), float(1 << 30));
    tables.outside.push_back(mode.coordinates == "tf_crop_and_resize" &&
                             (origin < 0 || origin > dim.in - 1));
    if (mode.mode == "nearest") {
      tables.indices.push_back(clamp(nearestTo(mode.nearest, origin)));
      tables.weights.push_back(1);
      continue;
    }
    int64_t below = std::floor(origin), first = firstTap(mode, dim);
    float ratio = origin - below, sum = 0;
    size_t begin = tables.weights.size();
    for (int64_t tap = 0; tap < tables.taps; ++tap) {
      int64_t at = below + first + tap;
      float weight = weightAt(mode, (float(first + tap) - ratio) * stretch);
      if (mode.excludeOutside && at != clamp(at))
        weight = 0;
      sum += weight;
      tables.indices.push_back(clamp(at));
      tables.weights.push_back(weight);
    }
    if (mode.antialias || mode.excludeOutside)
      for (float &weight : llvm::drop_begin(tables.weights, begin))
        weight /= sum;
  }
  return tables;
}
