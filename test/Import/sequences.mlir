// RUN: pith-opt %s --convert-onnx-to-pith | FileCheck %s

// Of a sequence nothing is left but its elements.
// CHECK-LABEL: func @places
// CHECK-SAME: (%[[X:.+]]: tensor<2x3xf32>, %[[Y:.+]]: tensor<4xi8>)
// CHECK: return %[[Y]], %[[X]], %[[X]]
func.func @places(%x: tensor<2x3xf32>, %y: tensor<4xui8>) -> (tensor<4xui8>, tensor<2x3xf32>, tensor<2x3xf32>) {
  %first = onnx.constant as "first" dense<0> : tensor<i64>
  %last = onnx.constant as "last" dense<-1> : tensor<i64>
  %e = onnx.node "SequenceEmpty"() since 11 as ["e"] : () -> !onnx.opaque<"sequence">
  %1 = onnx.node "SequenceInsert"(%e, %x) since 11 as ["s1"] : (!onnx.opaque<"sequence">, tensor<2x3xf32>) -> !onnx.opaque<"sequence">
  %2 = onnx.node "SequenceInsert"(%1, %y, %first) since 11 as ["s2"] : (!onnx.opaque<"sequence">, tensor<4xui8>, tensor<i64>) -> !onnx.opaque<"sequence">
  %3 = onnx.node "Identity"(%2) since 25 as ["s3"] : (!onnx.opaque<"sequence">) -> !onnx.opaque<"sequence">
  %a = onnx.node "SequenceAt"(%3, %first) since 11 as ["a"] : (!onnx.opaque<"sequence">, tensor<i64>) -> tensor<4xui8>
  %b = onnx.node "SequenceAt"(%3, %last) since 11 as ["b"] : (!onnx.opaque<"sequence">, tensor<i64>) -> tensor<2x3xf32>
  %4 = onnx.node "SequenceConstruct"(%x, %y) since 11 as ["s4"] : (tensor<2x3xf32>, tensor<4xui8>) -> !onnx.opaque<"sequence">
  %5 = onnx.node "SequenceErase"(%4) since 11 as ["s5"] : (!onnx.opaque<"sequence">) -> !onnx.opaque<"sequence">
  %c = onnx.node "SequenceAt"(%5, %last) since 11 as ["c"] : (!onnx.opaque<"sequence">, tensor<i64>) -> tensor<2x3xf32>
  return %a, %b, %c : tensor<4xui8>, tensor<2x3xf32>, tensor<2x3xf32>
}

// One size for all parts but the last, a size for each, or one element each without
// its dimension.
// CHECK-LABEL: func @parts
func.func @parts(%x: tensor<5x2xf32>) -> (tensor<1x2xf32>, tensor<i64>, tensor<5x2xf32>, tensor<2x5xf32>) {
  // CHECK-DAG: tensor.extract_slice %arg0[4, 0] [1, 2] [1, 1]
  %two = onnx.constant as "two" dense<2> : tensor<i64>
  %1 = onnx.node "SplitToSequence"(%x, %two) since 24 as ["s1"] : (tensor<5x2xf32>, tensor<i64>) -> !onnx.opaque<"sequence">
  %a = onnx.node "SequenceAt"(%1, %two) since 11 as ["a"] : (!onnx.opaque<"sequence">, tensor<i64>) -> tensor<1x2xf32>
  // CHECK-DAG: arith.constant dense<2> : tensor<i64>
  %sizes = onnx.constant as "sizes" dense<[1, 4]> : tensor<2xi64>
  %2 = onnx.node "SplitToSequence"(%x, %sizes) since 24 as ["s2"] : (tensor<5x2xf32>, tensor<2xi64>) -> !onnx.opaque<"sequence">
  %n = onnx.node "SequenceLength"(%2) since 11 as ["n"] : (!onnx.opaque<"sequence">) -> tensor<i64>
  // CHECK-DAG: tensor.concat dim(0) {{.*}} : (tensor<1x2xf32>, tensor<4x2xf32>) -> tensor<5x2xf32>
  %b = onnx.node "ConcatFromSequence"(%2) since 11 as ["b"] {axis = 0} : (!onnx.opaque<"sequence">) -> tensor<5x2xf32>
  // CHECK-DAG: tensor.concat dim(0) {{.*}} -> tensor<2x5xf32>
  %3 = onnx.node "SplitToSequence"(%x) since 24 as ["s3"] {axis = 1, keepdims = 0} : (tensor<5x2xf32>) -> !onnx.opaque<"sequence">
  %c = onnx.node "ConcatFromSequence"(%3) since 11 as ["c"] {axis = 0, new_axis = 1} : (!onnx.opaque<"sequence">) -> tensor<2x5xf32>
  return %a, %n, %b, %c : tensor<1x2xf32>, tensor<i64>, tensor<5x2xf32>, tensor<2x5xf32>
}

// Elements of a result are results of their own; those with a number have that behind all others.
// CHECK-LABEL: func @outputs
// CHECK-SAME: pith.io = #pith.io<"s_0"
// CHECK-SAME: pith.io = #pith.io<"s_1"
// CHECK-SAME: pith.io = #pith.io<"o"
// CHECK-SAME: pith.io = #pith.io<"s_1_count"
func.func @outputs(%x: tensor<4xf32>, %c: tensor<4xi1>)
    -> (!onnx.opaque<"sequence"> {onnx.name = "s"}, !onnx.opaque<"optional"> {onnx.name = "o"}, !onnx.opaque<"optional"> {onnx.name = "e"}) {
  %k = onnx.node "Compress"(%x, %c) since 11 as ["k"] {axis = 0} : (tensor<4xf32>, tensor<4xi1>) -> tensor<?xf32>
  %s = onnx.node "SequenceConstruct"(%x, %k) since 11 as ["s"] : (tensor<4xf32>, tensor<?xf32>) -> !onnx.opaque<"sequence">
  %o = onnx.node "Optional"(%x) since 15 as ["o"] : (tensor<4xf32>) -> !onnx.opaque<"optional">
  %e = onnx.node "Optional"() since 15 as ["e"] : () -> !onnx.opaque<"optional">
  return %s, %o, %e : !onnx.opaque<"sequence">, !onnx.opaque<"optional">, !onnx.opaque<"optional">
}

// Whether an optional has an element is known.
// CHECK-LABEL: func @optionals
// CHECK-SAME: (%[[X:.+]]: tensor<4xf32>)
func.func @optionals(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<i1>, tensor<i1>, tensor<i1>) {
  // CHECK: arith.constant dense<true>
  // CHECK-COUNT-2: arith.constant dense<false>
  %o = onnx.node "Optional"(%x) since 15 as ["o"] : (tensor<4xf32>) -> !onnx.opaque<"optional">
  %e = onnx.node "Optional"() since 15 as ["e"] : () -> !onnx.opaque<"optional">
  %f = onnx.node "Identity"(%e) since 25 as ["f"] : (!onnx.opaque<"optional">) -> !onnx.opaque<"optional">
  %y = onnx.node "OptionalGetElement"(%o) since 18 as ["y"] : (!onnx.opaque<"optional">) -> tensor<4xf32>
  %a = onnx.node "OptionalHasElement"(%o) since 18 as ["a"] : (!onnx.opaque<"optional">) -> tensor<i1>
  %b = onnx.node "OptionalHasElement"(%f) since 18 as ["b"] : (!onnx.opaque<"optional">) -> tensor<i1>
  %c = onnx.node "OptionalHasElement"() since 18 as ["c"] : () -> tensor<i1>
  // CHECK: return %[[X]]
  return %y, %a, %b, %c : tensor<4xf32>, tensor<i1>, tensor<i1>, tensor<i1>
}

// A graph for each element; a tensor is the same for all.
// CHECK-LABEL: func @maps
// CHECK-SAME: (%[[X:.+]]: tensor<4xf32>, %[[Y:.+]]: tensor<1xf32>, %[[Z:.+]]: tensor<4xf32>)
// CHECK: pith.map(%[[X]], %[[Z]]
// CHECK: pith.map(%[[Y]], %[[Z]]
func.func @maps(%x: tensor<4xf32>, %y: tensor<1xf32>, %z: tensor<4xf32>) -> !onnx.opaque<"sequence"> {
  %s = onnx.node "SequenceConstruct"(%x, %y) since 11 as ["s"] : (tensor<4xf32>, tensor<1xf32>) -> !onnx.opaque<"sequence">
  %m = onnx.node "SequenceMap"(%s, %z) since 17 as ["m"] with "body" {
  ^bb0(%a: tensor<?xf32>, %b: tensor<4xf32>):
    %c = onnx.node "Add"(%a, %b) since 14 as ["c"] : (tensor<?xf32>, tensor<4xf32>) -> tensor<?xf32>
    onnx.yield %c : tensor<?xf32>
  } : (!onnx.opaque<"sequence">, tensor<4xf32>) -> !onnx.opaque<"sequence">
  return %m : !onnx.opaque<"sequence">
}
