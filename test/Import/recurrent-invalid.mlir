// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{2 nodes are not supported}}
func.func @lstm(%x: tensor<5x2x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>, %v: tensor<1x12x3xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected activations Sigmoid, Tanh or Relu, got 'Softplus'}}
  %a = onnx.node "LSTM"(%x, %w, %r) since 22 as ["a"] {hidden_size = 4, activations = ["Softplus", "Tanh", "Tanh"]}
    : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected weights, bias, lengths and states of 4 gates of 4 cells each}}
  %b = onnx.node "LSTM"(%x, %v, %r) since 22 as ["b"] {hidden_size = 4}
    : (tensor<5x2x3xf32>, tensor<1x12x3xf32>, tensor<1x16x4xf32>) -> tensor<*xf32>
  return %a, %b : tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{2 nodes are not supported}}
func.func @directions(%x: tensor<5x2x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected weights for direction 'bidirectional'}}
  %a = onnx.node "LSTM"(%x, %w, %r) since 22 as ["a"] {hidden_size = 4, direction = "bidirectional"}
    : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected input_forget 0}}
  %b = onnx.node "LSTM"(%x, %w, %r) since 22 as ["b"] {hidden_size = 4, input_forget = 1}
    : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> tensor<*xf32>
  return %a, %b : tensor<*xf32>, tensor<*xf32>
}
