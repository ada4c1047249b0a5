// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_SPARSIFY_PASSES_H
#define PITH_LIB_SPARSIFY_PASSES_H

#include "dialects/Pith/PithDialect.h"
#include "mlir/Dialect/SparseTensor/IR/SparseTensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace pith {

#define GEN_PASS_DECL
#include "lib/Sparsify/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Sparsify/Passes.h.inc"

/// The stage: its passes in order, the last of which checks its contract. Without
/// `detect` the weights stay as they are.
void buildSparsifyPipeline(mlir::OpPassManager &manager, bool detect);

} // namespace pith

#endif
