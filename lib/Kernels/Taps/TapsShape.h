// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which convolutions the skeleton taps takes, and what it holds in registers.
#ifndef PITH_LIB_KERNELS_TAPS_SHAPE_H
#define PITH_LIB_KERNELS_TAPS_SHAPE_H

#include "lib/Kernels/Product/Body.h"
#include "pith/Kernels/Skeleton.h"

namespace pith::taps {

/// The operators of a group or kernel around a convolution of several groups.
product::Body readBody(mlir::Block &block);

/// A row of the result is cut into tiles of neighbouring columns, one vector of
/// channels wide. Taps that are loops come first, so that those of one pixel are
/// in the order of the canonical sum.
struct Shape {
  llvm::SmallVector<int64_t> result; ///< [images, rows..., columns, channels]
  llvm::SmallVector<int64_t> window; ///< [rows..., columns, channels of a group]
  int64_t stride, dilation;          ///< of columns
  int64_t perGroup;                  ///< channels of the result that read the same
  int64_t lanes;                     ///< of a vector of channels
  int64_t bytesOfRows;               ///< of the image, that a vector of a row's results reads
  int64_t columnsAtOnce = 0;         ///< 0: there are no registers
  unsigned unrolled = 0;             ///< trailing dimensions of the window without a loop

  Shape(ConvOp op, int64_t lanes, const VectorUnit &unit);

  int64_t channels() const { return result.back(); }
  /// Whether all lanes of a vector read the same channels.
  bool oneGroup() const { return perGroup % lanes == 0; }
  int64_t columns() const { return result[result.size() - 2]; }
  /// At most so many columns at once, in tiles of nearly the same size.
  int64_t evenly(int64_t atOnce) const;
  /// Columns at once of a vector with so many channels: vectors that are read and
  /// written in pieces leave fewer registers.
  int64_t columnsFor(int64_t active) const;
  /// Rows of the result.
  int64_t items() const;
  /// Full vectors of channels; and how many of them a row computes before the next row
  /// does, so that what both read is still near the core. A divisor of the first.
  int64_t blocks() const { return channels() / lanes; }
  int64_t blocksAtOnce() const;
  /// Of a vector of channels.
  int64_t tiles() const { return llvm::divideCeil(columns(), columnsAtOnce); }
  /// Taps of one row of the window, or of one pixel, or one tap: what a loop runs over.
  int64_t unrolledTaps() const;
  int64_t loopedTaps() const;
};

/// Why the skeleton cannot compute the convolution; empty: it can.
std::string refusesShape(mlir::Operation *op);

/// How the weights [C, window...] are stored: [window...][C].
LayoutAttr weightLayout(ConvOp op);

} // namespace pith::taps

#endif
