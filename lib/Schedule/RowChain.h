// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups on images that one kernel computes by blocks of rows.
#ifndef LIB_SCHEDULE_ROWCHAIN_H
#define LIB_SCHEDULE_ROWCHAIN_H

#include "lib/Schedule/JoinedGroups.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace pith {

/// What a block has of a value in a group's body.
enum class RowPart {
  Whole, ///< all of it
  Made,  ///< the rows of the group's result that it computes
  Read,  ///< the rows of the image that its convolution reads for these
};

/// A group that computes rows of an image from rows of others: row r from `window` rows,
/// from row `stride` x r of the image that its convolution reads.
struct RowGroup {
  GroupOp group;
  int64_t images = 1, rows = 0; ///< of the result
  int64_t stride = 1, window = 1;
  llvm::MapVector<mlir::Value, RowPart> parts = {}; ///< of the values in its body

  /// Nothing where it is not known which rows are computed from which.
  static std::optional<RowGroup> of(GroupOp group);
  /// What is demanded of images that the convolution reads.
  RowPart read() const { return stride == 1 && window == 1 ? RowPart::Made : RowPart::Read; }
  /// The part that is read of `outer`; nothing where there are several.
  std::optional<RowPart> partOf(mlir::Value outer) const;
};

/// The group that alone reads the result of `group`, as it is or written into the middle
/// of a frame.
struct RowFollower {
  GroupOp group = {};                      ///< null: there is none
  mlir::Value read = {};                   ///< the result, or the frame with it
  GroupOp frame = {};                      ///< null: the result is read as it is
  llvm::SmallVector<int64_t> offsets = {}; ///< in the frame

  static RowFollower of(GroupOp group);
};

/// A group of a chain, what reads it, and its rows of one block.
struct RowLink {
  RowGroup made = {};
  RowFollower next = {};
  int64_t count = 0; ///< rows of the result; `lastFirst`: the first one in the last block
  int64_t lastFirst = 0;
  int64_t low = 0, high = 0; ///< rows of the frame in front of and behind these

  /// Rows that its convolution reads.
  int64_t reads() const { return (count - 1) * made.stride + made.window; }
  mlir::Value result() const { return mlir::Value(made.group->getResult(0)); }
  mlir::RankedTensorType typeOf(mlir::Value value) const;
  /// The type of what is between this group and the next one, with its frame.
  mlir::RankedTensorType typeBetween() const;
};

/// Groups each of which reads what the one before it makes. A block is a few rows of one
/// image of the last one's result. The first rows of a group are as many as of any other
/// block, so that they may lie further down than what is read: the next group then reads
/// rows of the frame in front of them; at the end of the image likewise.
struct RowChain {
  llvm::SmallVector<RowLink> links;
  llvm::SetVector<mlir::Value> inputs; ///< what the groups and frames read of others

  /// Cuts the last result into blocks of so many rows; false where a block would need more
  /// rows of an image than it has.
  bool cut(int64_t rows);
  int64_t items() const { return links.back().made.images * blocks(); }
  int64_t blocks() const { return links.back().made.rows / links.back().count; }
  GroupOp last() const { return links.back().made.group; }
  llvm::SmallVector<GroupOp> groups() const;
  /// Where in scratch memory that is which lies behind a group; behind the last: its end.
  int64_t placeBehind(size_t link) const;
  int64_t scratchBytes() const { return placeBehind(links.size() - 1); }
  /// Cycles for rows that several blocks compute, and those of the groups without blocks.
  double repeated() const;
  double cycles() const;
};

/// The chain of groups that follow one another; nothing where what they read or make has
/// no rows in one piece.
std::optional<RowChain> chainOf(llvm::ArrayRef<RowGroup> groups);

/// A kernel that computes the chain's result, as makeJoinedKernel does.
mlir::func::FuncOp makeRowKernel(mlir::ModuleOp module, const RowChain &chain,
                                 const RowTable &table, const std::string &name);

} // namespace pith

#endif
