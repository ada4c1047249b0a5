// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Codes and zero points are operands of the product; one for each row.
// CHECK-LABEL: func @matmul
func.func @matmul(%a: tensor<2x4xui8>, %b: tensor<4x3xi8>, %za: tensor<2xui8>) -> tensor<2x3xi32> {
  // CHECK: %[[Z:.+]] = tensor.expand_shape %arg2 {{.*}} into tensor<2x1xi8>
  // CHECK: pith.matmul %arg0, %arg1 lhs_zero_point(%[[Z]] : tensor<2x1xi8>) {accumulator = i32, rhs_signed} : tensor<2x4xi8>, tensor<4x3xi8> -> tensor<2x3xi32>
  %y = onnx.node "MatMulInteger"(%a, %b, %za) since 10 as ["y"] : (tensor<2x4xui8>, tensor<4x3xi8>, tensor<2xui8>) -> tensor<2x3xi32>
  return %y : tensor<2x3xi32>
}

// -----

// A bias that may carry the sum beyond 32 bits: 64.
// CHECK-LABEL: func @conv
func.func @conv(%x: tensor<1x1x4x4xui8>, %s: tensor<f32>, %z: tensor<ui8>, %w: tensor<2x1x3x3xi8>, %ws: tensor<2xf32>, %wz: tensor<i8>, %b: tensor<2xi32>) -> tensor<1x2x2x2xui8> {
  // CHECK: pith.conv {{.*}} bias(%{{.+}} : tensor<2xi64>)
  // CHECK: %[[M:.+]] = pith.map(%arg1, %{{.+}}, %arg1 : tensor<f32>, tensor<2x1x1xf32>, tensor<f32>) -> tensor<2x1x1xf32>
  // CHECK: arith.mulf
  // CHECK: arith.divf
  // CHECK: pith.requantize %{{.+}} scale(%[[M]] : tensor<2x1x1xf32>) zero_point(%{{.+}} : tensor<i8>) : tensor<1x2x2x2xi64> -> tensor<1x2x2x2xi8>
  %y = onnx.node "QLinearConv"(%x, %s, %z, %w, %ws, %wz, %s, %z, %b) since 10 as ["y"]
    : (tensor<1x1x4x4xui8>, tensor<f32>, tensor<ui8>, tensor<2x1x3x3xi8>, tensor<2xf32>, tensor<i8>, tensor<f32>, tensor<ui8>, tensor<2xi32>) -> tensor<1x2x2x2xui8>
  return %y : tensor<1x2x2x2xui8>
}
