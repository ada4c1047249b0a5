// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// CHECK-LABEL: func @per_axis
func.func @per_axis(%x: tensor<2x3x4xf32>, %s: tensor<3xf32>, %z: tensor<3xui8>) -> (tensor<2x3x4xui8>, tensor<2x3x4xf32>) {
  // CHECK: %[[S:.+]] = tensor.expand_shape %arg1 {{.*}} into tensor<1x3x1xf32>
  // CHECK: %[[Z:.+]] = tensor.expand_shape %arg2 {{.*}} into tensor<1x3x1xi8>
  // CHECK: pith.quantize %arg0 scale{{ ?}}(%[[S]] : tensor<1x3x1xf32>) zero_point{{ ?}}(%[[Z]] : tensor<1x3x1xi8>) : tensor<2x3x4xf32> -> tensor<2x3x4xi8>
  // CHECK: pith.dequantize {{.*}} : tensor<2x3x4xi8> -> tensor<2x3x4xf32>
  %q = onnx.node "QuantizeLinear"(%x, %s, %z) since 25 as ["q"] {axis = 1} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xui8>) -> tensor<2x3x4xui8>
  %d = onnx.node "DequantizeLinear"(%q, %s, %z) since 25 as ["d"] {axis = 1} : (tensor<2x3x4xui8>, tensor<3xf32>, tensor<3xui8>) -> tensor<2x3x4xf32>
  return %q, %d : tensor<2x3x4xui8>, tensor<2x3x4xf32>
}

// -----

// Signed codes; one number counts everywhere, whatever its rank.
// CHECK-LABEL: func @signed
func.func @signed(%x: tensor<2x3xi8>, %s: tensor<1xf32>) -> tensor<2x3xf32> {
  // CHECK: pith.dequantize %arg0 scale{{ ?}}(%{{.+}} : tensor<f32>) {is_signed} : tensor<2x3xi8> -> tensor<2x3xf32>
  %d = onnx.node "DequantizeLinear"(%x, %s) since 25 as ["d"] : (tensor<2x3xi8>, tensor<1xf32>) -> tensor<2x3xf32>
  return %d : tensor<2x3xf32>
}

// -----

// The last block is shorter: scales are repeated, then cut.
// CHECK-LABEL: func @blocked
func.func @blocked(%x: tensor<2x5xi8>, %s: tensor<2x3xf32>) -> tensor<2x5xf32> {
  // CHECK: pith.map{{ ?}}({{.*}} : tensor<2x3x1xf32>) -> tensor<2x3x2xf32>
  // CHECK: tensor.extract_slice %{{.+}}[0, 0] [2, 5] [1, 1] : tensor<2x6xf32> to tensor<2x5xf32>
  // CHECK: pith.dequantize
  %d = onnx.node "DequantizeLinear"(%x, %s) since 25 as ["d"] {axis = 1, block_size = 2} : (tensor<2x5xi8>, tensor<2x3xf32>) -> tensor<2x5xf32>
  return %d : tensor<2x5xf32>
}

// -----

// CHECK-LABEL: func @dynamic
func.func @dynamic(%x: tensor<6xf32>) -> (tensor<6xui8>, tensor<f32>, tensor<ui8>) {
  // CHECK: %[[Q:.+]], %[[S:.+]], %[[Z:.+]] = pith.dynamic_quantize %arg0 : tensor<6xf32> -> tensor<6xi8>, tensor<f32>, tensor<i8>
  // CHECK: return %[[Q]], %[[S]], %[[Z]]
  %y:3 = onnx.node "DynamicQuantizeLinear"(%x) since 11 as ["y", "s", "z"] : (tensor<6xf32>) -> (tensor<6xui8>, tensor<f32>, tensor<ui8>)
  return %y#0, %y#1, %y#2 : tensor<6xui8>, tensor<f32>, tensor<ui8>
}
