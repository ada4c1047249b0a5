// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{3 nodes are not supported}}
func.func @f(%x: tensor<4xf32>, %p: tensor<i64>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %two = onnx.constant as "two" dense<2> : tensor<i64>
  %s = onnx.node "SequenceConstruct"(%x) since 11 as ["s"] : (tensor<4xf32>) -> !onnx.opaque<"sequence">
  // expected-note@+1 {{expected a position in a sequence of 1 elements, got 2}}
  %a = onnx.node "SequenceAt"(%s, %two) since 11 as ["a"] : (!onnx.opaque<"sequence">, tensor<i64>) -> tensor<4xf32>
  // expected-note@+1 {{expected operand 1 ('position') to be known at compile time}}
  %b = onnx.node "SequenceAt"(%s, %p) since 11 as ["b"] : (!onnx.opaque<"sequence">, tensor<i64>) -> tensor<4xf32>
  // expected-note@+1 {{expected a tensor in operand 0, got a sequence}}
  %c = onnx.node "Relu"(%s) since 14 as ["c"] : (!onnx.opaque<"sequence">) -> tensor<4xf32>
  return %a, %b, %c : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// expected-error@+1 {{3 nodes are not supported}}
func.func @g(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, !onnx.opaque<"sequence">) {
  %sizes = onnx.constant as "sizes" dense<> : tensor<0x2xi64>
  %none = onnx.absent : none
  %e = onnx.node "SequenceEmpty"() since 11 as ["e"] : () -> !onnx.opaque<"sequence">
  // expected-note@+1 {{expected operand 1 to be there}}
  %a = onnx.node "SequenceAt"(%e, %none) since 11 as ["a"] : (!onnx.opaque<"sequence">, none) -> tensor<4xf32>
  // expected-note@+1 {{expected a tensor in operand 1, got a sequence}}
  %b = onnx.node "Add"(%x, %e) since 14 as ["b"] : (tensor<4xf32>, !onnx.opaque<"sequence">) -> tensor<4xf32>
  // expected-note@+1 {{expected one size or a list of them in operand 1}}
  %c = onnx.node "SplitToSequence"(%x, %sizes) since 24 as ["c"] : (tensor<4xf32>, tensor<0x2xi64>) -> !onnx.opaque<"sequence">
  return %a, %b, %c : tensor<4xf32>, tensor<4xf32>, !onnx.opaque<"sequence">
}
