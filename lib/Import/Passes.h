// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes of the import stage.
#ifndef PITH_LIB_IMPORT_PASSES_H
#define PITH_LIB_IMPORT_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace pith {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Import/Passes.h.inc"
} // namespace pith

#endif // PITH_LIB_IMPORT_PASSES_H
