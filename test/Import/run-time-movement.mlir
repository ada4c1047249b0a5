// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics | FileCheck %s

// First position, step and number of one dimension; what is read is clamped, and what is
// not there is 0. A dimension without an axis is read as it is.
// CHECK-LABEL: func @slice
// CHECK-SAME: %[[X:[^:]+]]: tensor<4x9xf32>
// CHECK-SAME: -> (tensor<4x5xf32>{{.*}}, tensor<1xi64> {pith.io = #pith.io<"y_count"
// CHECK-DAG: %[[STEP:.+]] = pith.map({{.*}}
// CHECK: %[[SLICE:.+]] = linalg.generic {{.*}} outs(%{{.+}} : tensor<4x5xf32>)
// CHECK-DAG: %[[ROW:.+]] = linalg.index 0
// CHECK-DAG: %[[COLUMN:.+]] = linalg.index 1
// CHECK: arith.muli %[[COLUMN]],
// CHECK: arith.cmpi slt, %[[COLUMN]],
// CHECK: %[[LEAST:.+]] = arith.maxsi
// CHECK: %[[AT:.+]] = arith.minsi %[[LEAST]], %c8
// CHECK: %[[READ:.+]] = tensor.extract %[[X]][%[[ROW]], %[[AT]]]
// CHECK: arith.select %{{.+}}, %[[READ]], %{{.+}} : f32
// CHECK: return %[[SLICE]],
func.func @slice(%x: tensor<4x9xf32>, %starts: tensor<1xi64>, %ends: tensor<1xi64>) -> (tensor<4x5xf32> {onnx.name = "y"}) {
  %axes = onnx.constant as "axes" dense<-1> : tensor<1xi64>
  %y = onnx.node "Slice"(%x, %starts, %ends, %axes) since 13 as ["y"] : (tensor<4x9xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4x5xf32>
  return %y : tensor<4x5xf32>
}

// -----

// Which dimension is meant is a number of the run, too: there is no count.
// CHECK-LABEL: func @slice_somewhere
// CHECK-SAME: -> (tensor<2x2xi8> {pith.io = #pith.io<"y", ui8>}) {
// CHECK: tensor.extract %arg0[%{{.+}}, %{{.+}}]
func.func @slice_somewhere(%x: tensor<4x9xui8>, %starts: tensor<2xi32>, %ends: tensor<2xi32>, %axes: tensor<2xi32>) -> (tensor<2x2xui8> {onnx.name = "y"}) {
  %y = onnx.node "Slice"(%x, %starts, %ends, %axes) since 13 as ["y"] : (tensor<4x9xui8>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>) -> tensor<2x2xui8>
  return %y : tensor<2x2xui8>
}

// -----

// The paddings in front say where an element comes from; those behind follow from the shape.
// CHECK-LABEL: func @pad
// CHECK: %[[AT:.+]] = arith.subi
// CHECK: arith.maxsi %[[AT]], %c0
// CHECK: %[[NEAR:.+]] = arith.minsi %{{.+}}, %c2
// CHECK: %[[HERE:.+]] = arith.cmpi eq, %[[AT]], %[[NEAR]]
// CHECK: tensor.extract %arg0[%[[NEAR]]]
// CHECK: arith.select
func.func @pad(%x: tensor<3xf32>, %pads: tensor<2xi64>, %value: tensor<f32>) -> tensor<8xf32> {
  %y = onnx.node "Pad"(%x, %pads, %value) since 25 as ["y"] : (tensor<3xf32>, tensor<2xi64>, tensor<f32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// A reflection turns at both ends, every four elements.
// CHECK-LABEL: func @reflect
// CHECK: arith.remsi %{{.+}}, %c4
// CHECK: %[[TURNED:.+]] = arith.subi %c4{{.*}}, %[[WITHIN:.+]] : index
// CHECK: %[[FROM:.+]] = arith.select %{{.+}}, %[[WITHIN]], %[[TURNED]]
// CHECK: tensor.extract %arg0[%[[FROM]]]
func.func @reflect(%x: tensor<3xf32>, %pads: tensor<2xi64>) -> tensor<8xf32> {
  %y = onnx.node "Pad"(%x, %pads) since 25 as ["y"] {mode = "reflect"} : (tensor<3xf32>, tensor<2xi64>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

// CHECK-LABEL: func @range
// CHECK-SAME: -> (tensor<7xi64>{{.*}}, tensor<1xi64> {pith.io = #pith.io<"y_count"
// CHECK: arith.divui
func.func @range(%start: tensor<i64>, %limit: tensor<i64>, %delta: tensor<i64>) -> (tensor<7xi64> {onnx.name = "y"}) {
  %y = onnx.node "Range"(%start, %limit, %delta) since 11 as ["y"] : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<7xi64>
  return %y : tensor<7xi64>
}

// -----

// expected-error @below {{4 nodes are not supported}}
func.func @refused(%x: tensor<4x9xf32>, %n: tensor<1xi64>, %many: tensor<3xi64>, %four: tensor<4xi64>, %scalar: tensor<i64>) -> (tensor<?x9xf32>, tensor<4x9xf32>, tensor<5x8xf32>, tensor<?xi64>) {
  %axis = onnx.constant as "axis" dense<0> : tensor<1xi64>
  // expected-note @below {{operand 1 ('starts') is known at run time only, and so is the shape of 'a'; state it in the model or by --dim a:0=SIZE, or make the operand a constant, for example by onnxsim}}
  %a = onnx.node "Slice"(%x, %n, %n, %axis) since 13 as ["a"] : (tensor<4x9xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x9xf32>
  // expected-note @below {{expected at most 2 axes, and numbers for each of them}}
  %b = onnx.node "Slice"(%x, %many, %many) since 13 as ["b"] : (tensor<4x9xf32>, tensor<3xi64>, tensor<3xi64>) -> tensor<4x9xf32>
  %zero = onnx.constant as "zero" dense<0> : tensor<i64>
  %one = onnx.constant as "one" dense<1> : tensor<i64>
  // expected-note @below {{expected a stated shape that differs from the input's along the axes only}}
  %c = onnx.node "Slice"(%x, %n, %n, %axis) since 13 as ["c"] : (tensor<4x9xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<5x8xf32>
  // expected-note @below {{operand 1 ('limit') is known at run time only, and so is the shape of 'd'}}
  %d = onnx.node "Range"(%zero, %scalar, %one) since 11 as ["d"] : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<?xi64>
  return %a, %b, %c, %d : tensor<?x9xf32>, tensor<4x9xf32>, tensor<5x8xf32>, tensor<?xi64>
}
