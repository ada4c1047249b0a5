// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{12 nodes are not supported}}
func.func @signals(%x: tensor<2x8x1xf32>, %c: tensor<2x8x3xf32>, %i: tensor<2x8x1xi32>, %e: tensor<2x0x1xf32>, %n: tensor<i64>, %big: tensor<1x4099x1xf32>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>) {
  %two = onnx.constant as "two" dense<8> : tensor<2xi64>
  %zero = onnx.constant as "zero" dense<0> : tensor<i64>
  %eight = onnx.constant as "eight" dense<8> : tensor<i64>
  %last = onnx.constant as "last" dense<-1> : tensor<i64>
  %nine = onnx.constant as "nine" dense<9> : tensor<i64>
  %flat = onnx.constant as "flat" dense<1.0> : tensor<2x2xf32>
  %window = onnx.constant as "window" dense<1.0> : tensor<9xf32>
  // expected-note@+1 {{expected a signal of floats that is not empty and whose last dimension holds a real number or a complex one}}
  %r0 = onnx.node "DFT"(%c) since 20 as ["r0"] : (tensor<2x8x3xf32>) -> tensor<*xf32>
  %r1 = onnx.node "DFT"(%i) since 20 as ["r1"] : (tensor<2x8x1xi32>) -> tensor<*xf32>
  %r2 = onnx.node "DFT"(%e) since 20 as ["r2"] : (tensor<2x0x1xf32>) -> tensor<*xf32>
  // expected-note@+1 {{operand 1 ('dft_length') is known at run time only, and so is the shape of 'r3'}}
  %r3 = onnx.node "DFT"(%x, %n) since 20 as ["r3"] : (tensor<2x8x1xf32>, tensor<i64>) -> tensor<*xf32>
  // expected-note@+1 {{expected one number in operand 1}}
  %r4 = onnx.node "DFT"(%x, %two) since 20 as ["r4"] : (tensor<2x8x1xf32>, tensor<2xi64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a length from 1 to 2^20, got 0}}
  %r5 = onnx.node "DFT"(%x, %zero) since 20 as ["r5"] : (tensor<2x8x1xf32>, tensor<i64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a length without a prime factor above 2048, got 4099}}
  %r6 = onnx.node "DFT"(%big) since 20 as ["r6"] : (tensor<1x4099x1xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected an axis in front of the last one}}
  %r7 = onnx.node "DFT"(%x, %eight, %last) since 20 as ["r7"] : (tensor<2x8x1xf32>, tensor<i64>, tensor<i64>) -> tensor<*xf32>
  // expected-note@+1 {{axis}}
  %r8 = onnx.node "DFT"(%x, %eight, %nine) since 20 as ["r8"] : (tensor<2x8x1xf32>, tensor<i64>, tensor<i64>) -> tensor<*xf32>
  // expected-note@+1 {{expected a batch of signals, and a window of one dimension}}
  %r9 = onnx.node "STFT"(%x, %eight, %flat) since 17 as ["r9"] : (tensor<2x8x1xf32>, tensor<i64>, tensor<2x2xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a step above 0}}
  %r10 = onnx.node "STFT"(%x, %zero) since 17 as ["r10"] : (tensor<2x8x1xf32>, tensor<i64>) -> tensor<*xf32>
  // expected-note@+1 {{expected frames as long as the window and no longer than the signal}}
  %r11 = onnx.node "STFT"(%x, %eight, %window) since 17 as ["r11"] : (tensor<2x8x1xf32>, tensor<i64>, tensor<9xf32>) -> tensor<*xf32>
  return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8, %r9, %r10, %r11 : tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @frames(%x: tensor<1x1048576x1xf32>) -> tensor<*xf32> {
  %step = onnx.constant as "step" dense<1> : tensor<i64>
  %length = onnx.constant as "length" dense<512> : tensor<i64>
  %none = onnx.absent : none
  // expected-note@+1 {{expected at most 2^24 numbers in all frames of a signal}}
  %r = onnx.node "STFT"(%x, %step, %none, %length) since 17 as ["r"] : (tensor<1x1048576x1xf32>, tensor<i64>, none, tensor<i64>) -> tensor<*xf32>
  return %r : tensor<*xf32>
}

// -----

// expected-error@+1 {{4 nodes are not supported}}
func.func @bands(%n: tensor<i64>, %f: tensor<f32>, %two: tensor<2xf32>) {
  %m = onnx.constant as "m" dense<8> : tensor<i64>
  %minus = onnx.constant as "minus" dense<-1> : tensor<i64>
  %huge = onnx.constant as "huge" dense<9223372036854775807> : tensor<i64>
  // expected-note@+1 {{expected operand 0 ('num_mel_bins') to be known at compile time}}
  %a = onnx.node "MelWeightMatrix"(%n, %m, %n, %f, %f) since 17 as ["a"] : (tensor<i64>, tensor<i64>, tensor<i64>, tensor<f32>, tensor<f32>) -> tensor<?x?xf32>
  // expected-note@+1 {{expected one integer as the sample rate, and one float as each edge}}
  %b = onnx.node "MelWeightMatrix"(%m, %m, %n, %two, %f) since 17 as ["b"] : (tensor<i64>, tensor<i64>, tensor<i64>, tensor<2xf32>, tensor<f32>) -> tensor<?x?xf32>
  // expected-note@+1 {{expected numbers of bands and of samples from 0 to 2^20}}
  %c = onnx.node "MelWeightMatrix"(%minus, %m, %n, %f, %f) since 17 as ["c"] : (tensor<i64>, tensor<i64>, tensor<i64>, tensor<f32>, tensor<f32>) -> tensor<?x?xf32>
  %d = onnx.node "MelWeightMatrix"(%m, %huge, %n, %f, %f) since 17 as ["d"] : (tensor<i64>, tensor<i64>, tensor<i64>, tensor<f32>, tensor<f32>) -> tensor<?x?xf32>
  return
}
