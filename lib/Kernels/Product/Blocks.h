// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights of 4 bits that are floats once decoded: codes less a zero point, times a
// scale for each block of the sum.
#ifndef PITH_LIB_KERNELS_PRODUCT_BLOCKS_H
#define PITH_LIB_KERNELS_PRODUCT_BLOCKS_H

#include "lib/Kernels/Product/Geometry.h"

namespace pith::product {

/// What decodes the right side of a product, behind nothing but reshapes; null:
/// it is read as it is.
DequantizeOp decodingOf(mlir::Operation *anchor);

struct Blocks {
  int64_t count = 0, length = 0; ///< of the sum
  bool channelsFirst = false;    ///< else last
  /// Why the skeleton does not decode these; empty: it does.
  std::string refusal;
};
Blocks blocksOf(mlir::Operation *anchor, DequantizeOp decode);

/// How the codes are stored, and a number for each block and channel.
LayoutAttr codesLayout(mlir::RankedTensorType type, const Blocks &blocks, const Geometry &g);
LayoutAttr blocksLayout(mlir::RankedTensorType type, const Blocks &blocks, const Geometry &g);

} // namespace pith::product

#endif
