// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The plan of a device's own memory.
#ifndef LIB_SCHEDULE_PLANSPACES_H
#define LIB_SCHEDULE_PLANSPACES_H

#include "mlir/IR/BuiltinOps.h"

namespace pith {

/// Gives every allocation inside of a kernel its place in the target's memory
/// space that its type names. Kernels run one at a time, so each has all of it.
/// Fails with a diagnostic where a kernel needs more than there is.
mlir::LogicalResult planMemorySpaces(mlir::ModuleOp module);

} // namespace pith

#endif
