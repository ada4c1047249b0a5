// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Takes groups apart.
#ifndef LIB_SCHEDULE_SPLITGROUPS_H
#define LIB_SCHEDULE_SPLITGROUPS_H

#include "dialects/Pith/PithOps.h"
#include "mlir/IR/IRMapping.h"

namespace pith {

/// Groups, and views of memory between them, that compute what a group does.
/// They stand in front of it and nothing uses them until they replace it.
class SplitGroup {
public:
  /// Operations stay together where `partOf` is the same for them and only one
  /// of them is used by others; views at the end of a part stand outside.
  SplitGroup(GroupOp group, llvm::function_ref<unsigned(mlir::Operation *)> partOf);

  llvm::ArrayRef<GroupOp> groups() const { return parts; }
  /// One of both ends the object's life.
  void replace();
  void discard();

private:
  mlir::Value outside(mlir::Value value);
  void makePart(mlir::Operation *root, llvm::ArrayRef<mlir::Operation *> members);

  GroupOp group;
  mlir::OpBuilder builder;
  mlir::IRMapping mapping;
  llvm::SmallVector<GroupOp> parts;
  llvm::SmallVector<mlir::Operation *> made; ///< in order
};

/// The ways to take a group apart in the order of pith-select-kernels, without
/// the first, as it is, and the last, each operation on its own. Each is a
/// number for every operation, equal for those that stay together.
llvm::SmallVector<llvm::DenseMap<mlir::Operation *, unsigned>> waysToSplit(GroupOp group);

} // namespace pith

#endif
