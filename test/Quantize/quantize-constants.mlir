// RUN: pith-opt %s --pith-quantize-constants --split-input-file | FileCheck %s

// 1, 0.5 (a tie) and 1.5 (a tie) steps; 100 and -100 saturate; NaN is the zero
// point; infinities saturate.
// CHECK-LABEL: func @rounds_half_to_even_and_saturates
func.func @rounds_half_to_even_and_saturates() -> tensor<8xi8> {
  // CHECK: %[[Q:.+]] = arith.constant dense<[4, 3, 5, 127, -128, 3, 127, -128]> : tensor<8xi8>
  // CHECK-NEXT: return %[[Q]]
  %w = arith.constant dense<[0.5, 0.25, 0.75, 100.0, -100.0, 0x7FC00000, 0x7F800000, 0xFF800000]> : tensor<8xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i8>
  %q = pith.quantize %w scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<8xf32> -> tensor<8xi8>
  return %q : tensor<8xi8>
}

// -----

// 200 is a code of unsigned bytes, printed as a signed one.
// CHECK-LABEL: func @unsigned
func.func @unsigned() -> tensor<2xi8> {
  // CHECK: arith.constant dense<[-56, 0]> : tensor<2xi8>
  %w = arith.constant dense<[200.0, -1.0]> : tensor<2xf32>
  %s = arith.constant dense<1.0> : tensor<1xf32>
  %q = pith.quantize %w scale(%s : tensor<1xf32>) : tensor<2xf32> -> tensor<2xi8>
  return %q : tensor<2xi8>
}

// -----

// A scale and a zero point for each row, of 16-bit codes.
// CHECK-LABEL: func @rows
func.func @rows() -> tensor<2x2xi16> {
  // CHECK: arith.constant dense<{{\[\[}}10, 20], [299, 301]]> : tensor<2x2xi16>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, 0.5]]> : tensor<2x2xf32>
  %s = arith.constant dense<[[0.1], [0.5]]> : tensor<2x1xf32>
  %z = arith.constant dense<[[0], [300]]> : tensor<2x1xi16>
  %q = pith.quantize %w scale(%s : tensor<2x1xf32>) zero_point(%z : tensor<2x1xi16>) {is_signed} : tensor<2x2xf32> -> tensor<2x2xi16>
  return %q : tensor<2x2xi16>
}

// -----

// One number with one scale is one code, however many there are of it.
// CHECK-LABEL: func @one_number_often
func.func @one_number_often() -> tensor<1048576x1048576xi8> {
  // CHECK: arith.constant dense<2> : tensor<1048576x1048576xi8>
  %w = arith.constant dense<1.0> : tensor<1048576x1048576xf32>
  %s = arith.constant dense<0.5> : tensor<1x1xf32>
  %q = pith.quantize %w scale(%s : tensor<1x1xf32>) : tensor<1048576x1048576xf32> -> tensor<1048576x1048576xi8>
  return %q : tensor<1048576x1048576xi8>
}

// -----

// One number with two scales is two codes.
// CHECK-LABEL: func @one_number_two_scales
func.func @one_number_two_scales() -> tensor<2xi8> {
  // CHECK: arith.constant dense<[2, 4]> : tensor<2xi8>
  %w = arith.constant dense<1.0> : tensor<2xf32>
  %s = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %q = pith.quantize %w scale(%s : tensor<2xf32>) : tensor<2xf32> -> tensor<2xi8>
  return %q : tensor<2xi8>
}

// -----

// CHECK-LABEL: func @no_numbers
func.func @no_numbers() -> tensor<0x3xi8> {
  // CHECK: arith.constant dense<> : tensor<0x3xi8>
  %w = arith.constant dense<> : tensor<0x3xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %q = pith.quantize %w scale(%s : tensor<f32>) : tensor<0x3xf32> -> tensor<0x3xi8>
  return %q : tensor<0x3xi8>
}

// -----

// Division by zero, as quantize does it: 0 / 0 is a NaN.
// CHECK-LABEL: func @scale_of_zero
func.func @scale_of_zero() -> tensor<3xi8> {
  // CHECK: arith.constant dense<[127, 3, -128]> : tensor<3xi8>
  %w = arith.constant dense<[1.0, 0.0, -1.0]> : tensor<3xf32>
  %s = arith.constant dense<0.0> : tensor<f32>
  %z = arith.constant dense<3> : tensor<i8>
  %q = pith.quantize %w scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<3xf32> -> tensor<3xi8>
  return %q : tensor<3xi8>
}

// -----

// A large constant stays where it is and takes a step; so does one whose scales
// are a large constant.
// CHECK-LABEL: func @large
func.func @large() -> (tensor<2x2xi8>, tensor<2x2xi8>) {
  // CHECK-DAG: pith.constant #pith.constant<w : tensor<2x2xf32>, [#pith.quantize<dense<5.000000e-01> : tensor<f32>, dense<0> : tensor<i8>, signed>]> : tensor<2x2xi8>
  // CHECK-DAG: pith.constant #pith.constant<w : tensor<2x2xf32>, [#pith.quantize<dense<{{\[\[}}1.000000e+00], [2.000000e+00]]> : tensor<2x1xf32>, dense<0> : tensor<i8>, unsigned>]> : tensor<2x2xi8>
  // CHECK-NOT: pith.quantize %
  %w = pith.constant #pith.constant<w : tensor<2x2xf32>> : tensor<2x2xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = pith.constant #pith.constant<s : tensor<2x1xf32>> : tensor<2x1xf32>
  %q = pith.quantize %w scale(%s : tensor<f32>) {is_signed} : tensor<2x2xf32> -> tensor<2x2xi8>
  %r = pith.quantize %w scale(%t : tensor<2x1xf32>) : tensor<2x2xf32> -> tensor<2x2xi8>
  return %q, %r : tensor<2x2xi8>, tensor<2x2xi8>
}

{-#
  dialect_resources: {
    pith: {
      w: "0x040000000000803F000000400000404000008040",
      s: "0x040000000000803F00000040"
    }
  }
#-}

// -----

// Numbers, scales or zero points of the run time, and halves, stay.
// CHECK-LABEL: func @left_alone
func.func @left_alone(%x: tensor<2xf32>, %s: tensor<f32>, %z: tensor<i8>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  // CHECK-COUNT-4: pith.quantize %
  %w = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %h = arith.constant dense<[1.0, 2.0]> : tensor<2xf16>
  %t = arith.constant dense<0.5> : tensor<f32>
  %0 = pith.quantize %x scale(%t : tensor<f32>) : tensor<2xf32> -> tensor<2xi8>
  %1 = pith.quantize %w scale(%s : tensor<f32>) : tensor<2xf32> -> tensor<2xi8>
  %2 = pith.quantize %w scale(%t : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<2xf32> -> tensor<2xi8>
  %3 = pith.quantize %h scale(%t : tensor<f32>) : tensor<2xf16> -> tensor<2xi8>
  return %0, %1, %2, %3 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}
