// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which depthwise convolutions the skeleton takes, and how it cuts them up.
#ifndef PITH_LIB_KERNELS_DEPTHWISE_SHAPE_H
#define PITH_LIB_KERNELS_DEPTHWISE_SHAPE_H

#include "pith/Target/Kernel.h"

namespace pith::depthwise {

/// Channels in a block: four vectors of four sums, in turn.
inline constexpr int64_t blockChannels = 16;

/// The operators of a group or kernel.
struct Body {
  ConvOp conv;
  MapOp flip; ///< makes unsigned codes of signed ones; or null
  RequantizeOp requantize;
  /// Why the skeleton does not compute them; empty: it does.
  std::string refusal;

  mlir::Value input() { return flip ? flip.getInputs().front() : conv.getInput(); }
};
Body readBody(mlir::Block &block);

/// Four rows of an image are interleaved, so that a dot product of four bytes
/// runs down a column. A window is `groups` such steps high. Where one step
/// has a row to spare, its dot products serve two rows of the result.
struct Shape {
  int64_t images, channels;
  int64_t rows, columns; ///< of the result
  int64_t windowRows, windowColumns, strideRows, strideColumns;

  explicit Shape(ConvOp op);

  int64_t groups() const { return llvm::divideCeil(windowRows, 4); }
  /// Rows of the result that one pass over the columns computes.
  int64_t rowsAtOnce() const { return windowRows + strideRows <= 4 && rows > 1 ? 2 : 1; }
  int64_t passes() const { return llvm::divideCeil(rows, rowsAtOnce()); }
  int64_t items() const { return images * passes(); }
  /// Rows of the input that a pass reads.
  int64_t rowsRead() const { return windowRows + (rowsAtOnce() - 1) * strideRows; }
  /// Interleaved columns that `count` columns of the result need.
  int64_t columnsKept(int64_t count) const { return windowColumns + (count - 1) * strideColumns; }
  /// Columns of the result per step of the loop: as many, up to two, as fit in
  /// the registers; 0: not even one does.
  int64_t columnsAtOnce(const VectorUnit &unit) const;
};

/// How the weights [C, rows, columns, 1] are stored: [1 + columns][groups][vector][block][4][4
/// rows]. The zeros in front let the second row's weights be read one row early.
LayoutAttr weightLayout(mlir::MLIRContext *context, const Shape &shape);
/// How numbers for each channel are stored: [vector][block][4].
LayoutAttr channelLayout(mlir::MLIRContext *context, int64_t channels);

// What a schedule asks of the skeleton.
std::string refuses(GroupOp group, const KernelRow &row, const VectorUnit &unit);
Plan choose(GroupOp group, const KernelRow &row, const VectorUnit &unit);
llvm::SmallVector<LayoutAttr> layouts(GroupOp group, const KernelRow &row, Tile tile,
                                      const VectorUnit &unit);
int64_t items(GroupOp group, const KernelRow &row, Tile tile, const VectorUnit &unit);

} // namespace pith::depthwise

#endif
