// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-sink-views --split-input-file | FileCheck %s

// Both readers of the product move in front of the view, with what runs along
// the last dimension as it is, and the residual in the product's shape; the view
// that went back to that shape meets its opposite.
// CHECK-LABEL: func @chain(
// CHECK-SAME: %[[X:.+]]: tensor<128x64xf32>, %[[W:.+]]: tensor<64x96xf32>, %[[B:.+]]: tensor<96xf32>, %[[R:.+]]: tensor<2x64x96xf32>
// CHECK: %[[P:.+]] = pith.matmul %[[X]], %[[W]]
// CHECK-NEXT: %[[A:.+]] = pith.map(%[[P]], %[[B]] : tensor<128x96xf32>, tensor<96xf32>) {note} -> tensor<128x96xf32>
// CHECK: %[[V:.+]] = tensor.collapse_shape %[[R]] {{\[\[}}0, 1], [2]]
// CHECK-NEXT: %[[S:.+]] = pith.map(%[[A]], %[[V]], %[[P]] : tensor<128x96xf32>, tensor<128x96xf32>, tensor<128x96xf32>) -> tensor<128x96xf32>
// CHECK-NOT: tensor.expand_shape
// CHECK-NOT: tensor.collapse_shape
// CHECK: return %[[S]]
func.func @chain(%x: tensor<128x64xf32>, %w: tensor<64x96xf32>, %b: tensor<96xf32>, %r: tensor<2x64x96xf32>) -> tensor<128x96xf32> {
  %0 = pith.matmul %x, %w : tensor<128x64xf32>, tensor<64x96xf32> -> tensor<128x96xf32>
  %1 = tensor.expand_shape %0 [[0, 1], [2]] output_shape [2, 64, 96] : tensor<128x96xf32> into tensor<2x64x96xf32>
  %2 = pith.map (%1, %b : tensor<2x64x96xf32>, tensor<96xf32>) {note} -> tensor<2x64x96xf32> {
  ^bb0(%p: f32, %q: f32):
    %s = arith.addf %p, %q : f32
    pith.yield %s : f32
  }
  %3 = pith.map (%2, %r, %1 : tensor<2x64x96xf32>, tensor<2x64x96xf32>, tensor<2x64x96xf32>) -> tensor<2x64x96xf32> {
  ^bb0(%p: f32, %q: f32, %t: f32):
    %s = arith.addf %p, %q : f32
    %u = arith.mulf %s, %t : f32
    pith.yield %u : f32
  }
  %4 = tensor.collapse_shape %3 [[0, 1], [2]] : tensor<2x64x96xf32> into tensor<128x96xf32>
  return %4 : tensor<128x96xf32>
}

// -----

// Codes come behind a requantization.
// CHECK-LABEL: func @codes(
// CHECK: %[[Q:.+]] = pith.requantize
// CHECK-NEXT: pith.map(%[[Q]] : tensor<6x8xi8>) -> tensor<6x8xf32>
// CHECK: tensor.expand_shape {{.*}} tensor<6x8xf32> into tensor<2x3x8xf32>
func.func @codes(%x: tensor<6x4xi8>, %w: tensor<4x8xi8>, %s: tensor<f32>) -> tensor<2x3x8xf32> {
  %0 = pith.matmul %x, %w {accumulator = i32, rhs_signed} : tensor<6x4xi8>, tensor<4x8xi8> -> tensor<6x8xi32>
  %1 = pith.requantize %0 scale(%s : tensor<f32>) : tensor<6x8xi32> -> tensor<6x8xi8>
  %2 = tensor.expand_shape %1 [[0, 1], [2]] output_shape [2, 3, 8] : tensor<6x8xi8> into tensor<2x3x8xi8>
  %3 = pith.map (%2 : tensor<2x3x8xi8>) -> tensor<2x3x8xf32> {
  ^bb0(%c: i8):
    %n = arith.uitofp %c : i8 to f32
    pith.yield %n : f32
  }
  return %3 : tensor<2x3x8xf32>
}

// -----

// Left alone: a split last dimension, an operand that broadcasts along the split
// ones, and what no product makes.
// CHECK-LABEL: func @others(
// CHECK: %[[HEADS:.+]] = tensor.expand_shape {{.*}} into tensor<6x2x4xf32>
// CHECK: pith.map(%[[HEADS]] :
// CHECK: %[[ROWS:.+]] = tensor.expand_shape {{.*}} into tensor<2x3x8xf32>
// CHECK: pith.map(%[[ROWS]], %{{.+}} : tensor<2x3x8xf32>, tensor<2x1x8xf32>)
// CHECK: %[[INPUT:.+]] = tensor.expand_shape %arg0
// CHECK: pith.map(%[[INPUT]] :
func.func @others(%x: tensor<6x4xf32>, %w: tensor<4x8xf32>, %r: tensor<2x1x8xf32>) -> (tensor<6x2x4xf32>, tensor<2x3x8xf32>, tensor<2x3x4xf32>) {
  %0 = pith.matmul %x, %w : tensor<6x4xf32>, tensor<4x8xf32> -> tensor<6x8xf32>
  %1 = tensor.expand_shape %0 [[0], [1, 2]] output_shape [6, 2, 4] : tensor<6x8xf32> into tensor<6x2x4xf32>
  %2 = pith.map (%1 : tensor<6x2x4xf32>) -> tensor<6x2x4xf32> {
  ^bb0(%p: f32):
    %s = arith.negf %p : f32
    pith.yield %s : f32
  }
  %3 = tensor.expand_shape %0 [[0, 1], [2]] output_shape [2, 3, 8] : tensor<6x8xf32> into tensor<2x3x8xf32>
  %4 = pith.map (%3, %r : tensor<2x3x8xf32>, tensor<2x1x8xf32>) -> tensor<2x3x8xf32> {
  ^bb0(%p: f32, %q: f32):
    %s = arith.addf %p, %q : f32
    pith.yield %s : f32
  }
  %5 = tensor.expand_shape %x [[0, 1], [2]] output_shape [2, 3, 4] : tensor<6x4xf32> into tensor<2x3x4xf32>
  %6 = pith.map (%5 : tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  ^bb0(%p: f32):
    %s = arith.negf %p : f32
    pith.yield %s : f32
  }
  return %2, %4, %6 : tensor<6x2x4xf32>, tensor<2x3x8xf32>, tensor<2x3x4xf32>
}
