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
