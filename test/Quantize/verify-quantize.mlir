// RUN: pith-opt %s --pith-verify-quantize --split-input-file --verify-diagnostics

// All that the contract asks for, at its limits.
func.func @good(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>, %m: tensor<f32>) -> tensor<2x3xf32> {
  %s = arith.constant dense<0.5> : tensor<f32>
  %sum = pith.matmul %x, %w {accumulator = i32, pith.range = array<i64: -2147483648, 2147483647>, pith.exactness = "rounding"}
    : tensor<2x4xi8>, tensor<4x3xi8> -> tensor<2x3xi32>
  %q = pith.requantize %sum scale(%s : tensor<f32>) {pith.exactness = "exact", pith.codes = #pith.codes<5.000000e-01 : f32, 255, unsigned>}
    : tensor<2x3xi32> -> tensor<2x3xi8>
  %f = pith.dequantize %q scale(%m : tensor<f32>) {pith.reason = "the model's output is a float"} : tensor<2x3xi8> -> tensor<2x3xf32>
  return %f : tensor<2x3xf32>
}

// -----

// Nothing was folded: the module runs as its file says.
func.func @literal(%x: tensor<2xf32>, %s: tensor<f32>) -> tensor<2xi8> {
  %q = pith.quantize %x scale(%s : tensor<f32>) : tensor<2xf32> -> tensor<2xi8>
  return %q : tensor<2xi8>
}

// -----

// A file may have any number as scale, where the stage did not make it.
func.func @scale_of_the_file(%x: tensor<2xi32>) -> tensor<2xi8> {
  %s = arith.constant dense<-1.0> : tensor<f32>
  %q = pith.requantize %x scale(%s : tensor<f32>) : tensor<2xi32> -> tensor<2xi8>
  return %q : tensor<2xi8>
}

// -----

func.func @unexplained(%x: tensor<2xf32>, %s: tensor<f32>) -> (tensor<2xi8>, tensor<2xi8>) {
  %q = pith.quantize %x scale(%s : tensor<f32>) {pith.reason = "the input is a float"} : tensor<2xf32> -> tensor<2xi8>
  // expected-error @+1 {{'pith.quantize' op expected pith.reason, why it was not folded [quantize_s1]}}
  %r = pith.quantize %x scale(%s : tensor<f32>) {is_signed} : tensor<2xf32> -> tensor<2xi8>
  return %q, %r : tensor<2xi8>, tensor<2xi8>
}

// -----

func.func @unexplained_beside_a_fold(%x: tensor<2xi8>, %s: tensor<f32>) -> tensor<2xf32> {
  // expected-error @+1 {{'pith.dequantize' op expected pith.reason, why it was not folded [quantize_s1]}}
  %r = pith.dequantize %x scale(%s : tensor<f32>) {pith.exactness = "exact"} : tensor<2xi8> -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @exactness(%x: tensor<2x2xf32>) {
  // expected-error @+1 {{'pith.reduce' op expected pith.exactness to be exact, rounding or approximate, got "right" [quantize_s2]}}
  %r = pith.reduce sum %x dims [0] {pith.exactness = "right"} : tensor<2x2xf32> -> tensor<2xf32>
  return
}

// -----

func.func @range_beyond_the_accumulator(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) {
  // expected-error @+1 {{'pith.matmul' op expected pith.range to be two bounds that the result's integers hold, got array<i64: 0, 2147483648> [quantize_s3]}}
  %sum = pith.matmul %x, %w {accumulator = i32, pith.range = array<i64: 0, 2147483648>} : tensor<2x4xi8>, tensor<4x3xi8> -> tensor<2x3xi32>
  return
}

// -----

func.func @range_upside_down(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) {
  // expected-error @+1 {{[quantize_s3]}}
  %sum = pith.matmul %x, %w {accumulator = i32, pith.range = array<i64: 1, 0>} : tensor<2x4xi8>, tensor<4x3xi8> -> tensor<2x3xi32>
  return
}

// -----

func.func @range_of_floats(%x: tensor<2x4xf32>, %w: tensor<4x3xf32>) {
  // expected-error @+1 {{[quantize_s3]}}
  %sum = pith.matmul %x, %w {pith.range = array<i64: 0, 1>} : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @zero_point_beyond_the_codes(%x: tensor<2xi32>, %s: tensor<f32>) {
  // expected-error @+1 {{expected pith.codes on 8- or 16-bit integers, with a zero point among them and a positive f32 scale, got #pith.codes<5.000000e-01 : f32, 128, signed> [quantize_s4]}}
  %q = pith.requantize %x scale(%s : tensor<f32>) {pith.codes = #pith.codes<5.000000e-01 : f32, 128, signed>} : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

func.func @codes_of_a_sum(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) {
  // expected-error @+1 {{[quantize_s4]}}
  %sum = pith.matmul %x, %w {accumulator = i32, pith.codes = #pith.codes<5.000000e-01 : f32, 0, signed>} : tensor<2x4xi8>, tensor<4x3xi8> -> tensor<2x3xi32>
  return
}

// -----

func.func @codes_without_size(%x: tensor<2xi32>, %s: tensor<f32>) {
  // expected-error @+1 {{[quantize_s4]}}
  %q = pith.requantize %x scale(%s : tensor<f32>) {pith.codes = #pith.codes<0.000000e+00 : f32, 0, signed>} : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

func.func @infinite_multiplier(%x: tensor<2xi32>) {
  %s = arith.constant dense<[1.0, 0x7F800000]> : tensor<2xf32>
  // expected-error @+1 {{'pith.requantize' op expected positive, finite scales [quantize_s5]}}
  %q = pith.requantize %x scale(%s : tensor<2xf32>) {pith.exactness = "rounding"} : tensor<2xi32> -> tensor<2xi8>
  return
}

// -----

// The region's arguments count too.
// expected-error @+1 {{expected codes as plain integers, with scales as operands [quantize_s6]}}
func.func @quantized_argument(%x: tensor<2x3x!quant.uniform<i8:f32, 0.5>>) {
  return
}

// -----

func.func @quantized_result() {
  // expected-error @+1 {{expected codes as plain integers, with scales as operands [quantize_s6]}}
  %x = tensor.empty() : tensor<2x3x!quant.uniform<i8:f32:1, {0.5, 0.25, 1.0}>>
  return
}
