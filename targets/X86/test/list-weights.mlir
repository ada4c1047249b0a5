// RUN: pith-opt %s --split-input-file --pith-form-groups --pith-select-kernels --pith-list-weights | FileCheck %s

// Two channels share their blocks: words 1 and 3 of four, at offsets of 16 pixels each.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx2,+avx512bw,+avx512vl,+avx512vnni,+fma">} {
  // CHECK-LABEL: func @pairs
  func.func @pairs(%x: tensor<1x4x4x16xi8>, %m: tensor<1x4x4x4xi32>) -> tensor<1x4x4x4xi32> {
    // CHECK: pith.constant dense<[3, 9, 9, 16, 67305985, 8, 48, 0, 117440512]> : tensor<9xi32>
    // CHECK: kernel <"x86.sparse.2x4", cost = {{[0-9]+}}, tile = [2, 1], rejected = [{{.*}}"x86.vnni512: costs more than x86.sparse.2x4", {{.*}}"x86.sparse.1x4: needs 1x4 weights"
    // CHECK: pith.from_lists %{{.+}} block_2x4 stride 16 {transposed} : tensor<9xi32> -> tensor<4x1x1x16xi8>
    %w = pith.constant dense<[[[[0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]]], [[[0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]]],
                              [[[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]], [[[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]]]> : tensor<4x1x1x16xi8>
    %r = pith.conv %x, %w strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1]
         {filter_signed, accumulator = i32, pith.sparsity = #pith.sparsity<block_2x4, zeros 58 of 64, blocks_1x4 3 of 16, blocks_2x4 2 of 8, structured 4 of 4>}
         : tensor<1x4x4x16xi8>, tensor<4x1x1x16xi8> -> tensor<1x4x4x4xi32>
    return %r : tensor<1x4x4x4xi32>
  }
}

// -----

// Minus zero is no weight; K is first; offsets count pixels, of which there are 17.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx2,+avx512bw,+avx512vl,+avx512vnni,+fma">} {
  // CHECK-LABEL: func @numbers
  func.func @numbers(%x: tensor<17x3xf32>) -> tensor<17x2xf32> {
    // CHECK: pith.constant dense<[3, 5, 7, 0, 1065353216, 34, 1073741824]> : tensor<7xi32>
    // CHECK: kernel <"x86.sparse.f32x512", {{.*}}"x86.fma512: multiplies by zeros that are absent"
    // CHECK: pith.from_lists %{{.+}} unstructured stride 17 : tensor<7xi32> -> tensor<3x2xf32>
    %w = pith.constant dense<[[1.0, 0.0], [-0.0, 0.0], [0.0, 2.0]]> : tensor<3x2xf32>
    %r = pith.matmul %x, %w {absent_zeros, pith.sparsity = #pith.sparsity<unstructured, zeros 4 of 6, blocks_1x4 2 of 2, blocks_2x4 1 of 1, structured 4 of 4>}
         : tensor<17x3xf32>, tensor<3x2xf32> -> tensor<17x2xf32>
    return %r : tensor<17x2xf32>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx2,+avx512bw,+avx512vl,+avx512vnni,+fma">} {
  // CHECK-LABEL: func @not_taken
  func.func @not_taken(%x: tensor<1x4x4x16xi8>, %y: tensor<1x3x3x16xi8>)
      -> (tensor<1x2x4x2xi32>, tensor<1x3x3x2xi32>) {
    %w = pith.constant dense<0> : tensor<2x3x1x16xi8>
    %v = pith.constant dense<0> : tensor<2x1x1x16xi8>
    // CHECK: kernel <"x86.vnni512", {{.*}}"x86.sparse.2x4: takes filters of one tap, without strides and padding"
    %0 = pith.conv %x, %w strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1]
         {filter_signed, accumulator = i32, pith.sparsity = #pith.sparsity<block_2x4, zeros 96 of 96, blocks_1x4 0 of 24, blocks_2x4 0 of 12, structured 0 of 4>}
         : tensor<1x4x4x16xi8>, tensor<2x3x1x16xi8> -> tensor<1x2x4x2xi32>
    // CHECK: kernel <"x86.vnni512", {{.*}}"x86.sparse.2x4: takes at least 16 pixels"
    %1 = pith.conv %y, %v strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1]
         {filter_signed, accumulator = i32, pith.sparsity = #pith.sparsity<block_2x4, zeros 32 of 32, blocks_1x4 0 of 8, blocks_2x4 0 of 4, structured 0 of 4>}
         : tensor<1x3x3x16xi8>, tensor<2x1x1x16xi8> -> tensor<1x3x3x2xi32>
    return %0, %1 : tensor<1x2x4x2xi32>, tensor<1x3x3x2xi32>
  }
}

// -----

// What the CPU lacks.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64", features = "">} {
  // CHECK-LABEL: func @baseline
  func.func @baseline(%x: tensor<17x8xi8>) -> tensor<17x2xi32> {
    %u = pith.constant dense<0> : tensor<2x8xi8>
    // CHECK: kernel <"x86.words128", {{.*}}"x86.sparse.2x4: needs +avx512vnni"
    %0 = pith.matmul %x, %u {rhs_signed, transpose_rhs, accumulator = i32, pith.sparsity = #pith.sparsity<block_2x4, zeros 16 of 16, blocks_1x4 0 of 4, blocks_2x4 0 of 2, structured 0 of 4>}
         : tensor<17x8xi8>, tensor<2x8xi8> -> tensor<17x2xi32>
    return %0 : tensor<17x2xi32>
  }
}
