// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{3 nodes are not supported}}
func.func @resize(%x: tensor<4xf32>, %i: tensor<4xi8>, %s: tensor<1xf32>) -> (tensor<*xf32>, tensor<*xi8>, tensor<*xf32>) {
  %none = onnx.absent : none
  // expected-note@+1 {{operand 2 ('scales') is known at run time only, and so is the shape of 'a'}}
  %a = onnx.node "Resize"(%x, %none, %s) since 19 as ["a"] : (tensor<4xf32>, none, tensor<1xf32>) -> tensor<*xf32>
  %two = onnx.constant as "two" dense<2.0> : tensor<1xf32>
  // expected-note@+1 {{expected floats for mode linear}}
  %b = onnx.node "Resize"(%i, %none, %two) since 19 as ["b"] {mode = "linear"} : (tensor<4xi8>, none, tensor<1xf32>) -> tensor<*xi8>
  %huge = onnx.constant as "huge" dense<1.0e30> : tensor<1xf32>
  // expected-note@+1 {{a positive scale and at most 256 taps}}
  %c = onnx.node "Resize"(%x, %none, %huge) since 19 as ["c"] : (tensor<4xf32>, none, tensor<1xf32>) -> tensor<*xf32>
  return %a, %b, %c : tensor<*xf32>, tensor<*xi8>, tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @mode(%x: tensor<4xf32>) -> tensor<*xf32> {
  %none = onnx.absent : none
  %two = onnx.constant as "two" dense<2.0> : tensor<1xf32>
  // expected-note@+1 {{expected a mode that ONNX defines, got 'nearest', 'half', 'round_prefer_floor'}}
  %a = onnx.node "Resize"(%x, %none, %two) since 19 as ["a"] {coordinate_transformation_mode = "half"} : (tensor<4xf32>, none, tensor<1xf32>) -> tensor<*xf32>
  return %a : tensor<*xf32>
}
