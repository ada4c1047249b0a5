// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Between codes stands the float operator; the operands broadcast.
// CHECK-LABEL: func @add
func.func @add(%a: tensor<2x3xui8>, %b: tensor<3xui8>, %s: tensor<f32>, %z: tensor<ui8>) -> tensor<2x3xui8> {
  // CHECK: %[[A:.+]] = pith.dequantize %arg0 scale(%arg2 : tensor<f32>) zero_point(%arg3 : tensor<i8>) : tensor<2x3xi8> -> tensor<2x3xf32>
  // CHECK: %[[B:.+]] = pith.dequantize %arg1
  // CHECK: %[[Y:.+]] = pith.map(%[[A]], %[[B]] : tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  // CHECK: arith.addf
  // CHECK: pith.quantize %[[Y]] scale(%arg2 : tensor<f32>) zero_point(%arg3 : tensor<i8>) : tensor<2x3xf32> -> tensor<2x3xi8>
  %y = onnx.node "com.microsoft" "QLinearAdd"(%a, %s, %z, %b, %s, %z, %s, %z) since 1 as ["y"]
    : (tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<3xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3xui8>
  return %y : tensor<2x3xui8>
}

// -----

// Without zero points the codes keep the type of the operand; types that the
// model does not state follow.
// CHECK-LABEL: func @mul
func.func @mul(%a: tensor<4xi8>, %s: tensor<1xf32>) -> !onnx.opaque<"unknown"> {
  %n = onnx.absent : none
  // CHECK: %[[S:.+]] = tensor.collapse_shape %arg1 [] : tensor<1xf32> into tensor<f32>
  // CHECK: pith.dequantize %arg0 scale(%[[S]] : tensor<f32>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  // CHECK: arith.mulf
  // CHECK: pith.quantize {{.*}} {is_signed} : tensor<4xf32> -> tensor<4xi8>
  %y = onnx.node "com.microsoft" "QLinearMul"(%a, %s, %n, %a, %s, %n, %s) since 1 as ["y"]
    : (tensor<4xi8>, tensor<1xf32>, none, tensor<4xi8>, tensor<1xf32>, none, tensor<1xf32>) -> !onnx.opaque<"unknown">
  return %y : !onnx.opaque<"unknown">
}

// -----

// CHECK-LABEL: func @unary
func.func @unary(%a: tensor<2x3x4xui8>, %s: tensor<f32>, %z: tensor<ui8>) -> (tensor<2x3x4xui8>, tensor<2x3x4xui8>, tensor<2x3x4xui8>, tensor<2x3x4xui8>) {
  // CHECK: pith.map{{.*}} -> tensor<2x3x4xf32>
  // CHECK: math.exp
  // CHECK: pith.quantize
  %a0 = onnx.node "com.microsoft" "QLinearSigmoid"(%a, %s, %z, %s, %z) since 1 as ["a0"] : (tensor<2x3x4xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3x4xui8>
  // CHECK: arith.constant 3.000000e-01
  // CHECK: pith.quantize
  %a1 = onnx.node "com.microsoft" "QLinearLeakyRelu"(%a, %s, %z, %s, %z) since 1 as ["a1"] {alpha = 0.3 : f32} : (tensor<2x3x4xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3x4xui8>
  // CHECK: pith.softmax {{.*}} dims [1] :
  %a2 = onnx.node "com.microsoft" "QLinearSoftmax"(%a, %s, %z, %s, %z) since 1 as ["a2"] {axis = 1 : i64, opset = 13 : i64} : (tensor<2x3x4xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3x4xui8>
  // Before opset 13 all dimensions from the axis on.
  // CHECK: pith.softmax {{.*}} dims [1, 2] :
  %a3 = onnx.node "com.microsoft" "QLinearSoftmax"(%a, %s, %z, %s, %z) since 1 as ["a3"] {axis = 1 : i64, opset = 12 : i64} : (tensor<2x3x4xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3x4xui8>
  return %a0, %a1, %a2, %a3 : tensor<2x3x4xui8>, tensor<2x3x4xui8>, tensor<2x3x4xui8>, tensor<2x3x4xui8>
}

// -----

// CHECK-LABEL: func @joined
func.func @joined(%c: tensor<2x3xi1>, %a: tensor<2x3xui8>, %s: tensor<f32>, %z: tensor<ui8>) -> (tensor<2x6xui8>, tensor<2x3xui8>) {
  // CHECK: tensor.concat dim(1) %{{.+}}, %{{.+}} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  // CHECK: pith.quantize
  %a0 = onnx.node "com.microsoft" "QLinearConcat"(%s, %z, %a, %s, %z, %a, %s, %z) since 1 as ["a0"] {axis = -1 : i64}
    : (tensor<f32>, tensor<ui8>, tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<2x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x6xui8>
  // CHECK: arith.select
  // CHECK: pith.quantize
  %a1 = onnx.node "com.microsoft" "QLinearWhere"(%c, %a, %s, %z, %a, %s, %z, %s, %z) since 1 as ["a1"]
    : (tensor<2x3xi1>, tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3xui8>
  return %a0, %a1 : tensor<2x6xui8>, tensor<2x3xui8>
}

// -----

// The standard's converters.
// CHECK-LABEL: func @pair
func.func @pair(%x: tensor<2x3xf32>, %s: tensor<3xf32>, %z: tensor<3xui8>) -> tensor<2x3xf32> {
  // CHECK: pith.quantize %arg0 scale(%{{.+}} : tensor<1x3xf32>)
  // CHECK: pith.dequantize
  %q = onnx.node "com.microsoft" "QuantizeLinear"(%x, %s, %z) since 1 as ["q"] : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xui8>) -> tensor<2x3xui8>
  %d = onnx.node "com.microsoft" "DequantizeLinear"(%q, %s, %z) since 1 as ["d"] : (tensor<2x3xui8>, tensor<3xf32>, tensor<3xui8>) -> tensor<2x3xf32>
  return %d : tensor<2x3xf32>
}

// -----

// Where padding does not count, each place has its own number of taps.
// CHECK-LABEL: func @average
func.func @average(%x: tensor<1x2x4x4xui8>, %s: tensor<f32>, %z: tensor<ui8>) -> (tensor<1x2x2x2xui8>, tensor<1x2x2x2xui8>) {
  // CHECK: %[[P:.+]] = pith.pool sum %{{.+}} zero_point(%arg2 : tensor<i8>) window [3, 3] strides [2, 2] pad [1, 1] to [0, 0] dilations [1, 1] {accumulator = i32} : tensor<1x4x4x2xi8> -> tensor<1x2x2x2xi32>
  // CHECK: %[[C:.+]] = arith.constant dense<{{.*}}4.000000e+00{{.*}}6.000000e+00{{.*}}9.000000e+00{{.*}}> : tensor<1x2x2x1xf32>
  // CHECK: %[[M:.+]] = pith.map(%arg1, %arg1, %[[C]] : tensor<f32>, tensor<f32>, tensor<1x2x2x1xf32>)
  // CHECK: arith.divf
  // CHECK: arith.divf
  // CHECK: pith.requantize %[[P]] scale(%[[M]] : tensor<1x2x2x1xf32>)
  %a = onnx.node "com.microsoft" "QLinearAveragePool"(%x, %s, %z, %s, %z) since 1 as ["a"] {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>}
    : (tensor<1x2x4x4xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<1x2x2x2xui8>
  // CHECK: arith.constant dense<9.000000e+00> : tensor<f32>
  %b = onnx.node "com.microsoft" "QLinearAveragePool"(%x, %s, %z, %s, %z) since 1 as ["b"] {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 0, 0>, count_include_pad = 1 : i64}
    : (tensor<1x2x4x4xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<1x2x2x2xui8>
  return %a, %b : tensor<1x2x2x2xui8>, tensor<1x2x2x2xui8>
}

// -----

// CHECK-LABEL: func @means
func.func @means(%x: tensor<1x4x4x2xi8>, %s: tensor<f32>, %z: tensor<i8>) -> (tensor<1x1x1x2xi8>, tensor<1x4x2xi8>) {
  // CHECK: pith.reduce sum %arg0 zero_point(%arg2 : tensor<i8>) dims [1, 2] {accumulator = i32, is_signed, keep_dims} : tensor<1x4x4x2xi8> -> tensor<1x1x1x2xi32>
  // CHECK: pith.requantize {{.*}} {is_signed}
  %a = onnx.node "com.microsoft" "QLinearGlobalAveragePool"(%x, %s, %z, %s, %z) since 1 as ["a"] {channels_last = 1 : i64}
    : (tensor<1x4x4x2xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<i8>) -> tensor<1x1x1x2xi8>
  // CHECK: pith.reduce sum %arg0 zero_point(%arg2 : tensor<i8>) dims [2] {accumulator = i32, is_signed}
  %b = onnx.node "com.microsoft" "QLinearReduceMean"(%x, %s, %z, %s, %z) since 1 as ["b"] {axes = array<i64: -2>, keepdims = 0 : i64}
    : (tensor<1x4x4x2xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<i8>) -> tensor<1x4x2xi8>
  return %a, %b : tensor<1x1x1x2xi8>, tensor<1x4x2xi8>
}
