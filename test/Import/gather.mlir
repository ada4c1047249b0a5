// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// An embedding: indices of the input may be negative, and are clamped.
// CHECK-LABEL: func @embedding
func.func @embedding(%x: tensor<10x4xf32>, %i: tensor<3xi64>) -> tensor<3x4xf32> {
  // CHECK: linalg.generic
  // CHECK: %[[E:.+]] = tensor.extract %arg1
  // CHECK: %[[P:.+]] = arith.index_cast %[[E]]
  // CHECK: arith.cmpi slt, %[[P]]
  // CHECK: arith.select
  // CHECK: arith.maxsi
  // CHECK: arith.minsi
  // CHECK: tensor.extract %arg0
  %y = onnx.node "Gather"(%x, %i) since 13 as ["y"] : (tensor<10x4xf32>, tensor<3xi64>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// -----

// Known places in a row are a slice.
// CHECK-LABEL: func @known_places
func.func @known_places(%x: tensor<10x4xf32>) -> (tensor<4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  // CHECK: tensor.extract_slice %arg0[9, 0] [1, 4] [1, 1]
  // CHECK: tensor.extract_slice %arg0[2, 0] [2, 4] [3, 1]
  // CHECK: linalg.generic
  // CHECK-NOT: arith.maxsi
  %a0 = onnx.constant as "a0" dense<-1> : tensor<i64>
  %a = onnx.node "Gather"(%x, %a0) since 13 as ["a"] : (tensor<10x4xf32>, tensor<i64>) -> tensor<4xf32>
  %b0 = onnx.constant as "b0" dense<[2, 5]> : tensor<2xi64>
  %b = onnx.node "Gather"(%x, %b0) since 13 as ["b"] : (tensor<10x4xf32>, tensor<2xi64>) -> tensor<2x4xf32>
  %c0 = onnx.constant as "c0" dense<[5, 2]> : tensor<2xi64>
  %c = onnx.node "Gather"(%x, %c0) since 13 as ["c"] : (tensor<10x4xf32>, tensor<2xi64>) -> tensor<2x4xf32>
  return %a, %b, %c : tensor<4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// CHECK-LABEL: func @values
func.func @values() -> (tensor<2x2xi32>, tensor<2xi32>, tensor<2x3xi32>) {
  // CHECK-DAG: dense<{{\[\[}}1, 3], [6, 5]]> : tensor<2x2xi32>
  // CHECK-DAG: dense<[3, 4]> : tensor<2xi32>
  // CHECK-DAG: dense<{{\[\[}}7, 7, 9], [9, 7, 7]]> : tensor<2x3xi32>
  %x = onnx.constant as "x" dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %i = onnx.constant as "i" dense<[[0, 2], [-1, 1]]> : tensor<2x2xi64>
  %a = onnx.node "GatherElements"(%x, %i) since 13 as ["a"] {axis = 1} : (tensor<2x3xi32>, tensor<2x2xi64>) -> tensor<2x2xi32>
  %j = onnx.constant as "j" dense<[[0, 2], [-1, 0]]> : tensor<2x2xi64>
  %b = onnx.node "GatherND"(%x, %j) since 13 as ["b"] : (tensor<2x3xi32>, tensor<2x2xi64>) -> tensor<2xi32>
  %k = onnx.constant as "k" dense<[-1, 0]> : tensor<2xi64>
  %depth = onnx.constant as "depth" dense<3> : tensor<i64>
  %v = onnx.constant as "v" dense<[7, 9]> : tensor<2xi32>
  %c = onnx.node "OneHot"(%k, %depth, %v) since 11 as ["c"] : (tensor<2xi64>, tensor<i64>, tensor<2xi32>) -> tensor<2x3xi32>
  return %a, %b, %c : tensor<2x2xi32>, tensor<2xi32>, tensor<2x3xi32>
}

// -----

// Where all is known, a scatter is a table; the last of two equal places wins.
// CHECK-LABEL: func @scattered
func.func @scattered() -> (tensor<4xi32>, tensor<3x2xi32>) {
  // CHECK-DAG: dense<[0, 8, 0, 9]> : tensor<4xi32>
  // CHECK-DAG: dense<{{\[\[}}7, 8], [0, 0], [5, 6]]> : tensor<3x2xi32>
  %x = onnx.constant as "x" dense<0> : tensor<4xi32>
  %i = onnx.constant as "i" dense<[1, -1, 1]> : tensor<3xi64>
  %u = onnx.constant as "u" dense<[7, 9, 8]> : tensor<3xi32>
  %a = onnx.node "ScatterElements"(%x, %i, %u) since 18 as ["a"] : (tensor<4xi32>, tensor<3xi64>, tensor<3xi32>) -> tensor<4xi32>
  %y = onnx.constant as "y" dense<0> : tensor<3x2xi32>
  %j = onnx.constant as "j" dense<[[2], [0]]> : tensor<2x1xi64>
  %v = onnx.constant as "v" dense<[[5, 6], [7, 8]]> : tensor<2x2xi32>
  %b = onnx.node "ScatterND"(%y, %j, %v) since 18 as ["b"] : (tensor<3x2xi32>, tensor<2x1xi64>, tensor<2x2xi32>) -> tensor<3x2xi32>
  return %a, %b : tensor<4xi32>, tensor<3x2xi32>
}

// -----

// Else each update is written to its position, in order.
// CHECK-LABEL: func @scatter_at_run_time
func.func @scatter_at_run_time(%x: tensor<4xf32>, %i: tensor<3xi64>, %u: tensor<3xf32>) -> tensor<4xf32> {
  // CHECK: %[[PLACES:.+]] = pith.map{{.*}} -> tensor<3xi64>
  // CHECK-DAG: %[[X:.+]] = tensor.expand_shape %arg0 {{.*}} into tensor<4x1xf32>
  // CHECK-DAG: %[[U:.+]] = tensor.expand_shape %arg2 {{.*}} into tensor<3x1xf32>
  // CHECK: pith.scatter %[[X]], %{{.+}}, %[[U]] : tensor<4x1xf32>, tensor<3xi64>, tensor<3x1xf32> -> tensor<4x1xf32>
  // CHECK: arith.addf
  %y = onnx.node "ScatterElements"(%x, %i, %u) since 18 as ["y"] {reduction = "add"} : (tensor<4xf32>, tensor<3xi64>, tensor<3xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Tuples name blocks, which are written as one.
// CHECK-LABEL: func @blocks_at_run_time
func.func @blocks_at_run_time(%x: tensor<2x3x5xf32>, %i: tensor<4x2xi64>, %u: tensor<4x5xf32>) -> tensor<2x3x5xf32> {
  // CHECK: pith.scatter %{{.+}}, %{{.+}}, %arg2 : tensor<6x5xf32>, tensor<4xi64>, tensor<4x5xf32> -> tensor<6x5xf32>
  // CHECK-NEXT: ^bb0(%{{.+}}: f32, %[[NEW:.+]]: f32):
  // CHECK-NEXT: pith.yield %[[NEW]]
  %y = onnx.node "ScatterND"(%x, %i, %u) since 18 as ["y"] : (tensor<2x3x5xf32>, tensor<4x2xi64>, tensor<4x5xf32>) -> tensor<2x3x5xf32>
  return %y : tensor<2x3x5xf32>
}

// -----

// Places count through the 4 x 4 that was pooled; the rest is padding.
// CHECK-LABEL: func @unpool
func.func @unpool(%x: tensor<1x1x2x2xf32>, %i: tensor<1x1x2x2xi64>) -> tensor<1x1x5x5xf32> {
  // CHECK: pith.scatter {{.*}} : tensor<16x1xf32>, tensor<4xi64>, tensor<4x1xf32> -> tensor<16x1xf32>
  // CHECK: tensor.pad {{.*}} low[0, 0, 0, 0] high[0, 0, 1, 1]
  %s = onnx.constant as "s" dense<[1, 1, 5, 5]> : tensor<4xi64>
  %y = onnx.node "MaxUnpool"(%x, %i, %s) since 22 as ["y"] {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xi64>, tensor<4xi64>) -> tensor<1x1x5x5xf32>
  return %y : tensor<1x1x5x5xf32>
}

// -----

// CHECK-LABEL: func @running_sum
func.func @running_sum(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  // CHECK: scf.for %[[I:[a-z0-9]+]] = {{.*}} -> (tensor<2x1xf32>, tensor<2x5xf32>)
  // CHECK: %[[AT:.+]] = arith.subi %{{.+}}, %[[I]]
  // CHECK: tensor.extract_slice %arg0[0, %[[AT]]] [2, 1] [1, 1]
  // CHECK: arith.addf
  // CHECK: tensor.insert_slice %{{.+}}[0, %[[AT]]]
  %axis = onnx.constant as "axis" dense<-1> : tensor<i64>
  %y = onnx.node "CumSum"(%x, %axis) since 14 as ["y"] {reverse = 1} : (tensor<2x5xf32>, tensor<i64>) -> tensor<2x5xf32>
  return %y : tensor<2x5xf32>
}
