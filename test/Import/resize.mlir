// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Twice the size, nearest: a broadcast, channels last.
// CHECK-LABEL: func @twice
func.func @twice(%x: tensor<1x8x2x3xf32>) -> tensor<1x8x4x6xf32> {
  // CHECK: linalg.transpose ins(%arg0 {{.*}} permutation = [0, 2, 3, 1]
  // CHECK: pith.map{{ ?}}({{.*}}tensor<1x2x3x1x8xf32>) -> tensor<1x2x3x2x8xf32>
  // CHECK: pith.map{{ ?}}({{.*}}tensor<1x2x1x6x8xf32>) -> tensor<1x2x2x6x8xf32>
  // CHECK: permutation = [0, 3, 1, 2]
  %none = onnx.absent : none
  %s = onnx.constant as "s" dense<[1.0, 1.0, 2.0, 2.0]> : tensor<4xf32>
  %y = onnx.node "Resize"(%x, %none, %s) since 19 as ["y"] {mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"}
    : (tensor<1x8x2x3xf32>, none, tensor<4xf32>) -> tensor<1x8x4x6xf32>
  return %y : tensor<1x8x4x6xf32>
}

// -----

// Values of one row: 1 2 3 4.
// CHECK-LABEL: func @values
func.func @values() -> (tensor<8xf32>, tensor<8xf32>, tensor<7xf32>, tensor<3xf32>, tensor<2xf32>) {
  // CHECK-DAG: dense<[1.000000e+00, 1.250000e+00, 1.750000e+00, 2.250000e+00, 2.750000e+00, 3.250000e+00, 3.750000e+00, 4.000000e+00]>
  // CHECK-DAG: dense<[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00, 3.000000e+00, 3.000000e+00, 4.000000e+00, 4.000000e+00]>
  // CHECK-DAG: dense<[1.000000e+00, 1.500000e+00, 2.000000e+00, 2.500000e+00, 3.000000e+00, 3.500000e+00, 4.000000e+00]>
  // CHECK-DAG: dense<[1.000000e+00, 2.500000e+00, 4.000000e+00]>
  // CHECK-DAG: dense<[1.625000e+00, 3.375000e+00]>
  %none = onnx.absent : none
  %x = onnx.constant as "x" dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %two = onnx.constant as "two" dense<2.0> : tensor<1xf32>
  %a = onnx.node "Resize"(%x, %none, %two) since 19 as ["a"] {mode = "linear"} : (tensor<4xf32>, none, tensor<1xf32>) -> tensor<8xf32>
  %b = onnx.node "Resize"(%x, %none, %two) since 19 as ["b"] {mode = "nearest"} : (tensor<4xf32>, none, tensor<1xf32>) -> tensor<8xf32>
  %seven = onnx.constant as "seven" dense<7> : tensor<1xi64>
  %c = onnx.node "Resize"(%x, %none, %none, %seven) since 19 as ["c"] {mode = "linear", coordinate_transformation_mode = "align_corners"}
    : (tensor<4xf32>, none, none, tensor<1xi64>) -> tensor<7xf32>
  %roi = onnx.constant as "roi" dense<[0.0, 1.0]> : tensor<2xf32>
  %three = onnx.constant as "three" dense<3> : tensor<1xi64>
  %d = onnx.node "Resize"(%x, %roi, %none, %three) since 19 as ["d"] {mode = "linear", coordinate_transformation_mode = "tf_crop_and_resize"}
    : (tensor<4xf32>, tensor<2xf32>, none, tensor<1xi64>) -> tensor<3xf32>
  // Halved with the filter stretched over four samples, 1/8 3/8 3/8 1/8.
  %half = onnx.constant as "half" dense<0.5> : tensor<1xf32>
  %e = onnx.node "Resize"(%x, %none, %half) since 19 as ["e"] {mode = "linear", antialias = 1} : (tensor<4xf32>, none, tensor<1xf32>) -> tensor<2xf32>
  return %a, %b, %c, %d, %e : tensor<8xf32>, tensor<8xf32>, tensor<7xf32>, tensor<3xf32>, tensor<2xf32>
}

// -----

// CHECK-LABEL: func @extrapolated
func.func @extrapolated() -> (tensor<3xf32>, tensor<4xf32>) {
  // CHECK-DAG: dense<[1.000000e+00, 4.000000e+00, 9.000000e+00]>
  // CHECK-DAG: dense<[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00]>
  %none = onnx.absent : none
  %x = onnx.constant as "x" dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %roi = onnx.constant as "roi" dense<[0.0, 2.0]> : tensor<2xf32>
  %three = onnx.constant as "three" dense<3> : tensor<1xi64>
  %a = onnx.node "Resize"(%x, %roi, %none, %three) since 19 as ["a"] {mode = "linear", coordinate_transformation_mode = "tf_crop_and_resize", extrapolation_value = 9.0 : f32}
    : (tensor<4xf32>, tensor<2xf32>, none, tensor<1xi64>) -> tensor<3xf32>
  %u = onnx.constant as "u" dense<[1.0, 2.0]> : tensor<2xf32>
  %two = onnx.constant as "two" dense<2.0> : tensor<1xf32>
  %b = onnx.node "Upsample"(%u, %two) since 9 as ["b"] : (tensor<2xf32>, tensor<1xf32>) -> tensor<4xf32>
  return %a, %b : tensor<3xf32>, tensor<4xf32>
}

// -----

// With scales of the run there are tables of the run; a scale of 1 keeps what is there.
// CHECK-LABEL: func @scales_of_the_run
// CHECK: %[[AT:.+]] = linalg.generic {{.*}} outs(%{{.+}} : tensor<6x2xi64>)
// CHECK: arith.divf
// CHECK: arith.maxsi
// CHECK: arith.minsi %{{.+}}, %c3_i64
// CHECK: %[[WEIGHTS:.+]] = linalg.generic {{.*}} outs(%{{.+}} : tensor<6x2xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.+}} : tensor<2x6xf32>)
// CHECK-COUNT-2: tensor.extract %[[WEIGHTS]]
// CHECK: linalg.generic {{.*}} outs(%{{.+}} : tensor<2x6xf32>)
// CHECK: arith.select
func.func @scales_of_the_run(%x: tensor<2x4xf32>, %scales: tensor<2xf32>) -> tensor<2x6xf32> {
  %none = onnx.absent : none
  %y = onnx.node "Resize"(%x, %none, %scales) since 19 as ["y"] {mode = "linear"} : (tensor<2x4xf32>, none, tensor<2xf32>) -> tensor<2x6xf32>
  return %y : tensor<2x6xf32>
}
