// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{1 node is not supported; change the model or its export}}
func.func @elements(%x: tensor<6xf32>) -> tensor<*xf32> {
  %s = onnx.constant as "s" dense<[2, 4]> : tensor<2xi64>
  // expected-note@+1 {{operator Reshape (ai.onnx, version 25): expected a shape of 6 elements, got 8; 1 node}}
  %y = onnx.node "Reshape"(%x, %s) since 25 as ["y"] : (tensor<6xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @divides(%x: tensor<6xf32>) -> tensor<*xf32> {
  %s = onnx.constant as "s" dense<[4, -1]> : tensor<2xi64>
  // expected-note@+1 {{expected a shape that divides 6 elements}}
  %y = onnx.node "Reshape"(%x, %s) since 25 as ["y"] : (tensor<6xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

// The product of the sizes does not fit any integer.
// expected-error@+1 {{1 node is not supported}}
func.func @huge(%x: tensor<1xf32>) -> tensor<*xf32> {
  %s = onnx.constant as "s" dense<[4611686018427387904, 4]> : tensor<2xi64>
  // expected-note@+1 {{elements in a result}}
  %y = onnx.node "Expand"(%x, %s) since 13 as ["y"] : (tensor<1xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @negative() -> tensor<*xf32> {
  %s = onnx.constant as "s" dense<[-2, 4]> : tensor<2xi64>
  // expected-note@+1 {{expected sizes of at least 0, got -2}}
  %y = onnx.node "ConstantOfShape"(%s) since 25 as ["y"] : (tensor<2xi64>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @squeeze(%x: tensor<2x1xf32>) -> tensor<*xf32> {
  %a = onnx.constant as "a" dense<[0]> : tensor<1xi64>
  // expected-note@+1 {{expected size 1 in dimension 0, got 2}}
  %y = onnx.node "Squeeze"(%x, %a) since 25 as ["y"] : (tensor<2x1xf32>, tensor<1xi64>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @range() -> tensor<*xi64> {
  %a = onnx.constant as "a" dense<1> : tensor<i64>
  %z = onnx.constant as "z" dense<0> : tensor<i64>
  // expected-note@+1 {{expected a step that is not 0}}
  %y = onnx.node "Range"(%a, %z, %z) since 11 as ["y"] : (tensor<i64>, tensor<i64>, tensor<i64>) -> tensor<*xi64>
  return %y : tensor<*xi64>
}

// -----

// It would be written out as it is.
// expected-error@+1 {{1 node is not supported}}
func.func @large_constant() -> tensor<*xf32> {
  %s = onnx.constant as "s" dense<[1048576, 1048576]> : tensor<2xi64>
  // expected-note@+1 {{expected at most 268435456 elements of a constant}}
  %y = onnx.node "ConstantOfShape"(%s) since 25 as ["y"] : (tensor<2xi64>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}
