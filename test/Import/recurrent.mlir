// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Each step computes (x W + h R) + (Wb + Rb),
// c' = f * c + i * g, h' = o * tanh(c').
// CHECK-LABEL: func @lstm
func.func @lstm(%x: tensor<5x2x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>, %b: tensor<1x32xf32>) -> (tensor<5x1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x2x4xf32>) {
  // CHECK: %[[LOOP:.+]]:3 = scf.for %[[T:[a-z0-9]+]] = {{.*}} iter_args(%[[H:[a-z0-9]+]] = %{{[a-z0-9_]+}}, %[[C:[a-z0-9]+]] = {{.*}}) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<5x2x4xf32>)
  // CHECK: tensor.extract_slice %{{.+}}[%[[T]], 0, 0] [1, 2, 3]
  // CHECK: %[[XW:.+]] = pith.matmul {{.*}} {transpose_rhs} : tensor<2x3xf32>, tensor<16x3xf32> -> tensor<2x16xf32>
  // CHECK: %[[HR:.+]] = pith.matmul %[[H]], %{{.+}} {transpose_rhs}
  // CHECK: pith.map{{ ?}}(%[[XW]], %[[HR]], %{{.+}} : tensor<2x16xf32>, tensor<2x16xf32>, tensor<16xf32>)
  // CHECK: %[[SUM:.+]] = arith.addf
  // CHECK: arith.addf %[[SUM]],
  // Gates lie in the order input, output, forget, cell.
  // CHECK-DAG: %[[I:.+]] = tensor.extract_slice %{{.+}}[0, 0] [2, 4]
  // CHECK-DAG: %[[F:.+]] = tensor.extract_slice %{{.+}}[0, 8] [2, 4]
  // CHECK-DAG: %[[G:.+]] = tensor.extract_slice %{{.+}}[0, 12] [2, 4]
  // CHECK: %[[CELL:.+]] = pith.map{{ ?}}(%[[I]], %[[F]], %[[G]], %[[C]] :
  // CHECK: math.tanh
  // CHECK: %[[KEPT:.+]] = arith.mulf
  // CHECK: %[[NEW:.+]] = arith.mulf
  // CHECK: arith.addf %[[KEPT]], %[[NEW]]
  // CHECK: %[[O:.+]] = tensor.extract_slice %{{.+}}[0, 4] [2, 4]
  // CHECK: %[[OUT:.+]] = pith.map{{ ?}}(%[[O]], %[[CELL]] :
  // CHECK: scf.yield %[[OUT]], %[[CELL]],
  %y:3 = onnx.node "LSTM"(%x, %w, %r, %b) since 22 as ["y", "h", "c"] {hidden_size = 4}
    : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>, tensor<1x32xf32>) -> (tensor<5x1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x2x4xf32>)
  return %y#0, %y#1, %y#2 : tensor<5x1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x2x4xf32>
}

// -----

// The second direction reads from the end, and writes there.
// CHECK-LABEL: func @both
func.func @both(%x: tensor<5x2x3xf32>, %w: tensor<2x4x3xf32>, %r: tensor<2x4x4xf32>) -> tensor<5x2x2x4xf32> {
  // CHECK: scf.for
  // CHECK-NOT: arith.subi
  // CHECK: scf.for %[[T:[a-z0-9]+]] =
  // CHECK: %[[AT:.+]] = arith.subi %{{.+}}, %[[T]]
  // CHECK: tensor.extract_slice %{{.+}}[%[[AT]], 0, 0]
  // CHECK: tensor.insert_slice %{{.+}}[%[[AT]], 0, 0]
  // CHECK: tensor.concat dim(1)
  %none = onnx.absent : none
  %y = onnx.node "RNN"(%x, %w, %r) since 22 as ["y"] {hidden_size = 4, direction = "bidirectional"}
    : (tensor<5x2x3xf32>, tensor<2x4x3xf32>, tensor<2x4x4xf32>) -> tensor<5x2x2x4xf32>
  return %y : tensor<5x2x2x4xf32>
}

// -----

// Beyond a sequence's length the state stays and the output is 0.
// CHECK-LABEL: func @lengths
func.func @lengths(%x: tensor<5x2x3xf32>, %w: tensor<1x12x3xf32>, %r: tensor<1x12x4xf32>, %n: tensor<2xi32>) -> tensor<5x1x2x4xf32> {
  // CHECK: scf.for
  // CHECK: arith.subf
  // CHECK: arith.cmpi slt
  // CHECK: arith.select
  // CHECK: arith.cmpi slt
  // CHECK: arith.select
  // CHECK: scf.yield
  %none = onnx.absent : none
  %y = onnx.node "GRU"(%x, %w, %r, %none, %n) since 22 as ["y"] {hidden_size = 4}
    : (tensor<5x2x3xf32>, tensor<1x12x3xf32>, tensor<1x12x4xf32>, none, tensor<2xi32>) -> tensor<5x1x2x4xf32>
  return %y : tensor<5x1x2x4xf32>
}

// -----

// Known full lengths need no mask.
// CHECK-LABEL: func @full_lengths
// CHECK-NOT: arith.cmpi
func.func @full_lengths(%x: tensor<5x2x3xf32>, %w: tensor<1x12x3xf32>, %r: tensor<1x12x4xf32>) -> tensor<5x1x2x4xf32> {
  %none = onnx.absent : none
  %n = onnx.constant as "n" dense<5> : tensor<2xi32>
  %y = onnx.node "GRU"(%x, %w, %r, %none, %n) since 22 as ["y"] {hidden_size = 4, linear_before_reset = 1}
    : (tensor<5x2x3xf32>, tensor<1x12x3xf32>, tensor<1x12x4xf32>, none, tensor<2xi32>) -> tensor<5x1x2x4xf32>
  return %y : tensor<5x1x2x4xf32>
}
