// RUN: pith-opt %s --pith-drop-encodings | FileCheck %s

#block = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : compressed, j mod 4 : dense) }>

// The bytes and the counts stay.
// CHECK-NOT: sparse_tensor
// CHECK-LABEL: func @group
func.func @group(%x: tensor<5x8xi8>) -> tensor<5x2xi32> {
  // CHECK: pith.constant dense<{{\[\[}}1, 2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 3]]> : tensor<2x8xi8>
  %w = pith.constant dense<[[1, 2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 3]]> : tensor<2x8xi8, #block>
  // CHECK: pith.group(%{{.+}}, %{{.+}} : tensor<5x8xi8>, tensor<2x8xi8>)
  %r = pith.group(%x, %w : tensor<5x8xi8>, tensor<2x8xi8, #block>) -> (tensor<5x2xi32>) {
  ^bb0(%a: tensor<5x8xi8>, %b: tensor<2x8xi8, #block>):
    // CHECK: pith.matmul {{.*}} pith.sparsity = #pith.sparsity<block_1x4,
    %0 = pith.matmul %a, %b {transpose_rhs, accumulator = i32, pith.sparsity = #pith.sparsity<block_1x4, zeros 13 of 16, blocks_1x4 2 of 4, blocks_2x4 2 of 2, structured 2 of 4>}
         : tensor<5x8xi8>, tensor<2x8xi8, #block> -> tensor<5x2xi32>
    pith.yield %0 : tensor<5x2xi32>
  }
  return %r : tensor<5x2xi32>
}

// CHECK-LABEL: func @steps
func.func @steps() {
  // CHECK: pith.constant #pith.constant<w : tensor<8x2xi8>, [#pith.transpose<[1, 0]>]> : tensor<2x8xi8>
  %w = pith.constant #pith.constant<w : tensor<8x2xi8>, [#pith.transpose<[1, 0]>]> : tensor<2x8xi8, #block>
  // CHECK: arith.constant dense<0> : tensor<2x8xi8>
  %z = arith.constant dense<0> : tensor<2x8xi8, #block>
  return
}
