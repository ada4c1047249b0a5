// RUN: pith-opt %s --convert-onnx-to-pith --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func @layer
func.func @layer(%x: tensor<2x3x4xf32>, %s: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<2x3x4xf32> {
  // CHECK: pith.norm layer %arg0 scale(%arg1 : tensor<4xf32>) bias(%arg2 : tensor<4xf32>) dims [2] epsilon 9.99999974E-6
  %y = onnx.node "LayerNormalization"(%x, %s, %b) since 17 as ["y"] : (tensor<2x3x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// -----

// Constant statistics become one factor for each channel.
// CHECK-LABEL: func @batch
func.func @batch(%x: tensor<1x2x3xf32>) -> tensor<1x2x3xf32> {
  // CHECK-DAG: arith.constant dense<{{\[\[}}2.000000e+00], [4.000000e+00]]> : tensor<2x1xf32>
  // CHECK-DAG: arith.constant dense<{{\[\[}}5.000000e+00], [6.000000e+00]]> : tensor<2x1xf32>
  // CHECK: pith.map(%arg0,
  // CHECK: %[[D:.+]] = arith.subf
  // CHECK: %[[P:.+]] = arith.mulf %[[D]]
  // CHECK: arith.addf %[[P]]
  %s = onnx.constant as "s" dense<[4.0, 4.0]> : tensor<2xf32>
  %b = onnx.constant as "b" dense<[7.0, 8.0]> : tensor<2xf32>
  %m = onnx.constant as "m" dense<[5.0, 6.0]> : tensor<2xf32>
  %v = onnx.constant as "v" dense<[3.0, 0.0]> : tensor<2xf32>
  %y = onnx.node "BatchNormalization"(%x, %s, %b, %m, %v) since 15 as ["y"] {epsilon = 1.0 : f32}
    : (tensor<1x2x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x3xf32>
  return %y : tensor<1x2x3xf32>
}

// -----

// The window of channels is one of a one-dimensional image.
// CHECK-LABEL: func @lrn
func.func @lrn(%x: tensor<1x5x2x2xf32>) -> tensor<1x5x2x2xf32> {
  // CHECK: pith.pool average {{.*}} window [4] strides [1] pad [1] to [2] dilations [1] {count_padding} : tensor<1x5x4xf32>
  // CHECK: math.powf
  %y = onnx.node "LRN"(%x) since 13 as ["y"] {size = 4} : (tensor<1x5x2x2xf32>) -> tensor<1x5x2x2xf32>
  return %y : tensor<1x5x2x2xf32>
}

// -----

// CHECK-LABEL: func @softmax
func.func @softmax(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  // CHECK: pith.softmax %arg0 dims [1] {log}
  %y = onnx.node "LogSoftmax"(%x) since 13 as ["y"] {axis = -2} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}
