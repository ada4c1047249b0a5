// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where each position of a resized dimension reads, and with what weights.
#ifndef PITH_LIB_IMPORT_OPS_RESIZETABLES_H
#define PITH_LIB_IMPORT_OPS_RESIZETABLES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace pith::import {

struct ResizeMode {
  llvm::StringRef mode, coordinates, nearest;
  float cubicA = -0.75f;
  bool excludeOutside = false, antialias = false;

  /// Whether every attribute has a value that ONNX knows.
  bool isKnown() const;
};

/// One dimension: `out` is about `in * scale`; the region of interest counts
/// for tf_crop_and_resize only.
struct ResizeDim {
  int64_t in, out;
  float scale, roiStart = 0, roiEnd = 1;
};

/// result[i] = sum_t weights[i * taps + t] * input[indices[i * taps + t]];
/// where `outside[i]`, the extrapolation value instead.
struct ResizeTables {
  int64_t taps = 0;
  llvm::SmallVector<int64_t> indices;
  llvm::SmallVector<float> weights;
  llvm::SmallVector<bool> outside;
};

/// Coordinates and weights are computed in f32, with one rounding for each
/// operation of ONNX's formulas.
ResizeTables makeResizeTables(const ResizeMode &mode, const ResizeDim &dim);

/// The number of taps that the tables would have.
int64_t countResizeTaps(const ResizeMode &mode, const ResizeDim &dim);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_RESIZETABLES_H
