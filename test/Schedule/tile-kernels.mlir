// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-tile-kernels | FileCheck %s

// A CPU has no passes here, nor has a module without target; test/OutOfTree/Accel has some.
module attributes {pith.target = #pith.target<"reference", triple = "t", cpu = "c", features = "">} {
// CHECK-LABEL: func private @k
// CHECK-NEXT: %[[X:.+]] = bufferization.to_tensor
// CHECK-NEXT: bufferization.materialize_in_destination %[[X]]
// CHECK-NEXT: return
func.func private @k(%x: memref<4xi8>, %y: memref<4xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4xi8> to tensor<4xi8>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<4xi8>, memref<4xi8>) -> ()
  return
}
}
