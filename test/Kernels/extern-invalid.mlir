// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels --split-input-file --verify-diagnostics

// expected-error @+2 {{the name 'k0' of a C function is that of a function of the program}}
// expected-note @+1 {{give the function another name}}
func.func private @k0(%x: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"extern", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %1 = pith.extern "k0" "{}" ins(%0 : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected the results of a C function in memory without gaps, each once}}
func.func private @k0(%x: memref<4xf32>, %y: memref<4xf32, strided<[2]>>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"extern", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %1 = pith.extern "f" "{}" ins(%0 : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4xf32>, memref<4xf32, strided<[2]>>) -> ()
  return
}

// -----

// expected-error @+1 {{expected the operands of a C function as they are, got one in the layout #pith.layout<pad [1] to [0]>}}
func.func private @k0(%x: memref<5xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"extern", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<5xf32> to tensor<5xf32>
  %1 = pith.from_layout %0 layout <pad [1] to [0]> : tensor<5xf32> -> tensor<4xf32>
  %2 = pith.extern "f" "{}" ins(%1 : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected one operator that a C function computes}}
func.func private @k0(%x: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"extern", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}
