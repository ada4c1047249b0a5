// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Two tensors: what is learned of both comes first, then what is kept for both. The coefficient
// of the gradient is 1 in the first step, whatever beta is.
// CHECK-LABEL: func @momentum
func.func @momentum(%r: tensor<f32>, %t: tensor<i64>, %x0: tensor<2xf32>, %x1: tensor<3xf64>, %g0: tensor<2xf32>, %g1: tensor<3xf64>,
                    %v0: tensor<2xf32>, %v1: tensor<3xf64>) -> (tensor<2xf32>, tensor<3xf64>, tensor<2xf32>, tensor<3xf64>) {
  // CHECK: pith.map
  // CHECK: pith.map({{.*}} tensor<i64>) -> tensor<2xf32>
  // CHECK: arith.cmpi sle
  // CHECK: arith.select
  // CHECK: arith.extf {{.*}} : f32 to f64
  // CHECK: return {{.*}} : tensor<2xf32>, tensor<3xf64>, tensor<2xf32>, tensor<3xf64>
  %0:4 = onnx.node "ai.onnx.preview.training" "Momentum"(%r, %t, %x0, %x1, %g0, %g1, %v0, %v1) since 1 as ["a", "b", "c", "d"]
    {alpha = 0.9 : f32, beta = 0.1 : f32, mode = "standard", norm_coefficient = 0.01 : f32}
    : (tensor<f32>, tensor<i64>, tensor<2xf32>, tensor<3xf64>, tensor<2xf32>, tensor<3xf64>, tensor<2xf32>, tensor<3xf64>)
      -> (tensor<2xf32>, tensor<3xf64>, tensor<2xf32>, tensor<3xf64>)
  return %0#0, %0#1, %0#2, %0#3 : tensor<2xf32>, tensor<3xf64>, tensor<2xf32>, tensor<3xf64>
}

// The correction loses no digits: it is made in f64.
// CHECK-LABEL: func @adam
func.func @adam(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<2xf32>, %g: tensor<2xf32>, %v: tensor<2xf32>, %h: tensor<2xf32>)
    -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  // CHECK-COUNT-2: math.powf {{.*}} : f64
  // CHECK: math.sqrt {{.*}} : f32
  %0:3 = onnx.node "ai.onnx.preview.training" "Adam"(%r, %t, %x, %g, %v, %h) since 1 as ["a", "b", "c"] {}
    : (tensor<f32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>)
  return %0#0, %0#1, %0#2 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// In training mode the moments are those of the batch.
// CHECK-LABEL: func @batch_normalization
// CHECK-SAME: (%[[X:.+]]: tensor<2x3x4xf32>
func.func @batch_normalization(%x: tensor<2x3x4xf32>, %c: tensor<3xf32>)
    -> (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>) {
  // CHECK: %[[SUM:.+]] = pith.reduce sum %[[X]] dims [0, 2] : tensor<2x3x4xf32> -> tensor<3xf32>
  // CHECK: %[[MEAN:.+]] = pith.map(%[[SUM]] : tensor<3xf32>)
  // CHECK: arith.constant 8.0
  // CHECK: pith.reduce sum %{{.+}} dims [0, 2] : tensor<2x3x4xf32> -> tensor<3xf32>
  %y:3 = onnx.node "BatchNormalization"(%x, %c, %c, %c, %c) since 15 as ["y", "m", "v"] {training_mode = 1}
    : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>)
  return %y#0, %y#1, %y#2 : tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xf32>
}

// Who drops nothing draws no numbers.
// CHECK-LABEL: func @dropout
// CHECK-SAME: (%[[X:.+]]: tensor<4xf32>, %{{.+}}: tensor<i8>)
// CHECK: return %[[X]]
func.func @dropout(%x: tensor<4xf32>, %training: tensor<i1>) -> tensor<4xf32> {
  %ratio = onnx.constant as "ratio" dense<0.0> : tensor<f32>
  %y = onnx.node "Dropout"(%x, %ratio, %training) since 22 as ["y"] : (tensor<4xf32>, tensor<f32>, tensor<i1>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}
