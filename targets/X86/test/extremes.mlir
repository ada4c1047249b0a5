// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --split-input-file --pith-x86-lower-atoms | FileCheck %s

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512dq,+avx512vl">} {
  // CHECK-LABEL: func @registers
  func.func @registers(%a: vector<16xf32>, %b: vector<16xf32>, %c: vector<8xf32>, %d: vector<32xf32>)
      -> (vector<16xf32>, vector<8xf32>, vector<32xf32>) {
    // CHECK: %[[GREATER:.+]] = arith.constant 5 : i32
    // CHECK: %[[MAX:.+]] = llvm.call_intrinsic "llvm.x86.avx512.mask.range.ps.512"(%arg0, %arg1, %[[GREATER]], %arg0, %{{[^,]+}}, %{{[^,]+}})
    // CHECK: %[[NAN:.+]] = arith.cmpf uno, %arg0, %arg1
    // CHECK: %[[SUM:.+]] = arith.addf %arg0, %arg1
    // CHECK: arith.select %[[NAN]], %[[SUM]], %[[MAX]]
    // CHECK: %[[LESSER:.+]] = arith.constant 4 : i32
    // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.range.ps.256"(%arg2, %arg2, %[[LESSER]], %arg2, %{{[^,]+}})
    // Two registers, one after the other.
    // CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.mask.range.ps.512"
    %0 = arith.maximumf %a, %b : vector<16xf32>
    %1 = arith.minimumf %c, %c : vector<8xf32>
    %2 = arith.maximumf %d, %d : vector<32xf32>
    return %0, %1, %2 : vector<16xf32>, vector<8xf32>, vector<32xf32>
  }

  // Scalars, other types, parts of registers, and what is compared with a constant.
  // CHECK-LABEL: func @others
  // CHECK-COUNT-4: arith.maximumf
  // CHECK-NOT: call_intrinsic
  func.func @others(%a: f32, %b: vector<8xf64>, %c: vector<3xf32>, %d: vector<16xf32>) -> (f32, vector<8xf64>, vector<3xf32>, vector<16xf32>) {
    %zero = arith.constant dense<0.0> : vector<16xf32>
    %0 = arith.maximumf %a, %a : f32
    %1 = arith.maximumf %b, %b : vector<8xf64>
    %2 = arith.maximumf %c, %c : vector<3xf32>
    %3 = arith.maximumf %d, %zero : vector<16xf32>
    return %0, %1, %2, %3 : f32, vector<8xf64>, vector<3xf32>, vector<16xf32>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "+avx2">} {
  // CHECK-LABEL: func @without
  // CHECK: arith.maximumf
  func.func @without(%a: vector<8xf32>) -> vector<8xf32> {
    %0 = arith.maximumf %a, %a : vector<8xf32>
    return %0 : vector<8xf32>
  }
}
