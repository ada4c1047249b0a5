// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which part of each tensor a block of a result is computed from.
#ifndef LIB_SCHEDULE_BLOCKSLICES_H
#define LIB_SCHEDULE_BLOCKSLICES_H

#include "dialects/Pith/PithOps.h"
#include "llvm/ADT/MapVector.h"

namespace pith {

/// Blocks count along a few dimensions. Of each dimension of a tensor: the one of
/// these that it is cut along; `uncut`: all of it is read.
using Slice = llvm::SmallVector<int64_t>;
inline constexpr int64_t uncut = -1;

class BlockSlices {
public:
  /// Blocks are `block` of `sizes` in each dimension.
  explicit BlockSlices(llvm::ArrayRef<int64_t> sizes) : sizes(sizes), block(sizes) {}
  void setBlock(llvm::ArrayRef<int64_t> shape) { block.assign(shape.begin(), shape.end()); }

  /// The part of `value` that is computed; false where it has to be two different
  /// parts, or is cut in dimensions of another size.
  bool demand(mlir::Value value, llvm::ArrayRef<int64_t> slice);
  /// The same of `view`, which is `source` under another shape.
  bool demandThroughView(mlir::Value source, mlir::Value view);
  /// What a group reads for what is demanded of its result; false where no part is
  /// enough, or it is not known.
  bool demandInputs(GroupOp group);

  bool isUncut(mlir::Value value) const;
  /// Whether different blocks have different parts of it, so that each is computed once.
  bool isCutInAll(mlir::Value value) const;
  Slice of(mlir::Value value) const { return slices.lookup(value); }
  mlir::RankedTensorType typeOf(mlir::Value value) const;
  int64_t bytesOf(mlir::Value value) const;
  /// Whether the part's elements lie side by side in the tensor's memory.
  bool isContiguous(mlir::Value value) const;
  /// A group that computes one block of what `group` does; `inputs` stand for its
  /// operands.
  GroupOp cutGroup(mlir::OpBuilder &b, GroupOp group, mlir::ValueRange inputs) const;

private:
  bool demandOperands(mlir::Operation &op);
  LayoutAttr cutLayout(FromLayoutOp op) const;

  llvm::SmallVector<int64_t> sizes, block;
  llvm::DenseMap<mlir::Value, Slice> slices;
};

} // namespace pith

#endif
