// RUN: pith-opt %s --convert-onnx-to-pith --canonicalize --split-input-file | FileCheck %s

// The image goes channels-last, a constant filter OHWI; SAME_LOWER puts the odd
// padding in front.
// CHECK-LABEL: func @conv
func.func @conv(%x: tensor<1x2x5x6xf32>, %b: tensor<1xf32>) -> tensor<1x1x3x3xf32> {
  // CHECK: %[[W:.+]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00]]]]> : tensor<1x1x2x2xf32>
  // CHECK: %[[X:.+]] = linalg.transpose ins(%arg0 {{.*}} permutation = [0, 2, 3, 1]
  // CHECK: %[[Y:.+]] = pith.conv %[[X]], %[[W]] bias(%arg1 : tensor<1xf32>) strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1]
  // CHECK: %[[R:.+]] = linalg.transpose ins(%[[Y]] {{.*}} permutation = [0, 3, 1, 2]
  // CHECK: return %[[R]]
  %w = onnx.constant as "w" dense<[[[[1.0, 2.0]], [[3.0, 4.0]]]]> : tensor<1x2x1x2xf32>
  %y = onnx.node "Conv"(%x, %w, %b) since 22 as ["y"] {auto_pad = "SAME_LOWER", strides = array<i64: 2, 2>}
    : (tensor<1x2x5x6xf32>, tensor<1x2x1x2xf32>, tensor<1xf32>) -> tensor<1x1x3x3xf32>
  return %y : tensor<1x1x3x3xf32>
}

// -----

// CHECK-LABEL: func @same_lower
func.func @same_lower(%x: tensor<1x1x5xf32>) -> tensor<1x1x5xf32> {
  // CHECK: pith.pool max {{.*}} window [2] strides [1] pad [1] to [0]
  %y = onnx.node "MaxPool"(%x) since 22 as ["y"] {auto_pad = "SAME_LOWER", kernel_shape = array<i64: 2>}
    : (tensor<1x1x5xf32>) -> tensor<1x1x5xf32>
  return %y : tensor<1x1x5xf32>
}

// -----

// ceil_mode pads the end until the last window is whole (4 rows: windows at 0, 2
// need 5), but not for a window that would start in the padding (columns).
// CHECK-LABEL: func @ceil_mode
func.func @ceil_mode(%x: tensor<1x1x4x2xui8>) -> tensor<1x1x2x1xui8> {
  // CHECK: pith.pool max {{.*}} window [3, 1] strides [2, 4] pad [0, 0] to [1, 1] dilations [1, 1] :
  %y = onnx.node "MaxPool"(%x) since 22 as ["y"] {ceil_mode = 1, kernel_shape = array<i64: 3, 1>, strides = array<i64: 2, 4>, pads = array<i64: 0, 0, 0, 1>}
    : (tensor<1x1x4x2xui8>) -> tensor<1x1x2x1xui8>
  return %y : tensor<1x1x2x1xui8>
}

// -----

// Signed integers are ordered as such.
// CHECK-LABEL: func @signed_max
func.func @signed_max(%x: tensor<1x1x4xi8>) -> tensor<1x1x2xi8> {
  // CHECK: pith.pool max {{.*}} {is_signed}
  %y = onnx.node "MaxPool"(%x) since 22 as ["y"] {kernel_shape = array<i64: 2>, strides = array<i64: 2>}
    : (tensor<1x1x4xi8>) -> tensor<1x1x2xi8>
  return %y : tensor<1x1x2xi8>
}

// -----

// What the model pads counts, what ceil_mode adds does not: then the padding is
// made explicit.
// CHECK-LABEL: func @count_padding
func.func @count_padding(%x: tensor<1x1x4xf32>) -> (tensor<1x1x5xf32>, tensor<1x1x3xf32>) {
  // CHECK: pith.pool average {{.*}} window [2] strides [1] pad [1] to [1] dilations [1] {count_padding}
  // CHECK: tensor.pad {{.*}} low[0, 1, 0] high[0, 1, 0]
  // CHECK: pith.pool average {{.*}} window [3] strides [2] pad [0] to [1] dilations [1] :
  %y = onnx.node "AveragePool"(%x) since 22 as ["y"] {count_include_pad = 1, kernel_shape = array<i64: 2>, pads = array<i64: 1, 1>}
    : (tensor<1x1x4xf32>) -> tensor<1x1x5xf32>
  %z = onnx.node "AveragePool"(%x) since 22 as ["z"] {count_include_pad = 1, ceil_mode = 1, kernel_shape = array<i64: 3>, strides = array<i64: 2>, pads = array<i64: 1, 1>}
    : (tensor<1x1x4xf32>) -> tensor<1x1x3xf32>
  return %y, %z : tensor<1x1x5xf32>, tensor<1x1x3xf32>
}

// -----

// CHECK-LABEL: func @global_average
func.func @global_average(%x: tensor<1x3x4x5xf32>) -> tensor<1x3x1x1xf32> {
  // CHECK: %[[S:.+]] = pith.reduce sum %arg0 dims [2, 3] {keep_dims}
  // CHECK: pith.map(%[[S]]
  // CHECK: arith.constant 2.000000e+01
  // CHECK: arith.divf
  %y = onnx.node "GlobalAveragePool"(%x) since 22 as ["y"] : (tensor<1x3x4x5xf32>) -> tensor<1x3x1x1xf32>
  return %y : tensor<1x3x1x1xf32>
}
