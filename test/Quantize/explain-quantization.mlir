// RUN: pith-opt %s --pith-explain-quantization --split-input-file | FileCheck %s

// The ends of the model, behind and in front of data movement.
// CHECK-LABEL: func @ends
func.func @ends(%x: tensor<2x3xf32>, %y: tensor<2x3xi8>) -> (tensor<6xi8>, tensor<6xf32>) {
  // CHECK: pith.quantize {{.*}} {pith.reason = "the model's input is a float; --io=quantized takes its codes"}
  // CHECK: pith.dequantize {{.*}} {pith.reason = "the model's output is a float; --io=quantized gives its codes"}
  %s = arith.constant dense<0.5> : tensor<f32>
  %a = tensor.collapse_shape %x [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %q = pith.quantize %a scale(%s : tensor<f32>) : tensor<6xf32> -> tensor<6xi8>
  %f = pith.dequantize %y scale(%s : tensor<f32>) : tensor<2x3xi8> -> tensor<2x3xf32>
  %b = tensor.collapse_shape %f [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  return %q, %b : tensor<6xi8>, tensor<6xf32>
}

// -----

// Why a product stays in floats, by the first of its causes; named as the node is.
// CHECK-LABEL: func @products
func.func @products(%x: tensor<2x4xi8>, %u: tensor<4x3xf32>, %w: tensor<4x3xi8>, %v: tensor<4x3xi32>, %run: tensor<f32>)
    -> (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf16>) {
  // CHECK: pith.reason = "matmul 'float_side' stays in floats: its right side is a float that no DequantizeLinear makes"
  // CHECK: pith.reason = "matmul 'inside' stays in floats: the scales or zero points of a side vary inside a sum, or by matrix"
  // CHECK: pith.reason = "its scale is computed at run time, or no f32"
  // CHECK: pith.reason = "matmul 'wide' stays in floats: its right side has codes of more than 16 bits"
  // CHECK: pith.reason = "matmul 'negative' stays in floats: a scale of its right side is no positive number"
  // CHECK: pith.reason = "matmul 'underflow' stays in floats: the product of its scales is out of f32"
  // CHECK: pith.reason = "its scale is computed at run time, or no f32"
  %s = arith.constant dense<0.5> : tensor<f32>
  %half = arith.constant dense<0.5> : tensor<f16>
  %n = arith.constant dense<-0.5> : tensor<f32>
  %tiny = arith.constant dense<1.0e-30> : tensor<f32>
  %rows = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %b = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %f0 = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %0 = pith.matmul %f0, %u : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32> loc("float_side")
  %f1 = pith.dequantize %x scale(%rows : tensor<4xf32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %1 = pith.matmul %f1, %b : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32> loc("inside")
  %f2 = pith.dequantize %x scale(%run : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %2 = pith.matmul %f2, %b : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32> loc("computed")
  %f3 = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g3 = pith.dequantize %v scale(%s : tensor<f32>) : tensor<4x3xi32> -> tensor<4x3xf32>
  %3 = pith.matmul %f3, %g3 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32> loc("wide")
  %f4 = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g4 = pith.dequantize %w scale(%n : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %4 = pith.matmul %f4, %g4 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32> loc("negative")
  %f5 = pith.dequantize %x scale(%tiny : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g5 = pith.dequantize %w scale(%tiny : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %5 = pith.matmul %f5, %g5 : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32> loc("underflow")
  %f6 = pith.dequantize %x scale(%half : tensor<f16>) : tensor<2x4xi8> -> tensor<2x4xf16>
  %g6 = pith.dequantize %w scale(%half : tensor<f16>) : tensor<4x3xi8> -> tensor<4x3xf16>
  %6 = pith.matmul %f6, %g6 : tensor<2x4xf16>, tensor<4x3xf16> -> tensor<2x3xf16> loc("halves")
  return %0, %1, %2, %3, %4, %5, %6 : tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf16>
}

// -----

// CHECK-LABEL: func @convolutions
func.func @convolutions(%x: tensor<1x4x2xi8>, %w: tensor<3x1x2xi8>) -> (tensor<1x4x3xf32>, tensor<1x4x3xf32>) {
  // CHECK: pith.reason = "conv 'channels' stays in floats: its input has several scales or zero points"
  // CHECK: pith.reason = "conv 'inside' stays in floats: the scales or zero points of its filter vary inside a sum"
  %s = arith.constant dense<0.5> : tensor<f32>
  %two = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %f = pith.dequantize %x scale(%two : tensor<2xf32>) : tensor<1x4x2xi8> -> tensor<1x4x2xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<3x1x2xi8> -> tensor<3x1x2xf32>
  %0 = pith.conv %f, %g strides [1] pad [0] to [0] dilations [1] : tensor<1x4x2xf32>, tensor<3x1x2xf32> -> tensor<1x4x3xf32> loc("channels")
  %h = pith.dequantize %x scale(%s : tensor<f32>) : tensor<1x4x2xi8> -> tensor<1x4x2xf32>
  %k = pith.dequantize %w scale(%two : tensor<2xf32>) : tensor<3x1x2xi8> -> tensor<3x1x2xf32>
  %1 = pith.conv %h, %k strides [1] pad [0] to [0] dilations [1] : tensor<1x4x2xf32>, tensor<3x1x2xf32> -> tensor<1x4x3xf32> loc("inside")
  return %0, %1 : tensor<1x4x3xf32>, tensor<1x4x3xf32>
}

// -----

// Others by what they are: element-wise work with another user, a softmax, constants
// with a scale of the run time. A user that computes counts before one that returns.
// CHECK-LABEL: func @others
func.func @others(%x: tensor<4xf32>, %y: tensor<4xi8>, %run: tensor<f32>) -> (tensor<4xi8>, tensor<4xi8>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK: pith.quantize {{.*}}pith.reason = "map 'abs' computes in floats"
  // CHECK: pith.quantize {{.*}}pith.reason = "its numbers are constant, its scale is computed at run time, or one is no f32"
  // CHECK: pith.dequantize {{.*}}pith.reason = "softmax 'probabilities' computes in floats"
  %s = arith.constant dense<0.5> : tensor<f32>
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %m = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%v: f32):
    %a = math.absf %v : f32
    pith.yield %a : f32
  } loc("abs")
  %q = pith.quantize %m scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %r = pith.quantize %c scale(%run : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %f = pith.dequantize %y scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
  %p = pith.softmax %f dims [0] : tensor<4xf32> -> tensor<4xf32> loc("probabilities")
  return %q, %r, %m, %p, %f : tensor<4xi8>, tensor<4xi8>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// CHECK-LABEL: func @loops
func.func @loops(%x: tensor<4xf32>, %y: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.quantize {{.*}}pith.reason = "a loop or branch carries floats"
  // CHECK: pith.dequantize {{.*}}pith.reason = "a loop or branch carries floats"
  // CHECK: pith.quantize {{.*}}pith.reason = "a loop or branch carries floats"
  %s = arith.constant dense<0.5> : tensor<f32>
  %from = arith.constant 0 : index
  %to = arith.constant 3 : index
  %step = arith.constant 1 : index
  %r:2 = scf.for %i = %from to %to step %step iter_args(%v = %x, %c = %y) -> (tensor<4xf32>, tensor<4xi8>) {
    %q = pith.quantize %v scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
    %f = pith.dequantize %c scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
    scf.yield %f, %q : tensor<4xf32>, tensor<4xi8>
  }
  %q = pith.quantize %r#0 scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  return %q : tensor<4xi8>
}

// -----

// Nothing else gets a reason.
// CHECK-LABEL: func @left_alone
func.func @left_alone(%x: tensor<4xi32>, %s: tensor<f32>) -> tensor<4xi8> {
  // CHECK-NOT: pith.reason
  // CHECK: return
  %q = pith.requantize %x scale(%s : tensor<f32>) : tensor<4xi32> -> tensor<4xi8>
  return %q : tensor<4xi8>
}

// -----

// As many ways as 2 to the power of 60 lead to the output.
// CHECK-LABEL: func @many_ways
func.func @many_ways(%x: tensor<2xi8>, %s: tensor<f32>) -> tensor<2xf32> {
  // CHECK: pith.dequantize {{.*}}pith.reason = "the model's output is a float; --io=quantized gives its codes"
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2xi8> -> tensor<2xf32>
  %c0 = tensor.concat dim(0) %f, %f : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s0 = tensor.extract_slice %c0[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c1 = tensor.concat dim(0) %s0, %s0 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s1 = tensor.extract_slice %c1[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c2 = tensor.concat dim(0) %s1, %s1 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s2 = tensor.extract_slice %c2[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c3 = tensor.concat dim(0) %s2, %s2 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s3 = tensor.extract_slice %c3[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c4 = tensor.concat dim(0) %s3, %s3 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s4 = tensor.extract_slice %c4[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c5 = tensor.concat dim(0) %s4, %s4 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s5 = tensor.extract_slice %c5[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c6 = tensor.concat dim(0) %s5, %s5 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s6 = tensor.extract_slice %c6[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c7 = tensor.concat dim(0) %s6, %s6 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s7 = tensor.extract_slice %c7[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c8 = tensor.concat dim(0) %s7, %s7 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s8 = tensor.extract_slice %c8[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c9 = tensor.concat dim(0) %s8, %s8 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s9 = tensor.extract_slice %c9[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c10 = tensor.concat dim(0) %s9, %s9 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s10 = tensor.extract_slice %c10[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c11 = tensor.concat dim(0) %s10, %s10 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s11 = tensor.extract_slice %c11[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c12 = tensor.concat dim(0) %s11, %s11 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s12 = tensor.extract_slice %c12[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c13 = tensor.concat dim(0) %s12, %s12 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s13 = tensor.extract_slice %c13[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c14 = tensor.concat dim(0) %s13, %s13 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s14 = tensor.extract_slice %c14[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c15 = tensor.concat dim(0) %s14, %s14 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s15 = tensor.extract_slice %c15[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c16 = tensor.concat dim(0) %s15, %s15 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s16 = tensor.extract_slice %c16[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c17 = tensor.concat dim(0) %s16, %s16 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s17 = tensor.extract_slice %c17[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c18 = tensor.concat dim(0) %s17, %s17 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s18 = tensor.extract_slice %c18[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c19 = tensor.concat dim(0) %s18, %s18 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s19 = tensor.extract_slice %c19[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c20 = tensor.concat dim(0) %s19, %s19 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s20 = tensor.extract_slice %c20[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c21 = tensor.concat dim(0) %s20, %s20 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s21 = tensor.extract_slice %c21[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c22 = tensor.concat dim(0) %s21, %s21 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s22 = tensor.extract_slice %c22[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c23 = tensor.concat dim(0) %s22, %s22 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s23 = tensor.extract_slice %c23[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c24 = tensor.concat dim(0) %s23, %s23 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s24 = tensor.extract_slice %c24[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c25 = tensor.concat dim(0) %s24, %s24 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s25 = tensor.extract_slice %c25[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c26 = tensor.concat dim(0) %s25, %s25 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s26 = tensor.extract_slice %c26[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c27 = tensor.concat dim(0) %s26, %s26 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s27 = tensor.extract_slice %c27[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c28 = tensor.concat dim(0) %s27, %s27 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s28 = tensor.extract_slice %c28[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c29 = tensor.concat dim(0) %s28, %s28 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s29 = tensor.extract_slice %c29[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c30 = tensor.concat dim(0) %s29, %s29 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s30 = tensor.extract_slice %c30[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c31 = tensor.concat dim(0) %s30, %s30 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s31 = tensor.extract_slice %c31[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c32 = tensor.concat dim(0) %s31, %s31 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s32 = tensor.extract_slice %c32[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c33 = tensor.concat dim(0) %s32, %s32 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s33 = tensor.extract_slice %c33[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c34 = tensor.concat dim(0) %s33, %s33 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s34 = tensor.extract_slice %c34[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c35 = tensor.concat dim(0) %s34, %s34 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s35 = tensor.extract_slice %c35[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c36 = tensor.concat dim(0) %s35, %s35 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s36 = tensor.extract_slice %c36[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c37 = tensor.concat dim(0) %s36, %s36 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s37 = tensor.extract_slice %c37[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c38 = tensor.concat dim(0) %s37, %s37 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s38 = tensor.extract_slice %c38[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c39 = tensor.concat dim(0) %s38, %s38 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s39 = tensor.extract_slice %c39[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c40 = tensor.concat dim(0) %s39, %s39 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s40 = tensor.extract_slice %c40[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c41 = tensor.concat dim(0) %s40, %s40 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s41 = tensor.extract_slice %c41[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c42 = tensor.concat dim(0) %s41, %s41 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s42 = tensor.extract_slice %c42[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c43 = tensor.concat dim(0) %s42, %s42 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s43 = tensor.extract_slice %c43[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c44 = tensor.concat dim(0) %s43, %s43 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s44 = tensor.extract_slice %c44[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c45 = tensor.concat dim(0) %s44, %s44 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s45 = tensor.extract_slice %c45[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c46 = tensor.concat dim(0) %s45, %s45 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s46 = tensor.extract_slice %c46[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c47 = tensor.concat dim(0) %s46, %s46 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s47 = tensor.extract_slice %c47[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c48 = tensor.concat dim(0) %s47, %s47 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s48 = tensor.extract_slice %c48[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c49 = tensor.concat dim(0) %s48, %s48 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s49 = tensor.extract_slice %c49[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c50 = tensor.concat dim(0) %s49, %s49 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s50 = tensor.extract_slice %c50[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c51 = tensor.concat dim(0) %s50, %s50 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s51 = tensor.extract_slice %c51[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c52 = tensor.concat dim(0) %s51, %s51 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s52 = tensor.extract_slice %c52[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c53 = tensor.concat dim(0) %s52, %s52 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s53 = tensor.extract_slice %c53[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c54 = tensor.concat dim(0) %s53, %s53 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s54 = tensor.extract_slice %c54[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c55 = tensor.concat dim(0) %s54, %s54 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s55 = tensor.extract_slice %c55[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c56 = tensor.concat dim(0) %s55, %s55 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s56 = tensor.extract_slice %c56[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c57 = tensor.concat dim(0) %s56, %s56 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s57 = tensor.extract_slice %c57[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c58 = tensor.concat dim(0) %s57, %s57 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s58 = tensor.extract_slice %c58[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  %c59 = tensor.concat dim(0) %s58, %s58 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  %s59 = tensor.extract_slice %c59[1] [2] [1] : tensor<4xf32> to tensor<2xf32>
  return %s59 : tensor<2xf32>
}
