// RUN: pith-opt %s --split-input-file --verify-diagnostics

func.func @f(%x: tensor<1x8x4xi8>, %w: tensor<8x3x4xi8>) {
  // expected-error @+2 {{expected absent_zeros on floats only [conv_c10]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w strides [1] pad [0] to [0] dilations [1] {absent_zeros, accumulator = i32} : tensor<1x8x4xi8>, tensor<8x3x4xi8> -> tensor<1x6x8xi32>
  return
}

// -----

func.func @f(%a: tensor<3x4xi8>, %b: tensor<4x6xi8>) {
  // expected-error @+2 {{expected absent_zeros on floats only [matmul_c8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.matmul %a, %b {absent_zeros, accumulator = i32} : tensor<3x4xi8>, tensor<4x6xi8> -> tensor<3x6xi32>
  return
}

// -----

// expected-error @+1 {{expected zeros between 0 and 64, got 65 [sparsity_attr_c1]}}
#counts = #pith.sparsity<block_1x4, zeros 65 of 64, blocks_1x4 4 of 16, blocks_2x4 3 of 8, structured 4 of 4>

// -----

func.func @f(%l: tensor<9xi32>) {
  // expected-error @+1 {{'pith.from_lists' op expected a pattern unstructured on 32 bits, or block_1x4 or block_2x4 on bytes [from_lists_c1]}}
  %w = pith.from_lists %l block_1x4 stride 16 : tensor<9xi32> -> tensor<8x4xf32>
  return
}

// -----

func.func @f(%l: tensor<9xi32>) {
  // expected-error @+1 {{'pith.from_lists' op expected a pattern unstructured}}
  %w = pith.from_lists %l structured stride 16 : tensor<9xi32> -> tensor<8x4xi8>
  return
}

// -----

// Six output channels are three pairs, of which each has a begin, and the last an end.
func.func @f(%l: tensor<3xi32>) {
  // expected-error @+1 {{expected more than 3 entries, got 'tensor<3xi32>' [from_lists_c2]}}
  %w = pith.from_lists %l block_2x4 stride 16 {transposed} : tensor<3xi32> -> tensor<6x1x8xi8>
  return
}

// -----

func.func @f(%l: tensor<9xi32>) {
  // expected-error @+1 {{expected weights of output and input channels only, got 'tensor<6x3x8xi8>' [from_lists_c3]}}
  %w = pith.from_lists %l block_1x4 stride 16 {transposed} : tensor<9xi32> -> tensor<6x3x8xi8>
  return
}
