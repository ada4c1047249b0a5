// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups that one kernel computes block by block.
#ifndef LIB_SCHEDULE_CHAIN_H
#define LIB_SCHEDULE_CHAIN_H

#include "lib/Schedule/BlockSlices.h"
#include "lib/Schedule/JoinedGroups.h"
#include "llvm/ADT/SetVector.h"
#include <memory>

namespace pith {

/// Groups from a product to the next one, in order, where nothing else reads what
/// they compute, and how they are cut into blocks.
struct Chain {
  llvm::SmallVector<GroupOp> groups;
  llvm::SmallVector<int64_t> sizes, block; ///< of the result's dimensions but the last one
  std::unique_ptr<BlockSlices> slices;
  llvm::SetVector<mlir::Value> inputs; ///< what the groups read of others
  llvm::SetVector<mlir::Value> between;

  GroupOp last() const { return groups.back(); }
  bool isBetween(mlir::Value value) const;
  /// Of one block: how much memory what lies between takes, and where in it `value` is.
  int64_t bytesBetween() const;
  int64_t placeBetween(mlir::Value value) const;
  int64_t items() const;
};

/// The chain that begins with `seed`; nothing where there is none, or where blocks of
/// it would save nothing.
std::optional<Chain> chainBehind(GroupOp seed, const RowTable &table);

/// A kernel that computes the chain's result, at the end of the module, followed by
/// those that it calls, which have its name and a number.
mlir::func::FuncOp makeJoinedKernel(mlir::ModuleOp module, const Chain &chain,
                                    const RowTable &table, const std::string &name);

} // namespace pith

#endif
