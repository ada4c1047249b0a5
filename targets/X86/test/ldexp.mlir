// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --split-input-file --pith-expand-primitives | FileCheck %s

// CHECK-LABEL: func @avx512
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "skylake-avx512", features = "+avx512f,+avx512vl,+fma,+sse4.1">} {
func.func @avx512(%x: vector<16xf32>, %y: vector<8xf32>, %z: f32, %w: vector<3xf32>) -> (vector<16xf32>, vector<8xf32>, f32, vector<3xf32>) {
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"(%{{.+}}) : (vector<16xf32>, vector<16xf32>, vector<16xf32>, i16, i32) -> vector<16xf32>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.256"(%{{.+}}) : (vector<8xf32>, vector<8xf32>, vector<8xf32>, i8) -> vector<8xf32>
  // One number, and what is no register, are written out.
  // CHECK: arith.mulf %{{.+}} : f32
  // CHECK: arith.mulf %{{.+}} : vector<3xf32>
  // CHECK-NOT: pith.ldexp
  %0 = pith.ldexp %x, %x : vector<16xf32>
  %1 = pith.ldexp %y, %y : vector<8xf32>
  %2 = pith.ldexp %z, %z : f32
  %3 = pith.ldexp %w, %w : vector<3xf32>
  return %0, %1, %2, %3 : vector<16xf32>, vector<8xf32>, f32, vector<3xf32>
}
}

// -----

// Two registers: each by itself.
// CHECK-LABEL: func @wide
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "skylake-avx512", features = "+avx512f,+avx512vl,+fma,+sse4.1">} {
func.func @wide(%x: vector<32xf32>, %y: vector<32xf32>) -> vector<32xf32> {
  // CHECK: %[[X:.+]] = vector.extract_strided_slice %arg0 {offsets = [16], sizes = [16], strides = [1]}
  // CHECK: %[[Y:.+]] = vector.extract_strided_slice %arg1 {offsets = [16], sizes = [16], strides = [1]}
  // CHECK: %[[R:.+]] = llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"(%[[X]], %[[Y]], %[[X]],
  // CHECK: %[[ALL:.+]] = vector.insert_strided_slice %[[R]], %{{.+}} {offsets = [16], strides = [1]}
  // CHECK-NOT: arith.mulf
  // CHECK: return %[[ALL]]
  %0 = pith.ldexp %x, %y : vector<32xf32>
  return %0 : vector<32xf32>
}
}

// -----

// CHECK-LABEL: func @avx2
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = "+avx2,+fma,+sse4.1">} {
func.func @avx2(%x: vector<8xf32>) -> vector<8xf32> {
  // CHECK-NOT: call_intrinsic
  // CHECK: arith.mulf %{{.+}} : vector<8xf32>
  %0 = pith.ldexp %x, %x : vector<8xf32>
  return %0 : vector<8xf32>
}
}
