// RUN: pith-opt %s --pith-bound-sums --split-input-file | FileCheck %s

// Codes 0 to 255 less 128, weights 3 and -2 and 1, bias 7: with terms of one sign
// apart, (3 + 1) * -128 - 2 * 127 = -766 and (3 + 1) * 127 + 2 * 128 + 7 = 771.
// CHECK-LABEL: func @narrowed
func.func @narrowed(%x: tensor<2x3xi8>, %m: tensor<f32>) -> tensor<2x1xi8> {
  %w = arith.constant dense<[[3], [-2], [1]]> : tensor<3x1xi8>
  %b = arith.constant dense<7> : tensor<1xi64>
  %z = arith.constant dense<-128> : tensor<i8>
  // CHECK-DAG: %[[B:.+]] = arith.constant dense<7> : tensor<1xi32>
  // CHECK: pith.matmul %arg0, %{{.+}} bias(%[[B]] : tensor<1xi32>) {{.*}}accumulator = i32, pith.range = array<i64: -766, 771>
  %s = pith.matmul %x, %w bias(%b : tensor<1xi64>) lhs_zero_point(%z : tensor<i8>) {rhs_signed, accumulator = i64} : tensor<2x3xi8>, tensor<3x1xi8> -> tensor<2x1xi64>
  // CHECK: pith.requantize {{.*}} : tensor<2x1xi32> -> tensor<2x1xi8>
  %q = pith.requantize %s scale(%m : tensor<f32>) : tensor<2x1xi64> -> tensor<2x1xi8>
  return %q : tensor<2x1xi8>
}

// -----

// A result that is seen keeps its type; codes of 4 bits are 0 to 15.
// CHECK-LABEL: func @seen
func.func @seen(%x: tensor<2x4xi8>, %p: tensor<2xi8>) -> tensor<2x1xi64> {
  %w = pith.unpack %p width 4 : tensor<2xi8> -> tensor<4x1xi8>
  // CHECK: pith.matmul {{.*}}accumulator = i64, pith.range = array<i64: 0, 15300>
  %s = pith.matmul %x, %w {accumulator = i64} : tensor<2x4xi8>, tensor<4x1xi8> -> tensor<2x1xi64>
  return %s : tensor<2x1xi64>
}

// -----

// More terms than 32 bits surely hold: what wraps has no bound.
// CHECK-LABEL: func @wraps
func.func @wraps(%x: tensor<1x40000xi8>, %w: tensor<40000x1xi8>) -> tensor<1x1xi32> {
  // CHECK-NOT: pith.range
  %s = pith.matmul %x, %w {accumulator = i32} : tensor<1x40000xi8>, tensor<40000x1xi8> -> tensor<1x1xi32>
  return %s : tensor<1x1xi32>
}
