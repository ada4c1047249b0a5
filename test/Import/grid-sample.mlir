// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// A row of 1 2 3 4; -1 and 1 are its outer borders, so that 0 lies in the middle.
// CHECK-LABEL: func @paddings
func.func @paddings() -> (tensor<1x1x3xf32>, tensor<1x1x3xf32>, tensor<1x1x3xf32>) {
  // Half of the first tap lies outside at -1, all of them at 2.
  // CHECK-DAG: dense<{{\[\[\[}}5.000000e-01, 2.500000e+00, 0.000000e+00]]]>
  // CHECK-DAG: dense<{{\[\[\[}}1.000000e+00, 2.500000e+00, 4.000000e+00]]]>
  // At 2 the coordinate 5.5 is mirrored to 1.5.
  // CHECK-DAG: dense<{{\[\[\[}}1.000000e+00, 2.500000e+00, 2.500000e+00]]]>
  %x = onnx.constant as "x" dense<[[[1.0, 2.0, 3.0, 4.0]]]> : tensor<1x1x4xf32>
  %g = onnx.constant as "g" dense<[[[-1.0], [0.0], [2.0]]]> : tensor<1x3x1xf32>
  %a = onnx.node "GridSample"(%x, %g) since 22 as ["a"] : (tensor<1x1x4xf32>, tensor<1x3x1xf32>) -> tensor<1x1x3xf32>
  %b = onnx.node "GridSample"(%x, %g) since 22 as ["b"] {padding_mode = "border"} : (tensor<1x1x4xf32>, tensor<1x3x1xf32>) -> tensor<1x1x3xf32>
  %c = onnx.node "GridSample"(%x, %g) since 22 as ["c"] {padding_mode = "reflection"} : (tensor<1x1x4xf32>, tensor<1x3x1xf32>) -> tensor<1x1x3xf32>
  return %a, %b, %c : tensor<1x1x3xf32>, tensor<1x1x3xf32>, tensor<1x1x3xf32>
}

// -----

// Halves round to the even neighbour; no number from the input leaves the image,
// NaN included.
// CHECK-LABEL: func @nearest
func.func @nearest() -> tensor<1x1x5xi32> {
  // CHECK-DAG: dense<{{\[\[\[}}1, 3, 0, 4, 0]]]> : tensor<1x1x5xi32>
  %x = onnx.constant as "x" dense<[[[1, 2, 3, 4]]]> : tensor<1x1x4xi32>
  %g = onnx.constant as "g" dense<[[[-0.75], [0.0], [1.0e30], [0.99], [0x7FC00000]]]> : tensor<1x5x1xf32>
  %a = onnx.node "GridSample"(%x, %g) since 22 as ["a"] {mode = "nearest"} : (tensor<1x1x4xi32>, tensor<1x5x1xf32>) -> tensor<1x1x5xi32>
  return %a : tensor<1x1x5xi32>
}
