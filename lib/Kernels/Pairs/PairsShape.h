// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the skeleton pairs cuts up a product, and where its parts lie in the
// scratch memory.
#ifndef PITH_LIB_KERNELS_PAIRS_PAIRSSHAPE_H
#define PITH_LIB_KERNELS_PAIRS_PAIRSSHAPE_H

#include "lib/Kernels/Product/Body.h"
#include "lib/Support/PairLists.h"

namespace pith::pairs {

/// Channels that are turned to rows of the result together.
inline constexpr int64_t blockChannels = 16;
/// Vectors of sums that become one vector of bytes.
inline constexpr int64_t narrowed = 4;

struct Shape {
  product::Geometry places;               ///< of pixels in the left side; not of the sum
  llvm::SmallVector<product::Level> runs; ///< outermost first, in the left side
  SumParts parts;
  int64_t channels;      ///< of the result
  int64_t panelChannels; ///< in a vector, beside pixels
  int64_t lanes, tileVectors;

  int64_t pixels() const { return places.lineCount() * places.pixels; }
  int64_t vectorPixels() const { return lanes / panelChannels; }
  int64_t tilePixels() const { return tileVectors * vectorPixels(); }
  int64_t tiles() const { return int64_t(llvm::divideCeil(pixels(), tilePixels())); }
  int64_t storedChannels() const { return pairChannels(channels); }
  int64_t panels() const { return storedChannels() / panelChannels; }
  /// Bytes of one window of all the tile's pixels.
  int64_t pitch() const { return tilePixels() * windowBytes; }
  /// Vectors of bytes of a panel.
  int64_t chunks() const { return int64_t(llvm::divideCeil(tileVectors, narrowed)); }
  int64_t vectorBytes() const { return lanes * 4; }

  // The scratch memory, in bytes.
  int64_t addresses() const { return 0; }
  int64_t windows() const { return aligned(addresses() + tilePixels() * 8); }
  int64_t sums() const { return aligned(windows() + parts.size() * pitch()); }
  int64_t narrow() const {
    return sums() + (parts.count() > 1 ? panels() * tileVectors * vectorBytes() : 0);
  }
  int64_t rows() const { return narrow() + panels() * chunks() * vectorBytes(); }
  int64_t scratchBytes() const {
    return rows() + chunks() * narrowed * vectorPixels() * storedChannels();
  }

private:
  static int64_t aligned(int64_t bytes) { return int64_t(llvm::alignTo(bytes, 64)); }
};

/// Why the skeleton does not compute a body, which the skeleton product would.
std::string refusesBody(product::Body &body);

/// The shape of a body, whose left side is stored like this.
Shape shapeOf(product::Body &body, const product::Stored &left, const KernelRow &row, Tile tile);
/// The layouts of the left side (null: as it is), and of a number for each channel.
LayoutAttr leftLayout(product::Body &body);
LayoutAttr channelLayout(mlir::MLIRContext *context, int64_t channels);

// What a schedule asks of the skeleton.
std::string refuses(GroupOp group, const KernelRow &row, const VectorUnit &unit);
Plan choose(GroupOp group, const KernelRow &row, const VectorUnit &unit);
llvm::SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &row, Tile tile,
                                      const VectorUnit &unit);
int64_t items(GroupOp group, const KernelRow &row, Tile tile, const VectorUnit &unit);

} // namespace pith::pairs

#endif
