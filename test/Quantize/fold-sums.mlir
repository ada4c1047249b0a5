// RUN: pith-opt %s --pith-fold-sums --split-input-file | FileCheck %s

// 2 * 2 taps everywhere: f32(f32(0.5 / 0.25) / 4) = 0.5; codes less 3 are -3..252.
// CHECK-LABEL: func @average
// CHECK-SAME: (%[[X:.+]]: tensor<1x4x4x2xi8>
func.func @average(%x: tensor<1x4x4x2xi8>) -> tensor<1x2x2x2xi8> {
  // CHECK-DAG: %[[M:.+]] = arith.constant dense<5.000000e-01> : tensor<f32>
  // CHECK-DAG: %[[ZX:.+]] = arith.constant dense<3> : tensor<i8>
  // CHECK-DAG: %[[ZY:.+]] = arith.constant dense<5> : tensor<i8>
  // CHECK: %[[S:.+]] = pith.pool sum %[[X]] zero_point(%[[ZX]] : tensor<i8>) window [2, 2] strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] {accumulator = i32, pith.exactness = "rounding", pith.range = array<i64: -12, 1008>} : tensor<1x4x4x2xi8> -> tensor<1x2x2x2xi32>
  // CHECK-NEXT: %[[Q:.+]] = pith.requantize %[[S]] scale(%[[M]] : tensor<f32>) zero_point(%[[ZY]] : tensor<i8>) {is_signed, pith.codes = #pith.codes<2.500000e-01 : f32, 5, signed>, pith.exactness = "rounding"}
  // CHECK-NEXT: return %[[Q]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %zx = arith.constant dense<3> : tensor<i8>
  %zy = arith.constant dense<5> : tensor<i8>
  %f = pith.dequantize %x scale(%s : tensor<f32>) zero_point(%zx : tensor<i8>) : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xf32>
  %p = pith.pool average %f window [2, 2] strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x4x4x2xf32> -> tensor<1x2x2x2xf32>
  %q = pith.quantize %p scale(%t : tensor<f32>) zero_point(%zy : tensor<i8>) {is_signed} : tensor<1x2x2x2xf32> -> tensor<1x2x2x2xi8>
  return %q : tensor<1x2x2x2xi8>
}

// -----

// 2 taps on 3 pixels padded by 1 in front, and behind on the other dimension by 1:
// 1, 2, 2 by 2, 2, 1 taps count, so multipliers are 1 / (rows * columns).
// CHECK-LABEL: func @uneven_padding
func.func @uneven_padding(%x: tensor<1x3x3x2xi8>) -> tensor<1x3x3x2xi8> {
  // CHECK: %[[M:.+]] = arith.constant dense<{{\[\[\[}}5.000000e-01], [5.000000e-01], [1.000000e+00]], {{\[\[}}2.500000e-01], [2.500000e-01], [5.000000e-01]], {{\[\[}}2.500000e-01], [2.500000e-01], [5.000000e-01]]]> : tensor<3x3x1xf32>
  // CHECK: pith.requantize %{{.+}} scale(%[[M]] : tensor<3x3x1xf32>)
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<1x3x3x2xi8> -> tensor<1x3x3x2xf32>
  %p = pith.pool average %f window [2, 2] strides [1, 1] pad [1, 0] to [0, 1] dilations [1, 1] : tensor<1x3x3x2xf32> -> tensor<1x3x3x2xf32>
  %q = pith.quantize %p scale(%s : tensor<f32>) : tensor<1x3x3x2xf32> -> tensor<1x3x3x2xi8>
  return %q : tensor<1x3x3x2xi8>
}

// -----

// Padding that counts is a tap everywhere: 1 / 4.
// CHECK-LABEL: func @padding_that_counts
func.func @padding_that_counts(%x: tensor<1x3x3x2xi8>) -> tensor<1x3x3x2xi8> {
  // CHECK: %[[M:.+]] = arith.constant dense<2.500000e-01> : tensor<f32>
  // CHECK: pith.requantize %{{.+}} scale(%[[M]] : tensor<f32>)
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<1x3x3x2xi8> -> tensor<1x3x3x2xf32>
  %p = pith.pool average %f window [2, 2] strides [1, 1] pad [1, 0] to [0, 1] dilations [1, 1] {count_padding} : tensor<1x3x3x2xf32> -> tensor<1x3x3x2xf32>
  %q = pith.quantize %p scale(%s : tensor<f32>) : tensor<1x3x3x2xf32> -> tensor<1x3x3x2xi8>
  return %q : tensor<1x3x3x2xi8>
}

// -----

// Dilated taps of one dimension: 0 and 2 of 3 pixels padded by 1 on both sides count
// 1, 2, 1.
// CHECK-LABEL: func @dilated
func.func @dilated(%x: tensor<1x3x2xi8>) -> tensor<1x3x2xi8> {
  // CHECK: arith.constant dense<{{\[\[}}1.000000e+00], [5.000000e-01], [1.000000e+00]]> : tensor<3x1xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<1x3x2xi8> -> tensor<1x3x2xf32>
  %p = pith.pool average %f window [2] strides [1] pad [1] to [1] dilations [2] : tensor<1x3x2xf32> -> tensor<1x3x2xf32>
  %q = pith.quantize %p scale(%s : tensor<f32>) : tensor<1x3x2xf32> -> tensor<1x3x2xi8>
  return %q : tensor<1x3x2xi8>
}

// -----

// A sum is one; other users get f32(sum) * f32(0.5 / 1).
// CHECK-LABEL: func @sum
// CHECK-SAME: (%[[X:.+]]: tensor<4x2xi8>
func.func @sum(%x: tensor<4x2xi8>) -> (tensor<1x2xi8>, tensor<1x2xf32>) {
  // CHECK-DAG: %[[M:.+]] = arith.constant dense<2.000000e+00> : tensor<f32>
  // CHECK-DAG: %[[N:.+]] = arith.constant dense<5.000000e-01> : tensor<f32>
  // CHECK: %[[S:.+]] = pith.reduce sum %[[X]] dims [0] {accumulator = i32, is_signed, keep_dims, pith.exactness = "rounding", pith.range = array<i64: -512, 508>} : tensor<4x2xi8> -> tensor<1x2xi32>
  // CHECK: %[[F:.+]] = pith.map(%[[S]], %[[N]] : tensor<1x2xi32>, tensor<f32>) {pith.exactness = "rounding"}
  // CHECK: arith.sitofp
  // CHECK: arith.mulf
  // CHECK: %[[Q:.+]] = pith.requantize %[[S]] scale(%[[M]] : tensor<f32>)
  // CHECK: return %[[Q]], %[[F]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) {is_signed} : tensor<4x2xi8> -> tensor<4x2xf32>
  %r = pith.reduce sum %f dims [0] {keep_dims} : tensor<4x2xf32> -> tensor<1x2xf32>
  %q = pith.quantize %r scale(%t : tensor<f32>) : tensor<1x2xf32> -> tensor<1x2xi8>
  return %q, %r : tensor<1x2xi8>, tensor<1x2xf32>
}

// -----

// A mean is a sum, divided: f32(f32(0.5 / 0.5) / 4).
// CHECK-LABEL: func @mean
func.func @mean(%x: tensor<4x2xi8>) -> tensor<2xi8> {
  // CHECK: %[[M:.+]] = arith.constant dense<2.500000e-01> : tensor<f32>
  // CHECK-NEXT: %[[S:.+]] = pith.reduce sum
  // CHECK-NEXT: %[[Q:.+]] = pith.requantize %[[S]] scale(%[[M]] : tensor<f32>)
  // CHECK-NEXT: return %[[Q]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %r = pith.reduce sum %f dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %d = pith.map (%r : tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%v: f32):
    %four = arith.constant 4.0 : f32
    %a = arith.divf %v, %four : f32
    pith.yield %a : f32
  }
  %q = pith.quantize %d scale(%s : tensor<f32>) : tensor<2xf32> -> tensor<2xi8>
  return %q : tensor<2xi8>
}

// -----

// Divisions that are no mean: by zero, of a number by the sum, beside another user.
// The sums fold; the divisions stay.
// CHECK-LABEL: func @no_means
func.func @no_means(%x: tensor<4x2xi8>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  // CHECK-COUNT-3: arith.divf
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %r = pith.reduce sum %f dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %0 = pith.map (%r : tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%v: f32):
    %n = arith.constant 0.0 : f32
    %a = arith.divf %v, %n : f32
    pith.yield %a : f32
  }
  %t = pith.reduce sum %f dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %1 = pith.map (%t : tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%v: f32):
    %n = arith.constant 4.0 : f32
    %a = arith.divf %n, %v : f32
    pith.yield %a : f32
  }
  %u = pith.reduce sum %f dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %2 = pith.map (%u : tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%v: f32):
    %n = arith.constant 4.0 : f32
    %a = arith.divf %v, %n : f32
    pith.yield %a : f32
  }
  return %0, %1, %2, %u : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// -----

// Left alone: a scale of the run time, two scales, one that is not positive, other
// reductions, maxima.
// CHECK-LABEL: func @left_alone
func.func @left_alone(%x: tensor<4x2xi8>, %y: tensor<1x4x4x2xi8>, %run: tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<1x2x2x2xf32>) {
  // CHECK-COUNT-3: pith.reduce sum {{.*}} : tensor<4x2xf32>
  // CHECK: pith.reduce product {{.*}} : tensor<4x2xf32>
  // CHECK: pith.pool max {{.*}} : tensor<1x4x4x2xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %two = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %n = arith.constant dense<-0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%run : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %g = pith.dequantize %x scale(%two : tensor<2xf32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %h = pith.dequantize %x scale(%n : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %k = pith.dequantize %x scale(%s : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %m = pith.dequantize %y scale(%s : tensor<f32>) : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xf32>
  %0 = pith.reduce sum %f dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %1 = pith.reduce sum %g dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %2 = pith.reduce sum %h dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %3 = pith.reduce product %k dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %4 = pith.pool max %m window [2, 2] strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x4x4x2xf32> -> tensor<1x2x2x2xf32>
  return %0, %1, %2, %3, %4 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<1x2x2x2xf32>
}
