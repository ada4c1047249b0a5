// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef SAMPLE_PASSES_TD
#define SAMPLE_PASSES_TD
include "mlir/Pass/PassBase.td"

def LimitWeights : Pass<"sample-limit-weights", "::mlir::ModuleOp"> {
  let summary = "refuse a model whose constants need more bytes than there are";
  let description = [{
    A remark tells how many bytes it has, or an error names the largest constant.
    ```mlir
    %w = pith.constant ... : tensor<1024xi8> // an error with bytes=1000
    ```
  }];
  let options = [Option<"bytes", "bytes", "int64_t", "1000000", "how many there are">];
}
#endif
