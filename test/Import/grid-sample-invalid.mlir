// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{2 nodes are not supported}}
func.func @grid(%x: tensor<1x1x4x4xf32>, %g: tensor<1x3x3x3xf32>, %h: tensor<1x3x3x2xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected an image of 1 to 3 spatial dimensions and a coordinate for each in the grid}}
  %a = onnx.node "GridSample"(%x, %g) since 22 as ["a"] : (tensor<1x1x4x4xf32>, tensor<1x3x3x3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a mode that ONNX defines, got 'linear', 'mirror'}}
  %b = onnx.node "GridSample"(%x, %h) since 22 as ["b"] {padding_mode = "mirror"} : (tensor<1x1x4x4xf32>, tensor<1x3x3x2xf32>) -> tensor<*xf32>
  return %a, %b : tensor<*xf32>, tensor<*xf32>
}
