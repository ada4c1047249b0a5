// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Work on several vectors, one after the other, becomes work on wider ones.
#ifndef PITH_LIB_KERNELS_SIDEBYSIDE_H
#define PITH_LIB_KERNELS_SIDEBYSIDE_H

#include "mlir/IR/Builders.h"

namespace pith {

/// The vectors as one; a vector alone stays as it is.
mlir::Value sideBySide(mlir::OpBuilder &b, mlir::Location loc, llvm::ArrayRef<mlir::Value> vectors);

/// Pieces of one block, one behind the other, that do the same, each with vectors
/// of its own. Element-wise operations on what comes of these become one on all of them
/// side by side: code generators then interleave what is long and waits for itself.
/// What else is done stays, once for each piece.
class SideBySide {
public:
  explicit SideBySide(mlir::Block *block) : block(block) {}

  /// The next piece is what `write` puts in front of the block's terminator, on `own`.
  void piece(llvm::ArrayRef<mlir::Value> own, llvm::function_ref<void()> write);
  /// Joins the pieces, where they are of the same operations.
  void join();

private:
  mlir::Block *block;
  /// What comes of each one's own vectors.
  llvm::SmallVector<llvm::SmallVector<mlir::Operation *>> pieces;
};

} // namespace pith

#endif
