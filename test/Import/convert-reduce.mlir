// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// CHECK-LABEL: func @mean
func.func @mean(%x: tensor<2x3x4xf32>) -> tensor<2x3xf32> {
  // CHECK: %[[S:.+]] = pith.reduce sum %arg0 dims [2] : tensor<2x3x4xf32> -> tensor<2x3xf32>
  // CHECK: pith.map(%[[S]]
  // CHECK: %[[N:.+]] = arith.constant 4.000000e+00
  // CHECK: arith.divf %{{.+}}, %[[N]]
  %axes = onnx.constant as "axes" dense<-1> : tensor<1xi64>
  %y = onnx.node "ReduceMean"(%x, %axes) since 18 as ["y"] {keepdims = 0} : (tensor<2x3x4xf32>, tensor<1xi64>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// No axes: all of them, or none, where only the element-wise part is left. An
// older version has them as an attribute.
// CHECK-LABEL: func @empty_axes
func.func @empty_axes(%x: tensor<2x3xf32>) -> (tensor<1x1xf32>, tensor<2x3xf32>, tensor<2x1xf32>) {
  // CHECK: pith.reduce sum %arg0 dims [0, 1] {keep_dims}
  // CHECK: %[[Y:.+]] = pith.map(%arg0
  // CHECK: math.absf
  // CHECK: pith.reduce max %arg0 dims [1] {keep_dims}
  // CHECK: return %{{.+}}, %[[Y]]
  %a = onnx.node "ReduceSum"(%x) since 13 as ["a"] : (tensor<2x3xf32>) -> tensor<1x1xf32>
  %b = onnx.node "ReduceL1"(%x) since 18 as ["b"] {noop_with_empty_axes = 1} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %c = onnx.node "ReduceMax"(%x) since 13 as ["c"] {axes = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return %a, %b, %c : tensor<1x1xf32>, tensor<2x3xf32>, tensor<2x1xf32>
}

// -----

// The first place of the maximum: the least of the places that hold it. NaN
// counts as one.
// CHECK-LABEL: func @argmax
func.func @argmax(%x: tensor<2x3xf32>) -> tensor<2xi64> {
  // CHECK: %[[M:.+]] = pith.reduce max %arg0 dims [1] {keep_dims}
  // CHECK: %[[P:.+]] = arith.constant dense<{{\[\[}}0, 1, 2]]> : tensor<1x3xi64>
  // CHECK: %[[I:.+]] = pith.map(%arg0, %[[M]], %[[P]]
  // CHECK: arith.cmpf oeq
  // CHECK: arith.cmpf une
  // CHECK: pith.reduce min %[[I]] dims [1] {is_signed, keep_dims}
  %y = onnx.node "ArgMax"(%x) since 13 as ["y"] {axis = 1, keepdims = 0} : (tensor<2x3xf32>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
