// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How a product is cut into tiles, their order, and what that costs.
#ifndef PITH_LIB_KERNELS_PRODUCT_TILING_H
#define PITH_LIB_KERNELS_PRODUCT_TILING_H

#include "lib/Kernels/Product/Geometry.h"

namespace pith::product {

/// A line of pixels is cut into `perLine` tiles: `larger` tiles of `rows` + 1
/// pixels, then tiles of `rows`. So no tile is much smaller than the others.
struct Tiling {
  int64_t perLine, rows, larger;
  int64_t tiles; ///< of a batch, in one panel
  /// Whether one panel after the other runs over all tiles; else a block of tiles
  /// after the other runs over all panels.
  bool panelsOutside;
  int64_t blockTiles, blocks; ///< where blocks are outside; the last may be shorter
  int64_t items;
  /// Elements of the next panel to ask for in each step of the sum, so that all of
  /// it is near when its turn comes; 0: it is near anyway, or would not stay.
  int64_t ahead = 0, aheadOfTile = 0; ///< of a step, of all steps of a tile
};

/// At most `rows` pixels in a tile; elements of `leftBytes` and `resultBytes`. A
/// step of the loop takes `joined` steps of the sum.
Tiling tilingOf(const Geometry &geometry, int64_t rows, int64_t joined, int64_t leftBytes,
                int64_t resultBytes);

/// Cycles of the whole product on one thread.
double cyclesOf(const Geometry &geometry, const Tiling &tiling, const KernelRow &row,
                int64_t joined);

} // namespace pith::product

#endif
