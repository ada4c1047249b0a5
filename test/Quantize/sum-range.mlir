// RUN: pith-opt %s --pith-fold-products --pith-fold-sums --split-input-file | FileCheck %s

// Bounds of sums, by hand; codes take any value of their type.

// Unsigned codes (0..255) by weights of both signs: output 0 adds up 3 + 4 and -5,
// output 1 only -1 and -2.
// CHECK-LABEL: func @weights_of_each_output
func.func @weights_of_each_output(%x: tensor<2x3xi8>) -> tensor<2x2xf32> {
  // CHECK: pith.range = array<i64: -1275, 1785>
  %w = arith.constant dense<[[3, -1], [4, 0], [-5, -2]]> : tensor<3x2xi8>
  %s = arith.constant dense<1.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x3xi8> -> tensor<2x3xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<3x2xi8> -> tensor<3x2xf32>
  %y = pith.matmul %f, %g : tensor<2x3xf32>, tensor<3x2xf32> -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

// The same transposed, signed codes (-128..127): output 0 is 7 * 127 + 5 * 128 at
// most and 7 * -128 - 5 * 127 at least.
// CHECK-LABEL: func @transposed_and_signed
func.func @transposed_and_signed(%x: tensor<2x3xi8>) -> tensor<2x2xf32> {
  // CHECK: pith.range = array<i64: -1531, 1529>
  %w = arith.constant dense<[[3, 4, -5], [-1, 0, -2]]> : tensor<2x3xi8>
  %s = arith.constant dense<1.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) {is_signed} : tensor<2x3xi8> -> tensor<2x3xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<2x3xi8> -> tensor<2x3xf32>
  %y = pith.matmul %f, %g {transpose_rhs} : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

// Zero points: codes less 128 are -128..127; weights of 0..255 less 2 and 7 (for
// each output) are 1, 2, -2 and -7, 0, 3. Output 0: 3 * 127 + 2 * 128 = 637, 3 * -128
// - 2 * 127 = -638; output 1: 3 * 127 + 7 * 128 = 1277, 3 * -128 - 7 * 127 = -1273.
// CHECK-LABEL: func @zero_points
func.func @zero_points(%x: tensor<2x3xi8>) -> tensor<2x2xf32> {
  // CHECK: pith.range = array<i64: -1273, 1277>
  %w = arith.constant dense<[[3, 0], [4, 7], [0, 10]]> : tensor<3x2xi8>
  %s = arith.constant dense<1.0> : tensor<f32>
  %zx = arith.constant dense<-128> : tensor<i8>
  %zw = arith.constant dense<[2, 7]> : tensor<2xi8>
  %f = pith.dequantize %x scale(%s : tensor<f32>) zero_point(%zx : tensor<i8>) : tensor<2x3xi8> -> tensor<2x3xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) zero_point(%zw : tensor<2xi8>) : tensor<3x2xi8> -> tensor<3x2xf32>
  %y = pith.matmul %f, %g : tensor<2x3xf32>, tensor<3x2xf32> -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

// Bytes of a file, 16-bit weights, little-endian: 0x0102 = 258 and 0xFFFE = -2.
// CHECK-LABEL: func @weights_of_a_file
func.func @weights_of_a_file(%x: tensor<2x2xi8>) -> tensor<2x1xf32> {
  // CHECK: pith.range = array<i64: -510, 65790>
  %w = pith.constant #pith.constant<w : tensor<2x1xi16>> : tensor<2x1xi16>
  %s = arith.constant dense<1.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x2xi8> -> tensor<2x2xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<2x1xi16> -> tensor<2x1xf32>
  %y = pith.matmul %f, %g : tensor<2x2xf32>, tensor<2x1xf32> -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}

{-#
  dialect_resources: {
    pith: {
      w: "0x020000000201FEFF"
    }
  }
#-}

// -----

// Their bytes are not at hand: any weights, -128..127.
// CHECK-LABEL: func @weights_not_loaded
func.func @weights_not_loaded(%x: tensor<2x2xi8>) -> tensor<2x1xf32> {
  // CHECK: pith.range = array<i64: -65280, 64770>
  %w = pith.constant #pith.constant<elsewhere : tensor<2x1xi8>> : tensor<2x1xi8>
  %s = arith.constant dense<1.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x2xi8> -> tensor<2x2xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<2x1xi8> -> tensor<2x1xf32>
  %y = pith.matmul %f, %g : tensor<2x2xf32>, tensor<2x1xf32> -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}

// -----

// Weights and zero points of the run time: both factors are within -255..255.
// CHECK-LABEL: func @zero_points_of_the_run_time
func.func @zero_points_of_the_run_time(%x: tensor<2x2xi8>, %w: tensor<2x1xi8>, %zx: tensor<i8>, %zw: tensor<i8>) -> tensor<2x1xf32> {
  // CHECK: pith.range = array<i64: -130050, 130050>
  %s = arith.constant dense<1.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) zero_point(%zx : tensor<i8>) : tensor<2x2xi8> -> tensor<2x2xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) zero_point(%zw : tensor<i8>) : tensor<2x1xi8> -> tensor<2x1xf32>
  %y = pith.matmul %f, %g : tensor<2x2xf32>, tensor<2x1xf32> -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}

// -----

// i32 holds 2147483647 = 255 * 8421504 + 127: weights of 8421504 in all (257 of 32767
// and one of 385, in the blob) and a bias of 127 fit; with a bias of 128 the sum is i64.
// CHECK-LABEL: func @limit_above
func.func @limit_above(%x: tensor<1x258xi8>) -> (tensor<1x1xf32>, tensor<1x1xf32>) {
  // CHECK: accumulator = i32, {{.*}}pith.range = array<i64: 0, 2147483647>
  // CHECK: accumulator = i64, {{.*}}pith.range = array<i64: 0, 2147483648>
  %w = pith.constant #pith.constant<limit : tensor<258x1xi16>> : tensor<258x1xi16>
  %s = arith.constant dense<1.0> : tensor<f32>
  %b = arith.constant dense<127> : tensor<1xi32>
  %c = arith.constant dense<128> : tensor<1xi32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<1x258xi8> -> tensor<1x258xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) {is_signed} : tensor<258x1xi16> -> tensor<258x1xf32>
  %h = pith.dequantize %b scale(%s : tensor<f32>) {is_signed} : tensor<1xi32> -> tensor<1xf32>
  %k = pith.dequantize %c scale(%s : tensor<f32>) {is_signed} : tensor<1xi32> -> tensor<1xf32>
  %y = pith.matmul %f, %g bias(%h : tensor<1xf32>) : tensor<1x258xf32>, tensor<258x1xf32> -> tensor<1x1xf32>
  %z = pith.matmul %f, %g bias(%k : tensor<1xf32>) : tensor<1x258xf32>, tensor<258x1xf32> -> tensor<1x1xf32>
  return %y, %z : tensor<1x1xf32>, tensor<1x1xf32>
}

{-#
  dialect_resources: {
    pith: {
      limit: "0x02000000FF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7F8101"
    }
  }
#-}

// -----

// Averages: 3 * 3 taps of codes less 100, -100..155. All signs of a zero point of
// the run time. Sums of i16: 4 * -32768 to 4 * 32767.
// CHECK-LABEL: func @sums
func.func @sums(%x: tensor<1x4x4x2xi8>, %v: tensor<4x2xi16>) -> (tensor<1x2x2x2xf32>, tensor<2xf32>) {
  // CHECK: pith.pool sum {{.*}}accumulator = i32, {{.*}}pith.range = array<i64: -900, 1395>
  // CHECK: pith.reduce sum {{.*}}accumulator = i32, {{.*}}pith.range = array<i64: -131072, 131068>
  %s = arith.constant dense<1.0> : tensor<f32>
  %z = arith.constant dense<100> : tensor<i8>
  %f = pith.dequantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xf32>
  %g = pith.dequantize %v scale(%s : tensor<f32>) {is_signed} : tensor<4x2xi16> -> tensor<4x2xf32>
  %p = pith.pool average %f window [3, 3] strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x4x4x2xf32> -> tensor<1x2x2x2xf32>
  %r = pith.reduce sum %g dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  return %p, %r : tensor<1x2x2x2xf32>, tensor<2xf32>
}

// -----

// 32768 unsigned codes of 16 bits fit i32 (2147450880), 32769 do not (2147516415):
// the limit of a sum of codes.
// CHECK-LABEL: func @limit_of_sums
func.func @limit_of_sums(%x: tensor<32768x1xi16>, %y: tensor<32769x1xi16>) -> (tensor<1xf32>, tensor<1xf32>) {
  // CHECK: accumulator = i32, {{.*}}pith.range = array<i64: 0, 2147450880>
  // CHECK: accumulator = i64, {{.*}}pith.range = array<i64: 0, 2147516415>
  %s = arith.constant dense<1.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<32768x1xi16> -> tensor<32768x1xf32>
  %g = pith.dequantize %y scale(%s : tensor<f32>) : tensor<32769x1xi16> -> tensor<32769x1xf32>
  %a = pith.reduce sum %f dims [0] : tensor<32768x1xf32> -> tensor<1xf32>
  %b = pith.reduce sum %g dims [0] : tensor<32769x1xf32> -> tensor<1xf32>
  return %a, %b : tensor<1xf32>, tensor<1xf32>
}

// -----

// A sum of nothing, and of no output.
// CHECK-LABEL: func @nothing
func.func @nothing(%x: tensor<2x0xi8>, %w: tensor<0x3xi8>, %v: tensor<2x3xi8>, %u: tensor<3x0xi8>) -> (tensor<2x3xf32>, tensor<2x0xf32>) {
  // CHECK-COUNT-2: pith.range = array<i64: 0, 0>
  %s = arith.constant dense<1.0> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x0xi8> -> tensor<2x0xf32>
  %g = pith.dequantize %w scale(%s : tensor<f32>) : tensor<0x3xi8> -> tensor<0x3xf32>
  %h = pith.dequantize %v scale(%s : tensor<f32>) : tensor<2x3xi8> -> tensor<2x3xf32>
  %k = pith.dequantize %u scale(%s : tensor<f32>) : tensor<3x0xi8> -> tensor<3x0xf32>
  %y = pith.matmul %f, %g : tensor<2x0xf32>, tensor<0x3xf32> -> tensor<2x3xf32>
  %z = pith.matmul %h, %k : tensor<2x3xf32>, tensor<3x0xf32> -> tensor<2x0xf32>
  return %y, %z : tensor<2x3xf32>, tensor<2x0xf32>
}
