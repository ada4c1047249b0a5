// RUN: pith-opt %s --pith-fold-products --split-input-file | FileCheck %s

// Input codes of 0..255 less 10: -10..245. Weights (zero point 1) of output 0:
// 1-1, 3-1, -5-1 = 0, 2, -6; of output 1: 1, 1, 1. So output 0 is within
// [2 * -10 - 6 * 245, 2 * 245 + 6 * 10] = [-1490, 550], output 1 in
// [-30, 735]; bias of -4 steps and of 5: [-1494, 550] and [-30, 740].
// The multiplier is f32(f32(0.5 * 0.25) / 0.125) = 1.
// CHECK-LABEL: func @conv
// CHECK-SAME: (%[[X:.+]]: tensor<1x4x3xi8>
func.func @conv(%x: tensor<1x4x3xi8>) -> tensor<1x4x2xi8> {
  // CHECK-DAG: %[[W:.+]] = arith.constant dense<{{.*}}> : tensor<2x1x3xi8>
  // CHECK-DAG: %[[B:.+]] = arith.constant dense<[-4, 5]> : tensor<2xi32>
  // CHECK-DAG: %[[M:.+]] = arith.constant dense<1.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[ZX:.+]] = arith.constant dense<10> : tensor<i8>
  // CHECK-DAG: %[[ZW:.+]] = arith.constant dense<1> : tensor<i8>
  // CHECK-DAG: %[[ZY:.+]] = arith.constant dense<7> : tensor<i8>
  // CHECK: %[[SUM:.+]] = pith.conv %[[X]], %[[W]] bias(%[[B]] : tensor<2xi32>) input_zero_point(%[[ZX]] : tensor<i8>) filter_zero_point(%[[ZW]] : tensor<i8>)
  // CHECK-SAME: {accumulator = i32, filter_signed, pith.exactness = "rounding", pith.range = array<i64: -1494, 740>}
  // CHECK-NEXT: %[[Q:.+]] = pith.requantize %[[SUM]] scale(%[[M]] : tensor<f32>) zero_point(%[[ZY]] : tensor<i8>) {pith.codes = #pith.codes<1.250000e-01 : f32, 7, unsigned>, pith.exactness = "rounding"}
  // CHECK-NEXT: return %[[Q]]
  %w = arith.constant dense<[[[1, 3, -5]], [[2, 2, 2]]]> : tensor<2x1x3xi8>
  %b = arith.constant dense<[-4, 5]> : tensor<2xi32>
  %sx = arith.constant dense<0.5> : tensor<f32>
  %sw = arith.constant dense<0.25> : tensor<f32>
  %sy = arith.constant dense<0.125> : tensor<f32>
  %zx = arith.constant dense<10> : tensor<i8>
  %zw = arith.constant dense<1> : tensor<i8>
  %zy = arith.constant dense<7> : tensor<i8>
  %f = pith.dequantize %x scale(%sx : tensor<f32>) zero_point(%zx : tensor<i8>) : tensor<1x4x3xi8> -> tensor<1x4x3xf32>
  %g = pith.dequantize %w scale(%sw : tensor<f32>) zero_point(%zw : tensor<i8>) {is_signed} : tensor<2x1x3xi8> -> tensor<2x1x3xf32>
  %h = pith.dequantize %b scale(%sy : tensor<f32>) {is_signed} : tensor<2xi32> -> tensor<2xf32>
  %y = pith.conv %f, %g bias(%h : tensor<2xf32>) strides [1] pad [0] to [0] dilations [1] : tensor<1x4x3xf32>, tensor<2x1x3xf32> -> tensor<1x4x2xf32>
  %q = pith.quantize %y scale(%sy : tensor<f32>) zero_point(%zy : tensor<i8>) : tensor<1x4x2xf32> -> tensor<1x4x2xi8>
  return %q : tensor<1x4x2xi8>
}

// -----

// Depthwise, with a scale and a zero point for each filter: multipliers 1, 2 and 4.
// CHECK-LABEL: func @depthwise_per_filter
func.func @depthwise_per_filter(%x: tensor<1x4x4x3xi8>, %w: tensor<3x3x3x1xi8>) -> tensor<1x4x4x3xi8> {
  // CHECK-DAG: %[[M:.+]] = arith.constant dense<[1.000000e+00, 2.000000e+00, 4.000000e+00]> : tensor<3xf32>
  // CHECK-DAG: %[[Z:.+]] = arith.constant dense<{{\[\[\[\[}}1]]], {{\[\[\[}}2]]], {{\[\[\[}}3]]]]> : tensor<3x1x1x1xi8>
  // CHECK: %[[SUM:.+]] = pith.conv {{.*}} filter_zero_point(%[[Z]] : tensor<3x1x1x1xi8>) {{.*}} {accumulator = i32, filter_signed, groups = 3 : i64, input_signed, pith.exactness = "rounding", pith.range = array<i64:
  // CHECK: pith.requantize %[[SUM]] scale(%[[M]] : tensor<3xf32>)
  %sx = arith.constant dense<0.5> : tensor<1xf32>
  %sw = arith.constant dense<[[[[0.25]]], [[[0.5]]], [[[1.0]]]]> : tensor<3x1x1x1xf32>
  %sy = arith.constant dense<0.125> : tensor<f32>
  %zw = arith.constant dense<[[[[1]]], [[[2]]], [[[3]]]]> : tensor<3x1x1x1xi8>
  %f = pith.dequantize %x scale(%sx : tensor<1xf32>) {is_signed} : tensor<1x4x4x3xi8> -> tensor<1x4x4x3xf32>
  %g = pith.dequantize %w scale(%sw : tensor<3x1x1x1xf32>) zero_point(%zw : tensor<3x1x1x1xi8>) {is_signed} : tensor<3x3x3x1xi8> -> tensor<3x3x3x1xf32>
  %y = pith.conv %f, %g strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {groups = 3 : i64} : tensor<1x4x4x3xf32>, tensor<3x3x3x1xf32> -> tensor<1x4x4x3xf32>
  %q = pith.quantize %y scale(%sy : tensor<f32>) {is_signed} : tensor<1x4x4x3xf32> -> tensor<1x4x4x3xi8>
  return %q : tensor<1x4x4x3xi8>
}

// -----

// A float bias on the grid of 0.125 (but for f32's rounding of the step) joins the
// sum; one between the steps is added in f32, behind the sum.
// CHECK-LABEL: func @float_bias
func.func @float_bias(%x: tensor<2x4xi8>, %w: tensor<4x2xi8>) -> (tensor<2x2xi8>, tensor<2x2xi8>) {
  // CHECK-DAG: %[[OFF:.+]] = arith.constant dense<[2.500000e-01, 6.500000e-02]> : tensor<2xf32>
  // CHECK-DAG: %[[ON:.+]] = arith.constant dense<[2, -3]> : tensor<2xi32>
  // CHECK: %[[A:.+]] = pith.matmul {{.*}} bias(%[[ON]] : tensor<2xi32>)
  // CHECK: %[[B:.+]] = pith.matmul %arg0, %arg1 {accumulator
  // CHECK: %[[F:.+]] = pith.map(%[[B]], %{{.+}}, %[[OFF]] : tensor<2x2xi32>, tensor<f32>, tensor<2xf32>) {pith.exactness = "rounding"} -> tensor<2x2xf32>
  // CHECK: ^bb0(%[[S:.+]]: i32, %[[SCALE:.+]]: f32, %[[BIAS:.+]]: f32)
  // CHECK: %[[N:.+]] = arith.sitofp %[[S]] : i32 to f32
  // CHECK: %[[P:.+]] = arith.mulf %[[N]], %[[SCALE]] : f32
  // CHECK: arith.addf %[[P]], %[[BIAS]] : f32
  // CHECK: pith.requantize %[[A]]
  // CHECK: pith.quantize %[[F]]
  %sx = arith.constant dense<0.5> : tensor<f32>
  %sw = arith.constant dense<0.25> : tensor<f32>
  %on = arith.constant dense<[0.25, -0.375]> : tensor<2xf32>
  %off = arith.constant dense<[0.25, 0.065]> : tensor<2xf32>
  %f = pith.dequantize %x scale(%sx : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%sw : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %y = pith.matmul %f, %g bias(%on : tensor<2xf32>) : tensor<2x4xf32>, tensor<4x2xf32> -> tensor<2x2xf32>
  %z = pith.matmul %f, %g bias(%off : tensor<2xf32>) : tensor<2x4xf32>, tensor<4x2xf32> -> tensor<2x2xf32>
  %q = pith.quantize %y scale(%sx : tensor<f32>) : tensor<2x2xf32> -> tensor<2x2xi8>
  %r = pith.quantize %z scale(%sx : tensor<f32>) : tensor<2x2xf32> -> tensor<2x2xi8>
  return %q, %r : tensor<2x2xi8>, tensor<2x2xi8>
}

// -----

// Bias codes with another scale: 3 * 0.25 is 6 steps of 0.125; with a zero point or
// of the run time they stay floats.
// CHECK-LABEL: func @bias_codes
func.func @bias_codes(%x: tensor<2x4xi8>, %w: tensor<4x1xi8>, %run: tensor<1xi32>) -> (tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>) {
  // CHECK: pith.matmul {{.*}} bias(%[[B:.+]] : tensor<1xi32>)
  // CHECK: pith.matmul %arg0, %arg1 {accumulator
  // CHECK: pith.matmul %arg0, %arg1 {accumulator
  %sx = arith.constant dense<0.5> : tensor<f32>
  %sw = arith.constant dense<0.25> : tensor<f32>
  %b = arith.constant dense<3> : tensor<1xi32>
  %one = arith.constant dense<1> : tensor<i32>
  %f = pith.dequantize %x scale(%sx : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%sw : tensor<f32>) : tensor<4x1xi8> -> tensor<4x1xf32>
  %h0 = pith.dequantize %b scale(%sw : tensor<f32>) {is_signed} : tensor<1xi32> -> tensor<1xf32>
  %h1 = pith.dequantize %b scale(%sw : tensor<f32>) zero_point(%one : tensor<i32>) {is_signed} : tensor<1xi32> -> tensor<1xf32>
  %h2 = pith.dequantize %run scale(%sw : tensor<f32>) {is_signed} : tensor<1xi32> -> tensor<1xf32>
  %0 = pith.matmul %f, %g bias(%h0 : tensor<1xf32>) : tensor<2x4xf32>, tensor<4x1xf32> -> tensor<2x1xf32>
  %1 = pith.matmul %f, %g bias(%h1 : tensor<1xf32>) : tensor<2x4xf32>, tensor<4x1xf32> -> tensor<2x1xf32>
  %2 = pith.matmul %f, %g bias(%h2 : tensor<1xf32>) : tensor<2x4xf32>, tensor<4x1xf32> -> tensor<2x1xf32>
  return %0, %1, %2 : tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>
}

// -----

// 8-bit codes by i16 weights, and i16 by i16 of which two products leave i32: two
// terms of 65535 * 65535.
// CHECK-LABEL: func @sixteen_bits
func.func @sixteen_bits(%x: tensor<2x2xi8>, %v: tensor<2x2xi16>, %w: tensor<2x2xi16>) -> (tensor<2x2xi8>, tensor<2x2xi16>) {
  // CHECK: pith.matmul %arg0, %arg2 {accumulator = i32, {{.*}}pith.range = array<i64: -16711680, 16711170>
  // CHECK: %[[S:.+]] = pith.matmul %arg1, %arg2 {accumulator = i64, pith.exactness = "rounding", pith.range = array<i64: 0, 8589672450>}
  // CHECK: pith.requantize %[[S]] {{.*}} : tensor<2x2xi64> -> tensor<2x2xi16>
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x2xi8> -> tensor<2x2xf32>
  %h = pith.dequantize %v scale(%s : tensor<f32>) : tensor<2x2xi16> -> tensor<2x2xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<2x2xi16> -> tensor<2x2xf32>
  %k = pith.dequantize %w scale(%s : tensor<f32>) : tensor<2x2xi16> -> tensor<2x2xf32>
  %y = pith.matmul %f, %g : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %z = pith.matmul %h, %k : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %q = pith.quantize %y scale(%s : tensor<f32>) : tensor<2x2xf32> -> tensor<2x2xi8>
  %r = pith.quantize %z scale(%s : tensor<f32>) : tensor<2x2xf32> -> tensor<2x2xi16>
  return %q, %r : tensor<2x2xi8>, tensor<2x2xi16>
}

// -----

// A scale for each row of one side and each column of the other, either side
// transposed, in batches: one multiplier for each element of the matrix.
// CHECK-LABEL: func @rows_and_columns
func.func @rows_and_columns(%x: tensor<5x4x2xi8>, %w: tensor<5x3x4xi8>) -> tensor<5x2x3xi8> {
  // CHECK-DAG: %[[M:.+]] = arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00, 6.000000e+00]]> : tensor<2x3xf32>
  // CHECK: %[[S:.+]] = pith.matmul %arg0, %arg1 {accumulator = i32, {{.*}}transpose_lhs, transpose_rhs} : tensor<5x4x2xi8>, tensor<5x3x4xi8> -> tensor<5x2x3xi32>
  // CHECK: pith.requantize %[[S]] scale(%[[M]] : tensor<2x3xf32>)
  %sx = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %sw = arith.constant dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>
  %sy = arith.constant dense<1.0> : tensor<f32>
  %f = pith.dequantize %x scale(%sx : tensor<2xf32>) : tensor<5x4x2xi8> -> tensor<5x4x2xf32>
  %g = pith.dequantize %w scale(%sw : tensor<3x1xf32>) : tensor<5x3x4xi8> -> tensor<5x3x4xf32>
  %y = pith.matmul %f, %g {transpose_lhs, transpose_rhs} : tensor<5x4x2xf32>, tensor<5x3x4xf32> -> tensor<5x2x3xf32>
  %q = pith.quantize %y scale(%sy : tensor<f32>) : tensor<5x2x3xf32> -> tensor<5x2x3xi8>
  return %q : tensor<5x2x3xi8>
}

// -----

// Each quantize has its own multiplier; who else uses the product gets a float.
// CHECK-LABEL: func @several_users
func.func @several_users(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>, %run: tensor<f32>) -> (tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xf32>) {
  // CHECK-DAG: %[[M1:.+]] = arith.constant dense<2.500000e-01> : tensor<f32>
  // CHECK-DAG: %[[M2:.+]] = arith.constant dense<1.250000e-01> : tensor<f32>
  // CHECK: %[[S:.+]] = pith.matmul
  // CHECK-NEXT: %[[F:.+]] = pith.map(%[[S]],
  // CHECK: %[[A:.+]] = pith.requantize %[[S]] scale(%[[M1]] : tensor<f32>) {is_signed
  // CHECK: %[[B:.+]] = pith.requantize %[[S]] scale(%[[M2]] : tensor<f32>) {pith.codes
  // CHECK: %[[C:.+]] = pith.quantize %[[F]]
  // CHECK: return %[[A]], %[[B]], %[[C]], %[[F]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %one = arith.constant dense<1.0> : tensor<f32>
  %two = arith.constant dense<2.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %y = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %a = pith.quantize %y scale(%one : tensor<f32>) {is_signed} : tensor<2x3xf32> -> tensor<2x3xi8>
  %b = pith.quantize %y scale(%two : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  %c = pith.quantize %y scale(%run : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  return %a, %b, %c, %y : tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xf32>
}

// -----

// The multiplier f32(4 / 1e-39) is none: quantize divides as the file says.
// CHECK-LABEL: func @multiplier_out_of_range
func.func @multiplier_out_of_range(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) -> tensor<2x3xi8> {
  // CHECK: %[[S:.+]] = pith.matmul {{.*}} -> tensor<2x3xi32>
  // CHECK: %[[F:.+]] = pith.map(%[[S]],
  // CHECK: pith.quantize %[[F]]
  %s = arith.constant dense<2.0> : tensor<f32>
  %tiny = arith.constant dense<1.0e-39> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %y = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %q = pith.quantize %y scale(%tiny : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  return %q : tensor<2x3xi8>
}

// -----

// Left alone: scales inside the sum, of the run time, of no size or of the wrong
// sign, whose product underflows; halves; codes of 32 bits; a float side.
// CHECK-LABEL: func @left_alone
func.func @left_alone(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>, %v: tensor<4x3xi32>, %u: tensor<4x3xf32>, %run: tensor<f32>) -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf16>) {
  // CHECK-COUNT-7: pith.matmul {{.*}} -> tensor<2x3xf32>
  // CHECK: pith.matmul {{.*}} -> tensor<2x3xf16>
  %s = arith.constant dense<0.5> : tensor<f32>
  %half = arith.constant dense<0.5> : tensor<f16>
  %inside = arith.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %negative = arith.constant dense<-1.0> : tensor<f32>
  %tiny = arith.constant dense<1.0e-38> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %t = pith.dequantize %x scale(%tiny : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %h = pith.dequantize %x scale(%half : tensor<f16>) : tensor<2x4xi8> -> tensor<2x4xf16>
  %g0 = pith.dequantize %w scale(%inside : tensor<4x1xf32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %g1 = pith.dequantize %w scale(%run : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %g2 = pith.dequantize %w scale(%zero : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %g3 = pith.dequantize %w scale(%negative : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %g4 = pith.dequantize %w scale(%tiny : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %g5 = pith.dequantize %v scale(%s : tensor<f32>) : tensor<4x3xi32> -> tensor<4x3xf32>
  %g7 = pith.dequantize %w scale(%half : tensor<f16>) : tensor<4x3xi8> -> tensor<4x3xf16>
  %0 = pith.matmul %f, %g0 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %1 = pith.matmul %f, %g1 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %2 = pith.matmul %f, %g2 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %3 = pith.matmul %f, %g3 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %4 = pith.matmul %t, %g4 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %5 = pith.matmul %f, %g5 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %6 = pith.matmul %f, %u : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %7 = pith.matmul %h, %g7 : tensor<2x4xf16>, tensor<4x3xf16> -> tensor<2x3xf16>
  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf16>
}

// -----

// No filters, hence no scales: nothing to sum up.
// CHECK-LABEL: func @no_filters
func.func @no_filters(%x: tensor<1x4x2xi8>, %w: tensor<0x1x2xi8>, %t: tensor<0x1x1xf32>) -> tensor<1x4x0xf32> {
  // CHECK: pith.conv {{.*}} -> tensor<1x4x0xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %n = arith.constant dense<> : tensor<0x1x1xf32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<1x4x2xi8> -> tensor<1x4x2xf32>
  %g = pith.dequantize %w scale(%n : tensor<0x1x1xf32>) : tensor<0x1x2xi8> -> tensor<0x1x2xf32>
  %0 = pith.conv %f, %g strides [1] pad [0] to [0] dilations [1] : tensor<1x4x2xf32>, tensor<0x1x2xf32> -> tensor<1x4x0xf32>
  return %0 : tensor<1x4x0xf32>
}

// -----

// In the body of a loop, codes carried, and in another function of the module: each
// folds where it stands. The quantize behind the loop uses a sum of in front of it.
// CHECK-LABEL: func @loop
func.func @loop(%x: tensor<3x3xi8>, %w: tensor<3x3xi8>) -> (tensor<3x3xi8>, tensor<3x3xi8>) {
  // CHECK: %[[OUT:.+]] = pith.matmul {{.*}} -> tensor<3x3xi32>
  // CHECK: scf.for {{.*}} iter_args(%[[C:.+]] = %arg0)
  // CHECK: %[[IN:.+]] = pith.matmul %[[C]], %arg1 {{.*}} -> tensor<3x3xi32>
  // CHECK: %[[Q:.+]] = pith.requantize %[[IN]]
  // CHECK: scf.yield %[[Q]]
  // CHECK: pith.requantize %[[OUT]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %from = arith.constant 0 : index
  %to = arith.constant 3 : index
  %step = arith.constant 1 : index
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<3x3xi8> -> tensor<3x3xf32>
  %h = pith.matmul %g, %g : tensor<3x3xf32>, tensor<3x3xf32> -> tensor<3x3xf32>
  %r = scf.for %i = %from to %to step %step iter_args(%c = %x) -> (tensor<3x3xi8>) {
    %f = pith.dequantize %c scale(%s : tensor<f32>) : tensor<3x3xi8> -> tensor<3x3xf32>
    %y = pith.matmul %f, %g : tensor<3x3xf32>, tensor<3x3xf32> -> tensor<3x3xf32>
    %q = pith.quantize %y scale(%s : tensor<f32>) : tensor<3x3xf32> -> tensor<3x3xi8>
    scf.yield %q : tensor<3x3xi8>
  }
  %q = pith.quantize %h scale(%s : tensor<f32>) : tensor<3x3xf32> -> tensor<3x3xi8>
  return %r, %q : tensor<3x3xi8>, tensor<3x3xi8>
}

// CHECK-LABEL: func private @second
func.func private @second(%x: tensor<3x3xi8>, %w: tensor<3x3xi8>) -> tensor<3x3xf32> {
  // CHECK: pith.matmul {{.*}} -> tensor<3x3xi32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<3x3xi8> -> tensor<3x3xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<3x3xi8> -> tensor<3x3xf32>
  %y = pith.matmul %f, %g : tensor<3x3xf32>, tensor<3x3xf32> -> tensor<3x3xf32>
  return %y : tensor<3x3xf32>
}

// -----

// Codes of 4 bits are -8 to 7, in bytes or not: 4 * 255 * -8 and 4 * 255 * 7.
// CHECK-LABEL: func @unpacked
func.func @unpacked(%x: tensor<2x4xi8>, %packed: tensor<6xi8>) -> tensor<2x3xf32> {
  // CHECK: %[[W:.+]] = pith.unpack
  // CHECK: pith.matmul %arg0, %[[W]] {{.*}}pith.range = array<i64: -8160, 7140>
  %s = arith.constant dense<0.5> : tensor<f32>
  %w = pith.unpack %packed width 4 {is_signed} : tensor<6xi8> -> tensor<4x3xi8>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<4x3xi8> -> tensor<4x3xf32>
  %y = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
