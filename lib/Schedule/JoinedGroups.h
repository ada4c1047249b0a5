// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What passes share that make one kernel of several groups, block by block.
#ifndef LIB_SCHEDULE_JOINEDGROUPS_H
#define LIB_SCHEDULE_JOINEDGROUPS_H

#include "lib/Schedule/MatchRows.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace pith {

/// Where what lies between begins in scratch memory.
inline constexpr int64_t scratchAlignment = 64;

/// Whether one kernel may run `group` beside others: its row can, and no weights are
/// counted, which would be those of one layer.
bool canBePart(GroupOp group, const RowTable &table);

/// What `value` is another shape of.
mlir::Value throughViews(mlir::Value value);

/// The operations that read `value`, under any shape.
llvm::SmallVector<mlir::Operation *> readersOf(mlir::Value value);

/// Whether the memory of `value` will be one piece: a slice has gaps, and so has what
/// is written into a larger tensor.
bool isDense(mlir::Value value);

/// The type of the part of a value in a group's body, or of its result.
using PartTypes = llvm::function_ref<mlir::RankedTensorType(mlir::Value)>;
/// Makes a group that computes a part of what another one does.
using MakeCut = llvm::function_ref<GroupOp(mlir::OpBuilder &, mlir::ValueRange inputs)>;

/// What `group` does, on `inputs` and with the types of parts.
GroupOp cutGroup(mlir::OpBuilder &b, GroupOp group, mlir::ValueRange inputs, PartTypes typeOf);

/// Calls `use` with a cut group in front of `group`, which is gone behind that. Its
/// operands have the types of parts, and it has the items of its row.
void withCutGroup(GroupOp group, const RowTable &table, PartTypes typeOf, MakeCut make,
                  llvm::function_ref<void(GroupOp)> use);

/// A kernel that computes what the cut group does.
mlir::func::FuncOp makePart(mlir::OpBuilder &kernels, GroupOp group, const RowTable &table,
                            PartTypes typeOf, MakeCut make, const llvm::Twine &name);

/// A kernel without a body at the end of `kernels`: of tensors `inputs` and the result
/// of the last of `groups`, for whose row it counts as one.
mlir::func::FuncOp makeJoining(mlir::OpBuilder &kernels, llvm::ArrayRef<GroupOp> groups,
                               mlir::ValueRange inputs, const std::string &name, int64_t items,
                               int64_t scratch);

/// Takes from the groups what is known of layers (Outline.h), and returns what is true of
/// a call that computes all of them.
mlir::NamedAttrList takeLayers(llvm::ArrayRef<GroupOp> groups);

/// Lets readers of `last` read what `kernel` computes of `inputs`. The group still
/// stands there.
void callInstead(GroupOp last, mlir::ValueRange inputs, mlir::func::FuncOp kernel,
                 const mlir::NamedAttrList &layer);

/// Erases groups, and views of what they make, that are read by one another alone.
void eraseJoined(llvm::ArrayRef<GroupOp> groups);

} // namespace pith

#endif
