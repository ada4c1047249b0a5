// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_TARGETS_X86_PASSES_H
#define PITH_TARGETS_X86_PASSES_H

#include "mlir/Pass/Pass.h"

namespace pith::x86 {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "targets/X86/Passes.h.inc"
/// Writes vscalefps, which avx512vl has for vectors; null for other values.
mlir::Value scaleByPower(mlir::OpBuilder &, mlir::Location, mlir::Value value, mlir::Value power);

} // namespace pith::x86

#endif
