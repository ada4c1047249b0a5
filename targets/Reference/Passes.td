// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_TARGETS_REFERENCE_PASSES_TD
#define PITH_TARGETS_REFERENCE_PASSES_TD
include "mlir/Pass/PassBase.td"

def LowerKernels : Pass<"pith-reference-lower-kernels", "::mlir::ModuleOp"> {
  let summary = "make loops of the kernels: for each element of a result, what it is computed from";
  let description = [{
    The body of a kernel is read backwards from its outputs: each element of an
    output is computed from the elements that it needs, down to loads of the
    operands. Sums follow the canonical order.
    ```mlir
    func.func private @k0(%a: memref<4x8xf32>, %o: memref<4x8xf32>, %begin: index, %end: index,
                          %scratch: memref<?xi8>) attributes {pith.kernel = ..., pith.items = 4 : i64} {
      %0 = bufferization.to_tensor %a restrict : memref<4x8xf32> to tensor<4x8xf32>
      %1 = pith.map (%0 : tensor<4x8xf32>) -> tensor<4x8xf32> { ... math.sqrt ... }
      bufferization.materialize_in_destination %1 in restrict writable %o : ...
      return
    }
    // becomes
    scf.for %i = %begin to %end step %c1 {
      scf.for %j = %c0 to %c8 step %c1 {
        %x = memref.load %a[%i, %j] : memref<4x8xf32>
        %y = math.sqrt %x : f32
        memref.store %y, %o[%i, %j] : memref<4x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}
#endif
