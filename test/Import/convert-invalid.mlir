// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// All nodes that are not supported, in one error; what depends on them is not
// blamed, unless there is no converter for it either.
// expected-error @below {{4 nodes are not supported; change the model or its export}}
func.func @lists_all(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-note @below {{operator Foo (ai.onnx, version 1): there is no converter; 2 nodes: }}
  %a = onnx.node "Foo"(%x) since 1 as ["a"] : (tensor<4xf32>) -> tensor<4xf32>
  %b = onnx.node "Foo"(%a) since 1 as ["b"] : (tensor<4xf32>) -> tensor<4xf32>
  %c = onnx.node "Relu"(%b) since 14 as ["c"] : (tensor<4xf32>) -> tensor<4xf32>
  // expected-note @below {{operator Bar (com.example, version 1): there is no converter; --custom-op=com.example::Bar=SYMBOL has a C function of yours compute it; 1 node: }}
  %d = onnx.node "com.example" "Bar"(%c) since 1 as ["d"] : (tensor<4xf32>) -> tensor<4xf32>
  // expected-note @below {{operator Gelu (ai.onnx, version 20): expected approximate 'none' or 'tanh', got 'sign'; 1 node: }}
  %e = onnx.node "Gelu"(%x) since 20 as ["e"] {approximate = "sign"} : (tensor<4xf32>) -> tensor<4xf32>
  return %d : tensor<4xf32>
}

// -----

// expected-error @below {{input 'x': expected a tensor of numbers with a static shape, got 'tensor<?x4xf32>'}}
func.func @dynamic_input(%x: tensor<?x4xf32> {onnx.name = "x"}) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}

// -----

// What a converter makes must be what the model states.
// expected-error @below {{1 node is not supported}}
func.func @wrong_shape(%x: tensor<2x4xf32>, %y: tensor<4x3xf32>) -> tensor<2x5xf32> {
  // expected-note @below {{output 0 has type 'tensor<2x3xf32>', the model states 'tensor<2x5xf32>'}}
  %z = onnx.node "MatMul"(%x, %y) since 13 as ["z"] : (tensor<2x4xf32>, tensor<4x3xf32>) -> tensor<2x5xf32>
  return %z : tensor<2x5xf32>
}

// -----

// A verifier's objection comes with the node.
// expected-error @below {{1 node is not supported}}
func.func @wrong_groups(%x: tensor<1x4x8x8xf32>, %w: tensor<3x2x3x3xf32>) -> tensor<1x3x6x6xf32> {
  // expected-note @below {{expected a number of groups that divides 3 filters, got 2 [conv_c3]}}
  %z = onnx.node "Conv"(%x, %w) since 22 as ["z"] {group = 2} : (tensor<1x4x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x6x6xf32>
  return %z : tensor<1x3x6x6xf32>
}

// -----

// expected-error @below {{1 node is not supported}}
func.func @run_time_axes(%x: tensor<2x4xf32>, %axes: tensor<1xi64>) -> tensor<?x?xf32> {
  // expected-note @below {{operand 1 ('axes') is known at run time only, and so is the shape of 'z'; state it in the model or by --dim z:0=SIZE --dim z:1=SIZE, or make}}
  %z = onnx.node "ReduceSum"(%x, %axes) since 13 as ["z"] : (tensor<2x4xf32>, tensor<1xi64>) -> tensor<?x?xf32>
  return %z : tensor<?x?xf32>
}

// -----

// What would need a table of all positions.
// expected-error @below {{3 nodes are not supported; change the model or its export}}
func.func @many_positions(%x: tensor<16777217xf32>, %image: tensor<1x1x4xf32>, %w: tensor<1x1x16777217xf32>)
    -> (tensor<1xi64>, tensor<16777217xf32>, tensor<1x1x16777220xf32>) {
  // expected-note @below {{operator ArgMax (ai.onnx, version 13): expected at most 16777216 positions along a dimension, got 16777217; 1 node: }}
  %a = onnx.node "ArgMax"(%x) since 13 as ["a"] : (tensor<16777217xf32>) -> tensor<1xi64>
  // expected-note @below {{operator Hardmax (ai.onnx, version 13): expected at most 16777216 positions}}
  %b = onnx.node "Hardmax"(%x) since 13 as ["b"] : (tensor<16777217xf32>) -> tensor<16777217xf32>
  // expected-note @below {{operator ConvTranspose (ai.onnx, version 11): expected at most 16777216 positions}}
  %c = onnx.node "ConvTranspose"(%image, %w) since 11 as ["c"]
    : (tensor<1x1x4xf32>, tensor<1x1x16777217xf32>) -> tensor<1x1x16777220xf32>
  return %a, %b, %c : tensor<1xi64>, tensor<16777217xf32>, tensor<1x1x16777220xf32>
}
