// RUN: pith-opt %s --pith-prove-pair-sums=channels=2 | FileCheck %s
// RUN: pith-opt %s --pith-prove-pair-sums="channels=2 planar=false" | FileCheck %s --check-prefix=ROWS
// RUN: pith-opt %s --pith-prove-pair-sums="channels=2 assume-safe" | FileCheck %s --check-prefix=FORCED
// RUN: not pith-opt %s --pith-prove-pair-sums=channels=0 2>&1 | FileCheck %s --check-prefix=INVALID
// INVALID: error: expected at least one channel in a panel, got 0

// 100 and 100 are too much for 16 bits, 100 and 20 are not.
// CHECK-LABEL: @order
// CHECK: pith.pair_sums = {blocks = array<i64: 0, 4, 0, 0>, channels = 2 : i64, standing = array<i64: 4, 4, 2, 0>, wide = 0 : i64}
func.func @order(%x: tensor<1x16xi8>) -> tensor<1x1xi32> {
  %w = arith.constant dense<[[100, 0, 0, 0, 100, 0, 0, 0, 20, 0, 0, 0, 20, 0, 0, 0]]> : tensor<1x16xi8>
  %0 = pith.matmul %x, %w {transpose_rhs, rhs_signed, accumulator = i32} : tensor<1x16xi8>, tensor<1x16xi8> -> tensor<1x1xi32>
  return %0 : tensor<1x1xi32>
}

// One pair saturates, in one channel of the panel: no order helps its window.
// CHECK-LABEL: @wide
// CHECK: pith.pair_sums = {blocks = array<i64: 1, 0, 0, 0>, channels = 2 : i64, standing = array<i64: 2, 1, 0, 0>, wide = 1 : i64}
// FORCED-LABEL: @wide
// FORCED: pith.pair_sums = {blocks = array<i64: 0, 2, 0, 0>, channels = 2 : i64, standing = array<i64: 2, 1, 0, 0>, wide = 0 : i64}
func.func @wide(%x: tensor<1x8xi8>) -> tensor<1x2xi32> {
  %w = arith.constant dense<[[1, 0], [1, 0], [1, 127], [1, 127], [1, 0], [1, 0], [1, 0], [1, 0]]> : tensor<8x2xi8>
  %0 = pith.matmul %x, %w {rhs_signed, accumulator = i32} : tensor<1x8xi8>, tensor<8x2xi8> -> tensor<1x2xi32>
  return %0 : tensor<1x2xi32>
}

// Four channels of a pixel, or neighbours of a row: two pixels of three.
// CHECK-LABEL: @row_of_pixels
// CHECK: pith.pair_sums = {blocks = array<i64: 0, 2, 0, 0>, channels = 2 : i64, standing = array<i64: 2, 2, 2, 2>, wide = 0 : i64}
// ROWS-LABEL: @row_of_pixels
// ROWS: pith.pair_sums = {blocks = array<i64: 0, 2, 0, 0>, channels = 2 : i64, standing = array<i64: 2, 2, 2, 2>, wide = 0 : i64}
func.func @row_of_pixels(%x: tensor<1x1x2x3xi8>) -> tensor<1x1x1x1xi32> {
  %w = arith.constant dense<1> : tensor<1x1x2x3xi8>
  %0 = pith.conv %x, %w strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {filter_signed, accumulator = i32}
       : tensor<1x1x2x3xi8>, tensor<1x1x2x3xi8> -> tensor<1x1x1x1xi32>
  return %0 : tensor<1x1x1x1xi32>
}

// Dilated pixels are no neighbours.
// ROWS-LABEL: @dilated
// ROWS: pith.pair_sums = {blocks = array<i64: 0, 0, 3, 0>, channels = 2 : i64, standing = array<i64: 3, 3, 3, 3>, wide = 0 : i64}
func.func @dilated(%x: tensor<1x1x5x4xi8>) -> tensor<1x1x1x1xi32> {
  %w = arith.constant dense<1> : tensor<1x1x3x4xi8>
  %0 = pith.conv %x, %w strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 2] {filter_signed, accumulator = i32}
       : tensor<1x1x5x4xi8>, tensor<1x1x3x4xi8> -> tensor<1x1x1x1xi32>
  return %0 : tensor<1x1x1x1xi32>
}

// What counts are weights less their zero point: 1, and 128, which no signed byte holds.
// CHECK-LABEL: @zero_point
// CHECK: pith.pair_sums = {blocks = array<i64: 1, 0, 0, 0>, channels = 2 : i64, standing = array<i64: 1, 1, 1, 1>, wide = 0 : i64}
// CHECK-NOT: pith.pair_sums
func.func @zero_point(%x: tensor<1x4xi8>) -> (tensor<1x1xi32>, tensor<1x1xi32>) {
  %z = arith.constant dense<127> : tensor<i8>
  %w = arith.constant dense<-128> : tensor<1x4xi8> // 128
  %0 = pith.matmul %x, %w rhs_zero_point(%z : tensor<i8>) {transpose_rhs, accumulator = i32}
       : tensor<1x4xi8>, tensor<1x4xi8> -> tensor<1x1xi32>
  %1 = pith.matmul %x, %w {transpose_rhs, accumulator = i32} : tensor<1x4xi8>, tensor<1x4xi8> -> tensor<1x1xi32>
  return %0, %1 : tensor<1x1xi32>, tensor<1x1xi32>
}

// CHECK-LABEL: @left_alone
// CHECK-NOT: pith.pair_sums
func.func @left_alone(%x: tensor<1x4xi8>, %y: tensor<1x4xi8>, %f: tensor<1x4xf32>) -> (tensor<1x1xi32>, tensor<1x1xf32>) {
  %0 = pith.matmul %x, %y {transpose_rhs, rhs_signed, accumulator = i32} : tensor<1x4xi8>, tensor<1x4xi8> -> tensor<1x1xi32>
  %w = arith.constant dense<1.0> : tensor<1x4xf32>
  %1 = pith.matmul %f, %w {transpose_rhs} : tensor<1x4xf32>, tensor<1x4xf32> -> tensor<1x1xf32>
  return %0, %1 : tensor<1x1xi32>, tensor<1x1xf32>
}
