// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels --split-input-file --verify-diagnostics

// expected-error @+1 {{the skeleton of row 'x86.fma256' does not fuse this work behind the product}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<1x8x2x8x1xf32>, %o: memref<64xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [6, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x2x8x1xf32> to tensor<1x8x2x8x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x2x8x1xf32> -> tensor<8x16xf32>
  %s = pith.matmul %xt, %wl : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  %n = tensor.collapse_shape %s [[0, 1]] : tensor<4x16xf32> into tensor<64xf32>
  bufferization.materialize_in_destination %n in restrict writable %o : (tensor<64xf32>, memref<64xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{the skeleton of row 'x86.fma256' does not fuse this work in front of the product}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<1x8x2x8x1xf32>, %o: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [6, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x2x8x1xf32> to tensor<1x8x2x8x1xf32>
  %n = pith.map (%xt : tensor<4x8xf32>) -> tensor<4x8xf32> {
  ^bb0(%e: f32):
    %f = arith.negf %e : f32
    pith.yield %f : f32
  }
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x2x8x1xf32> -> tensor<8x16xf32>
  %s = pith.matmul %n, %wl : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected a kernel with a tile of rows and columns, items, and the arguments begin, end and scratch}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<1x8x2x8x1xf32>, %o: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x2x8x1xf32> to tensor<1x8x2x8x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x2x8x1xf32> -> tensor<8x16xf32>
  %s = pith.matmul %xt, %wl : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected 1 items, got 4}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<1x8x2x8x1xf32>, %o: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [6, 2]>, pith.items = 4 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x2x8x1xf32> to tensor<1x8x2x8x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x2x8x1xf32> -> tensor<8x16xf32>
  %s = pith.matmul %xt, %wl : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected the right side of a product in the layout #pith.layout<pad [0, 0] to [0, 0], shape [8, 1, 2, 1, 8], order [2, 0, 3, 4, 1]>, got #pith.layout<pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]>}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<1x8x2x8x1xf32>, %o: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [12, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x2x8x1xf32> to tensor<1x8x2x8x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x2x8x1xf32> -> tensor<8x16xf32>
  %s = pith.matmul %xt, %wl : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected the bias in the layout #pith.layout<pad [0] to [0], shape [1, 2, 8], order [0, 1, 2]>, got none}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<1x8x2x8x1xf32>, %b: memref<16xf32>, %o: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [6, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x2x8x1xf32> to tensor<1x8x2x8x1xf32>
  %bt = bufferization.to_tensor %b restrict : memref<16xf32> to tensor<16xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x2x8x1xf32> -> tensor<8x16xf32>
  %s = pith.matmul %xt, %wl bias(%bt : tensor<16xf32>) : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected the left side of a product as it is, or padded, got #pith.layout<pad [0, 0] to [0, 0], shape [4, 8], order [1, 0]>}}
func.func private @k(%x: memref<8x4xf32>, %w: memref<1x8x2x8x1xf32>, %o: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [6, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<8x4xf32> to tensor<8x4xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x2x8x1xf32> to tensor<1x8x2x8x1xf32>
  %xl = pith.from_layout %xt layout <pad [0, 0] to [0, 0], shape [4, 8], order [1, 0]> : tensor<8x4xf32> -> tensor<4x8xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x2x8x1xf32> -> tensor<8x16xf32>
  %s = pith.matmul %xl, %wl : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected the operands of a product in memory, as they are or in a layout}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<1x8x2x8x1xf32>, %o: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [6, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x2x8x1xf32> to tensor<1x8x2x8x1xf32>
  %c = arith.constant dense<1.0> : tensor<4x8xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x2x8x1xf32> -> tensor<8x16xf32>
  %s = pith.matmul %c, %wl : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}

// -----

// 9 codes are read as 12.
// expected-error @+1 {{expected at least 39 elements on the left side, got 36}}
func.func private @k(%x: memref<4x9xi8>, %w: memref<1x3x1x4x4x4xi8>, %o: memref<4x16xi8>, %m: memref<f32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.vnni512", cost = 1, tile = [28, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x9xi8> to tensor<4x9xi8>
  %wt = bufferization.to_tensor %w restrict : memref<1x3x1x4x4x4xi8> to tensor<1x3x1x4x4x4xi8>
  %mt = bufferization.to_tensor %m restrict : memref<f32> to tensor<f32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [3, 0], shape [3, 4, 1, 4, 1, 4], order [2, 0, 4, 3, 5, 1]> : tensor<1x3x1x4x4x4xi8> -> tensor<9x16xi8>
  %s = pith.matmul %xt, %wl {rhs_signed, accumulator = i32} : tensor<4x9xi8>, tensor<9x16xi8> -> tensor<4x16xi32>
  %q = pith.requantize %s scale(%mt : tensor<f32>) : tensor<4x16xi32> -> tensor<4x16xi8>
  bufferization.materialize_in_destination %q in restrict writable %o : (tensor<4x16xi8>, memref<4x16xi8>) -> ()
  return
}

// -----

// expected-error @+1 {{expected a convolution of an image that is padded in memory}}
func.func private @k(%x: memref<1x4x8xf32>, %w: memref<1x8x1x8x1xf32>, %o: memref<1x6x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [12, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x4x8xf32> to tensor<1x4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x1x8x1xf32> to tensor<1x8x1x8x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0] to [0, 0, 0], shape [1, 1, 8, 8, 1], order [0, 3, 1, 2, 4]> : tensor<1x8x1x8x1xf32> -> tensor<8x1x8xf32>
  %s = pith.conv %xt, %wl strides [1] pad [1] to [1] dilations [1] : tensor<1x4x8xf32>, tensor<8x1x8xf32> -> tensor<1x6x8xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<1x6x8xf32>, memref<1x6x8xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{the skeleton of row 'x86.fma256' has one result}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<1x8x1x8x1xf32>, %o: memref<4x8xf32>, %p: memref<4x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [12, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x1x8x1xf32> to tensor<1x8x1x8x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 1, 8], order [2, 0, 3, 4, 1]> : tensor<1x8x1x8x1xf32> -> tensor<8x8xf32>
  %s = pith.matmul %xt, %wl : tensor<4x8xf32>, tensor<8x8xf32> -> tensor<4x8xf32>
  bufferization.materialize_in_destination %xt in restrict writable %p : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<4x8xf32>, memref<4x8xf32>) -> ()
  return
}

// -----

// expected-error @+1 {{expected signed codes of 4 bits, in blocks with a scale each, where weights are decoded}}
func.func private @k(%x: memref<4x8xf32>, %w: memref<8x16xi8>, %s: memref<16xf32>, %o: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.nibbles.fma256", cost = 1, tile = [3, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<4x8xf32> to tensor<4x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<8x16xi8> to tensor<8x16xi8>
  %st = bufferization.to_tensor %s restrict : memref<16xf32> to tensor<16xf32>
  %d = pith.dequantize %wt scale(%st : tensor<16xf32>) : tensor<8x16xi8> -> tensor<8x16xf32>
  %r = pith.matmul %xt, %d : tensor<4x8xf32>, tensor<8x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %r in restrict writable %o : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}
