// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which loop over columns runs an operation.
#ifndef PITH_LIB_SUPPORT_SCALARKERNELS_H
#define PITH_LIB_SUPPORT_SCALARKERNELS_H

#include "lib/Support/ScalarProgram.h"

namespace pith {

/// Numbers of up to 64 bits; of floats, those that f32 or f64 hold.
bool isNumber(mlir::Type type);

/// Fills in kernel, widths, mode and formats; false when the operation has no
/// one exactly defined value.
bool selectKernel(mlir::Operation *op, ScalarProgram::Step &step);

} // namespace pith

#endif // PITH_LIB_SUPPORT_SCALARKERNELS_H
