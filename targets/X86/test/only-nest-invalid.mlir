// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels=only-nest --split-input-file --verify-diagnostics

func.func private @k(%x: memref<16x8xi8>, %l: memref<7xi32>, %o: memref<16x2xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.sparse.1x4", cost = 1, tile = [1, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<16x8xi8> to tensor<16x8xi8>
  %lt = bufferization.to_tensor %l restrict : memref<7xi32> to tensor<7xi32>
  // expected-note @+2 {{select kernels without that row: without=x86.sparse.1x4}}
  // expected-error @+1 {{expected weights that a loop nest reads, got lists, which only the skeleton of row 'x86.sparse.1x4' does}}
  %w = pith.from_lists %lt block_1x4 stride 16 {transposed} : tensor<7xi32> -> tensor<2x8xi8>
  %s = pith.matmul %xt, %w {accumulator = i32, rhs_signed, transpose_rhs} : tensor<16x8xi8>, tensor<2x8xi8> -> tensor<16x2xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<16x2xi32>, memref<16x2xi32>) -> ()
  return
}

// -----

func.func private @k(%x: memref<4x16xi8>, %w: memref<32x8xi8>, %p: memref<32xi32>, %c: memref<1x8x6xi32>, %o: memref<4x2xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.pairs256", cost = 1, tile = [1, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x16xi8> to tensor<4x16xi8>
  %wt = bufferization.to_tensor %w restrict : memref<32x8xi8> to tensor<32x8xi8>
  %pt = bufferization.to_tensor %p restrict : memref<32xi32> to tensor<32xi32>
  %ct = bufferization.to_tensor %c restrict : memref<1x8x6xi32> to tensor<1x8x6xi32>
  // expected-note @+2 {{select kernels without that row: without=x86.pairs256}}
  // expected-error @+1 {{got lists, which only the skeleton of row 'x86.pairs256' does}}
  %r = pith.from_pair_sums %wt at %pt counts %ct pitch 16 : tensor<32x8xi8>, tensor<32xi32>, tensor<1x8x6xi32> -> tensor<16x2xi8>
  %s = pith.matmul %xt, %r {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x2xi32>, memref<4x2xi32>) -> ()
  return
}
