// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Movement stays movement: no loop nest where a slice, a pad or a reshape will do.
// CHECK-LABEL: func @structure
// CHECK-NOT: linalg.generic
func.func @structure(%x: tensor<2x6xf32>) -> (tensor<2x2xf32>, tensor<3x8xf32>, tensor<4x12xf32>, tensor<2x4xf32>, tensor<2x2xf32>) {
  // CHECK: tensor.extract_slice %arg0[0, 1] [2, 2] [1, 2]
  %s0 = onnx.constant as "s0" dense<[1]> : tensor<1xi64>
  %s1 = onnx.constant as "s1" dense<[-1]> : tensor<1xi64>
  %s3 = onnx.constant as "s3" dense<[2]> : tensor<1xi64>
  %a = onnx.node "Slice"(%x, %s0, %s1, %s1, %s3) since 13 as ["a"]
    : (tensor<2x6xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x2xf32>
  // CHECK: tensor.pad %arg0 low[1, 2] high[0, 0]
  %p = onnx.constant as "p" dense<[1, 2, 0, 0]> : tensor<4xi64>
  %b = onnx.node "Pad"(%x, %p) since 25 as ["b"] : (tensor<2x6xf32>, tensor<4xi64>) -> tensor<3x8xf32>
  // CHECK: pith.map{{.*}} -> tensor<2x2x2x6xf32>
  %r = onnx.constant as "r" dense<[2, 2]> : tensor<2xi64>
  %c = onnx.node "Tile"(%x, %r) since 13 as ["c"] : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<4x12xf32>
  // CHECK: tensor.extract_slice %arg0[0, 0] [2, 4] [1, 1]
  // CHECK: tensor.extract_slice %arg0[0, 4] [2, 2] [1, 1]
  %d:2 = onnx.node "Split"(%x) since 18 as ["d", "e"] {axis = -1, num_outputs = 2, split = array<i64: 4, 2>} : (tensor<2x6xf32>) -> (tensor<2x4xf32>, tensor<2x2xf32>)
  return %a, %b, %c, %d#0, %d#1 : tensor<2x2xf32>, tensor<3x8xf32>, tensor<4x12xf32>, tensor<2x4xf32>, tensor<2x2xf32>
}

// -----

// Constant inputs show the values: starts and ends are clamped, steps may be negative.
// CHECK-LABEL: func @slices
func.func @slices() -> (tensor<3xi32>, tensor<5xi32>, tensor<0xi32>) {
  // CHECK-DAG: dense<[4, 2, 0]>
  // CHECK-DAG: dense<[4, 3, 2, 1, 0]>
  // CHECK-DAG: dense<> : tensor<0xi32>
  %x = onnx.constant as "x" dense<[0, 1, 2, 3, 4]> : tensor<5xi32>
  %min = onnx.constant as "min" dense<-9223372036854775808> : tensor<1xi64>
  %max = onnx.constant as "max" dense<9223372036854775807> : tensor<1xi64>
  %axis = onnx.constant as "axis" dense<0> : tensor<1xi64>
  %minus2 = onnx.constant as "minus2" dense<-2> : tensor<1xi64>
  %minus1 = onnx.constant as "minus1" dense<-1> : tensor<1xi64>
  %a = onnx.node "Slice"(%x, %max, %min, %axis, %minus2) since 13 as ["a"]
    : (tensor<5xi32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi32>
  %b = onnx.node "Slice"(%x, %max, %min, %axis, %minus1) since 13 as ["b"]
    : (tensor<5xi32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<5xi32>
  %c = onnx.node "Slice"(%x, %minus1, %min, %axis, %max) since 13 as ["c"]
    : (tensor<5xi32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<0xi32>
  return %a, %b, %c : tensor<3xi32>, tensor<5xi32>, tensor<0xi32>
}

// -----

// CHECK-LABEL: func @pads
func.func @pads() -> (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<2xf32>) {
  // CHECK-DAG: dense<[3.000000e+00, 2.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 2.000000e+00, 1.000000e+00, 2.000000e+00]>
  // CHECK-DAG: dense<[1.000000e+00, 1.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00, 3.000000e+00]>
  // CHECK-DAG: dense<[2.000000e+00, 3.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00, 1.000000e+00, 2.000000e+00, 3.000000e+00]>
  // CHECK-DAG: dense<[3.000000e+00, 9.000000e+00]>
  %x = onnx.constant as "x" dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %p = onnx.constant as "p" dense<[2, 3]> : tensor<2xi64>
  %a = onnx.node "Pad"(%x, %p) since 25 as ["a"] {mode = "reflect"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<8xf32>
  %b = onnx.node "Pad"(%x, %p) since 25 as ["b"] {mode = "edge"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<8xf32>
  %c = onnx.node "Pad"(%x, %p) since 25 as ["c"] {mode = "wrap"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<8xf32>
  %cut = onnx.constant as "cut" dense<[-2, 1]> : tensor<2xi64>
  %nine = onnx.constant as "nine" dense<9.0> : tensor<f32>
  %d = onnx.node "Pad"(%x, %cut, %nine) since 25 as ["d"] : (tensor<3xf32>, tensor<2xi64>, tensor<f32>) -> tensor<2xf32>
  return %a, %b, %c, %d : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<2xf32>
}

// -----

// CHECK-LABEL: func @shuffles
func.func @shuffles() -> (tensor<1x1x2x4xi32>, tensor<1x1x2x4xi32>, tensor<2x4xi32>) {
  // CHECK-DAG: dense<{{\[\[\[\[}}0, 2, 1, 3], [4, 6, 5, 7]]]]>
  // CHECK-DAG: dense<{{\[\[}}0, 2, 4, 6], [1, 3, 5, 7]]>
  %x = onnx.constant as "x" dense<[[[[0, 1]], [[2, 3]], [[4, 5]], [[6, 7]]]]> : tensor<1x4x1x2xi32>
  %a = onnx.node "DepthToSpace"(%x) since 13 as ["a"] {blocksize = 2} : (tensor<1x4x1x2xi32>) -> tensor<1x1x2x4xi32>
  // One channel after the shuffle: both modes agree.
  %b = onnx.node "DepthToSpace"(%x) since 13 as ["b"] {blocksize = 2, mode = "CRD"} : (tensor<1x4x1x2xi32>) -> tensor<1x1x2x4xi32>
  %s = onnx.constant as "s" dense<[4, 2]> : tensor<2xi64>
  %f = onnx.node "Reshape"(%x, %s) since 25 as ["f"] : (tensor<1x4x1x2xi32>, tensor<2xi64>) -> tensor<4x2xi32>
  %c = onnx.node "Transpose"(%f) since 25 as ["c"] : (tensor<4x2xi32>) -> tensor<2x4xi32>
  return %a, %b, %c : tensor<1x1x2x4xi32>, tensor<1x1x2x4xi32>, tensor<2x4xi32>
}

// -----

// CHECK-LABEL: func @triangle_and_reverse
func.func @triangle_and_reverse() -> (tensor<2x3xi32>, tensor<3x2xi32>) {
  // CHECK-DAG: dense<{{\[\[}}1, 2, 0], [4, 5, 6]]>
  // CHECK-DAG: dense<{{\[\[}}3, 1], [2, 4], [1, 5]]>
  %x = onnx.constant as "x" dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %k = onnx.constant as "k" dense<1> : tensor<i64>
  %a = onnx.node "Trilu"(%x, %k) since 14 as ["a"] {upper = 0} : (tensor<2x3xi32>, tensor<i64>) -> tensor<2x3xi32>
  %t = onnx.constant as "t" dense<[[1, 1], [2, 4], [3, 5]]> : tensor<3x2xi32>
  %n = onnx.constant as "n" dense<[3, 1]> : tensor<2xi64>
  %b = onnx.node "ReverseSequence"(%t, %n) since 10 as ["b"] : (tensor<3x2xi32>, tensor<2xi64>) -> tensor<3x2xi32>
  return %a, %b : tensor<2x3xi32>, tensor<3x2xi32>
}
