// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-form-groups --pith-select-kernels --pith-fold-zero-points --pith-assign-layouts --pith-apply-layouts --split-input-file --mlir-elide-elementsattrs-if-larger=8 | FileCheck %s
// RUN: pith-opt %s --pith-form-groups --pith-select-kernels --pith-fold-zero-points --split-input-file | FileCheck %s --check-prefix=CODES
// RUN: pith-opt %s --pith-schedule --pith-lower-kernels --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=LOWER

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "", features = "+avx512f,+avx512vl,+avx512bw,+avx512vnni">} {
// Codes without a sign count from 8 in the file. They stay packed: of eight
// elements of a column a byte has the first and the fifth, and so on.
// CHECK-LABEL: func @codes
// CODES-LABEL: func @codes
// LOWER-LABEL: func private @k0_matmul
func.func @codes(%x: tensor<1x8xi8>) -> tensor<1x2xi32> {
  // CHECK: pith.constant dense_resource<__elided__> : tensor<1x1x{{.+}}x4x1xi8>
  // CHECK: pith.group{{.*}} kernel <"x86.nibbles.vnni512"
  // CHECK: %[[W:.+]] = pith.from_layout %{{.+}} layout <{{.*}} bits 4> : tensor<{{.+}}xi8> -> tensor<8x2xi8>
  // CHECK: pith.matmul %{{.+}}, %[[W]] {accumulator = i32, rhs_signed}
  // CODES: pith.constant dense<{{\[\[}}-7, -6], [-5, -4], [-3, -2], [-1, 0], [1, 2], [3, 4], [5, 6], [7, -8]]> : tensor<8x2xi8>
  // CODES-NOT: pith.unpack
  // CODES: return
  // LOWER: scf.for
  // LOWER: %[[B:.+]] = vector.load %{{.+}} : memref<{{.+}}xi8>, vector<64xi8>
  // LOWER: arith.andi %[[B]]
  // LOWER: arith.xori
  // LOWER: %[[L:.+]] = arith.subi
  // LOWER: pith.dot %{{.+}} by %[[L]] {rhs_signed}
  // LOWER: arith.shrui %[[B]]
  // LOWER: arith.xori
  // LOWER: %[[H:.+]] = arith.subi
  // LOWER: pith.dot %{{.+}} by %[[H]] {rhs_signed}
  %p = arith.constant dense<[33, 67, 101, -121, -87, -53, -19, 15]> : tensor<8xi8>
  %z = arith.constant dense<8> : tensor<i8>
  %w = pith.unpack %p width 4 : tensor<8xi8> -> tensor<8x2xi8>
  %r = pith.matmul %x, %w rhs_zero_point(%z : tensor<i8>) {accumulator = i32} : tensor<1x8xi8>, tensor<8x2xi8> -> tensor<1x2xi32> loc("matmul")
  return %r : tensor<1x2xi32>
}
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "", features = "+avx512f,+avx512vl,+avx512bw,+avx512vnni">} {
// Codes less a zero point that no code of four bits can be: they have no row of
// their own, and the others do not take what is packed.
// CHECK-LABEL: func @too_large
func.func @too_large(%x: tensor<1x8xi8>) -> tensor<1x2xi32> {
  // CHECK: x86.nibbles.vnni512: weights less their zero point do not fit s4
  %p = arith.constant dense<[33, 67, 101, -121, -87, -53, -19, 15]> : tensor<8xi8>
  %z = arith.constant dense<3> : tensor<i8>
  %w = pith.unpack %p width 4 : tensor<8xi8> -> tensor<8x2xi8>
  %r = pith.matmul %x, %w rhs_zero_point(%z : tensor<i8>) {accumulator = i32} : tensor<1x8xi8>, tensor<8x2xi8> -> tensor<1x2xi32>
  return %r : tensor<1x2xi32>
}
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "", features = "+avx512f,+avx512vl,+avx512bw,+avx512vnni">} {
// Blocks of eight codes, each with a scale: floats in registers. Codes without a
// sign count from 8, so that what was 0 is 8 less than that.
// CHECK-LABEL: func @blocks
// LOWER-LABEL: func private @k0_matmul
func.func @blocks(%x: tensor<4x16xf32>) -> tensor<4x32xf32> {
  // CHECK: pith.group{{.*}} kernel <"x86.nibbles.fma512"
  // CHECK: pith.from_layout %{{.+}} layout <{{.*}} bits 4> : tensor<{{.+}}xi8> -> tensor<32x2x8xi8>
  // CHECK: arith.constant dense<-8> : tensor<i8>
  // CHECK: pith.dequantize {{.*}} {is_signed}
  // LOWER: scf.for
  // LOWER: vector.load %{{.+}} : memref<{{.+}}xi8>, vector<16xi8>
  // LOWER: arith.shli
  // LOWER: arith.shrsi
  // LOWER: arith.subi
  // LOWER: arith.sitofp
  // LOWER: arith.mulf
  // LOWER: math.fma
  %p = pith.constant dense<33> : tensor<256xi8>
  %s = pith.constant dense<0.5> : tensor<32x2x1xf32>
  %c = pith.unpack %p width 4 : tensor<256xi8> -> tensor<32x2x8xi8>
  %f = pith.dequantize %c scale(%s : tensor<32x2x1xf32>) : tensor<32x2x8xi8> -> tensor<32x2x8xf32>
  %w = tensor.collapse_shape %f [[0], [1, 2]] : tensor<32x2x8xf32> into tensor<32x16xf32>
  %r = pith.matmul %x, %w {transpose_rhs} : tensor<4x16xf32>, tensor<32x16xf32> -> tensor<4x32xf32> loc("matmul")
  return %r : tensor<4x32xf32>
}
}
