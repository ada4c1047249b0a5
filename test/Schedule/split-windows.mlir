// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-split-windows | FileCheck %s

// CHECK-LABEL: func @large
// CHECK-SAME: (%[[X:.+]]: tensor<1x13x12x8xf32>)
func.func @large(%x: tensor<1x13x12x8xf32>) -> tensor<1x13x6x8xf32> {
  // CHECK: %[[COLUMNS:.+]] = pith.pool max %[[X]] window [5, 1] strides [1, 1] pad [2, 0] to [2, 0] dilations [1, 1] : tensor<1x13x12x8xf32> -> tensor<1x13x12x8xf32>
  // CHECK: pith.pool max %[[COLUMNS]] window [1, 7] strides [1, 2] pad [0, 3] to [0, 2] dilations [1, 1] : tensor<1x13x12x8xf32> -> tensor<1x13x6x8xf32>
  %r = pith.pool max %x window [5, 7] strides [1, 2] pad [2, 3] to [2, 2] dilations [1, 1] : tensor<1x13x12x8xf32> -> tensor<1x13x6x8xf32>
  return %r : tensor<1x13x6x8xf32>
}

// Six taps in two passes are more than half of nine in one.
// CHECK-LABEL: func @small
func.func @small(%x: tensor<1x8x8x4xi8>) -> tensor<1x8x8x4xi8> {
  // CHECK: pith.pool max {{.*}} window [3, 3]
  %r = pith.pool max %x window [3, 3] strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {is_signed} : tensor<1x8x8x4xi8> -> tensor<1x8x8x4xi8>
  return %r : tensor<1x8x8x4xi8>
}

// Integers keep their order, and dimensions of one tap are left out.
// CHECK-LABEL: func @solid
func.func @solid(%x: tensor<1x9x9x9x4xi8>) -> tensor<1x9x9x9x4xi8> {
  // CHECK: window [7, 1, 1] {{.*}} {is_signed}
  // CHECK: window [1, 1, 7] {{.*}} {is_signed}
  // CHECK-NOT: pith.pool
  %r = pith.pool max %x window [7, 1, 7] strides [1, 1, 1] pad [3, 0, 3] to [3, 0, 3] dilations [1, 1, 1] {is_signed} : tensor<1x9x9x9x4xi8> -> tensor<1x9x9x9x4xi8>
  return %r : tensor<1x9x9x9x4xi8>
}

// The order of a sum counts.
// CHECK-LABEL: func @average
func.func @average(%x: tensor<1x9x9x4xf32>) -> tensor<1x3x3x4xf32> {
  // CHECK: pith.pool average {{.*}} window [7, 7]
  %r = pith.pool average %x window [7, 7] strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x9x9x4xf32> -> tensor<1x3x3x4xf32>
  return %r : tensor<1x3x3x4xf32>
}

// A pyramid: each window of 9 consists of windows of 5, each of 13 of windows of 9. The
// order of the file does not count.
// CHECK-LABEL: func @pyramid
// CHECK-SAME: (%[[X:.+]]: tensor<1x16x16x8xf32>)
func.func @pyramid(%x: tensor<1x16x16x8xf32>) -> (tensor<1x16x16x8xf32>, tensor<1x16x16x8xf32>, tensor<1x16x16x8xf32>) {
  // CHECK: %[[A:.+]] = pith.pool max %[[X]] window [5, 1]
  // CHECK: %[[FIVE:.+]] = pith.pool max %[[A]] window [1, 5]
  // CHECK: %[[B:.+]] = pith.pool max %[[FIVE]] window [5, 1] strides [1, 1] pad [2, 0] to [2, 0]
  // CHECK: %[[NINE:.+]] = pith.pool max %[[B]] window [1, 5]
  // CHECK: %[[C:.+]] = pith.pool max %[[NINE]] window [5, 1]
  // CHECK: %[[THIRTEEN:.+]] = pith.pool max %[[C]] window [1, 5]
  // CHECK: return %[[THIRTEEN]], %[[NINE]], %[[FIVE]]
  %0 = pith.pool max %x window [13, 13] strides [1, 1] pad [6, 6] to [6, 6] dilations [1, 1] : tensor<1x16x16x8xf32> -> tensor<1x16x16x8xf32>
  %1 = pith.pool max %x window [9, 9] strides [1, 1] pad [4, 4] to [4, 4] dilations [1, 1] : tensor<1x16x16x8xf32> -> tensor<1x16x16x8xf32>
  %2 = pith.pool max %x window [5, 5] strides [1, 1] pad [2, 2] to [2, 2] dilations [1, 1] : tensor<1x16x16x8xf32> -> tensor<1x16x16x8xf32>
  return %0, %1, %2 : tensor<1x16x16x8xf32>, tensor<1x16x16x8xf32>, tensor<1x16x16x8xf32>
}

// Steps of the larger window may be any; those of the smaller one leave elements out,
// some of the windows of windows would lie in padding, or the image is another.
// CHECK-LABEL: func @steps
// CHECK-SAME: (%[[X:.+]]: tensor<1x8x8x4xf32>, %[[Y:.+]]: tensor<1x8x8x4xf32>)
func.func @steps(%x: tensor<1x8x8x4xf32>, %y: tensor<1x8x8x4xf32>)
    -> (tensor<1x8x8x4xf32>, tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>, tensor<1x8x8x4xf32>, tensor<1x4x4x4xf32>) {
  // CHECK: %[[SMALL:.+]] = pith.pool max %[[X]] window [2, 2]
  // CHECK: pith.pool max %[[SMALL]] window [2, 2] strides [2, 2] pad [1, 1] to [0, 0]
  // CHECK: pith.pool max %[[Y]] window [2, 2] strides [2, 2]
  // CHECK: pith.pool max %[[Y]] window [3, 3] strides [1, 1]
  // CHECK: pith.pool max %[[Y]] window [3, 3] strides [2, 2] pad [0, 1] to [1, 0]
  %0 = pith.pool max %x window [2, 2] strides [1, 1] pad [0, 0] to [1, 1] dilations [1, 1] : tensor<1x8x8x4xf32> -> tensor<1x8x8x4xf32>
  %1 = pith.pool max %x window [3, 3] strides [2, 2] pad [1, 1] to [1, 1] dilations [1, 1] : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
  %2 = pith.pool max %y window [2, 2] strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
  %3 = pith.pool max %y window [3, 3] strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] : tensor<1x8x8x4xf32> -> tensor<1x8x8x4xf32>
  %4 = pith.pool max %y window [3, 3] strides [2, 2] pad [0, 1] to [1, 0] dilations [1, 1] : tensor<1x8x8x4xf32> -> tensor<1x4x4x4xf32>
  return %0, %1, %2, %3, %4 : tensor<1x8x8x4xf32>, tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32>, tensor<1x8x8x4xf32>, tensor<1x4x4x4xf32>
}
