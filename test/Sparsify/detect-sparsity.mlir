// RUN: pith-opt %s --pith-detect-sparsity=min-elements=16 --pith-verify-sparsify --split-input-file | FileCheck %s

// Three blocks of nine are stored, in different places of neighbouring rows; the
// last of a row is short.
// CHECK: #[[$BLOCK:.+]] = #sparse_tensor.encoding<{ map = (d0, d1, d2, d3) -> (d0 : dense, d1 : dense, d2 : dense, d3 floordiv 4 : compressed, d3 mod 4 : dense) }>
// CHECK-LABEL: func @one_by_four
func.func @one_by_four(%x: tensor<1x2x2x10xi8>) -> tensor<1x2x2x3xi32> {
  // CHECK-NOT: arith.constant
  // CHECK: %[[W:.+]] = pith.constant dense<{{.*}}> : tensor<3x1x1x10xi8, #[[$BLOCK]]>
  // CHECK: pith.conv %{{.*}}, %[[W]]
  // CHECK-SAME: pith.sparsity = #pith.sparsity<block_1x4, zeros 22 of 30, blocks_1x4 3 of 9, blocks_2x4 3 of 6, structured 4 of 4>
  // CHECK-SAME: tensor<3x1x1x10xi8, #[[$BLOCK]]> -> tensor<1x2x2x3xi32>
  %w = arith.constant dense<[[[[1, 2, 0, 3, 0, 0, 0, 0, 0, 0]]], [[[0, 0, 0, 0, 4, 5, 6, 7, 0, 0]]], [[[0, 0, 0, 0, 0, 0, 0, 0, 0, 8]]]]> : tensor<3x1x1x10xi8>
  %r = pith.conv %x, %w strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {filter_signed, accumulator = i32}
       : tensor<1x2x2x10xi8>, tensor<3x1x1x10xi8> -> tensor<1x2x2x3xi32>
  return %r : tensor<1x2x2x3xi32>
}

// -----

// A zero point of 0 is none. Half of the taps are zero for both channels.
// CHECK: #[[$PAIR:.+]] = #sparse_tensor.encoding<{ map = (d0, d1, d2, d3) -> (d0 floordiv 2 : dense, d1 : dense, d2 : dense, d3 floordiv 4 : compressed, d0 mod 2 : dense, d3 mod 4 : dense) }>
// CHECK-LABEL: func @two_by_four
func.func @two_by_four(%x: tensor<1x2x3x4xi8>) -> tensor<1x2x2x2xi32> {
  // CHECK: #pith.sparsity<block_2x4, zeros 9 of 16, blocks_1x4 2 of 4, blocks_2x4 1 of 2, structured 4 of 4>
  // CHECK-SAME: tensor<2x1x2x4xi8, #[[$PAIR]]>
  %w = arith.constant dense<[[[[0, 0, 0, 0], [1, 2, 3, 4]]], [[[0, 0, 0, 0], [0, 7, 8, 9]]]]> : tensor<2x1x2x4xi8>
  %z = arith.constant dense<0> : tensor<2x1x1x1xi8>
  %r = pith.conv %x, %w filter_zero_point(%z : tensor<2x1x1x1xi8>) strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1]
       {filter_signed, accumulator = i32} : tensor<1x2x3x4xi8>, tensor<2x1x2x4xi8> -> tensor<1x2x2x2xi32>
  return %r : tensor<1x2x2x2xi32>
}

// -----

// Blocks lie along the summed dimension, whichever that is: here K is first.
// CHECK: #[[$BLOCK:.+]] = #sparse_tensor.encoding<{ map = (d0, d1) -> (d1 : dense, d0 floordiv 4 : compressed, d0 mod 4 : dense) }>
// CHECK-LABEL: func @matmul_of_codes
func.func @matmul_of_codes(%x: tensor<5x8xi8>) -> tensor<5x3xi32> {
  // CHECK: #pith.sparsity<block_1x4, zeros 18 of 24, blocks_1x4 3 of 6, blocks_2x4 3 of 4, structured 2 of 4>
  // CHECK-SAME: tensor<8x3xi8, #[[$BLOCK]]>
  %w = arith.constant dense<[[1, 0, 0], [2, 0, 0], [0, 0, 0], [0, 0, 0],
                             [0, 3, 0], [0, 4, 5], [0, 0, 6], [0, 0, 0]]> : tensor<8x3xi8>
  %r = pith.matmul %x, %w {rhs_signed, accumulator = i32} : tensor<5x8xi8>, tensor<8x3xi8> -> tensor<5x3xi32>
  return %r : tensor<5x3xi32>
}

// -----

// Two of every four; too many for any pattern of blocks.
// CHECK: #[[$HALF:.+]] = #sparse_tensor.encoding<{ map = (d0, d1) -> (d0 : dense, d1 floordiv 4 : dense, d1 mod 4 : structured[2, 4]) }>
// CHECK-LABEL: func @two_of_four
func.func @two_of_four(%x: tensor<5x8xf32>) -> tensor<5x2xf32> {
  // CHECK: pith.matmul
  // CHECK-NOT: absent_zeros
  // CHECK-SAME: #pith.sparsity<structured, zeros 8 of 16, blocks_1x4 4 of 4, blocks_2x4 2 of 2, structured 2 of 4>
  // CHECK-SAME: tensor<2x8xf32, #[[$HALF]]>
  %w = arith.constant dense<[[1.0, 0.0, 2.0, 0.0, 3.0, 4.0, 0.0, 0.0], [0.0, 1.0, 0.0, 2.0, 0.0, 0.0, 3.0, 4.0]]> : tensor<2x8xf32>
  %r = pith.matmul %x, %w {transpose_rhs} : tensor<5x8xf32>, tensor<2x8xf32> -> tensor<5x2xf32>
  return %r : tensor<5x2xf32>
}

// -----

// Four of eight is a structure too where two of four is none.
// CHECK: #[[$HALF:.+]] = #sparse_tensor.encoding<{ map = (d0, d1) -> (d0 : dense, d1 floordiv 8 : dense, d1 mod 8 : structured[4, 8]) }>
// CHECK-LABEL: func @four_of_eight
func.func @four_of_eight(%x: tensor<5x8xf32>) -> tensor<5x2xf32> {
  // CHECK: #pith.sparsity<structured, {{.*}}, structured 4 of 8>
  // CHECK-SAME: tensor<2x8xf32, #[[$HALF]]>
  %w = arith.constant dense<[[1.0, 2.0, 3.0, 0.0, 0.0, 4.0, 0.0, 0.0], [0.0, 1.0, 0.0, 2.0, 0.0, 0.0, 3.0, 4.0]]> : tensor<2x8xf32>
  %r = pith.matmul %x, %w {transpose_rhs} : tensor<5x8xf32>, tensor<2x8xf32> -> tensor<5x2xf32>
  return %r : tensor<5x2xf32>
}

// -----

// Zeros anywhere: minus zero is one. They are absent from the sum.
// CHECK: #[[$LIST:.+]] = #sparse_tensor.encoding<{ map = (d0, d1) -> (d0 : dense, d1 : compressed) }>
// CHECK-LABEL: func @anywhere
func.func @anywhere(%x: tensor<16x8xf32>) -> tensor<16x2xf32> {
  // CHECK: pith.matmul {{.*}} {absent_zeros, pith.exactness = "rounding", pith.sparsity = #pith.sparsity<unstructured, zeros 12 of 16, blocks_1x4 2 of 4, blocks_2x4 2 of 2, structured 3 of 8>
  // CHECK-SAME: tensor<2x8xf32, #[[$LIST]]>
  %w = arith.constant dense<[[1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, -0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0]]> : tensor<2x8xf32>
  %r = pith.matmul %x, %w {transpose_rhs} : tensor<16x8xf32>, tensor<2x8xf32> -> tensor<16x2xf32>
  return %r : tensor<16x2xf32>
}

// -----

// What a zero means stays where no list could be made use of: too few pixels,
// several taps, strides.
// CHECK-LABEL: func @not_pointwise
// CHECK-NOT: absent_zeros
// CHECK: return
func.func @not_pointwise(%x: tensor<15x8xf32>, %y: tensor<1x6x6x4xf32>) -> (tensor<15x2xf32>, tensor<1x5x6x2xf32>, tensor<1x3x3x4xf32>) {
  %w = arith.constant dense<[[1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, -0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0]]> : tensor<2x8xf32>
  %v = arith.constant dense<[[[[1.0, 0.0, 0.0, 0.0]], [[0.0, 0.0, 2.0, 0.0]]], [[[0.0, 0.0, 0.0, 3.0]], [[0.0, 0.0, 0.0, 4.0]]]]> : tensor<2x2x1x4xf32>
  %u = arith.constant dense<[[[[1.0, 0.0, 0.0, 0.0]]], [[[0.0, 0.0, 2.0, 0.0]]], [[[0.0, 0.0, 0.0, 3.0]]], [[[0.0, 0.0, 0.0, 4.0]]]]> : tensor<4x1x1x4xf32>
  %0 = pith.matmul %x, %w {transpose_rhs} : tensor<15x8xf32>, tensor<2x8xf32> -> tensor<15x2xf32>
  %1 = pith.conv %y, %v strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x6x6x4xf32>, tensor<2x2x1x4xf32> -> tensor<1x5x6x2xf32>
  %2 = pith.conv %y, %u strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x6x6x4xf32>, tensor<4x1x1x4xf32> -> tensor<1x3x3x4xf32>
  return %0, %1, %2 : tensor<15x2xf32>, tensor<1x5x6x2xf32>, tensor<1x3x3x4xf32>
}

// -----

// Counted, and not worth using: every block has a weight.
// CHECK-LABEL: func @not_worth_it
func.func @not_worth_it(%x: tensor<5x8xi8>) -> tensor<5x2xi32> {
  // CHECK: #pith.sparsity<dense, zeros 5 of 16, blocks_1x4 4 of 4, blocks_2x4 2 of 2, structured 4 of 4>
  // CHECK-SAME: tensor<2x8xi8> ->
  %w = arith.constant dense<[[1, 2, 3, 4, 0, 0, 0, 5], [1, 0, 2, 3, 4, 5, 0, 6]]> : tensor<2x8xi8>
  %r = pith.matmul %x, %w {rhs_signed, accumulator = i32, transpose_rhs} : tensor<5x8xi8>, tensor<2x8xi8> -> tensor<5x2xi32>
  return %r : tensor<5x2xi32>
}

// -----

// Too few zeros, too small, a zero that is another code, channels in groups, and
// weights that are no constants.
// CHECK-LABEL: func @left_alone
// CHECK-NOT: pith.sparsity
func.func @left_alone(%x: tensor<5x8xi8>, %y: tensor<1x2x2x16xi8>, %v: tensor<8x2xi8>)
    -> (tensor<5x2xi32>, tensor<5x1xi32>, tensor<5x2xi32>, tensor<1x2x2x2xi32>, tensor<5x2xi32>) {
  %few = arith.constant dense<[[1, 2, 3, 4, 0, 0, 0, 5], [1, 2, 2, 3, 4, 5, 6, 6]]> : tensor<2x8xi8>
  %small = arith.constant dense<[[0, 0, 0, 0, 0, 0, 0, 1]]> : tensor<1x8xi8>
  %many = arith.constant dense<[[0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 1]]> : tensor<2x8xi8>
  %z = arith.constant dense<1> : tensor<i8>
  %grouped = arith.constant dense<[[[[0, 0, 0, 0, 0, 0, 0, 1]]], [[[0, 0, 0, 0, 0, 0, 0, 1]]]]> : tensor<2x1x1x8xi8>
  %0 = pith.matmul %x, %few {accumulator = i32, transpose_rhs} : tensor<5x8xi8>, tensor<2x8xi8> -> tensor<5x2xi32>
  %1 = pith.matmul %x, %small {accumulator = i32, transpose_rhs} : tensor<5x8xi8>, tensor<1x8xi8> -> tensor<5x1xi32>
  %2 = pith.matmul %x, %many rhs_zero_point(%z : tensor<i8>) {accumulator = i32, transpose_rhs} : tensor<5x8xi8>, tensor<2x8xi8> -> tensor<5x2xi32>
  %3 = pith.conv %y, %grouped strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {accumulator = i32, groups = 2 : i64}
       : tensor<1x2x2x16xi8>, tensor<2x1x1x8xi8> -> tensor<1x2x2x2xi32>
  %4 = pith.matmul %x, %v {accumulator = i32} : tensor<5x8xi8>, tensor<8x2xi8> -> tensor<5x2xi32>
  return %0, %1, %2, %3, %4 : tensor<5x2xi32>, tensor<5x1xi32>, tensor<5x2xi32>, tensor<1x2x2x2xi32>, tensor<5x2xi32>
}

// -----

// Two products of the same weights share them; who reads them otherwise has them
// as they were.
// CHECK-LABEL: func @shared
func.func @shared(%x: tensor<5x8xi8>, %y: tensor<3x8xi8>) -> (tensor<5x2xi32>, tensor<3x2xi32>, tensor<2x8xi8>) {
  // CHECK-DAG: %[[PLAIN:.+]] = arith.constant dense<{{.*}}> : tensor<2x8xi8>
  // CHECK-DAG: %[[W:.+]] = pith.constant dense<{{.*}}> : tensor<2x8xi8, #{{.*}}>
  // CHECK: pith.matmul %{{.*}}, %[[W]]
  // CHECK: pith.matmul %{{.*}}, %[[W]]
  // CHECK: return %{{.*}}, %{{.*}}, %[[PLAIN]]
  %w = arith.constant dense<[[0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 1]]> : tensor<2x8xi8>
  %0 = pith.matmul %x, %w {accumulator = i32, transpose_rhs} : tensor<5x8xi8>, tensor<2x8xi8> -> tensor<5x2xi32>
  %1 = pith.matmul %y, %w {accumulator = i32, transpose_rhs} : tensor<3x8xi8>, tensor<2x8xi8> -> tensor<3x2xi32>
  return %0, %1, %w : tensor<5x2xi32>, tensor<3x2xi32>, tensor<2x8xi8>
}

// -----

// Without the bytes nothing is known.
// CHECK-LABEL: func @not_loaded
func.func @not_loaded(%x: tensor<5x8xi8>) -> tensor<5x2xi32> {
  // CHECK-NOT: pith.sparsity
  %w = pith.constant #pith.constant<elsewhere : tensor<2x8xi8>> : tensor<2x8xi8>
  %r = pith.matmul %x, %w {accumulator = i32, transpose_rhs} : tensor<5x8xi8>, tensor<2x8xi8> -> tensor<5x2xi32>
  return %r : tensor<5x2xi32>
}

// -----

// Through the steps of a large constant: the file has K x N, the product N x K.
// CHECK-LABEL: func @behind_steps
func.func @behind_steps(%x: tensor<5x8xi8>) -> tensor<5x2xi32> {
  // CHECK: %{{.+}} = pith.constant #pith.constant<w_77 : tensor<8x2xi8>, [#pith.transpose<[1, 0]>]> : tensor<2x8xi8, #{{.*}}>
  // CHECK: #pith.sparsity<block_2x4, zeros 10 of 16, blocks_1x4 2 of 4, blocks_2x4 1 of 2, structured 3 of 8>
  %w = pith.constant #pith.constant<w_77 : tensor<8x2xi8>, [#pith.transpose<[1, 0]>]> : tensor<2x8xi8>
  %r = pith.matmul %x, %w {accumulator = i32, transpose_rhs} : tensor<5x8xi8>, tensor<2x8xi8> -> tensor<5x2xi32>
  return %r : tensor<5x2xi32>
}

{-#
  dialect_resources: {
    pith: {
      w_77: "0x0100000001020304050600000000000000000000"
    }
  }
#-}
