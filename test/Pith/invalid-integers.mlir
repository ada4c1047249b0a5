// RUN: pith-opt %s --split-input-file --verify-diagnostics
// Sums of integers and the operators around them.

func.func @f(%x: tensor<1x8x4xi8>, %w: tensor<8x3x4xi8>) {
  // expected-error @+2 {{'pith.conv' op expected integers and an accumulator at least as wide, of the bias's type [conv_c8]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w strides [1] pad [0] to [0] dilations [1] {accumulator = f32} : tensor<1x8x4xi8>, tensor<8x3x4xi8> -> tensor<1x6x8xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x4xi8>, %w: tensor<8x3x4xi8>, %z: tensor<8xi8>) {
  // expected-error @+2 {{expected one zero point of the input, and one or one for each filter of the filter [conv_c9]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w filter_zero_point(%z : tensor<8xi8>) strides [1] pad [0] to [0] dilations [1] {accumulator = i32} : tensor<1x8x4xi8>, tensor<8x3x4xi8> -> tensor<1x6x8xi32>
  return
}

// -----

func.func @f(%a: tensor<3x4xi8>, %b: tensor<4x6xi8>, %c: tensor<6xi64>) {
  // expected-error @+2 {{'pith.matmul' op expected integers and an accumulator at least as wide, of the bias's type [matmul_c6]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.matmul %a, %b bias(%c : tensor<6xi64>) {accumulator = i32} : tensor<3x4xi8>, tensor<4x6xi8> -> tensor<3x6xi32>
  return
}

// -----

// One zero point for each of the numbers that are added up.
func.func @f(%a: tensor<3x4xi8>, %b: tensor<4x6xi8>, %z: tensor<4x1xi8>) {
  // expected-error @+2 {{'pith.matmul' op expected zero points of their operand's element type that broadcast to it and do not vary inside a sum [matmul_c7]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.matmul %a, %b rhs_zero_point(%z : tensor<4x1xi8>) {accumulator = i32} : tensor<3x4xi8>, tensor<4x6xi8> -> tensor<3x6xi32>
  return
}

// -----

func.func @f(%x: tensor<1x4x4xi8>) {
  // expected-error @+2 {{'pith.pool' op expected an accumulator for a sum [pool_c6]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.pool sum %x window [2] strides [1] pad [0] to [0] dilations [1] : tensor<1x4x4xi8> -> tensor<1x3x4xi8>
  return
}

// -----

func.func @f(%x: tensor<1x4x4xi8>, %z: tensor<2xi8>) {
  // expected-error @+2 {{'pith.pool' op expected a zero point only for a sum with an accumulator, one number of the input's element type [pool_c7]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.pool max %x zero_point(%z : tensor<2xi8>) window [2] strides [1] pad [0] to [0] dilations [1] : tensor<1x4x4xi8> -> tensor<1x3x4xi8>
  return
}

// -----

func.func @f(%x: tensor<4x4xi8>) {
  // expected-error @+2 {{'pith.reduce' op expected an accumulator only for a sum of integers, at least as wide [reduce_c2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.reduce max %x dims [0] {accumulator = i32} : tensor<4x4xi8> -> tensor<4xi32>
  return
}

// -----

func.func @f(%x: tensor<4x4xi8>, %z: tensor<i16>) {
  // expected-error @+2 {{'pith.reduce' op expected a zero point only for a sum with an accumulator, one number of the input's element type [reduce_c3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.reduce sum %x zero_point(%z : tensor<i16>) dims [0] {accumulator = i32} : tensor<4x4xi8> -> tensor<4xi32>
  return
}

// -----

func.func @f(%x: tensor<4xi32>, %s: tensor<3xf32>) {
  // expected-error @+1 {{'pith.requantize' op expected scale and zero point that broadcast to the input [requantize_op_c1]}}
  %r = pith.requantize %x scale(%s : tensor<3xf32>) : tensor<4xi32> -> tensor<4xi8>
  return
}

// -----

func.func @f(%x: tensor<4xi32>, %s: tensor<f32>) {
  // expected-error @+1 {{expected a result of the input's shape with 8- or 16-bit elements [requantize_op_c2]}}
  %r = pith.requantize %x scale(%s : tensor<f32>) : tensor<4xi32> -> tensor<4xi32>
  return
}

// -----

func.func @f(%x: tensor<4xi32>, %s: tensor<f32>, %z: tensor<i16>) {
  // expected-error @+1 {{expected a zero point of the result's element type [requantize_op_c3]}}
  %r = pith.requantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i16>) : tensor<4xi32> -> tensor<4xi8>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected codes of the input's shape, and one scale and zero point [dynamic_quantize_op_c1]}}
  %r:3 = pith.dynamic_quantize %x : tensor<4xf32> -> tensor<5xi8>, tensor<f32>, tensor<i8>
  return
}

// -----

func.func @f(%x: tensor<4xi8>) {
  // expected-error @+1 {{'pith.unpack' op expected a width of 4 or 2, got 3 [unpack_c1]}}
  %r = pith.unpack %x width 3 : tensor<4xi8> -> tensor<8xi8>
  return
}

// -----

func.func @f(%x: tensor<4xi8>) {
  // expected-error @+1 {{'pith.unpack' op expected 5 packed bytes, got 4 [unpack_c2]}}
  %r = pith.unpack %x width 4 : tensor<4xi8> -> tensor<9xi8>
  return
}
