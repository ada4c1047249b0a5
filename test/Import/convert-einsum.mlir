// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Letters of both sides and the result are batches; what is summed is the depth.
// CHECK-LABEL: func @attention
func.func @attention(%q: tensor<2x3x4x5xf32>, %k: tensor<2x6x4x5xf32>) -> tensor<2x4x3x6xf32> {
  // CHECK: %[[Q:.+]] = linalg.transpose ins(%arg0 {{.*}} permutation = [0, 2, 1, 3]
  // CHECK: %[[K:.+]] = linalg.transpose ins(%arg1 {{.*}} permutation = [0, 2, 3, 1]
  // CHECK: pith.matmul %[[Q]], %[[K]] : tensor<2x4x3x5xf32>, tensor<2x4x5x6xf32>
  %y = onnx.node "Einsum"(%q, %k) since 12 as ["y"] {equation = "bqhd,bkhd->bhqk"} : (tensor<2x3x4x5xf32>, tensor<2x6x4x5xf32>) -> tensor<2x4x3x6xf32>
  return %y : tensor<2x4x3x6xf32>
}

// -----

// A diagonal, and a letter that nobody needs.
// CHECK-LABEL: func @diagonal
func.func @diagonal(%x: tensor<3x3x4xf32>) -> tensor<3xf32> {
  // CHECK: %[[D:.+]] = linalg.generic
  // CHECK: tensor.extract %arg0[%[[I:.+]], %[[I]], %{{.+}}]
  // CHECK: pith.reduce sum %[[D]] dims [1]
  %y = onnx.node "Einsum"(%x) since 12 as ["y"] {equation = "iij->i"} : (tensor<3x3x4xf32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}
