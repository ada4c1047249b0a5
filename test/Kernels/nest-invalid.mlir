// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels --split-input-file --verify-diagnostics

func.func private @constant(%o: memref<2xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 1>, pith.items = 1 : i64} {
  // expected-error@+1 {{no loop nest can be made of a constant of several values, which must be an operand: 'arith.constant' in a kernel}}
  %0 = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  bufferization.materialize_in_destination %0 in restrict writable %o : (tensor<2xf32>, memref<2xf32>) -> ()
  return
}

// -----

// expected-error@+1 {{expected 5 items to be the product of the leading dimensions of the first output}}
func.func private @items(%x: memref<4x2xf32>, %o: memref<4x2xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 1>, pith.items = 5 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x2xf32> to tensor<4x2xf32>
  bufferization.materialize_in_destination %0 in restrict writable %o : (tensor<4x2xf32>, memref<4x2xf32>) -> ()
  return
}

// -----

func.func private @operation(%x: memref<4x4xf32>, %o: memref<4x4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 1>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x4xf32> to tensor<4x4xf32>
  // expected-error@+1 {{no loop nest can be made of the operation 'tensor.generate' in a kernel}}
  %1 = tensor.generate {
  ^bb0(%i: index, %j: index):
    %2 = tensor.extract %0[%j, %i] : tensor<4x4xf32>
    tensor.yield %2 : f32
  } : tensor<4x4xf32>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<4x4xf32>, memref<4x4xf32>) -> ()
  return
}
