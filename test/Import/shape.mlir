// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// The usual flattening: nothing of the shape arithmetic is left.
// CHECK-LABEL: func @flatten_by_shape
func.func @flatten_by_shape(%x: tensor<2x3x4xf32>) -> tensor<2x12xf32> {
  // CHECK: %[[R:.+]] = tensor.collapse_shape %arg0 {{\[\[}}0], [1, 2]]
  // CHECK-NEXT: return %[[R]]
  %s = onnx.node "Shape"(%x) since 25 as ["s"] : (tensor<2x3x4xf32>) -> tensor<3xi64>
  %zero = onnx.constant as "zero" dense<0> : tensor<i64>
  %n = onnx.node "Gather"(%s, %zero) since 13 as ["n"] {axis = 0} : (tensor<3xi64>, tensor<i64>) -> tensor<i64>
  %axes = onnx.constant as "axes" dense<0> : tensor<1xi64>
  %u = onnx.node "Unsqueeze"(%n, %axes) since 25 as ["u"] : (tensor<i64>, tensor<1xi64>) -> tensor<1xi64>
  %rest = onnx.constant as "rest" dense<-1> : tensor<1xi64>
  %t = onnx.node "Concat"(%u, %rest) since 13 as ["t"] {axis = 0} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %y = onnx.node "Reshape"(%x, %t) since 25 as ["y"] : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<2x12xf32>
  return %y : tensor<2x12xf32>
}

// -----

// Ends beyond the rank are clamped, negative ones count from the end.
// CHECK-LABEL: func @shape_range
func.func @shape_range(%x: tensor<2x3x4xf32>) -> (tensor<2xi64>, tensor<2xi64>, tensor<0xi64>, tensor<i64>) {
  // CHECK-DAG: arith.constant dense<[3, 4]> : tensor<2xi64>
  // CHECK-DAG: arith.constant dense<[2, 3]> : tensor<2xi64>
  // CHECK-DAG: arith.constant dense<> : tensor<0xi64>
  // CHECK-DAG: arith.constant dense<24> : tensor<i64>
  %a = onnx.node "Shape"(%x) since 25 as ["a"] {start = 1, end = 9} : (tensor<2x3x4xf32>) -> tensor<2xi64>
  %b = onnx.node "Shape"(%x) since 25 as ["b"] {start = -9, end = -1} : (tensor<2x3x4xf32>) -> tensor<2xi64>
  %c = onnx.node "Shape"(%x) since 25 as ["c"] {start = 2, end = 1} : (tensor<2x3x4xf32>) -> tensor<0xi64>
  %d = onnx.node "Size"(%x) since 25 as ["d"] : (tensor<2x3x4xf32>) -> tensor<i64>
  return %a, %b, %c, %d : tensor<2xi64>, tensor<2xi64>, tensor<0xi64>, tensor<i64>
}

// -----

// 0 copies a size, unless allowzero makes it one.
// CHECK-LABEL: func @reshape_zero
func.func @reshape_zero(%x: tensor<2x6xf32>, %e: tensor<0x4xf32>) -> (tensor<2x3x2xf32>, tensor<3x0xf32>) {
  // CHECK: tensor.expand_shape %arg0 {{\[\[}}0], [1, 2]] output_shape [2, 3, 2]
  // CHECK: tensor.expand_shape {{.*}} output_shape [3, 0]
  %s = onnx.constant as "s" dense<[0, -1, 2]> : tensor<3xi64>
  %y = onnx.node "Reshape"(%x, %s) since 25 as ["y"] : (tensor<2x6xf32>, tensor<3xi64>) -> tensor<2x3x2xf32>
  %t = onnx.constant as "t" dense<[3, 0]> : tensor<2xi64>
  %z = onnx.node "Reshape"(%e, %t) since 25 as ["z"] {allowzero = 1} : (tensor<0x4xf32>, tensor<2xi64>) -> tensor<3x0xf32>
  return %y, %z : tensor<2x3x2xf32>, tensor<3x0xf32>
}

// -----

// A shape from the input cannot differ from the one that the model states.
// CHECK-LABEL: func @reshape_at_run_time
func.func @reshape_at_run_time(%x: tensor<6xf32>, %s: tensor<2xi64>) -> tensor<2x3xf32> {
  // CHECK: tensor.expand_shape %arg0
  %y = onnx.node "Reshape"(%x, %s) since 25 as ["y"] : (tensor<6xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// -----

// CHECK-LABEL: func @filled
func.func @filled() -> (tensor<3xi64>, tensor<4xf32>, tensor<2x3xf32>, tensor<2x3xi8>) {
  // CHECK-DAG: arith.constant dense<[10, 7, 4]> : tensor<3xi64>
  // CHECK-DAG: arith.constant dense<[1.000000e+00, 1.500000e+00, 2.000000e+00, 2.500000e+00]> : tensor<4xf32>
  // CHECK-DAG: arith.constant dense<7.000000e+00> : tensor<2x3xf32>
  // CHECK-DAG: arith.constant dense<{{\[\[}}0, 1, 0], [0, 0, 1]]> : tensor<2x3xi8>
  %a0 = onnx.constant as "a0" dense<10> : tensor<i64>
  %a1 = onnx.constant as "a1" dense<1> : tensor<i64>
  %a2 = onnx.constant as "a2" dense<-3> : tensor<i64>
  %a = onnx.node "Range"(%a0, %a1, %a2) since 11 as ["a"] : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<3xi64>
  %b0 = onnx.constant as "b0" dense<1.0> : tensor<f32>
  %b1 = onnx.constant as "b1" dense<2.75> : tensor<f32>
  %b2 = onnx.constant as "b2" dense<0.5> : tensor<f32>
  %b = onnx.node "Range"(%b0, %b1, %b2) since 11 as ["b"] : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<4xf32>
  %s = onnx.constant as "s" dense<[2, 3]> : tensor<2xi64>
  %c = onnx.node "ConstantOfShape"(%s) since 25 as ["c"] {value = dense<7.0> : tensor<1xf32>} : (tensor<2xi64>) -> tensor<2x3xf32>
  %d = onnx.node "EyeLike"(%c) since 22 as ["d"] {k = 1, dtype = 3} : (tensor<2x3xf32>) -> tensor<2x3xi8>
  return %a, %b, %c, %d : tensor<3xi64>, tensor<4xf32>, tensor<2x3xf32>, tensor<2x3xi8>
}
