// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Vectors in turn.
#ifndef PITH_LIB_KERNELS_INTERLEAVE_H
#define PITH_LIB_KERNELS_INTERLEAVE_H

#include "mlir/IR/Builders.h"

namespace pith {

/// Elements of two vectors of bytes in turn, `size` at a time, inside of every 16
/// bytes: those of the lower or the upper half.
mlir::Value interleave(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::Value y,
                       int64_t size, bool upper);

} // namespace pith

#endif
