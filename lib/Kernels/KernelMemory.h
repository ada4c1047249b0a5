// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How skeletons find the memory behind the operators of a kernel's body.
#ifndef PITH_LIB_KERNELS_KERNELMEMORY_H
#define PITH_LIB_KERNELS_KERNELMEMORY_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace pith {

/// A tensor's memory, and the layout in which it lies there: null, as it is.
struct Source {
  mlir::Value memory;
  LayoutAttr layout;
};

/// The memory that a tensor of the body is read from; fails after an error.
llvm::FailureOr<Source> sourceOf(mlir::func::FuncOp kernel, mlir::Value tensor);

/// One dimension over all elements of a memory reference.
mlir::Value flatten(mlir::OpBuilder &b, mlir::Location loc, mlir::Value memory);

/// The same from the first element to the last, with what lies in the gaps.
mlir::Value flattenParts(mlir::OpBuilder &b, mlir::Location loc, mlir::Value memory);

/// The same as 32-bit elements: bytes are taken in fours.
mlir::Value flattenWords(mlir::OpBuilder &b, mlir::Location loc, mlir::Value memory);

/// Whether the memory of a group's operand may have gaps: it is a part of another
/// tensor.
bool mayHaveGaps(mlir::Value operand);

/// Operands that have no layout yet, and may have gaps, are copied: for kernels
/// that count places in memory.
void copySlices(GroupOp group, llvm::MutableArrayRef<LayoutAttr> layouts);

/// The memory of an operand that has to lie as it is, or copied without gaps; flat.
llvm::FailureOr<mlir::Value> dense(mlir::func::FuncOp kernel, mlir::Value tensor,
                                   mlir::OpBuilder &b);

/// The flat memory of an operand that has to lie in `layout`.
llvm::FailureOr<mlir::Value> packed(mlir::func::FuncOp kernel, mlir::Value tensor,
                                    LayoutAttr layout, llvm::StringRef what, mlir::OpBuilder &b);

/// The only element of a tensor.
llvm::FailureOr<mlir::Value> oneNumber(mlir::func::FuncOp kernel, mlir::Value tensor,
                                       mlir::OpBuilder &b);

/// Whether a map computes x ^ 0x80 of one operand: unsigned codes of signed ones.
bool flipsSign(MapOp map);

} // namespace pith

#endif
