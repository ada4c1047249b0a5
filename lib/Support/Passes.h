// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes that several stages have.
#ifndef PITH_LIB_SUPPORT_PASSES_H
#define PITH_LIB_SUPPORT_PASSES_H

#include "mlir/Pass/Pass.h"

namespace pith {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Support/Passes.h.inc"
} // namespace pith

#endif // PITH_LIB_SUPPORT_PASSES_H
