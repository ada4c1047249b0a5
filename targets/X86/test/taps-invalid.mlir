// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s '--pith-lower-kernels=vector-bits=256 vector-registers=16' --split-input-file --verify-diagnostics

// expected-error @+1 {{the skeleton of row 'x86.taps256' computes several groups of channels}}
func.func private @k(%x: memref<1x1x4x8xf32>, %w: memref<1x1x8x8xf32>, %o: memref<1x1x4x8xf32>, %p: memref<1x1x4x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.taps256", cost = 1, tile = [4, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x1x4x8xf32> to tensor<1x1x4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x1x8x8xf32> to tensor<1x1x8x8xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [8, 1, 1, 8], order [1, 2, 3, 0]> : tensor<1x1x8x8xf32> -> tensor<8x1x1x8xf32>
  %s = pith.conv %xt, %wl strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 1 : i64}
       : tensor<1x1x4x8xf32>, tensor<8x1x1x8xf32> -> tensor<1x1x4x8xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<1x1x4x8xf32>, memref<1x1x4x8xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected a convolution of an image that is padded in memory}}
func.func private @k(%x: memref<1x1x4x8xf32>, %w: memref<1x1x1x8xf32>, %o: memref<1x3x6x8xf32>, %p: memref<1x3x6x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.taps256", cost = 1, tile = [4, 1]>, pith.items = 3 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x1x4x8xf32> to tensor<1x1x4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x1x1x8xf32> to tensor<1x1x1x8xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [8, 1, 1, 1], order [1, 2, 3, 0]> : tensor<1x1x1x8xf32> -> tensor<8x1x1x1xf32>
  %s = pith.conv %xt, %wl strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {groups = 8 : i64}
       : tensor<1x1x4x8xf32>, tensor<8x1x1x1xf32> -> tensor<1x3x6x8xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<1x3x6x8xf32>, memref<1x3x6x8xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected 1 items, the arguments begin, end and scratch, and vectors}}
func.func private @k(%x: memref<1x1x4x8xf32>, %w: memref<1x1x1x8xf32>, %o: memref<1x1x4x8xf32>, %p: memref<1x1x4x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.taps256", cost = 1, tile = [4, 1]>, pith.items = 4 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x1x4x8xf32> to tensor<1x1x4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x1x1x8xf32> to tensor<1x1x1x8xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [8, 1, 1, 1], order [1, 2, 3, 0]> : tensor<1x1x1x8xf32> -> tensor<8x1x1x1xf32>
  %s = pith.conv %xt, %wl strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 8 : i64}
       : tensor<1x1x4x8xf32>, tensor<8x1x1x1xf32> -> tensor<1x1x4x8xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<1x1x4x8xf32>, memref<1x1x4x8xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{the skeleton of row 'x86.taps256' has one result}}
func.func private @k(%x: memref<1x1x4x8xf32>, %w: memref<1x1x1x8xf32>, %o: memref<1x1x4x8xf32>, %p: memref<1x1x4x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.taps256", cost = 1, tile = [4, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x1x4x8xf32> to tensor<1x1x4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x1x1x8xf32> to tensor<1x1x1x8xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [8, 1, 1, 1], order [1, 2, 3, 0]> : tensor<1x1x1x8xf32> -> tensor<8x1x1x1xf32>
  %s = pith.conv %xt, %wl strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 8 : i64}
       : tensor<1x1x4x8xf32>, tensor<8x1x1x1xf32> -> tensor<1x1x4x8xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<1x1x4x8xf32>, memref<1x1x4x8xf32>) -> ()
  bufferization.materialize_in_destination %s in restrict writable %p : (tensor<1x1x4x8xf32>, memref<1x1x4x8xf32>) -> ()
  return
}
