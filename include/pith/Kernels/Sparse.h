// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of which only the weights that are not zero are listed: what a
// schedule asks of the skeleton `sparse` before it lists them.
#ifndef PITH_KERNELS_SPARSE_H
#define PITH_KERNELS_SPARSE_H

#include "dialects/Pith/PithOps.h"
#include "pith/Kernels/Skeleton.h"

namespace pith {

/// `conv` with filters of one tap, or `matmul`, seen as pixels x depth by depth x rows.
struct SparseProduct {
  mlir::Operation *op = nullptr;
  mlir::OpOperand *weights = nullptr;
  int64_t pixels = 0, depth = 0, rows = 0; ///< rows: output channels
  bool rowsAreFirst = false;               ///< weights are rows x depth
  SparsityPattern pattern = SparsityPattern::Dense;

  /// Elements of the depth that lie in one word of 32 bits.
  int64_t packed() const { return pattern == SparsityPattern::Unstructured ? 1 : 4; }
  /// The distance of neighbouring words in memory, in words: the lists' stride.
  int64_t stride() const { return pixels; }
  /// Output channels that share a list.
  int64_t rowsOfList() const { return pattern == SparsityPattern::Block2x4 ? 2 : 1; }
};

/// The product of a group or kernel; without `op` where there is none.
SparseProduct sparseProductOf(mlir::Block &body);

namespace skeletons {
/// Products whose weights are lists of blocks that are not zero (pith.from_lists).
extern const Skeleton sparse;
} // namespace skeletons

} // namespace pith

#endif
