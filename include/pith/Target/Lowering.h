// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of the stage lower that CPU targets share.
#ifndef PITH_TARGET_LOWERING_H
#define PITH_TARGET_LOWERING_H

#include "mlir/Pass/PassManager.h"

namespace pith {

/// From kernels that consist of loops, scalars and vectors on memory references
/// to a module in the LLVM dialect: atoms that are left, canonical elementary
/// functions, the model's function (pith-lower-model), then the conversions of MLIR. A target calls
/// it behind pith-lower-kernels and the passes for its own atoms.
void buildSharedLowering(mlir::OpPassManager &manager);

/// The same of kernels whose rows name skeletons, for any machine: it computes
/// the same bits, in plain arithmetic and slowly. The bits are known so where a
/// program is compiled, whatever it is compiled for.
void buildPortableLowering(mlir::OpPassManager &manager);

/// The pass pith-lower-kernels.
std::unique_ptr<mlir::Pass> createLowerKernels();

/// The pass pith-expand-atoms: pith.dot and pith.narrow that the target left.
std::unique_ptr<mlir::Pass> createExpandAtoms();

} // namespace pith

#endif
