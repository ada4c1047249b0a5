// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A convolution or matrix product as one thing: lines of pixels, each of which
// multiplies a few runs of neighbouring elements by a matrix of weights.
#ifndef PITH_LIB_KERNELS_PRODUCT_GEOMETRY_H
#define PITH_LIB_KERNELS_PRODUCT_GEOMETRY_H

#include "pith/Target/Kernel.h"

namespace pith::product {

/// Things at equal distances, in elements.
struct Level {
  int64_t count, pitch;
};

/// Products that share nothing but code. The right side's distance is in packed
/// matrices; 0 where one matrix serves all.
struct Batch {
  int64_t count, leftPitch, rightPitch;
};

/// How a tensor lies in memory: padded, row-major.
struct Stored {
  llvm::SmallVector<int64_t> shape, low;
};

struct Geometry {
  // The result: `batches` of lines, of `pixels`, of `channels`.
  llvm::SmallVector<Batch> batches;
  llvm::SmallVector<Level> lines; ///< in the left side, outermost first
  int64_t pixels = 1, pixelPitch = 0, channels = 1;
  int64_t width = 1;  ///< of an image: a line of pixels is one of them, or several
  int64_t origin = 0; ///< of the first pixel's first run

  // The sum: one run for each place of `runs`, of `runLength` elements, of which
  // the packed weights have `paddedRun`, zeros behind the others.
  llvm::SmallVector<Level> runs;
  int64_t runLength = 0, paddedRun = 0;

  // The weights: panels of `columns` vectors of `lanes` channels, and of each
  // channel `steps` times `products` elements.
  int64_t lanes = 1, columns = 1, products = 1, steps = 0, panels = 1;
  /// Channels of a panel are in turn from each vector, in blocks of four: the
  /// order of pith.narrow. Else one vector is behind the other.
  bool interleaved = false;
  /// Two neighbouring steps are packed: the codes of one are the low halves of
  /// bytes, those of the other the high halves.
  bool packed = false;

  int64_t lineCount() const;
  int64_t batchCount() const;
  int64_t panelChannels() const { return columns * lanes; }
  int64_t stepElements() const { return panelChannels() * products; }
  /// Elements of a panel in memory: of packed codes, bytes.
  int64_t panelElements() const { return steps * stepElements() / (packed ? 2 : 1); }
  /// Elements of the left side that have to be there behind those of the tensor.
  int64_t elementsRead() const;
};

/// What a row makes of the product.
struct Shape {
  int64_t lanes, products, columns;
  int64_t joined; ///< steps that one instruction sequence takes at once
  bool interleaved;
  bool fitsI16;        ///< what the row asks to be proved of such a sequence
  bool packed = false; ///< of the right side, two steps are in each byte
};
Shape shapeOf(const KernelRow &row, Tile tile, bool interleaved);

/// Why the skeleton cannot compute `anchor`; empty: it can.
std::string refusesShape(mlir::Operation *anchor);

/// The geometry of a convolution or matmul that the skeleton does not refuse,
/// whose left side is stored like this.
Geometry geometryOf(mlir::Operation *anchor, const Stored &left, const Shape &shape);

/// The layouts that geometryOf assumes: of the left side (null: as it is), of the
/// right side, and of a number for each channel.
LayoutAttr leftLayout(mlir::Operation *anchor, const Shape &shape);
LayoutAttr rightLayout(mlir::Operation *anchor, const Shape &shape);
LayoutAttr channelLayout(mlir::RankedTensorType type, int64_t channels, const Shape &shape);

/// The left side as `layout`, which may be null, stores it.
Stored storedAs(mlir::RankedTensorType type, LayoutAttr layout);

mlir::Value leftOf(mlir::Operation *anchor);
mlir::Value rightOf(mlir::Operation *anchor);
mlir::Value rightZeroOf(mlir::Operation *anchor);
mlir::Value biasOf(mlir::Operation *anchor);

} // namespace pith::product

#endif
