// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What lowerings of kernels with sums read first and write last, whatever their
// loops are.
#ifndef PITH_LIB_KERNELS_KERNELENDS_H
#define PITH_LIB_KERNELS_KERNELENDS_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace pith {

/// What is added to sums and what makes codes of them; null where there is none.
/// Numbers for each channel are memory of one dimension.
struct ChannelNumbers {
  mlir::Value bias, scale;
  mlir::Value oneScale;  ///< where all channels have one: f32
  mlir::Value zeroPoint; ///< i8
};

/// Finds the bias and the numbers of `requantize`, where there are any. Those of
/// channels have to lie in the layout `layoutOf` says, null as they are; fails
/// after an error.
llvm::LogicalResult
readChannelNumbers(mlir::func::FuncOp kernel, mlir::Value bias, RequantizeOp requantize,
                   llvm::function_ref<LayoutAttr(mlir::RankedTensorType)> layoutOf,
                   mlir::OpBuilder &b, ChannelNumbers &numbers);

/// The memory that the kernel's only result, `stored`, goes to; fails after an error.
llvm::FailureOr<mlir::Value> onlyResult(mlir::func::FuncOp kernel, mlir::Value stored);

/// Fails after an error where a convolution has padding of its own.
llvm::LogicalResult checkPaddedInMemory(mlir::func::FuncOp kernel, mlir::Operation *anchor);

/// The loop over the work items that a kernel is called for.
mlir::scf::ForOp itemLoop(mlir::func::FuncOp kernel, mlir::OpBuilder &b);

/// Removes what a lowered kernel has no use for, from the stores on.
void eraseComputed(mlir::func::FuncOp kernel);

/// The same for kernels that keep many wide registers. Code generators save these
/// without aligning their places, which is slow where one crosses a cache line.
void finishVectorKernel(mlir::func::FuncOp kernel);

} // namespace pith

#endif
