// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// One matrix on the right: all rows of the left make one matrix.
// CHECK-LABEL: func @rows
func.func @rows(%x: tensor<2x3x4xf32>, %w: tensor<4x5xf32>) -> tensor<2x3x5xf32> {
  // CHECK: %[[X:.+]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]]
  // CHECK: %[[Y:.+]] = pith.matmul %[[X]], %arg1 : tensor<6x4xf32>, tensor<4x5xf32>
  // CHECK: tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2]] output_shape [2, 3, 5]
  %y = onnx.node "MatMul"(%x, %w) since 13 as ["y"] : (tensor<2x3x4xf32>, tensor<4x5xf32>) -> tensor<2x3x5xf32>
  return %y : tensor<2x3x5xf32>
}

// -----

// Leading dimensions broadcast; a vector is a column that goes away.
// CHECK-LABEL: func @batches
func.func @batches(%x: tensor<3x4xf32>, %w: tensor<2x4x5xf32>, %v: tensor<5xf32>) -> tensor<2x3xf32> {
  // CHECK: %[[X:.+]] = tensor.expand_shape %arg0 {{.*}} output_shape [1, 3, 4]
  // CHECK: %[[Y:.+]] = pith.matmul %[[X]], %arg1 : tensor<1x3x4xf32>, tensor<2x4x5xf32> -> tensor<2x3x5xf32>
  // CHECK: %[[R:.+]] = tensor.collapse_shape %[[Y]]
  // CHECK: %[[V:.+]] = tensor.expand_shape %arg2 {{.*}} output_shape [5, 1]
  // CHECK: pith.matmul %[[R]], %[[V]] : tensor<6x5xf32>, tensor<5x1xf32> -> tensor<6x1xf32>
  %y = onnx.node "MatMul"(%x, %w) since 13 as ["y"] : (tensor<3x4xf32>, tensor<2x4x5xf32>) -> tensor<2x3x5xf32>
  %z = onnx.node "MatMul"(%y, %v) since 13 as ["z"] : (tensor<2x3x5xf32>, tensor<5xf32>) -> tensor<2x3xf32>
  return %z : tensor<2x3xf32>
}

// -----

// A row with factor 1 is the product's bias.
// CHECK-LABEL: func @gemm_bias
func.func @gemm_bias(%a: tensor<4x2xf32>, %b: tensor<3x4xf32>, %c: tensor<1x3xf32>) -> tensor<2x3xf32> {
  // CHECK: %[[C:.+]] = tensor.collapse_shape %arg2 {{.*}} into tensor<3xf32>
  // CHECK: %[[Y:.+]] = pith.matmul %arg0, %arg1 bias(%[[C]] : tensor<3xf32>) {transpose_lhs, transpose_rhs}
  // CHECK-NEXT: return %[[Y]]
  %y = onnx.node "Gemm"(%a, %b, %c) since 13 as ["y"] {transA = 1, transB = 1}
    : (tensor<4x2xf32>, tensor<3x4xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// Other factors are applied where ONNX has them.
// CHECK-LABEL: func @gemm_factors
func.func @gemm_factors(%a: tensor<2x4xf32>, %b: tensor<4x3xf32>, %c: tensor<2x1xf32>) -> tensor<2x3xf32> {
  // CHECK: %[[P:.+]] = pith.matmul %arg0, %arg1 :
  // CHECK: pith.map(%[[P]], %arg2
  // CHECK: %[[A:.+]] = arith.mulf %{{.+}}, %[[L:.+]] : f32
  // CHECK: %[[B:.+]] = arith.mulf
  // CHECK: arith.addf %[[A]], %[[B]]
  %y = onnx.node "Gemm"(%a, %b, %c) since 13 as ["y"] {alpha = 2.0 : f32, beta = 0.5 : f32}
    : (tensor<2x4xf32>, tensor<4x3xf32>, tensor<2x1xf32>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
