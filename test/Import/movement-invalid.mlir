// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{2 nodes are not supported}}
func.func @slices(%x: tensor<4xf32>, %s: tensor<1xi64>) -> (tensor<*xf32>, tensor<*xf32>) {
  %z = onnx.constant as "z" dense<0> : tensor<1xi64>
  // expected-note@+1 {{operand 1 ('starts') is known at run time only, and so is the shape of 'a'; state it in the model, or make the operand a constant}}
  %a = onnx.node "Slice"(%x, %s, %z) since 13 as ["a"] : (tensor<4xf32>, tensor<1xi64>, tensor<1xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected steps that are not 0}}
  %b = onnx.node "Slice"(%x, %z, %z, %z, %z) since 13 as ["b"] : (tensor<4xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<*xf32>
  return %a, %b : tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @concat(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<*xf32> {
  // expected-note@+1 {{expected operands that differ along axis 0 only}}
  %a = onnx.node "Concat"(%x, %y) since 13 as ["a"] {axis = 0} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<*xf32>
  return %a : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @split(%x: tensor<6xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  %s = onnx.constant as "s" dense<[4, 3]> : tensor<2xi64>
  // expected-note@+1 {{expected parts that add up to 6}}
  %a:2 = onnx.node "Split"(%x, %s) since 18 as ["a", "b"] : (tensor<6xf32>, tensor<2xi64>) -> (tensor<*xf32>, tensor<*xf32>)
  return %a#0, %a#1 : tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{2 nodes are not supported}}
func.func @pads(%x: tensor<3xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  %cut = onnx.constant as "cut" dense<[-2, -2]> : tensor<2xi64>
  // expected-note@+1 {{expected sizes of at least 0, got -1}}
  %a = onnx.node "Pad"(%x, %cut) since 25 as ["a"] : (tensor<3xf32>, tensor<2xi64>) -> tensor<*xf32>
  %huge = onnx.constant as "huge" dense<[9223372036854775807, 1]> : tensor<2xi64>
  // expected-note@+1 {{expected paddings that leave a size of at least 0}}
  %b = onnx.node "Pad"(%x, %huge) since 25 as ["b"] : (tensor<3xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %a, %b : tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @transpose(%x: tensor<3x4xf32>) -> tensor<*xf32> {
  // expected-note@+1 {{expected a permutation of 2 dimensions}}
  %a = onnx.node "Transpose"(%x) since 25 as ["a"] {perm = array<i64: 0, 0>} : (tensor<3x4xf32>) -> tensor<*xf32>
  return %a : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @blocks(%x: tensor<1x6x2x2xf32>) -> tensor<*xf32> {
  // expected-note@+1 {{expected a block size whose square divides 6 channels, got 2}}
  %a = onnx.node "DepthToSpace"(%x) since 13 as ["a"] {blocksize = 2} : (tensor<1x6x2x2xf32>) -> tensor<*xf32>
  return %a : tensor<*xf32>
}
