// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error @below {{1 node is not supported}}
func.func @contradiction(%x: tensor<2x3xf32>, %repeats: tensor<2xi64>) -> tensor<3x3xf32> {
  // expected-note @below {{operand 1 ('repeats') is known at run time only, and no value of it gives the shape of 'y' that the model states, 'tensor<3x3xf32>'}}
  %y = onnx.node "Tile"(%x, %repeats) since 13 as ["y"] : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<3x3xf32>
  return %y : tensor<3x3xf32>
}

// -----

// expected-error @below {{1 node is not supported}}
func.func @too_many(%x: tensor<2x2x2x2x2x2x2xf32>, %axes: tensor<4xi64>) -> tensor<2x2x2xf32> {
  // expected-note @below {{more than 16 values of operand 1 give the stated shape of the result; make the operand a constant}}
  %y = onnx.node "ReduceMax"(%x, %axes) since 20 as ["y"] {keepdims = 0} : (tensor<2x2x2x2x2x2x2xf32>, tensor<4xi64>) -> tensor<2x2x2xf32>
  return %y : tensor<2x2x2xf32>
}

// -----

// expected-error @below {{1 node is not supported}}
func.func @function(%size: tensor<i32>) -> tensor<?xf32> {
  // expected-note @below {{operand 0 ('size') is known at run time only, and so is the shape of 'y'; state it in the model or by --dim y:0=SIZE, or make the operand a constant, for example by onnxsim}}
  %y = onnx.node "HannWindow"(%size) since 17 as ["y"] : (tensor<i32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// expected-error @below {{2 nodes are not supported}}
func.func @blocks(%x: tensor<1x12x5xf32>, %x2: tensor<1x9x3xf32>, %image: tensor<2xi64>, %block: tensor<3xi64>) -> (tensor<1x3x3x3xf32>, tensor<1x3x3x3xf32>) {
  // expected-note @below {{operand 2 ('block_shape') is known at run time only, and no value of it}}
  %y = onnx.node "Col2Im"(%x, %image, %block) since 18 as ["y"] : (tensor<1x12x5xf32>, tensor<2xi64>, tensor<3xi64>) -> tensor<1x3x3x3xf32>
  // expected-note @below {{expected 2 numbers in operand 2, got 3}}
  %z = onnx.node "Col2Im"(%x2, %image, %block) since 18 as ["z"] : (tensor<1x9x3xf32>, tensor<2xi64>, tensor<3xi64>) -> tensor<1x3x3x3xf32>
  return %y, %z : tensor<1x3x3x3xf32>, tensor<1x3x3x3xf32>
}
