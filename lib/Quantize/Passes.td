// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef QUANTIZE_PASSES
#define QUANTIZE_PASSES
include "mlir/Pass/PassBase.td"

def VerifyQuantize : Pass<"pith-verify-quantize", "::mlir::ModuleOp"> {
  let summary = "check that quantized types fit the shapes that carry them";
  let description = [{
    The contract of the stage quantize: in every tensor type, and in those of
    constants, a per-axis `!quant.uniform` names a dimension of the tensor and
    has one scale for each index of it. Later stages index scales without
    checking.
  }];
}
#endif
