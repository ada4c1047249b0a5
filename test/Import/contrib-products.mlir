// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// One zero point for each row of the turned right side, the addend as bias.
// CHECK-LABEL: func @gemm
func.func @gemm(%a: tensor<2x4xui8>, %s: tensor<f32>, %z: tensor<ui8>, %b: tensor<3x4xi8>, %bs: tensor<3xf32>, %bz: tensor<3xi8>) -> (tensor<2x3xf32>, tensor<2x3xui8>) {
  %c = onnx.constant as "c" dense<[1, 2, 3]> : tensor<3xi32>
  %n = onnx.absent : none
  // CHECK: %[[Z:.+]] = tensor.expand_shape %arg5 {{.*}} into tensor<3x1xi8>
  // CHECK: %[[P:.+]] = pith.matmul %arg0, %arg3 bias(%{{.+}} : tensor<3xi32>) lhs_zero_point(%arg2 : tensor<i8>) rhs_zero_point(%[[Z]] : tensor<3x1xi8>) {accumulator = i32, rhs_signed, transpose_rhs}
  // CHECK: %[[M:.+]] = pith.map(%arg1, %arg4 : tensor<f32>, tensor<3xf32>) -> tensor<3xf32>
  // CHECK: pith.map(%[[P]], %[[M]] : tensor<2x3xi32>, tensor<3xf32>) -> tensor<2x3xf32>
  // CHECK: arith.sitofp
  // CHECK: arith.mulf
  %f = onnx.node "com.microsoft" "QGemm"(%a, %s, %z, %b, %bs, %bz, %c) since 1 as ["f"] {transB = 1 : i64}
    : (tensor<2x4xui8>, tensor<f32>, tensor<ui8>, tensor<3x4xi8>, tensor<3xf32>, tensor<3xi8>, tensor<3xi32>) -> tensor<2x3xf32>
  // alpha * s_a first.
  // CHECK: arith.constant 5.000000e-01
  // CHECK: pith.requantize %{{.+}} scale(%{{.+}} : tensor<3xf32>) zero_point(%arg2 : tensor<i8>) : tensor<2x3xi32> -> tensor<2x3xi8>
  %q = onnx.node "com.microsoft" "QGemm"(%a, %s, %z, %b, %bs, %bz, %n, %s, %z) since 1 as ["q"] {transB = 1 : i64, alpha = 0.5 : f32}
    : (tensor<2x4xui8>, tensor<f32>, tensor<ui8>, tensor<3x4xi8>, tensor<3xf32>, tensor<3xi8>, none, tensor<f32>, tensor<ui8>) -> tensor<2x3xui8>
  return %f, %q : tensor<2x3xf32>, tensor<2x3xui8>
}

// -----

// CHECK-LABEL: func @to_float
func.func @to_float(%a: tensor<5x2x4xui8>, %b: tensor<4x3xi8>, %s: tensor<f32>, %bs: tensor<3xf32>, %z: tensor<ui8>, %bias: tensor<3xf32>) -> tensor<5x2x3xf32> {
  %n = onnx.absent : none
  // CHECK: pith.matmul %{{.+}}, %arg1 lhs_zero_point(%arg4 : tensor<i8>) {accumulator = i32, rhs_signed} : tensor<10x4xi8>, tensor<4x3xi8> -> tensor<10x3xi32>
  // CHECK: pith.map(%{{.+}}, %{{.+}}, %arg5 : tensor<5x2x3xi32>, tensor<3xf32>, tensor<3xf32>)
  // CHECK: %[[P:.+]] = arith.mulf
  // CHECK: arith.addf %[[P]]
  %y = onnx.node "com.microsoft" "MatMulIntegerToFloat"(%a, %b, %s, %bs, %z, %n, %bias) since 1 as ["y"]
    : (tensor<5x2x4xui8>, tensor<4x3xi8>, tensor<f32>, tensor<3xf32>, tensor<ui8>, none, tensor<3xf32>) -> tensor<5x2x3xf32>
  return %y : tensor<5x2x3xf32>
}

// -----

// CHECK-LABEL: func @dynamic
func.func @dynamic(%a: tensor<2x4xf32>, %b: tensor<4x3xui8>, %bs: tensor<f32>, %bz: tensor<ui8>) -> tensor<2x3xf32> {
  // CHECK: %[[Q:.+]], %[[S:.+]], %[[Z:.+]] = pith.dynamic_quantize %arg0
  // CHECK: pith.matmul %[[Q]], %arg1 lhs_zero_point(%[[Z]] : tensor<i8>) rhs_zero_point(%arg3 : tensor<i8>) {accumulator = i32}
  // CHECK: pith.map(%[[S]], %arg2
  %y = onnx.node "com.microsoft" "DynamicQuantizeMatMul"(%a, %b, %bs, %bz) since 1 as ["y"]
    : (tensor<2x4xf32>, tensor<4x3xui8>, tensor<f32>, tensor<ui8>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// The image is channels-last, the filter is not.
// CHECK-LABEL: func @conv
func.func @conv(%x: tensor<1x4x4x2xui8>, %s: tensor<f32>, %z: tensor<ui8>, %w: tensor<3x2x3x3xi8>, %wz: tensor<i8>) -> tensor<1x2x2x3xui8> {
  // CHECK: pith.conv {{.*}} : tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8> -> tensor<1x2x2x3xi32>
  // CHECK: return %{{.+}} : tensor<1x2x2x3xi8>
  %y = onnx.node "com.microsoft" "QLinearConv"(%x, %s, %z, %w, %s, %wz, %s, %z) since 1 as ["y"] {channels_last = 1 : i64}
    : (tensor<1x4x4x2xui8>, tensor<f32>, tensor<ui8>, tensor<3x2x3x3xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<ui8>) -> tensor<1x2x2x3xui8>
  return %y : tensor<1x2x2x3xui8>
}

// -----

// Weights stay packed; a row of zero points begins at a whole byte; the last
// block reaches beyond K.
// CHECK-LABEL: func @few_bits
func.func @few_bits(%a: tensor<2x40xf32>, %b: tensor<3x3x8xui8>, %s: tensor<9xf32>, %z: tensor<6xui8>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  // CHECK: %[[Z:.+]] = pith.unpack %arg3 width 4 : tensor<6xi8> -> tensor<3x4xi8>
  // CHECK: tensor.extract_slice %[[Z]][0, 0] [3, 3] [1, 1]
  // CHECK: %[[W:.+]] = pith.unpack %{{.+}} width 4 : tensor<72xi8> -> tensor<3x3x16xi8>
  // CHECK: pith.dequantize %[[W]] scale(%{{.+}} : tensor<3x3x1xf32>) zero_point(%{{.+}} : tensor<3x3x1xi8>) : tensor<3x3x16xi8> -> tensor<3x3x16xf32>
  // CHECK: tensor.extract_slice %{{.+}}[0, 0] [3, 40] [1, 1]
  // CHECK: pith.matmul %arg0, %{{.+}} {transpose_rhs} : tensor<2x40xf32>, tensor<3x40xf32> -> tensor<2x3xf32>
  %y = onnx.node "com.microsoft" "MatMulNBits"(%a, %b, %s, %z) since 1 as ["y"] {K = 40 : i64, N = 3 : i64, bits = 4 : i64, block_size = 16 : i64}
    : (tensor<2x40xf32>, tensor<3x3x8xui8>, tensor<9xf32>, tensor<6xui8>) -> tensor<2x3xf32>
  // Without zero points the middle.
  // CHECK: arith.constant dense<8> : tensor<i8>
  %u = onnx.node "com.microsoft" "MatMulNBits"(%a, %b, %s) since 1 as ["u"] {K = 40 : i64, N = 3 : i64, block_size = 16 : i64}
    : (tensor<2x40xf32>, tensor<3x3x8xui8>, tensor<9xf32>) -> tensor<2x3xf32>
  return %y, %u : tensor<2x3xf32>, tensor<2x3xf32>
}

// -----

// CHECK-LABEL: func @attention
func.func @attention(%x: tensor<2x3x4xui8>, %w: tensor<4x12xi8>, %b: tensor<12xf32>, %s: tensor<f32>, %m: tensor<2xi32>, %z: tensor<ui8>, %wz: tensor<i8>) -> tensor<2x3x4xf32> {
  // CHECK: pith.matmul {{.*}} -> tensor<6x12xi32>
  // CHECK: pith.matmul {{.*}} {transpose_rhs} : tensor<2x2x3x2xf32>, tensor<2x2x3x2xf32> -> tensor<2x2x3x3xf32>
  // CHECK: pith.softmax {{.*}} dims [3]
  // CHECK: pith.matmul {{.*}} -> tensor<2x2x3x2xf32>
  %y = onnx.node "com.microsoft" "QAttention"(%x, %w, %b, %s, %s, %m, %z, %wz) since 1 as ["y"] {num_heads = 2 : i64}
    : (tensor<2x3x4xui8>, tensor<4x12xi8>, tensor<12xf32>, tensor<f32>, tensor<f32>, tensor<2xi32>, tensor<ui8>, tensor<i8>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}
