// RUN: pith-opt %s --pith-move-codes --split-input-file | FileCheck %s
// What stands between an integer product and its epilogue moves behind it.

// CHECK-LABEL: func @map_before_transpose
func.func @map_before_transpose(%q: tensor<1x4x4x2xi8>, %c: tensor<3x1x1x2xi8>) -> tensor<1x3x4x4xf32> {
  // CHECK: %[[SUM:.+]] = pith.conv
  // CHECK: %[[E:.+]] = pith.map(%[[SUM]] : tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32>
  // CHECK: %[[T:.+]] = linalg.transpose ins(%[[E]]
  // CHECK: return %[[T]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %x = pith.dequantize %q scale(%s : tensor<f32>) : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xf32>
  %w = pith.dequantize %c scale(%s : tensor<f32>) {is_signed} : tensor<3x1x1x2xi8> -> tensor<3x1x1x2xf32>
  %y = pith.conv %x, %w strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x4x4x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x4x4x3xf32>
  %e = tensor.empty() : tensor<1x3x4x4xf32>
  %t = linalg.transpose ins(%y : tensor<1x4x4x3xf32>) outs(%e : tensor<1x3x4x4xf32>) permutation = [0, 3, 1, 2]
  %m = pith.map (%t : tensor<1x3x4x4xf32>) -> tensor<1x3x4x4xf32> {
  ^bb0(%p: f32):
    %r = math.exp %p : f32
    pith.yield %r : f32
  }
  return %m : tensor<1x3x4x4xf32>
}

// -----

// The other operand lies in the order behind the transpose.
// CHECK-LABEL: func @other_order
func.func @other_order(%q: tensor<2x3xi8>, %c: tensor<3x4xi8>, %o: tensor<4x2xf32>) -> tensor<4x2xf32> {
  // CHECK: linalg.transpose
  // CHECK: pith.map
  // CHECK-NOT: linalg.transpose
  %s = arith.constant dense<0.5> : tensor<f32>
  %x = pith.dequantize %q scale(%s : tensor<f32>) : tensor<2x3xi8> -> tensor<2x3xf32>
  %w = pith.dequantize %c scale(%s : tensor<f32>) : tensor<3x4xi8> -> tensor<3x4xf32>
  %y = pith.matmul %x, %w : tensor<2x3xf32>, tensor<3x4xf32> -> tensor<2x4xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %t = linalg.transpose ins(%y : tensor<2x4xf32>) outs(%e : tensor<4x2xf32>) permutation = [1, 0]
  %m = pith.map (%t, %o : tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32> {
  ^bb0(%p: f32, %r: f32):
    %d = arith.addf %p, %r : f32
    pith.yield %d : f32
  }
  return %m : tensor<4x2xf32>
}

// -----

// Scale and bias of a sum of three dimensions; the bias runs along the last.
// CHECK-LABEL: func @map_before_expand
func.func @map_before_expand(%q: tensor<6x4xi8>, %w: tensor<4x5xi8>, %b: tensor<5xf32>) -> tensor<2x3x5xf32> {
  // CHECK: %[[SUM:.+]] = pith.matmul
  // CHECK: %[[M:.+]] = pith.map(%[[SUM]], %arg2 : tensor<6x5xi32>, tensor<5xf32>) -> tensor<6x5xf32>
  // CHECK: %[[X:.+]] = tensor.expand_shape %[[M]]
  // CHECK: return %[[X]]
  %s = pith.matmul %q, %w {accumulator = i32} : tensor<6x4xi8>, tensor<4x5xi8> -> tensor<6x5xi32>
  %x = tensor.expand_shape %s [[0, 1], [2]] output_shape [2, 3, 5] : tensor<6x5xi32> into tensor<2x3x5xi32>
  %m = pith.map (%x, %b : tensor<2x3x5xi32>, tensor<5xf32>) -> tensor<2x3x5xf32> {
  ^bb0(%p: i32, %r: f32):
    %f = arith.sitofp %p : i32 to f32
    %d = arith.addf %f, %r : f32
    pith.yield %d : f32
  }
  return %m : tensor<2x3x5xf32>
}

// -----

// CHECK-LABEL: func @dynamic_of_a_reshape
func.func @dynamic_of_a_reshape(%x: tensor<2x3x4xf32>) -> (tensor<6x4xi8>, tensor<f32>, tensor<i8>) {
  // CHECK: %[[C:.+]] = tensor.collapse_shape %arg0
  // CHECK: %[[Q:.+]], %[[S:.+]], %[[Z:.+]] = pith.dynamic_quantize %[[C]] : tensor<6x4xf32>
  // CHECK: return %[[Q]], %[[S]], %[[Z]]
  %q, %s, %z = pith.dynamic_quantize %x : tensor<2x3x4xf32> -> tensor<2x3x4xi8>, tensor<f32>, tensor<i8>
  %c = tensor.collapse_shape %q [[0, 1], [2]] : tensor<2x3x4xi8> into tensor<6x4xi8>
  return %c, %s, %z : tensor<6x4xi8>, tensor<f32>, tensor<i8>
}
