// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What skeletons tell code generation about loops whose steps fill the registers.
#ifndef PITH_LIB_KERNELS_UNROLLING_H
#define PITH_LIB_KERNELS_UNROLLING_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace pith {

/// Code generation leaves `loop` as it is: several of its steps at once would want
/// more registers than there are.
void keepRolled(mlir::scf::ForOp loop);

} // namespace pith

#endif
