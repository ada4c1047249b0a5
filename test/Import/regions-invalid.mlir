// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{5 nodes are not supported}}
func.func @regions(%x: tensor<1x2x8x8xf32>, %r: tensor<3x4xf32>, %r5: tensor<3x5xf32>, %b: tensor<3xi64>, %h: tensor<1x2x8x8xf16>, %e: tensor<1x2x0x8xf32>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected an image of rank 4, regions of 4 numbers each, and the index of an image for each region}}
  %r0 = onnx.node "RoiAlign"(%x, %r5, %b) since 22 as ["r0"] {sampling_ratio = 2 : si64} : (tensor<1x2x8x8xf32>, tensor<3x5xf32>, tensor<3xi64>) -> tensor<*xf32>
  // expected-note@+1 {{the model states 'tensor<*xf32>'}}
  %r1 = onnx.node "RoiAlign"(%h, %r, %b) since 22 as ["r1"] {sampling_ratio = 2 : si64} : (tensor<1x2x8x8xf16>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a mode that ONNX defines, got 'sum', 'half_pixel'}}
  %r2 = onnx.node "RoiAlign"(%x, %r, %b) since 22 as ["r2"] {mode = "sum"} : (tensor<1x2x8x8xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a sampling_ratio from 1 to 8; with 0 the number of samples would depend on the regions}}
  %r3 = onnx.node "RoiAlign"(%x, %r, %b) since 22 as ["r3"] : (tensor<1x2x8x8xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected an image that is not empty and a positive size}}
  %r4 = onnx.node "RoiAlign"(%e, %r, %b) since 22 as ["r4"] {sampling_ratio = 2 : si64} : (tensor<1x2x0x8xf32>, tensor<3x4xf32>, tensor<3xi64>) -> tensor<*xf32>
  return %r0, %r1, %r2, %r3, %r4 : tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{6 nodes are not supported}}
func.func @deformed(%x: tensor<1x4x5x5xf32>, %w: tensor<2x4x3x3xf32>, %o: tensor<1x18x3x3xf32>, %o2: tensor<1x16x3x3xf32>, %far: tensor<1x18x4x4xf32>, %b: tensor<2xf32>, %m: tensor<1x8x3x3xf32>, %x3: tensor<4x5x5xf32>, %h: tensor<1x4x5x5xf16>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected image, filter and offsets of rank 4}}
  %r0 = onnx.node "DeformConv"(%x3, %w, %o) since 22 as ["r0"] : (tensor<4x5x5xf32>, tensor<2x4x3x3xf32>, tensor<1x18x3x3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{the model states 'tensor<*xf32>'}}
  %r1 = onnx.node "DeformConv"(%h, %w, %o) since 22 as ["r1"] : (tensor<1x4x5x5xf16>, tensor<2x4x3x3xf32>, tensor<1x18x3x3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a kernel_shape that is the filter's}}
  %r2 = onnx.node "DeformConv"(%x, %w, %o) since 22 as ["r2"] {kernel_shape = array<i64: 2, 3>} : (tensor<1x4x5x5xf32>, tensor<2x4x3x3xf32>, tensor<1x18x3x3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected two offsets for each element of the kernel, and channels that groups divide}}
  %r3 = onnx.node "DeformConv"(%x, %w, %o2) since 22 as ["r3"] : (tensor<1x4x5x5xf32>, tensor<2x4x3x3xf32>, tensor<1x16x3x3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected offsets for each element of the result}}
  %r4 = onnx.node "DeformConv"(%x, %w, %far) since 22 as ["r4"] : (tensor<1x4x5x5xf32>, tensor<2x4x3x3xf32>, tensor<1x18x4x4xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a mask for each element of the kernel}}
  %r5 = onnx.node "DeformConv"(%x, %w, %o, %b, %m) since 22 as ["r5"] : (tensor<1x4x5x5xf32>, tensor<2x4x3x3xf32>, tensor<1x18x3x3xf32>, tensor<2xf32>, tensor<1x8x3x3xf32>) -> tensor<*xf32>
  return %r0, %r1, %r2, %r3, %r4, %r5 : tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>
}
