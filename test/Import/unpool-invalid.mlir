// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{5 nodes are not supported}}
func.func @blocks(%x: tensor<1x6x6xf32>, %x2: tensor<1x7x6xf32>, %n: tensor<2xi64>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>) {
  %image = onnx.constant as "image" dense<[3, 5]> : tensor<2xi64>
  %block = onnx.constant as "block" dense<[2, 3]> : tensor<2xi64>
  %large = onnx.constant as "large" dense<[1025, 1]> : tensor<2xi64>
  %none = onnx.constant as "none" dense<[0, 3]> : tensor<2xi64>
  %small = onnx.constant as "small" dense<[1, 5]> : tensor<2xi64>
  // expected-note@+1 {{operand 1 ('image_shape') is known at run time only, and so is the shape of 'r0'}}
  %r0 = onnx.node "Col2Im"(%x, %n, %block) since 18 as ["r0"] : (tensor<1x6x6xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a block of 1 to 1024 elements}}
  %r1 = onnx.node "Col2Im"(%x, %image, %large) since 18 as ["r1"] : (tensor<1x6x6xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<*xf32>
  %r2 = onnx.node "Col2Im"(%x, %image, %none) since 18 as ["r2"] : (tensor<1x6x6xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected blocks that fit the image}}
  %r3 = onnx.node "Col2Im"(%x, %small, %block) since 18 as ["r3"] : (tensor<1x6x6xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a column of the block's elements for each of 6 places}}
  %r4 = onnx.node "Col2Im"(%x2, %image, %block) since 18 as ["r4"] : (tensor<1x7x6xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<*xf32>
  return %r0, %r1, %r2, %r3, %r4 : tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @window(%x: tensor<1x1x64x64xf32>) -> (tensor<*xf32>) {
  // expected-note@+1 {{expected a window of at most 1024 elements}}
  %r0:2 = onnx.node "MaxPool"(%x) since 22 as ["r0", "r0_1"] {kernel_shape = array<i64: 33, 33>} : (tensor<1x1x64x64xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  return %r0#0 : tensor<*xf32>
}

// -----

// expected-error@+1 {{2 nodes are not supported}}
func.func @matrices(%x: tensor<2x3xf32>, %h: tensor<2x2xf16>) -> (tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected square matrices}}
  %r0 = onnx.node "Det"(%x) since 22 as ["r0"] : (tensor<2x3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{the model states 'tensor<*xf32>'}}
  %r1 = onnx.node "Det"(%h) since 22 as ["r1"] : (tensor<2x2xf16>) -> tensor<*xf32>
  return %r0, %r1 : tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{3 nodes are not supported}}
func.func @caches(%c: tensor<2x4x3xf32>, %u: tensor<2x2x3xf32>, %long: tensor<2x5x3xf32>, %p: tensor<3xi64>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected an update that fits the cache, and one place for each sample}}
  %r0 = onnx.node "TensorScatter"(%c, %long) since 24 as ["r0"] : (tensor<2x4x3xf32>, tensor<2x5x3xf32>) -> tensor<*xf32>
  %r1 = onnx.node "TensorScatter"(%c, %u, %p) since 24 as ["r1"] : (tensor<2x4x3xf32>, tensor<2x2x3xf32>, tensor<3xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected mode linear or circular, got 'round'}}
  %r2 = onnx.node "TensorScatter"(%c, %u) since 24 as ["r2"] {mode = "round"} : (tensor<2x4x3xf32>, tensor<2x2x3xf32>) -> tensor<*xf32>
  return %r0, %r1, %r2 : tensor<*xf32>, tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{4 nodes are not supported}}
func.func @unpool(%x: tensor<1x1x2x2xf32>, %i: tensor<1x1x2x2xi64>, %few: tensor<1x1x2x1xi64>, %run: tensor<4xi64>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>) {
  %s = onnx.constant as "s" dense<[1, 1, 5, 3]> : tensor<4xi64>
  // expected-note@+1 {{expected an output_shape that is not smaller than what the window and the strides make}}
  %r0 = onnx.node "MaxUnpool"(%x, %i, %s) since 22 as ["r0"] {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xi64>, tensor<4xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a place for each element, and a window of as many dimensions as the image}}
  %r1 = onnx.node "MaxUnpool"(%x, %few) since 22 as ["r1"] {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x2x2xf32>, tensor<1x1x2x1xi64>) -> tensor<*xf32>
  // expected-note@+1 {{operand 2 ('output_shape') is known at run time only, and so is the shape of 'r2'}}
  %r2 = onnx.node "MaxUnpool"(%x, %i, %run) since 22 as ["r2"] {kernel_shape = array<i64: 2, 2>} : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xi64>, tensor<4xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a window that is larger than its padding}}
  %r3 = onnx.node "MaxUnpool"(%x, %i) since 22 as ["r3"] {kernel_shape = array<i64: 2, 2>, pads = array<i64: 2, 2, 2, 2>} : (tensor<1x1x2x2xf32>, tensor<1x1x2x2xi64>) -> tensor<*xf32>
  return %r0, %r1, %r2, %r3 : tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>
}
