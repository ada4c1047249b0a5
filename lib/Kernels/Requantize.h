// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Codes from vectors of sums, as skeletons store them.
#ifndef PITH_LIB_KERNELS_REQUANTIZE_H
#define PITH_LIB_KERNELS_REQUANTIZE_H

#include "dialects/Pith/PithOps.h"

namespace pith {

/// A vector of i32 times a vector of f32, or one number, rounded to i32: what `op`
/// makes of sums before its zero point is added.
mlir::Value scaleAndRound(mlir::OpBuilder &b, mlir::Location loc, mlir::Value sums,
                          mlir::Value scale, RequantizeOp op);

/// What `op` makes of vectors of i32, joined by pith.narrow. For each vector one
/// of f32, or one number for all its elements, in `scales`.
mlir::Value requantizeToBytes(mlir::OpBuilder &b, mlir::Location loc,
                              llvm::ArrayRef<mlir::Value> sums, llvm::ArrayRef<mlir::Value> scales,
                              RequantizeOp op, mlir::Value zeroPoint);

} // namespace pith

#endif
