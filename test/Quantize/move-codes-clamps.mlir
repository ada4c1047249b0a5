// RUN: pith-opt %s --pith-move-codes --split-input-file | FileCheck %s

// Clip to [-1, 1] in steps of 0.25 from 10: codes 6 to 14.
// CHECK-LABEL: func @effective
func.func @effective(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) -> tensor<2x3xi8> {
  // CHECK: %[[SUM:.+]] = pith.matmul
  // CHECK: %[[Q:.+]] = pith.quantize %[[SUM]]
  // CHECK: %[[R:.+]] = pith.map(%[[Q]] : tensor<2x3xi8>) {pith.codes = #pith.codes<2.500000e-01 : f32, 10, signed>, pith.exactness = "exact"} -> tensor<2x3xi8>
  // CHECK-DAG: %[[LOW:.+]] = arith.constant 6 : i8
  // CHECK-DAG: %[[HIGH:.+]] = arith.constant 14 : i8
  // CHECK: arith.maxsi %{{.+}}, %[[LOW]] : i8
  // CHECK: arith.minsi %{{.+}}, %[[HIGH]] : i8
  // CHECK: return %[[R]]
  %s = arith.constant dense<0.25> : tensor<f32>
  %z = arith.constant dense<10> : tensor<i8>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %m = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %c = pith.map (%m : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %low = arith.constant -1.0 : f32
    %high = arith.constant 1.0 : f32
    %a = arith.maximumf %low, %v : f32
    %b = arith.minimumf %a, %high : f32
    pith.yield %b : f32
  }
  %q = pith.quantize %c scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<2x3xf32> -> tensor<2x3xi8>
  return %q : tensor<2x3xi8>
}

// -----

// Relu, the least code of which is zero: saturation does it. Bounds that are
// operands count too, and one behind every code does nothing.
// CHECK-LABEL: func @saturating
func.func @saturating(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) -> tensor<2x3xi8> {
  // CHECK: %[[SUM:.+]] = pith.matmul
  // CHECK-NEXT: %[[Q:.+]] = pith.quantize %[[SUM]]
  // CHECK-NEXT: return %[[Q]]
  %s = arith.constant dense<0.25> : tensor<f32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %m = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %c = pith.map (%m, %zero : tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32, %low: f32):
    %high = arith.constant 64.0 : f32
    %a = arith.maxnumf %v, %low : f32
    %b = arith.minnumf %a, %high : f32
    pith.yield %b : f32
  }
  %q = pith.quantize %c scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  return %q : tensor<2x3xi8>
}

// -----

// Unsigned codes are compared as such: 6 / 0.04 is 150.
// CHECK-LABEL: func @unsigned
func.func @unsigned(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) -> tensor<2x3xi8> {
  // CHECK: arith.constant -106 : i8
  // CHECK: arith.minui
  %s = arith.constant dense<0.04> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %m = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %c = pith.map (%m : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %high = arith.constant 6.0 : f32
    %b = arith.minimumf %v, %high : f32
    pith.yield %b : f32
  }
  %q = pith.quantize %c scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  return %q : tensor<2x3xi8>
}

// -----

// Not behind a sum that folds (its filter is a float, or its bias will stay one):
// it might be a NaN, for which a maximum of codes has no answer.
// CHECK-LABEL: func @behind_floats
func.func @behind_floats(%x: tensor<2x4xi8>, %g: tensor<4x3xf32>, %w: tensor<4x3xi8>, %bias: tensor<3xf32>) -> (tensor<2x3xi8>, tensor<2x3xi8>) {
  // CHECK: %[[C:.+]] = pith.map
  // CHECK: %[[D:.+]] = pith.map
  // CHECK: pith.quantize %[[C]]
  // CHECK: pith.quantize %[[D]]
  %s = arith.constant dense<0.25> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %h = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %m = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %n = pith.matmul %f, %h bias(%bias : tensor<3xf32>) : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %c = pith.map (%m : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %low = arith.constant 1.0 : f32
    %a = arith.maximumf %v, %low : f32
    pith.yield %a : f32
  }
  %d = pith.map (%n : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %low = arith.constant 1.0 : f32
    %a = arith.maximumf %v, %low : f32
    pith.yield %a : f32
  }
  %q = pith.quantize %c scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  %r = pith.quantize %d scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  return %q, %r : tensor<2x3xi8>, tensor<2x3xi8>
}

// -----

// A negative scale turns the bounds round.
// CHECK-LABEL: func @negative_scale
func.func @negative_scale(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) -> tensor<2x3xi8> {
  // CHECK: %[[C:.+]] = pith.map
  // CHECK: pith.quantize %[[C]]
  %s = arith.constant dense<0.25> : tensor<f32>
  %n = arith.constant dense<-0.25> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %m = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %c = pith.map (%m : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %low = arith.constant 1.0 : f32
    %a = arith.maximumf %v, %low : f32
    pith.yield %a : f32
  }
  %q = pith.quantize %c scale(%n : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  return %q : tensor<2x3xi8>
}

// -----

// No clamps: a bound that is no number, one of the run time, another function, and
// a clamp that floats use too.
// CHECK-LABEL: func @no_clamps
func.func @no_clamps(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>, %b: tensor<f32>) -> (tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xf32>) {
  // CHECK-COUNT-4: pith.map({{.*}} -> tensor<2x3xf32>
  // CHECK-NOT: pith.map
  %s = arith.constant dense<0.25> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %m = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %0 = pith.map (%m : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %low = arith.constant 0x7FC00000 : f32
    %a = arith.maximumf %v, %low : f32
    pith.yield %a : f32
  }
  %1 = pith.map (%m, %b : tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32, %low: f32):
    %a = arith.maximumf %v, %low : f32
    pith.yield %a : f32
  }
  %2 = pith.map (%m : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %a = math.absf %v : f32
    pith.yield %a : f32
  }
  %3 = pith.map (%m : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %low = arith.constant 1.0 : f32
    %a = arith.maximumf %v, %low : f32
    pith.yield %a : f32
  }
  %q0 = pith.quantize %0 scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  %q1 = pith.quantize %1 scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  %q2 = pith.quantize %2 scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  %q3 = pith.quantize %3 scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  return %q0, %q1, %q2, %q3, %3 : tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xi8>, tensor<2x3xf32>
}

// -----

// Conv, Relu, MaxPool, quantize: the maximum is one of codes, Relu is saturation.
// CHECK-LABEL: func @maximum_behind_a_sum
func.func @maximum_behind_a_sum(%x: tensor<1x4x2xi8>, %w: tensor<3x1x2xi8>) -> tensor<1x2x3xi8> {
  // CHECK: %[[SUM:.+]] = pith.conv
  // CHECK-NEXT: %[[Q:.+]] = pith.quantize %[[SUM]] {{.*}} : tensor<1x4x3xf32> -> tensor<1x4x3xi8>
  // CHECK-NEXT: %[[R:.+]] = pith.pool max %[[Q]] window [2] strides [2] pad [0] to [0] dilations [1] {pith.codes = #pith.codes<2.500000e-01 : f32, 0, unsigned>, pith.exactness = "exact"} : tensor<1x4x3xi8> -> tensor<1x2x3xi8>
  // CHECK-NEXT: return %[[R]]
  %s = arith.constant dense<0.25> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<1x4x2xi8> -> tensor<1x4x2xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<3x1x2xi8> -> tensor<3x1x2xf32>
  %y = pith.conv %f, %g strides [1] pad [0] to [0] dilations [1] : tensor<1x4x2xf32>, tensor<3x1x2xf32> -> tensor<1x4x3xf32>
  %c = pith.map (%y : tensor<1x4x3xf32>) -> tensor<1x4x3xf32> {
  ^bb0(%v: f32):
    %low = arith.constant 0.0 : f32
    %a = arith.maximumf %v, %low : f32
    pith.yield %a : f32
  }
  %p = pith.pool max %c window [2] strides [2] pad [0] to [0] dilations [1] : tensor<1x4x3xf32> -> tensor<1x2x3xf32>
  %q = pith.quantize %p scale(%s : tensor<f32>) : tensor<1x2x3xf32> -> tensor<1x2x3xi8>
  return %q : tensor<1x2x3xi8>
}

// -----

// Of floats, which may be a NaN, of what others use too, and with a scale that turns
// the order round: left alone.
// CHECK-LABEL: func @maxima_of_floats
func.func @maxima_of_floats(%x: tensor<1x4x3xf32>, %y: tensor<1x4x2xi8>, %w: tensor<3x1x2xi8>) -> (tensor<1x2x3xi8>, tensor<1x2x3xi8>, tensor<1x2x3xf32>, tensor<1x2x3xi8>) {
  // CHECK-COUNT-3: pith.pool max {{.*}} : tensor<1x4x3xf32>
  %s = arith.constant dense<0.25> : tensor<f32>
  %n = arith.constant dense<-0.25> : tensor<f32>
  %f = pith.dequantize %y scale(%s : tensor<f32>) : tensor<1x4x2xi8> -> tensor<1x4x2xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<3x1x2xi8> -> tensor<3x1x2xf32>
  %c = pith.conv %f, %g strides [1] pad [0] to [0] dilations [1] : tensor<1x4x2xf32>, tensor<3x1x2xf32> -> tensor<1x4x3xf32>
  %0 = pith.pool max %x window [2] strides [2] pad [0] to [0] dilations [1] : tensor<1x4x3xf32> -> tensor<1x2x3xf32>
  %1 = pith.pool max %c window [2] strides [2] pad [0] to [0] dilations [1] : tensor<1x4x3xf32> -> tensor<1x2x3xf32>
  %2 = pith.pool max %c window [3] strides [1] pad [0] to [0] dilations [1] : tensor<1x4x3xf32> -> tensor<1x2x3xf32>
  %q0 = pith.quantize %0 scale(%s : tensor<f32>) : tensor<1x2x3xf32> -> tensor<1x2x3xi8>
  %q1 = pith.quantize %1 scale(%s : tensor<f32>) : tensor<1x2x3xf32> -> tensor<1x2x3xi8>
  %q2 = pith.quantize %2 scale(%n : tensor<f32>) : tensor<1x2x3xf32> -> tensor<1x2x3xi8>
  return %q0, %q1, %1, %q2 : tensor<1x2x3xi8>, tensor<1x2x3xi8>, tensor<1x2x3xf32>, tensor<1x2x3xi8>
}

// -----

// Two clamps behind a transpose of a sum: quantize reaches the sum, Relu is
// saturation, and 6 is the code 24.
// CHECK-LABEL: func @clamps_behind_movement
func.func @clamps_behind_movement(%x: tensor<2x4xi8>, %w: tensor<4x3xi8>) -> tensor<3x2xi8> {
  // CHECK: %[[SUM:.+]] = pith.matmul
  // CHECK: %[[Q:.+]] = pith.quantize %[[SUM]]
  // CHECK: %[[T:.+]] = linalg.transpose ins(%[[Q]] : tensor<2x3xi8>)
  // CHECK: %[[R:.+]] = pith.map(%[[T]] : tensor<3x2xi8>)
  // CHECK: %[[HIGH:.+]] = arith.constant 24 : i8
  // CHECK-NEXT: arith.minui %{{.+}}, %[[HIGH]] : i8
  // CHECK: return %[[R]]
  %s = arith.constant dense<0.25> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x4xi8> -> tensor<2x4xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %m = pith.matmul %f, %g : tensor<2x4xf32>, tensor<4x3xf32> -> tensor<2x3xf32>
  %e = tensor.empty() : tensor<3x2xf32>
  %t = linalg.transpose ins(%m : tensor<2x3xf32>) outs(%e : tensor<3x2xf32>) permutation = [1, 0]
  %a = pith.map (%t : tensor<3x2xf32>) -> tensor<3x2xf32> {
  ^bb0(%v: f32):
    %low = arith.constant 0.0 : f32
    %r = arith.maximumf %v, %low : f32
    pith.yield %r : f32
  }
  %b = pith.map (%a : tensor<3x2xf32>) -> tensor<3x2xf32> {
  ^bb0(%v: f32):
    %high = arith.constant 6.0 : f32
    %r = arith.minimumf %v, %high : f32
    pith.yield %r : f32
  }
  %q = pith.quantize %b scale(%s : tensor<f32>) : tensor<3x2xf32> -> tensor<3x2xi8>
  return %q : tensor<3x2xi8>
}
