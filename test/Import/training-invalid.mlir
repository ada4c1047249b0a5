// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{6 nodes are not supported}}
func.func @f(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<2xf32>, %z: tensor<3xf32>) {
  %none = onnx.absent : none
  // expected-note@+1 {{expected 3 lists of operands, and 2 of outputs, of one length}}
  %a:2 = onnx.node "ai.onnx.preview.training" "Momentum"(%r, %t, %x, %x) since 1 as ["a", "b"] {mode = "standard"}
    : (tensor<f32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  // expected-note@+1 {{expected mode standard or nesterov, got 'fast'}}
  %c:2 = onnx.node "ai.onnx.preview.training" "Momentum"(%r, %t, %x, %x, %x) since 1 as ["c", "d"] {mode = "fast"}
    : (tensor<f32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  // expected-note@+1 {{expected operand 3 to be there}}
  %e:2 = onnx.node "ai.onnx.preview.training" "Adagrad"(%r, %t, %x, %none, %x) since 1 as ["e", "f"]
    : (tensor<f32>, tensor<i64>, tensor<2xf32>, none, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  // expected-note@+1 {{expected one float as the rate, and one integer as the number of steps}}
  %g:2 = onnx.node "ai.onnx.preview.training" "Adagrad"(%x, %t, %x, %x, %x) since 1 as ["g", "h"]
    : (tensor<2xf32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  // expected-note@+1 {{expected floats of one type and shape for each tensor}}
  %i:3 = onnx.node "ai.onnx.preview.training" "Adam"(%r, %t, %x, %z, %x, %x) since 1 as ["i", "j", "k"]
    : (tensor<f32>, tensor<i64>, tensor<2xf32>, tensor<3xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>)
  // expected-note@+1 {{expected operand 1 to be there}}
  %l = onnx.node "ai.onnx.preview.training" "Adam"(%r) since 1 as ["l"] : (tensor<f32>) -> tensor<2xf32>
  return
}

// -----

// expected-error@+1 {{2 nodes are not supported}}
func.func @g(%x: tensor<0x3x4xf32>, %c: tensor<3xf32>, %y: tensor<4xf32>, %t: tensor<i1>) {
  %ratio = onnx.constant as "ratio" dense<0.5> : tensor<f32>
  %yes = onnx.constant as "yes" dense<true> : tensor<i1>
  // expected-note@+1 {{expected a batch that is not empty in training mode}}
  %a = onnx.node "BatchNormalization"(%x, %c, %c, %c, %c) since 15 as ["a"] {training_mode = 1}
    : (tensor<0x3x4xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<0x3x4xf32>
  // expected-note@+1 {{expected inference mode, or a ratio of 0 that is known at compile time}}
  %b = onnx.node "Dropout"(%y, %ratio, %yes) since 22 as ["b"] : (tensor<4xf32>, tensor<f32>, tensor<i1>) -> tensor<4xf32>
  return
}
