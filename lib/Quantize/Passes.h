// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_QUANTIZE_PASSES_H
#define PITH_LIB_QUANTIZE_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace pith {

#define GEN_PASS_DECL
#include "lib/Quantize/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Quantize/Passes.h.inc"

struct QuantizeOptions {
  /// Run the file as its text says, in floats.
  bool literal = false;
  /// Inputs and outputs that are quantized keep their codes.
  bool quantizedIo = false;
};

/// The stage: its passes in order, the last of which checks its contract.
void buildQuantizePipeline(mlir::OpPassManager &manager, const QuantizeOptions &options = {});

} // namespace pith

#endif
