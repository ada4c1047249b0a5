// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// CHECK-LABEL: func @conv
func.func @conv(%x: tensor<1x2x4x4xf32>, %w: tensor<3x2x3x3xf32>, %b: tensor<3xf32>, %z: tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32> {
  // CHECK: pith.conv
  // CHECK: pith.map(%{{.+}}, %arg3
  // CHECK: arith.addf
  // CHECK: pith.map
  // CHECK: arith.constant 2.500000e-01
  %y = onnx.node "com.microsoft" "FusedConv"(%x, %w, %b, %z) since 1 as ["y"] {activation = "LeakyRelu", activation_params = array<f32: 0.25>}
    : (tensor<1x2x4x4xf32>, tensor<3x2x3x3xf32>, tensor<3xf32>, tensor<1x3x2x2xf32>) -> tensor<1x3x2x2xf32>
  return %y : tensor<1x3x2x2xf32>
}

// -----

// The rows of a stand in its first dimension.
// CHECK-LABEL: func @matmul
func.func @matmul(%a: tensor<4x2x5xf32>, %b: tensor<2x3x5xf32>) -> tensor<2x4x3xf32> {
  // CHECK: %[[A:.+]] = linalg.transpose ins(%arg0 {{.*}} permutation = [1, 0, 2]
  // CHECK: %[[B:.+]] = linalg.transpose ins(%arg1 {{.*}} permutation = [0, 2, 1]
  // CHECK: pith.matmul %[[A]], %[[B]] :
  // CHECK: arith.mulf
  %y = onnx.node "com.microsoft" "FusedMatMul"(%a, %b) since 1 as ["y"] {transBatchA = 1 : i64, transB = 1 : i64, alpha = 0.5 : f32}
    : (tensor<4x2x5xf32>, tensor<2x3x5xf32>) -> tensor<2x4x3xf32>
  return %y : tensor<2x4x3xf32>
}

// -----

// CHECK-LABEL: func @gelu
func.func @gelu(%x: tensor<2x5xf32>, %b: tensor<5xf32>) -> (tensor<2x5xf32>, tensor<2x5xf32>) {
  // CHECK: math.erf
  %a = onnx.node "com.microsoft" "Gelu"(%x) since 1 as ["a"] : (tensor<2x5xf32>) -> tensor<2x5xf32>
  // CHECK: arith.addf
  // CHECK: math.tanh
  %c = onnx.node "com.microsoft" "FastGelu"(%x, %b) since 1 as ["c"] : (tensor<2x5xf32>, tensor<5xf32>) -> tensor<2x5xf32>
  return %a, %c : tensor<2x5xf32>, tensor<2x5xf32>
}

// -----

// The sum is an output of its own; the epsilon is not that of ONNX's norm.
// CHECK-LABEL: func @norm
func.func @norm(%x: tensor<2x3x4xf32>, %s: tensor<3x4xf32>, %g: tensor<4xf32>) -> (tensor<2x3x4xf32>, tensor<2x3x4xf32>) {
  // CHECK: %[[S:.+]] = pith.map(%arg0, %arg1
  // CHECK: %[[N:.+]] = pith.norm layer %[[S]] scale(%arg2 : tensor<4xf32>) dims [2] epsilon {{9.99999996E-13|1.000000e-12}}
  // CHECK: return %[[N]], %[[S]]
  %y:4 = onnx.node "com.microsoft" "SkipLayerNormalization"(%x, %s, %g) since 1 as ["y", "", "", "sum"]
    : (tensor<2x3x4xf32>, tensor<3x4xf32>, tensor<4xf32>) -> (tensor<2x3x4xf32>, none, none, tensor<2x3x4xf32>)
  return %y#0, %y#3 : tensor<2x3x4xf32>, tensor<2x3x4xf32>
}
