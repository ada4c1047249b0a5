// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_TARGETS_REFERENCE_PASSES_H
#define PITH_TARGETS_REFERENCE_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace pith::reference {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "targets/Reference/Passes.h.inc"
} // namespace pith::reference

#endif
