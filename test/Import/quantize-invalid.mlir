// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{3 nodes are not supported}}
func.func @scales(%x: tensor<2x3xf32>, %s: tensor<2xf32>, %b: tensor<2x3xf32>, %f: tensor<f32>) -> (tensor<*xui8>, tensor<*xui8>, tensor<*xui4>) {
  // expected-note@+1 {{expected 1 or 3 scales along axis 1, got 2}}
  %a = onnx.node "QuantizeLinear"(%x, %s) since 25 as ["a"] : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<*xui8>
  // expected-note@+1 {{expected one scale for each block along axis 1}}
  %c = onnx.node "QuantizeLinear"(%x, %b) since 25 as ["c"] {block_size = 2} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<*xui8>
  // expected-note@+1 {{expected a result of 8- or 16-bit integers}}
  %d = onnx.node "QuantizeLinear"(%x, %f) since 25 as ["d"] : (tensor<2x3xf32>, tensor<f32>) -> tensor<*xui4>
  return %a, %c, %d : tensor<*xui8>, tensor<*xui8>, tensor<*xui4>
}
