// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernel functions of groups.
#ifndef LIB_SCHEDULE_OUTLINE_H
#define LIB_SCHEDULE_OUTLINE_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace pith {

/// The memory that a tensor comes in.
mlir::MemRefType memoryType(mlir::Type tensor);

/// The types of a kernel's arguments: the memory of `tensors`, begin, end, scratch.
llvm::SmallVector<mlir::Type> kernelArguments(mlir::OpBuilder &builder, mlir::TypeRange tensors);

/// A function that computes what the group does.
mlir::func::FuncOp makeKernel(mlir::OpBuilder &builder, GroupOp group, const llvm::Twine &name);

/// What is known of one layer and no part of a kernel: counts of the weights, since
/// one computes with many weights, and what the layer was asked for.
mlir::NamedAttrList takeLayer(GroupOp group);

} // namespace pith

#endif
