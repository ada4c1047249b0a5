// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Equal operations become one.
#ifndef PITH_LIB_SUPPORT_MERGEEQUAL_H
#define PITH_LIB_SUPPORT_MERGEEQUAL_H

#include "mlir/IR/Operation.h"

namespace pith {

/// Replaces operations inside of `root` by equal ones without effects in front of them,
/// and erases those that nothing reads. Returns how many were replaced.
int64_t mergeEqual(mlir::Operation *root);

} // namespace pith

#endif // PITH_LIB_SUPPORT_MERGEEQUAL_H
