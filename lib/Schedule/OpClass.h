// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an operation is to a schedule.
#ifndef LIB_SCHEDULE_OPCLASS_H
#define LIB_SCHEDULE_OPCLASS_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace pith {

enum class OpClass {
  Other,    ///< structure: loops, constants, calls
  View,     ///< the same memory seen differently: reshapes, slices
  Movement, ///< copies elements: transpose, pad, concat
  Map,      ///< computes each element from elements at the same place
  Anchor,   ///< everything else that computes
};

OpClass classify(mlir::Operation *op);

/// Whether the operations, in order, compute `result` from constants alone, by
/// moving elements and exact arithmetic, and make it larger than what they read
/// from memory. `isConstant` says so of values that none of them computes.
bool isDecode(llvm::ArrayRef<mlir::Operation *> ops, mlir::Value result,
              llvm::function_ref<bool(mlir::Value)> isConstant);

/// The operations that decode `value` so, in order; none when they do not.
llvm::SetVector<mlir::Operation *> decodingOf(mlir::Value value,
                                              llvm::function_ref<bool(mlir::Value)> isConstant);

/// The values that an operation reads, in its regions too.
llvm::SetVector<mlir::Value> valuesOf(mlir::Operation *op);

/// The operation that decides which rows can run a group: its anchor, or the
/// last operation of a group without one.
mlir::Operation *anchorOf(GroupOp group);

/// The name under which rows of the table list a group's anchor.
llvm::StringRef anchorName(GroupOp group);

/// Estimated number of multiply-adds, or elements, that a group computes.
int64_t workOf(GroupOp group);

/// The function of the model: the only public one.
mlir::func::FuncOp modelFunction(mlir::ModuleOp module);

} // namespace pith

#endif
