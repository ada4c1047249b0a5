// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{2 nodes are not supported}}
func.func @outside(%x: tensor<4x2xf32>, %u: tensor<1x2xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  %i = onnx.constant as "i" dense<[4]> : tensor<1xi64>
  // expected-note@+1 {{expected indices from -4 to 3, got 4}}
  %a = onnx.node "Gather"(%x, %i) since 13 as ["a"] : (tensor<4x2xf32>, tensor<1xi64>) -> tensor<*xf32>
  %j = onnx.constant as "j" dense<[[0, -3]]> : tensor<1x2xi64>
  // expected-note@+1 {{expected indices from -2 to 1, got -3}}
  %b = onnx.node "GatherND"(%x, %j) since 13 as ["b"] : (tensor<4x2xf32>, tensor<1x2xi64>) -> tensor<*xf32>
  return %a, %b : tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @batch(%x: tensor<4x2xf32>, %i: tensor<4x1xi64>) -> tensor<*xf32> {
  // expected-note@+1 {{expected batch dimensions below both ranks, got -1}}
  %a = onnx.node "GatherND"(%x, %i) since 13 as ["a"] {batch_dims = -1} : (tensor<4x2xf32>, tensor<4x1xi64>) -> tensor<*xf32>
  return %a : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @reduction(%x: tensor<4xf32>, %i: tensor<1xi64>, %u: tensor<1xf32>) -> tensor<*xf32> {
  // expected-note@+1 {{expected reduction none, add, mul, max or min on numbers, got 'mean'}}
  %a = onnx.node "ScatterElements"(%x, %i, %u) since 18 as ["a"] {reduction = "mean"} : (tensor<4xf32>, tensor<1xi64>, tensor<1xf32>) -> tensor<*xf32>
  return %a : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @depth(%i: tensor<2xi64>, %d: tensor<i64>, %v: tensor<2xf32>) -> tensor<*xf32> {
  // expected-note@+1 {{operand 1 ('depth') is known at run time only, and so is the shape of 'a'; state it in the model, or make the operand a constant}}
  %a = onnx.node "OneHot"(%i, %d, %v) since 11 as ["a"] : (tensor<2xi64>, tensor<i64>, tensor<2xf32>) -> tensor<*xf32>
  return %a : tensor<*xf32>
}
