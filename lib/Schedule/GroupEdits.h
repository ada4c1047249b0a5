// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Changes of groups that passes behind selection make.
#ifndef LIB_SCHEDULE_GROUPEDITS_H
#define LIB_SCHEDULE_GROUPEDITS_H

#include "lib/Schedule/MatchRows.h"
#include "mlir/IR/Builders.h"

namespace pith {

/// The tile of the group's kernel; none where its row has none.
Tile tileOf(GroupOp group);

/// The argument of a group's body that stands for `outer`, which becomes an
/// operand where it is none yet.
mlir::Value addInput(GroupOp group, mlir::Value outer);

/// Removes operands that the body does not use.
void dropUnusedInputs(GroupOp group);

/// The group that makes `value` by transpositions and reshapes alone; null: it is
/// made in another way.
GroupOp movementOf(mlir::Value value);

/// What a group of one result makes of `inputs`, by copies of its operations.
mlir::Value copyBody(mlir::OpBuilder &b, GroupOp group, mlir::ValueRange inputs);

/// A group of what `body` makes of its arguments, in front of `before`, with the
/// row that the table chooses for it; null where there is none, with the reasons.
mlir::Value tryGroup(mlir::Operation *before, mlir::Location loc, mlir::ValueRange inputs,
                     const RowTable &table,
                     llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)> body,
                     llvm::SmallVectorImpl<std::string> &reasons);

/// The same; fails after an error.
llvm::FailureOr<mlir::Value>
makeGroup(mlir::Operation *before, mlir::Location loc, mlir::ValueRange inputs,
          const RowTable &table,
          llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)> body);

/// The operator of a group that does nothing but this; null: it does more.
template <typename Op> Op onlyOperator(GroupOp group) {
  Op found;
  for (mlir::Operation &op : group.getBody().front().without_terminator())
    if (auto each = mlir::dyn_cast<Op>(op); each && !found)
      found = each;
    else if (!op.hasTrait<mlir::OpTrait::ConstantLike>())
      return {};
  return found;
}

/// Whether a reader wants an operand in `layout`, or brings it there and does
/// nothing else.
bool isReadIn(mlir::OpOperand &use, LayoutAttr layout);

/// A constant that kernels read from memory, in front of `before`.
mlir::Value makeConstant(mlir::Operation *before, mlir::Location loc, mlir::TypedAttr value);

/// What no operation uses any longer.
void eraseUnusedConstants(mlir::ModuleOp module);

} // namespace pith

#endif
