// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// 4 bits: codes of 8 bits, clamped to what 4 hold.
// CHECK-LABEL: func @quant
func.func @quant(%x: tensor<2x3x4x1xf32>) -> tensor<2x3x4x1xf32> {
  %s = onnx.constant as "s" dense<[[[0.5]], [[0.25]], [[2.0]]]> : tensor<3x1x1xf32>
  %z = onnx.constant as "z" dense<0.0> : tensor<f32>
  %b = onnx.constant as "b" dense<4.0> : tensor<f32>
  // CHECK: %[[Q:.+]] = pith.quantize %arg0 scale(%[[S:.+]] : tensor<3x1x1xf32>) {is_signed} : tensor<2x3x4x1xf32> -> tensor<2x3x4x1xi8>
  // CHECK: %[[C:.+]] = pith.map(%[[Q]]
  // CHECK-DAG: arith.constant -7 : i8
  // CHECK-DAG: arith.constant 7 : i8
  // CHECK: pith.dequantize %[[C]] scale(%[[S]] : tensor<3x1x1xf32>) {is_signed}
  %y = onnx.node "qonnx.custom_op.general" "Quant"(%x, %s, %z, %b) since 1 as ["y"] {signed = 1 : i64, narrow = 1 : i64, rounding_mode = "ROUND"}
    : (tensor<2x3x4x1xf32>, tensor<3x1x1xf32>, tensor<f32>, tensor<f32>) -> tensor<2x3x4x1xf32>
  return %y : tensor<2x3x4x1xf32>
}

// -----

// All of 8 bits: nothing to clamp.
// CHECK-LABEL: func @whole
func.func @whole(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xf32> {
  %z = onnx.constant as "z" dense<0.0> : tensor<f32>
  %b = onnx.constant as "b" dense<8> : tensor<i32>
  // CHECK: %[[Q:.+]] = pith.quantize %arg0
  // CHECK-NEXT: pith.dequantize %[[Q]]
  %y = onnx.node "finn.custom_op.general" "Quant"(%x, %s, %z, %b) since 1 as ["y"] {signed = 0 : i64, narrow = 0 : i64}
    : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<i32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// A zero point is added before rounding, unlike in pith.quantize; the codes are
// integers all the same.
// CHECK-LABEL: func @shifted
func.func @shifted(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xf32> {
  %z = onnx.constant as "z" dense<3.0> : tensor<f32>
  %b = onnx.constant as "b" dense<8> : tensor<i32>
  // CHECK: %[[Q:.+]] = pith.map(%arg0, %arg1, %{{.+}} : tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xi8>
  // CHECK: math.floor
  // CHECK: %[[Z:.+]] = arith.constant dense<3> : tensor<i8>
  // CHECK: pith.dequantize %[[Q]] scale(%arg1 : tensor<f32>) zero_point(%[[Z]] : tensor<i8>) : tensor<4xi8> -> tensor<4xf32>
  %y = onnx.node "onnx.brevitas" "Quant"(%x, %s, %z, %b) since 1 as ["y"] {signed = 0 : i64, rounding_mode = "floor"}
    : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<i32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Where no integer stands for the zero point, floats do.
// CHECK-LABEL: func @floats
func.func @floats(%x: tensor<4xf32>, %s: tensor<f32>, %z: tensor<f32>) -> tensor<4xf32> {
  %b = onnx.constant as "b" dense<8> : tensor<i32>
  // CHECK: pith.map(%arg0, %arg1, %arg2 : tensor<4xf32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  // CHECK: math.roundeven
  %y = onnx.node "onnx.brevitas" "Quant"(%x, %s, %z, %b) since 1 as ["y"] : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<i32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// CHECK-LABEL: func @bipolar
func.func @bipolar(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xf32> {
  // CHECK: %[[Q:.+]] = pith.map(%arg0 : tensor<4xf32>) -> tensor<4xi8>
  // CHECK: arith.cmpf ole
  // CHECK: pith.dequantize %[[Q]] scale(%arg1 : tensor<f32>) {is_signed}
  %y = onnx.node "qonnx.custom_op.general" "BipolarQuant"(%x, %s) since 1 as ["y"] : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Version 1 keeps the scale, version 2 has one of the result.
// CHECK-LABEL: func @trunc
func.func @trunc(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %s = onnx.constant as "s" dense<0.5> : tensor<f32>
  %o = onnx.constant as "o" dense<4.0> : tensor<f32>
  %z = onnx.constant as "z" dense<0.0> : tensor<f32>
  %i = onnx.constant as "i" dense<10.0> : tensor<f32>
  %b = onnx.constant as "b" dense<6.0> : tensor<f32>
  // CHECK: arith.constant 1.600000e+01
  // CHECK: math.floor
  %y = onnx.node "qonnx.custom_op.general" "Trunc"(%x, %s, %z, %i, %b) since 1 as ["y"] : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  // CHECK: arith.constant 8.000000e+00
  // CHECK: math.ceil
  %v = onnx.node "qonnx.custom_op.general" "Trunc"(%x, %s, %z, %i, %o, %b) since 2 as ["v"] {rounding_mode = "CEIL"} : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  return %y, %v : tensor<4xf32>, tensor<4xf32>
}
