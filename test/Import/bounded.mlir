// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// The bound is the largest number possible; the number is an output.
// CHECK-LABEL: func @main
// CHECK-SAME: -> (tensor<2x6xi64> {pith.io = #pith.io<"y", i64>}, tensor<1xi64> {pith.io = #pith.io<"y_count", i64>})
func.func @main(%x: tensor<2x3xf32> {onnx.name = "x"}) -> (tensor<2x?xi64> {onnx.name = "y"}) {
  // Sums of pairs: of 8 elements with those behind the end, up to one.
  // CHECK: pith.reduce sum {{.*}} : tensor<4x2xi64> -> tensor<4xi64>
  // CHECK: pith.reduce sum {{.*}} : tensor<2x2xi64> -> tensor<2xi64>
  // CHECK: pith.reduce sum {{.*}} : tensor<1x2xi64> -> tensor<1xi64>
  // CHECK: tensor.concat {{.*}} -> tensor<15xi64>
  %y = onnx.node "NonZero"(%x) since 13 as ["y"] : (tensor<2x3xf32>) -> tensor<2x?xi64>
  return %y : tensor<2x?xi64>
}

// -----

// The stated bound holds.
// CHECK-LABEL: func @stated
// CHECK-SAME: -> (tensor<4x3xf32> {{.*}}, tensor<1xi64> {pith.io = #pith.io<"y_count", i64>})
func.func @stated(%x: tensor<9x3xf32> {onnx.name = "x"}, %c: tensor<9xi1> {onnx.name = "c"}) -> (tensor<4x3xf32> {onnx.name = "y"}) {
  %y = onnx.node "Compress"(%x, %c) since 11 as ["y"] {axis = 0} : (tensor<9x3xf32>, tensor<9xi1>) -> tensor<4x3xf32>
  return %y : tensor<4x3xf32>
}

// -----

// What is known has no bound and no number.
// CHECK-LABEL: func @known
// CHECK-SAME: -> (tensor<2x3xf32> {{{.*}}}, tensor<1x2xi64> {{{[^,]*}}, i64>})
func.func @known(%x: tensor<9x3xf32> {onnx.name = "x"}) -> (tensor<?x3xf32> {onnx.name = "y"}, tensor<1x?xi64> {onnx.name = "z"}) {
  // CHECK-DAG: dense<{{\[\[}}1, 3]]> : tensor<1x2xi64>
  // CHECK-DAG: tensor.extract_slice %arg0[1, 0] [2, 3] [2, 1]
  %c = onnx.constant as "c" dense<[false, true, false, true]> : tensor<4xi1>
  %y = onnx.node "Compress"(%x, %c) since 11 as ["y"] {axis = 0} : (tensor<9x3xf32>, tensor<4xi1>) -> tensor<?x3xf32>
  %z = onnx.node "NonZero"(%c) since 13 as ["z"] : (tensor<4xi1>) -> tensor<1x?xi64>
  return %y, %z : tensor<?x3xf32>, tensor<1x?xi64>
}

// -----

// A step takes one box of each class, in time of all boxes; three steps suffice for a bound of three.
// CHECK-LABEL: func @boxes
// CHECK-SAME: -> (tensor<3x3xi64> {{.*}}, tensor<1xi64> {{.*}})
func.func @boxes(%b: tensor<1x6x4xf32> {onnx.name = "b"}, %s: tensor<1x2x6xf32> {onnx.name = "s"}) -> (tensor<3x3xi64> {onnx.name = "y"}) {
  // CHECK: %[[N:.*]] = arith.constant 3 : index
  // CHECK: scf.for {{.*}} to %[[N]]
  // CHECK: pith.reduce max {{.*}} dims [2] {is_signed, keep_dims} : tensor<1x2x6xi64> -> tensor<1x2x1xi64>
  // CHECK: tensor.insert_slice {{.*}} : tensor<1x2x1xi64> into tensor<1x2x3xi64>
  %n = onnx.constant as "n" dense<5> : tensor<1xi64>
  %y = onnx.node "NonMaxSuppression"(%b, %s, %n) since 11 as ["y"] : (tensor<1x6x4xf32>, tensor<1x2x6xf32>, tensor<1xi64>) -> tensor<3x3xi64>
  return %y : tensor<3x3xi64>
}

// -----

// Merged runs: places in order, in three passes over five elements. Sizes and places have the
// bound of the values; the groups are known for all elements.
// CHECK-LABEL: func @unique
// CHECK-SAME: -> (tensor<5xf32> {{.*}}, tensor<5xi64> {{.*}}, tensor<5xi64> {{.*}}, tensor<5xi64> {{.*}}, tensor<1xi64> {pith.io = #pith.io<"y_count", i64>}, tensor<1xi64> {pith.io = #pith.io<"p_count", i64>}, tensor<1xi64> {pith.io = #pith.io<"n_count", i64>})
func.func @unique(%x: tensor<5xf32> {onnx.name = "x"}) -> (tensor<?xf32> {onnx.name = "y"}, tensor<?xi64> {onnx.name = "p"}, tensor<5xi64> {onnx.name = "g"}, tensor<?xi64> {onnx.name = "n"}) {
  // CHECK: arith.bitcast
  // CHECK: %[[PASSES:.+]] = arith.constant 3 : index
  // CHECK: scf.for %{{.+}} = %{{.+}} to %[[PASSES]]
  // CHECK: pith.scatter {{.*}} : tensor<5x1xi64>, tensor<5xi64>, tensor<5x1xi64>
  %y:4 = onnx.node "Unique"(%x) since 11 as ["y", "p", "g", "n"] : (tensor<5xf32>) -> (tensor<?xf32>, tensor<?xi64>, tensor<5xi64>, tensor<?xi64>)
  return %y#0, %y#1, %y#2, %y#3 : tensor<?xf32>, tensor<?xi64>, tensor<5xi64>, tensor<?xi64>
}

// -----

// Of columns, by one row after the other.
// CHECK-LABEL: func @unique_columns
// CHECK-SAME: -> (tensor<3x2xi8> {{.*}}
func.func @unique_columns(%x: tensor<3x4xui8> {onnx.name = "x"}) -> (tensor<3x2xui8> {onnx.name = "y"}) {
  // CHECK: %[[ROWS:.+]] = arith.constant 3 : index
  // CHECK: scf.for %{{.+}} = %{{.+}} to %[[ROWS]]
  // CHECK: scf.for
  %y = onnx.node "Unique"(%x) since 11 as ["y"] {axis = -1, sorted = 0} : (tensor<3x4xui8>) -> tensor<3x2xui8>
  return %y : tensor<3x2xui8>
}
