// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCEL_PASSES_TD
#define ACCEL_PASSES_TD
include "mlir/Pass/PassBase.td"

def TileKernels : Pass<"accel-tile-kernels", "::mlir::ModuleOp"> {
  let summary = "make loops over tiles of the kernels that rows of the coprocessor run";
  let description = [{
    A product of matrices is a convolution with one tap. For 8 output channels
    and 8 pixels of a line of the output, the lines of the image that they need
    and the filters are loaded, multiplied in steps of 16, and the sums stored.
    Padding and tails are what lies outside of the tensors of a copy.
    ```mlir
    %0 = bufferization.to_tensor %x restrict : memref<1x8x8x4xi8> to tensor<1x8x8x4xi8>
    ...
    %2 = pith.conv %0, %1 bias(%b : tensor<8xi32>) ...
    // becomes
    %image = memref.alloc() : memref<144xi8, 1>
    scf.for %line = %c0 to %c8 step %c1 {
      accel.load %x[%c0, %line, ...] extents [1, 8, 8, 4] ... fill 0 to %image
      scf.for %k = %c0 to %c16 step %c16 {
        accel.multiply %image[%a] stride 4, %filters[%f] stride 48 zero_points [0, 0] into %sums
    ```
  }];
  let dependentDialects = ["::accel::AccelDialect", "::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def EncodeKernels : Pass<"accel-encode-kernels", "::mlir::ModuleOp"> {
  let summary = "write the coprocessor's kernels as programs";
  let description = [{
    One command for each operation (accel.h); loops stay loops. The body goes.
    ```mlir
    func.func private @k0(...) attributes {pith.kernel = #pith.kernel<"accel.matmul", cost = 8>, ...} {
      %sums = memref.alloc() {pith.offset = 0 : i64} : memref<64xi32, 1>
      accel.fill 0 to %sums : memref<64xi32, 1>
    // becomes
    func.func private @k0(...) attributes {pith.program = array<i8: 65, 67, 67, 76, ...>, ...} {
      return
    ```
  }];
}
#endif
