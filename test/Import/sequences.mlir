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
