// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// The stated shape leaves one value for the operand, which nothing reads.
// CHECK-LABEL: func @one_value
// CHECK-SAME: %[[X:.+]]: tensor<2x1x3xf32>, %{{.+}}: tensor<2xi64>
// CHECK-NOT: tensor.extract
// CHECK: pith.reduce sum %[[X]] {{.*}}[0, 1]
// CHECK-NOT: arith.select
func.func @one_value(%x: tensor<2x1x3xf32>, %axes: tensor<2xi64>) -> tensor<1x1x3xf32> {
  %y = onnx.node "ReduceSum"(%x, %axes) since 13 as ["y"] : (tensor<2x1x3xf32>, tensor<2xi64>) -> tensor<1x1x3xf32>
  return %y : tensor<1x1x3xf32>
}

// -----

// Either dimension of size 2 may be the one that goes: both sums are made. Axes count
// from the end, too.
// CHECK-LABEL: func @two_values
// CHECK-SAME: %[[X:.+]]: tensor<3x2x2xf32>, %[[AXES:.+]]: tensor<1xi64>
// CHECK-DAG: %[[SECOND:.+]] = pith.reduce sum %[[X]] {{.*}}[2]
// CHECK-DAG: %[[FIRST:.+]] = pith.reduce sum %[[X]] {{.*}}[1]
// CHECK: %[[IS:.+]] = linalg.generic {{.*}} outs(%{{.+}} : tensor<i1>)
// CHECK: %[[AXIS:.+]] = tensor.extract %[[AXES]]
// CHECK: %[[FROM_END:.+]] = arith.addi %[[AXIS]], %c3_i64
// CHECK: %[[AT:.+]] = arith.select %{{.+}}, %[[FROM_END]], %[[AXIS]]
// CHECK: arith.cmpi eq, %[[AT]], %c2_i64
// CHECK: pith.map(%[[IS]], %[[SECOND]], %[[FIRST]] :
// CHECK: arith.select
func.func @two_values(%x: tensor<3x2x2xf32>, %axes: tensor<1xi64>) -> tensor<3x2xf32> {
  %y = onnx.node "ReduceSum"(%x, %axes) since 13 as ["y"] {keepdims = 0} : (tensor<3x2x2xf32>, tensor<1xi64>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

// No axes are a value that is known.
// CHECK-LABEL: func @nothing_to_know
// CHECK: pith.reduce sum {{.*}}[0, 1]
func.func @nothing_to_know(%x: tensor<2x3xf32>, %axes: tensor<0xi64>) -> tensor<?x?xf32> {
  %y = onnx.node "ReduceSum"(%x, %axes) since 13 as ["y"] : (tensor<2x3xf32>, tensor<0xi64>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

// The body of a function knows the operand, too.
// CHECK-LABEL: func @function
// CHECK: tensor.extract_slice %arg0[0, 1] [2, 2] [1, 1]
func.func @function(%x: tensor<2x4xf32>, %shape: tensor<2xi64>) -> tensor<2x2xf32> {
  %y = onnx.node "CenterCropPad"(%x, %shape) since 18 as ["y"] : (tensor<2x4xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

// CHECK-LABEL: func @depth_is_a_float
// CHECK: pith.map({{.*}}) -> tensor<2x5xf32>
func.func @depth_is_a_float(%i: tensor<2xi64>, %depth: tensor<f32>, %values: tensor<2xf32>) -> tensor<2x5xf32> {
  %y = onnx.node "OneHot"(%i, %depth, %values) since 11 as ["y"] : (tensor<2xi64>, tensor<f32>, tensor<2xf32>) -> tensor<2x5xf32>
  return %y : tensor<2x5xf32>
}

// -----

// Half a spectrum of 3 numbers is that of 5 or of 4, along any axis whose size may
// change; the last of all stands for what contradicts the shape.
// CHECK-LABEL: func @several_operands
// CHECK-COUNT-2: pith.matmul
// CHECK-NOT: pith.matmul
// CHECK: arith.select
func.func @several_operands(%x: tensor<2x4x1xf32>, %length: tensor<i64>, %axis: tensor<i64>) -> tensor<2x3x2xf32> {
  %y = onnx.node "DFT"(%x, %length, %axis) since 20 as ["y"] {onesided = 1} : (tensor<2x4x1xf32>, tensor<i64>, tensor<i64>) -> tensor<2x3x2xf32>
  return %y : tensor<2x3x2xf32>
}
