// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef SPARSIFY_PASSES
#define SPARSIFY_PASSES
include "mlir/Pass/PassBase.td"

def DetectSparsity : Pass<"pith-detect-sparsity", "::mlir::ModuleOp"> {
  let summary = "put the pattern of zeros that is worth using in the type of weights";
  let description = [{
    Counts the zeros in the constant weights of `pith.conv` (one group) and
    `pith.matmul` whose zero point is 0, and says what it found as
    `pith.sparsity`. The pattern chosen, if any, becomes the
    `#sparse_tensor.encoding` of the weights' type; docs/sparsity.md has the rule.

    On integers nothing else changes. On f32, zeros without a pattern are absent
    from then on: `absent_zeros` (floats_c8).
    ```mlir
    %r = pith.conv %x, %w ... : tensor<1x28x28x512xi8>, tensor<128x1x1x512xi8> -> tensor<1x28x28x128xi32>
    // becomes
    #block = #sparse_tensor.encoding<{ map = (f, h, w, c) ->
        (f : dense, h : dense, w : dense, c floordiv 4 : compressed, c mod 4 : dense) }>
    %r = pith.conv %x, %v ... {pith.sparsity = #pith.sparsity<block_1x4, zeros 59000 of 65536,
           blocks_1x4 1638 of 16384, blocks_2x4 1553 of 8192, structured 4 of 4>}
         : tensor<1x28x28x512xi8>, tensor<128x1x1x512xi8, #block> -> tensor<1x28x28x128xi32>
    ```
  }];
  let options = [Option<"minElements", "min-elements", "int64_t", "1024", "leave smaller weights alone">];
  let dependentDialects = ["::pith::PithDialect", "::mlir::sparse_tensor::SparseTensorDialect"];
  let statistics = [Statistic<"numEncoded", "encoded", "products whose weights got an encoding">];
}

def VerifySparsify : Pass<"pith-verify-sparsify", "::mlir::ModuleOp"> {
  let summary = "check that constants obey the encodings in their types";
  let description = [{
    The contract of the stage sparsify. Kernels store what is said to be there,
    and would drop the rest.

    - sparsify_s1: only constants carry a `#sparse_tensor.encoding`, and in a
      level `structured[n, m]` each m neighbours hold at most n nonzero values.
    - sparsify_s2: `pith.sparsity` stands on a product with constant weights, and
      its counts are those of the bytes.
    - sparsify_s3: the encoding of a product's weights is the one of the pattern
      in its `pith.sparsity`.
  }];
}
#endif
