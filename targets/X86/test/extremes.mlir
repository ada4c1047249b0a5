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

  // Scalars, other types, parts of registers; and constants, where a NaN of memory may
  // signal, or that are NaN.
  // CHECK-LABEL: func @others
  // CHECK-COUNT-5: arith.maximumf
  // CHECK-NOT: call_intrinsic
  func.func @others(%a: f32, %b: vector<8xf64>, %c: vector<3xf32>, %d: vector<16xf32>)
      -> (f32, vector<8xf64>, vector<3xf32>, vector<16xf32>, vector<16xf32>) {
    %one = arith.constant dense<1.0> : vector<16xf32>
    %nan = arith.constant dense<0x7FC00000> : vector<16xf32>
    %0 = arith.maximumf %a, %a : f32
    %1 = arith.maximumf %b, %b : vector<8xf64>
    %2 = arith.maximumf %c, %c : vector<3xf32>
    %3 = arith.maximumf %d, %one : vector<16xf32>
    %s = arith.addf %d, %d : vector<16xf32>
    %4 = arith.maximumf %s, %nan : vector<16xf32>
    return %0, %1, %2, %3, %4 : f32, vector<8xf64>, vector<3xf32>, vector<16xf32>, vector<16xf32>
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

// -----

// Constants: any instruction set, any number of lanes.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "+avx2">} {
  // CHECK-LABEL: func @clip
  // CHECK: %[[ZERO:.+]] = vector.broadcast %{{.+}} : f32 to vector<3xf32>
  // CHECK: %[[SIX:.+]] = arith.constant dense<6.0{{.*}}>
  // CHECK: %[[NEGATIVE:.+]] = arith.cmpf ogt, %[[ZERO]], %arg0
  // CHECK: %[[MAX:.+]] = arith.select %[[NEGATIVE]], %[[ZERO]], %arg0
  // -0 becomes 0, and every NaN a quiet one.
  // CHECK: %[[QUIET:.+]] = arith.addf %[[MAX]], %[[ZERO]]
  // CHECK: %[[GREAT:.+]] = arith.cmpf olt, %[[SIX]], %[[QUIET]]
  // CHECK: %[[MIN:.+]] = arith.select %[[GREAT]], %[[SIX]], %[[QUIET]]
  // CHECK: return %[[MIN]]
  func.func @clip(%a: vector<3xf32>) -> vector<3xf32> {
    %c0 = arith.constant 0.0 : f32
    %zero = vector.broadcast %c0 : f32 to vector<3xf32>
    %six = arith.constant dense<6.0> : vector<3xf32>
    %0 = arith.maximumf %a, %zero : vector<3xf32>
    %1 = arith.minimumf %six, %0 : vector<3xf32>
    return %1 : vector<3xf32>
  }

  // The greater of -0 and any number needs no sum, and the lesser is not 0.
  // CHECK-LABEL: func @zeros
  // CHECK: %[[SUM:.+]] = arith.addf %arg0, %arg0
  // CHECK: arith.cmpf ogt, %{{.+}}, %[[SUM]]
  // CHECK: %[[MAX:.+]] = arith.select
  // CHECK-NOT: arith.addf
  // CHECK: arith.minimumf %[[SUM]]
  func.func @zeros(%a: vector<4xf32>) -> (vector<4xf32>, vector<4xf32>) {
    %zero = arith.constant dense<-0.0> : vector<4xf32>
    %s = arith.addf %a, %a : vector<4xf32>
    %0 = arith.maximumf %s, %zero : vector<4xf32>
    %1 = arith.minimumf %s, %zero : vector<4xf32>
    return %0, %1 : vector<4xf32>, vector<4xf32>
  }

  // The form of a quantization is left for the shared lowering.
  // CHECK-LABEL: func @quantization
  // CHECK: arith.maximumf
  // CHECK: arith.minimumf
  func.func @quantization(%a: vector<4xf32>) -> vector<4xf32> {
    %zero = arith.constant dense<0.0> : vector<4xf32>
    %most = arith.constant dense<255.0> : vector<4xf32>
    %s = arith.addf %a, %a : vector<4xf32>
    %isNaN = arith.cmpf uno, %s, %s : vector<4xf32>
    %number = arith.select %isNaN, %zero, %s : vector<4xi1>, vector<4xf32>
    %0 = arith.maximumf %number, %zero : vector<4xf32>
    %1 = arith.minimumf %0, %most : vector<4xf32>
    return %1 : vector<4xf32>
  }
}
