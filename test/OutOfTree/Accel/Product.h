// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A convolution or a product of matrices as the coprocessor sees it.
#ifndef ACCEL_PRODUCT_H
#define ACCEL_PRODUCT_H

#include "dialects/Pith/PithOps.h"

namespace accel {

/// A tensor in memory: sizes, and distances in elements.
struct Layout {
  llvm::SmallVector<int64_t> extents, strides;
};

/// `out[n, y, x, f] = bias[f] + sum over ky, kx, c of
///  (image[n, y * strideY + ky * dilationY - lowY, ..., c] - imageZero) *
///  (filter[n, f, ky, kx, c] - filterZero)`
struct Product {
  Layout image, filter, out; ///< n y x c; n f ky kx c; n y x f
  int64_t biasStride = 0;
  int64_t strideY = 1, strideX = 1, dilationY = 1, dilationX = 1, lowY = 0, lowX = 0;
  int64_t imageZero = 0, filterZero = 0;
  bool imageSigned = false, filterSigned = false;
  mlir::Value imageValue, filterValue, biasValue, outValue; ///< bias may be null

  int64_t channels() const { return image.extents[3]; }
  int64_t filters() const { return out.extents[3]; }
  int64_t tapsY() const { return filter.extents[2]; }
  int64_t tapsX() const { return filter.extents[3]; }

  /// Reads a pith.conv or pith.matmul; otherwise why the coprocessor does not
  /// compute it. Tensors count as contiguous.
  static std::string read(mlir::Operation *op, Product &product);
};

/// How a product is cut. The lines of the image that 8 pixels need, `tapsY` of
/// them with `pixels` pixels each, lie in one tile; 8 filters in another, each
/// of them as runs of products that begin at a multiple of 16.
struct Tiling {
  int64_t channelBlock = 0; ///< channels at a time
  int64_t pixels = 0;
  int64_t runs = 0, runBytes = 0; ///< in a line; padded to 16
  /// A run takes all taps of a line, which lie behind each other.
  bool joined = false;

  int64_t imageBytes(const Product &) const;
  int64_t filterBytes(const Product &) const;
  /// The largest blocks that fit; none: nothing fits.
  static std::optional<Tiling> choose(const Product &product);
};

} // namespace accel

#endif
