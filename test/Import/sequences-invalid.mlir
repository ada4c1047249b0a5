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

// -----

// expected-error@+1 {{4 nodes are not supported}}
func.func @optionals(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
  %e = onnx.node "Optional"() since 15 as ["e"] : () -> !onnx.opaque<"optional">
  // expected-note@+1 {{expected an optional that has an element}}
  %a = onnx.node "OptionalGetElement"(%e) since 18 as ["a"] : (!onnx.opaque<"optional">) -> tensor<4xf32>
  // expected-note@+1 {{expected a value in operand 1, got an optional without an element}}
  %b = onnx.node "Add"(%x, %e) since 14 as ["b"] : (tensor<4xf32>, !onnx.opaque<"optional">) -> tensor<4xf32>
  // expected-note@+1 {{expected a value in operand 0, got an optional without an element}}
  %d = onnx.node "SequenceLength"(%e) since 11 as ["d"] : (!onnx.opaque<"optional">) -> tensor<i64>
  // expected-note@+1 {{whatever the run chooses, got an optional without an element and tensor<4xf32>; make the condition a constant}}
  %f = onnx.node "If"(%c) since 25 as ["f"] with "then_branch" {
    onnx.yield %e : !onnx.opaque<"optional">
  }, "else_branch" {
    onnx.yield %x : tensor<4xf32>
  } : (tensor<i1>) -> !onnx.opaque<"optional">
  return %b : tensor<4xf32>
}

// -----

// expected-error@+1 {{3 nodes are not supported}}
func.func @maps(%x: tensor<4xf32>) -> !onnx.opaque<"sequence"> {
  %s = onnx.node "SequenceConstruct"(%x) since 11 as ["s"] : (tensor<4xf32>) -> !onnx.opaque<"sequence">
  %e = onnx.node "SequenceEmpty"() since 11 as ["e"] : () -> !onnx.opaque<"sequence">
  // expected-note@+1 {{expected a sequence in operand 0}}
  %a = onnx.node "SequenceMap"(%x) since 17 as ["a"] with "body" {
  ^bb0(%i: tensor<4xf32>):
    onnx.yield %i : tensor<4xf32>
  } : (tensor<4xf32>) -> !onnx.opaque<"sequence">
  // expected-note@+1 {{expected sequences of one length}}
  %b = onnx.node "SequenceMap"(%s, %e) since 17 as ["b"] with "body" {
  ^bb0(%i: tensor<4xf32>, %j: tensor<4xf32>):
    onnx.yield %i : tensor<4xf32>
  } : (!onnx.opaque<"sequence">, !onnx.opaque<"sequence">) -> !onnx.opaque<"sequence">
  // expected-note@+1 {{expected a body with 1 outputs}}
  %c = onnx.node "SequenceMap"(%s) since 17 as ["c"] with "body" {
  ^bb0(%i: tensor<4xf32>):
    onnx.yield %i, %i : tensor<4xf32>, tensor<4xf32>
  } : (!onnx.opaque<"sequence">) -> !onnx.opaque<"sequence">
  return %c : !onnx.opaque<"sequence">
}

// -----

// expected-error@+1 {{output 's': an element of it is to be an output 's_0', but the model has one of that name}}
func.func @collision(%x: tensor<4xf32> {onnx.name = "s_0"}) -> (!onnx.opaque<"sequence"> {onnx.name = "s"}) {
  %s = onnx.node "SequenceConstruct"(%x) since 11 as ["s"] : (tensor<4xf32>) -> !onnx.opaque<"sequence">
  return %s : !onnx.opaque<"sequence">
}

// -----

// expected-error@+2 {{the model has no outputs: those that it has are sequences or optionals without elements}}
// expected-note@+1 {{give sequences that are inputs elements, as in --length NAME=1, and optional ones, without --absent}}
func.func @nothing(%x: tensor<4xf32>) -> !onnx.opaque<"sequence"> {
  %s = onnx.node "SequenceEmpty"() since 11 as ["s"] : () -> !onnx.opaque<"sequence">
  return %s : !onnx.opaque<"sequence">
}

// -----

// expected-error@+1 {{output '0': expected a tensor of numbers}}
func.func @nested(%x: tensor<4xf32>) -> !onnx.opaque<"sequence"> {
  %s = onnx.node "SequenceConstruct"(%x) since 11 as ["s"] : (tensor<4xf32>) -> !onnx.opaque<"sequence">
  %t = onnx.node "SequenceConstruct"(%s) since 11 as ["t"] : (!onnx.opaque<"sequence">) -> !onnx.opaque<"sequence">
  return %t : !onnx.opaque<"sequence">
}
