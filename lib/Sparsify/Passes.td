// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef SPARSIFY_PASSES
#define SPARSIFY_PASSES
include "mlir/Pass/PassBase.td"

def VerifySparsify : Pass<"pith-verify-sparsify", "::mlir::ModuleOp"> {
  let summary = "check that constants obey the encodings in their types";
  let description = [{
    The contract of the stage sparsify: only constants carry a
    `#sparse_tensor.encoding`, and in a level `structured[n, m]` each m
    neighbours hold at most n nonzero values. Kernels read n values of m, and
    would drop the others.
  }];
}
#endif
