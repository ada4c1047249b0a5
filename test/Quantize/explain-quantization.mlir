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
