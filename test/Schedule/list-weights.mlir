// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-test-schedule %s --pith-list-weights | FileCheck %s

// Where the lists of both channels begin, and the last one ends; then for each block the
// offset of its word in the left side, and its four bytes.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "">} {
// CHECK-LABEL: func @blocks
// CHECK-SAME: (%[[X:.+]]: tensor<16x8xi8>)
func.func @blocks(%x: tensor<16x8xi8>) -> tensor<16x2xi32> {
  // CHECK: %[[L:.+]] = pith.constant dense<[3, 5, 7, 16, 67305985, 0, 134678021]> : tensor<7xi32>
  // CHECK: pith.group(%[[X]], %[[L]] :
  // CHECK: %[[W:.+]] = pith.from_lists %{{.+}} block_1x4 stride 16
  // CHECK: pith.matmul %{{.+}}, %[[W]]
  %w = pith.constant dense<[[0, 5], [0, 6], [0, 7], [0, 8], [1, 0], [2, 0], [3, 0], [4, 0]]> : tensor<8x2xi8>
  %r = pith.group(%x, %w : tensor<16x8xi8>, tensor<8x2xi8>) kernel <"test.lists", cost = 1> -> (tensor<16x2xi32>) {
  ^bb0(%a: tensor<16x8xi8>, %b: tensor<8x2xi8>):
    %0 = pith.matmul %a, %b {rhs_signed, accumulator = i32, pith.sparsity = #pith.sparsity<block_1x4, zeros 8 of 16, blocks_1x4 2 of 4, blocks_2x4 2 of 2, structured 4 of 4>} : tensor<16x8xi8>, tensor<8x2xi8> -> tensor<16x2xi32>
    pith.yield %0 : tensor<16x2xi32>
  }
  return %r : tensor<16x2xi32>
}
}
