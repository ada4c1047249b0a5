// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// The branch that is taken.
// CHECK-LABEL: func @if
func.func @if(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NOT: math.exp
  // CHECK: math.sqrt
  // CHECK-NOT: math.exp
  %c = onnx.constant as "c" dense<false> : tensor<i1>
  %y = onnx.node "If"(%c) since 25 as ["y"] with "then_branch" {
    %a = onnx.node "Exp"(%x) since 13 as ["a"] : (tensor<2xf32>) -> tensor<2xf32>
    onnx.yield %a : tensor<2xf32>
  }, "else_branch" {
    %a = onnx.node "Sqrt"(%x) since 13 as ["a"] : (tensor<2xf32>) -> tensor<2xf32>
    onnx.yield %a : tensor<2xf32>
  } : (tensor<i1>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// Three iterations; the carried value goes through all, each is collected.
// CHECK-LABEL: func @loop
func.func @loop(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>) {
  // CHECK: %[[A:.+]] = pith.map(%arg0, %arg0
  // CHECK: %[[B:.+]] = pith.map(%[[A]], %arg0
  // CHECK: %[[C:.+]] = pith.map(%[[B]], %arg0
  // CHECK: %[[S:.+]] = tensor.concat dim(0)
  // CHECK: return %[[C]], %[[S]]
  %n = onnx.constant as "n" dense<3> : tensor<i64>
  %t = onnx.constant as "t" dense<true> : tensor<i1>
  %y, %s = onnx.node "Loop"(%n, %t, %x) since 25 as ["y", "s"] with "body" {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %v: tensor<2xf32>):
    %a = onnx.node "Add"(%v, %x) since 14 as ["a"] : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    onnx.yield %c, %a, %a : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  } : (tensor<i64>, tensor<i1>, tensor<2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>)
  return %y, %s : tensor<2xf32>, tensor<3x2xf32>
}

// -----

// Rows in, rows out, the last one first.
// CHECK-LABEL: func @scan
func.func @scan(%x: tensor<2x3xf32>, %z: tensor<3xf32>) -> (tensor<3xf32>, tensor<2x3xf32>) {
  // CHECK: tensor.extract_slice %arg0[1, 0] [1, 3]
  // CHECK: %[[A:.+]] = pith.map(%arg1
  // CHECK: tensor.extract_slice %arg0[0, 0] [1, 3]
  // CHECK: %[[B:.+]] = pith.map(%[[A]]
  // CHECK: return %[[B]]
  %y, %s = onnx.node "Scan"(%z, %x) since 25 as ["y", "s"] {num_scan_inputs = 1, scan_input_directions = array<i64: 1>} with "body" {
  ^bb0(%v: tensor<3xf32>, %r: tensor<3xf32>):
    %a = onnx.node "Add"(%v, %r) since 14 as ["a"] : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    onnx.yield %a, %a : tensor<3xf32>, tensor<3xf32>
  } : (tensor<3xf32>, tensor<2x3xf32>) -> (tensor<3xf32>, tensor<2x3xf32>)
  return %y, %s : tensor<3xf32>, tensor<2x3xf32>
}

// -----

// A function of the standard, whose nodes are converted in turn.
// CHECK-LABEL: func @function
func.func @function(%x: tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32> {
  // CHECK-NOT: onnx
  // CHECK: pith.reduce sum
  %y = onnx.node "MeanVarianceNormalization"(%x) since 13 as ["y"] : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
  return %y : tensor<1x4x2x2xf32>
}

// -----

// Which branch is taken is known at run time: both are computed, and one is chosen.
// CHECK-LABEL: func @choice
func.func @choice(%c: tensor<1xi1>, %x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: %[[A:.+]] = pith.map(%arg1
  // CHECK: math.exp
  // CHECK: %[[B:.+]] = pith.map(%arg1
  // CHECK: math.sqrt
  // CHECK: %[[C:.+]] = tensor.collapse_shape %{{.+}} [] : tensor<1xi1> into tensor<i1>
  // CHECK: pith.map(%[[C]], %[[A]], %[[B]]
  // CHECK: arith.select
  %y = onnx.node "If"(%c) since 25 as ["y"] with "then_branch" {
    %a = onnx.node "Exp"(%x) since 13 as ["a"] : (tensor<2xf32>) -> tensor<2xf32>
    onnx.yield %a : tensor<2xf32>
  }, "else_branch" {
    %a = onnx.node "Sqrt"(%x) since 13 as ["a"] : (tensor<2xf32>) -> tensor<2xf32>
    onnx.yield %a : tensor<2xf32>
  } : (tensor<1xi1>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// A loop that ends when it likes: the second iteration's values are taken only where the first
// one's condition holds. How many rows there are is an output.
// CHECK-LABEL: func @while
// CHECK-SAME: -> (tensor<f32> {{.*}}, tensor<2xf32> {{.*}}, tensor<1xi64> {pith.io = #pith.io<"s_count", i64>})
func.func @while(%x: tensor<f32> {onnx.name = "x"}) -> (tensor<f32> {onnx.name = "y"}, tensor<?xf32> {onnx.name = "s"}) {
  // CHECK: arith.addf
  // CHECK: arith.cmpf olt
  // CHECK: arith.addf
  // CHECK: arith.select
  // CHECK: tensor.concat dim(0)
  %n = onnx.constant as "n" dense<2> : tensor<i64>
  %t = onnx.constant as "t" dense<true> : tensor<i1>
  %y, %s = onnx.node "Loop"(%n, %t, %x) since 25 as ["y", "s"] with "body" {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %v: tensor<f32>):
    %a = onnx.node "Add"(%v, %x) since 14 as ["a"] : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %l = onnx.node "Less"(%a, %x) since 13 as ["l"] : (tensor<f32>, tensor<f32>) -> tensor<i1>
    onnx.yield %l, %a, %a : tensor<i1>, tensor<f32>, tensor<f32>
  } : (tensor<i64>, tensor<i1>, tensor<f32>) -> (tensor<f32>, tensor<?xf32>)
  return %y, %s : tensor<f32>, tensor<?xf32>
}

// -----

// The number of iterations is known at run time: the stated rows bound it.
// CHECK-LABEL: func @limit
// CHECK-SAME: -> (tensor<3xf32> {{.*}}, tensor<1xi64> {{.*}})
func.func @limit(%n: tensor<i64> {onnx.name = "n"}, %x: tensor<f32> {onnx.name = "x"}) -> (tensor<3xf32> {onnx.name = "s"}) {
  // CHECK-COUNT-3: arith.cmpi slt
  // CHECK-NOT: arith.cmpi slt
  %t = onnx.constant as "t" dense<true> : tensor<i1>
  %y, %s = onnx.node "Loop"(%n, %t, %x) since 25 as ["y", "s"] with "body" {
  ^bb0(%i: tensor<i64>, %c: tensor<i1>, %v: tensor<f32>):
    %a = onnx.node "Add"(%v, %x) since 14 as ["a"] : (tensor<f32>, tensor<f32>) -> tensor<f32>
    onnx.yield %c, %a, %a : tensor<i1>, tensor<f32>, tensor<f32>
  } : (tensor<i64>, tensor<i1>, tensor<f32>) -> (tensor<f32>, tensor<3xf32>)
  return %s : tensor<3xf32>
}
