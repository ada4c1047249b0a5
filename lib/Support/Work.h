// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What operators compute, counted from their shapes, whatever kernel runs them.
#ifndef PITH_LIB_SUPPORT_WORK_H
#define PITH_LIB_SUPPORT_WORK_H

#include "dialects/Pith/PithOps.h"

namespace pith {

/// Multiplications of a convolution or matrix product, whose time they take; 0 of
/// other operators.
int64_t productsOf(mlir::Operation *op);

/// About how many instructions `op` takes for a vector of what it computes
/// elementwise: 0 where it only moves elements, or computes products.
int64_t instructionsOf(mlir::Operation *op);

/// Those of all elements, each counted as the part of a vector of 32-bit numbers
/// that it is.
int64_t operationsOf(mlir::Operation *op);

} // namespace pith

#endif
