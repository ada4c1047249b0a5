// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels --split-input-file --verify-diagnostics

// The image is not in planes.
// expected-error @+1 {{expected the left side of a product in the layout #pith.layout<pad [0, 0] to [0, 0], shape [16, 2, 4], order [1, 0, 2]>, got none}}
func.func private @k(%x: memref<16x8xi8>, %l: memref<7xi32>, %o: memref<16x2xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.sparse.1x4", cost = 1, tile = [1, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<16x8xi8> to tensor<16x8xi8>
  %lt = bufferization.to_tensor %l restrict : memref<7xi32> to tensor<7xi32>
  %w = pith.from_lists %lt block_1x4 stride 16 {transposed} : tensor<7xi32> -> tensor<2x8xi8>
  %s = pith.matmul %xt, %w {accumulator = i32, rhs_signed, transpose_rhs} : tensor<16x8xi8>, tensor<2x8xi8> -> tensor<16x2xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<16x2xi32>, memref<16x2xi32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected lists of stride 16, got 32}}
func.func private @k(%x: memref<16x8xi8>, %l: memref<7xi32>, %o: memref<16x2xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.sparse.1x4", cost = 1, tile = [1, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<16x8xi8> to tensor<16x8xi8>
  %lt = bufferization.to_tensor %l restrict : memref<7xi32> to tensor<7xi32>
  %w = pith.from_lists %lt block_1x4 stride 32 {transposed} : tensor<7xi32> -> tensor<2x8xi8>
  %s = pith.matmul %xt, %w {accumulator = i32, rhs_signed, transpose_rhs} : tensor<16x8xi8>, tensor<2x8xi8> -> tensor<16x2xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<16x2xi32>, memref<16x2xi32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected a kernel with a tile, and the arguments begin, end and scratch}}
func.func private @k(%x: memref<16x8xi8>, %l: memref<7xi32>, %o: memref<16x2xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.sparse.1x4", cost = 1>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<16x8xi8> to tensor<16x8xi8>
  %lt = bufferization.to_tensor %l restrict : memref<7xi32> to tensor<7xi32>
  %w = pith.from_lists %lt block_1x4 stride 16 {transposed} : tensor<7xi32> -> tensor<2x8xi8>
  %s = pith.matmul %xt, %w {accumulator = i32, rhs_signed, transpose_rhs} : tensor<16x8xi8>, tensor<2x8xi8> -> tensor<16x2xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<16x2xi32>, memref<16x2xi32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected 1 items, at least one}}
func.func private @k(%x: memref<16x8xi8>, %l: memref<7xi32>, %o: memref<16x2xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.sparse.1x4", cost = 1, tile = [1, 1]>, pith.items = 2 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<16x8xi8> to tensor<16x8xi8>
  %lt = bufferization.to_tensor %l restrict : memref<7xi32> to tensor<7xi32>
  %w = pith.from_lists %lt block_1x4 stride 16 {transposed} : tensor<7xi32> -> tensor<2x8xi8>
  %s = pith.matmul %xt, %w {accumulator = i32, rhs_signed, transpose_rhs} : tensor<16x8xi8>, tensor<2x8xi8> -> tensor<16x2xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<16x2xi32>, memref<16x2xi32>) -> ()
  return
}

// -----

// Weights that are all there.
// expected-error @+1 {{expected a product of listed weights}}
func.func private @k(%x: memref<16x8xi8>, %w: memref<2x8xi8>, %o: memref<16x2xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.sparse.1x4", cost = 1, tile = [1, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<16x8xi8> to tensor<16x8xi8>
  %wt = bufferization.to_tensor %w restrict : memref<2x8xi8> to tensor<2x8xi8>
  %s = pith.matmul %xt, %wt {accumulator = i32, rhs_signed, transpose_rhs} : tensor<16x8xi8>, tensor<2x8xi8> -> tensor<16x2xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<16x2xi32>, memref<16x2xi32>) -> ()
  return
}

// -----

// The result in a layout that is no planes.
// expected-error @+1 {{expected the result in the layout #pith.layout<pad [0, 0] to [0, 0], shape [16, 2, 1], order [1, 0, 2]>, got #pith.layout<pad [0, 0] to [0, 0], shape [16, 2], order [1, 0]>}}
func.func private @k(%x: memref<2x16x4xi8>, %l: memref<7xi32>, %o: memref<2x16xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.sparse.1x4", cost = 1, tile = [1, 1]>, pith.items = 1 : i64} {
  %xs = bufferization.to_tensor %x restrict : memref<2x16x4xi8> to tensor<2x16x4xi8>
  %xt = pith.from_layout %xs layout <pad [0, 0] to [0, 0], shape [16, 2, 4], order [1, 0, 2]> : tensor<2x16x4xi8> -> tensor<16x8xi8>
  %lt = bufferization.to_tensor %l restrict : memref<7xi32> to tensor<7xi32>
  %w = pith.from_lists %lt block_1x4 stride 16 {transposed} : tensor<7xi32> -> tensor<2x8xi8>
  %s = pith.matmul %xt, %w {accumulator = i32, rhs_signed, transpose_rhs} : tensor<16x8xi8>, tensor<2x8xi8> -> tensor<16x2xi32>
  %p = pith.to_layout %s layout <pad [0, 0] to [0, 0], shape [16, 2], order [1, 0]> : tensor<16x2xi32> -> tensor<2x16xi32>
  bufferization.materialize_in_destination %p in restrict writable %o : (tensor<2x16xi32>, memref<2x16xi32>) -> ()
  return
}

// -----

// Only words are turned.
// expected-error @+1 {{expected a matrix that the skeleton of row 'x86.turn' turns, its lines of squares as items}}
func.func private @k(%x: memref<16x8xi8>, %o: memref<8x16xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.turn", cost = 1>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<16x8xi8> to tensor<16x8xi8>
  %p = pith.to_layout %xt layout <pad [0, 0] to [0, 0], shape [16, 8], order [1, 0]> : tensor<16x8xi8> -> tensor<8x16xi8>
  bufferization.materialize_in_destination %p in restrict writable %o : (tensor<8x16xi8>, memref<8x16xi8>) -> ()
  return
}

// -----

// expected-error @+1 {{expected one result, in memory}}
func.func private @k(%x: memref<16x8xi32>, %o: memref<8x16xi32>, %p: memref<8x16xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.turn", cost = 1>, pith.items = 16 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<16x8xi32> to tensor<16x8xi32>
  %e = tensor.empty() : tensor<8x16xi32>
  %t = linalg.transpose ins(%xt : tensor<16x8xi32>) outs(%e : tensor<8x16xi32>) permutation = [1, 0]
  bufferization.materialize_in_destination %t in restrict writable %o : (tensor<8x16xi32>, memref<8x16xi32>) -> ()
  bufferization.materialize_in_destination %t in restrict writable %p : (tensor<8x16xi32>, memref<8x16xi32>) -> ()
  return
}
