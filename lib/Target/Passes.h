// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_TARGET_PASSES_H
#define PITH_LIB_TARGET_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace pith {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Target/Passes.h.inc"
} // namespace pith

#endif
