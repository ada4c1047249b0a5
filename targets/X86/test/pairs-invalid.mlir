// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels --split-input-file --verify-diagnostics

// expected-error @+1 {{the skeleton of row 'x86.pairs256' makes bytes of its sums}}
func.func private @k(%x: memref<4x16xi8>, %w: memref<32x8xi8>, %p: memref<32xi32>, %c: memref<1x8x6xi32>, %m: memref<f32>, %o: memref<4x2xi32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.pairs256", cost = 1, tile = [1, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x16xi8> to tensor<4x16xi8>
  %mt = bufferization.to_tensor %m restrict : memref<f32> to tensor<f32>
  %wt = bufferization.to_tensor %w restrict : memref<32x8xi8> to tensor<32x8xi8>
  %pt = bufferization.to_tensor %p restrict : memref<32xi32> to tensor<32xi32>
  %ct = bufferization.to_tensor %c restrict : memref<1x8x6xi32> to tensor<1x8x6xi32>
  %r = pith.from_pair_sums %wt at %pt counts %ct pitch 16 : tensor<32x8xi8>, tensor<32xi32>, tensor<1x8x6xi32> -> tensor<16x2xi8>
  %s = pith.matmul %xt, %r {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x2xi32>, memref<4x2xi32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected weights as lists that are proved}}
func.func private @k(%x: memref<4x16xi8>, %w: memref<16x2xi8>, %p: memref<32xi32>, %c: memref<1x8x6xi32>, %m: memref<f32>, %o: memref<4x2xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.pairs256", cost = 1, tile = [1, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x16xi8> to tensor<4x16xi8>
  %mt = bufferization.to_tensor %m restrict : memref<f32> to tensor<f32>
  %wt = bufferization.to_tensor %w restrict : memref<16x2xi8> to tensor<16x2xi8>
  %s = pith.matmul %xt, %wt {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
  %q = pith.requantize %s scale(%mt : tensor<f32>) : tensor<4x2xi32> -> tensor<4x2xi8>
  bufferization.materialize_in_destination %q in restrict writable %o : (tensor<4x2xi8>, memref<4x2xi8>) -> ()
  return
}

// -----

// expected-error @+1 {{expected a kernel with a tile of vectors and channels, items, and the arguments begin, end and scratch}}
func.func private @k(%x: memref<4x16xi8>, %w: memref<32x8xi8>, %p: memref<32xi32>, %c: memref<1x8x6xi32>, %m: memref<f32>, %o: memref<4x2xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.pairs256", cost = 1, tile = [1, 3]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x16xi8> to tensor<4x16xi8>
  %mt = bufferization.to_tensor %m restrict : memref<f32> to tensor<f32>
  %wt = bufferization.to_tensor %w restrict : memref<32x8xi8> to tensor<32x8xi8>
  %pt = bufferization.to_tensor %p restrict : memref<32xi32> to tensor<32xi32>
  %ct = bufferization.to_tensor %c restrict : memref<1x8x6xi32> to tensor<1x8x6xi32>
  %r = pith.from_pair_sums %wt at %pt counts %ct pitch 16 : tensor<32x8xi8>, tensor<32xi32>, tensor<1x8x6xi32> -> tensor<16x2xi8>
  %s = pith.matmul %xt, %r {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
  %q = pith.requantize %s scale(%mt : tensor<f32>) : tensor<4x2xi32> -> tensor<4x2xi8>
  bufferization.materialize_in_destination %q in restrict writable %o : (tensor<4x2xi8>, memref<4x2xi8>) -> ()
  return
}

// -----

// expected-error @+1 {{expected lists with the pitch 16 for 1 parts and 8 panels}}
func.func private @k(%x: memref<4x16xi8>, %w: memref<32x8xi8>, %p: memref<32xi32>, %c: memref<1x8x6xi32>, %m: memref<f32>, %o: memref<4x2xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.pairs256", cost = 1, tile = [1, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x16xi8> to tensor<4x16xi8>
  %mt = bufferization.to_tensor %m restrict : memref<f32> to tensor<f32>
  %wt = bufferization.to_tensor %w restrict : memref<32x8xi8> to tensor<32x8xi8>
  %pt = bufferization.to_tensor %p restrict : memref<32xi32> to tensor<32xi32>
  %ct = bufferization.to_tensor %c restrict : memref<1x8x6xi32> to tensor<1x8x6xi32>
  %r = pith.from_pair_sums %wt at %pt counts %ct pitch 32 : tensor<32x8xi8>, tensor<32xi32>, tensor<1x8x6xi32> -> tensor<16x2xi8>
  %s = pith.matmul %xt, %r {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
  %q = pith.requantize %s scale(%mt : tensor<f32>) : tensor<4x2xi32> -> tensor<4x2xi8>
  bufferization.materialize_in_destination %q in restrict writable %o : (tensor<4x2xi8>, memref<4x2xi8>) -> ()
  return
}

// -----

// expected-error @+1 {{expected 1 items, got 2}}
func.func private @k(%x: memref<4x16xi8>, %w: memref<32x8xi8>, %p: memref<32xi32>, %c: memref<1x8x6xi32>, %m: memref<f32>, %o: memref<4x2xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.pairs256", cost = 1, tile = [1, 2]>, pith.items = 2 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x16xi8> to tensor<4x16xi8>
  %mt = bufferization.to_tensor %m restrict : memref<f32> to tensor<f32>
  %wt = bufferization.to_tensor %w restrict : memref<32x8xi8> to tensor<32x8xi8>
  %pt = bufferization.to_tensor %p restrict : memref<32xi32> to tensor<32xi32>
  %ct = bufferization.to_tensor %c restrict : memref<1x8x6xi32> to tensor<1x8x6xi32>
  %r = pith.from_pair_sums %wt at %pt counts %ct pitch 16 : tensor<32x8xi8>, tensor<32xi32>, tensor<1x8x6xi32> -> tensor<16x2xi8>
  %s = pith.matmul %xt, %r {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
  %q = pith.requantize %s scale(%mt : tensor<f32>) : tensor<4x2xi32> -> tensor<4x2xi8>
  bufferization.materialize_in_destination %q in restrict writable %o : (tensor<4x2xi8>, memref<4x2xi8>) -> ()
  return
}
