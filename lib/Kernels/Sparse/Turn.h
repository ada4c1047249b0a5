// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns pixels x words into words x pixels, and back.
#ifndef PITH_LIB_KERNELS_SPARSE_TURN_H
#define PITH_LIB_KERNELS_SPARSE_TURN_H

#include "mlir/IR/Builders.h"

namespace pith {

/// Writes the code. Memory is one row of 32-bit elements: an image of `words`
/// for each pixel, or a tile of `tile` pixels for each word. Words beyond the
/// last whole vector are moved one by one.
struct Turn {
  mlir::OpBuilder &builder;
  mlir::Location loc;
  int64_t lanes, tile;
  /// Signed bytes of the image become unsigned: x ^ 0x80.
  bool flip = false;

  /// Pixels `first`, `first` + 1, ... of the image become the tile.
  void toTile(mlir::Value image, mlir::Value first, int64_t words, mlir::Value into) const;
  void fromTile(mlir::Value from, mlir::Value image, mlir::Value first, int64_t words) const;

private:
  void turn(mlir::Value image, mlir::Value first, int64_t words, mlir::Value pixels,
            bool toTile) const;
  llvm::SmallVector<mlir::Value> transpose(llvm::SmallVector<mlir::Value> rows) const;
};

} // namespace pith

#endif
