// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --split-input-file --pith-x86-lower-atoms --canonicalize --cse | FileCheck %s

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512dq,+avx512vl">} {
  // The exponent is held above -104, and 1 or a NaN chosen, by an instruction each.
  // CHECK-LABEL: func @sigmoid
  // CHECK-DAG: %[[MOST:.+]] = arith.constant dense<1.040000e+02>
  // CHECK-DAG: %[[NEGATED:.+]] = arith.constant 14 : i32
  // CHECK-DAG: %[[TABLE:.+]] = arith.constant dense<-1600083422>
  // CHECK-DAG: %[[ONE:.+]] = arith.constant dense<1.000000e+00>
  // CHECK: %[[T:.+]] = llvm.call_intrinsic "llvm.x86.avx512.mask.range.ps.512"(%arg0, %[[MOST]], %[[NEGATED]], %arg0,
  // CHECK-NOT: cmpf
  // CHECK: %[[POWER:.+]] = pith.ldexp
  // CHECK: %[[ABOVE:.+]] = llvm.call_intrinsic "llvm.x86.avx512.mask.fixupimm.ps.512"(%[[POWER]], %arg0, %[[TABLE]],
  // CHECK: %[[BELOW:.+]] = arith.addf %[[POWER]], %[[ONE]]
  // CHECK: arith.divf %[[ABOVE]], %[[BELOW]]
  func.func @sigmoid(%x: vector<16xf32>) -> vector<16xf32> {
    %zero = arith.constant dense<0.0> : vector<16xf32>
    %number = arith.constant 1.0 : f32
    %one = vector.broadcast %number : f32 to vector<16xf32>
    %0 = math.absf %x : vector<16xf32>
    %1 = arith.negf %0 : vector<16xf32>
    %2 = math.exp %1 : vector<16xf32>
    %3 = arith.cmpf olt, %x, %zero : vector<16xf32>
    %4 = arith.select %3, %2, %one : vector<16xi1>, vector<16xf32>
    %5 = arith.addf %one, %2 : vector<16xf32>
    %6 = arith.divf %4, %5 : vector<16xf32>
    return %6 : vector<16xf32>
  }

  // Two registers: each by itself.
  // CHECK-LABEL: func @wide
  // CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.mask.range.ps.512"
  // CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.mask.fixupimm.ps.512"
  func.func @wide(%x: vector<32xf32>) -> vector<32xf32> {
    %zero = arith.constant dense<0.0> : vector<32xf32>
    %one = arith.constant dense<1.0> : vector<32xf32>
    %0 = math.absf %x : vector<32xf32>
    %1 = arith.negf %0 : vector<32xf32>
    %2 = math.exp %1 : vector<32xf32>
    %3 = arith.cmpf olt, %x, %zero : vector<32xf32>
    %4 = arith.select %3, %2, %one : vector<32xi1>, vector<32xf32>
    %5 = arith.addf %2, %one : vector<32xf32>
    %6 = arith.divf %4, %5 : vector<32xf32>
    return %6 : vector<32xf32>
  }

  // The power is a result too, and would be no NaN; another number is compared; it is
  // not 1 that stands elsewhere; parts of registers.
  // CHECK-LABEL: func @others
  // CHECK-COUNT-4: math.exp
  // CHECK-NOT: call_intrinsic
  // CHECK: return
  func.func @others(%x: vector<16xf32>, %y: vector<16xf32>, %w: vector<16xf32>, %z: vector<3xf32>)
      -> (vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<3xf32>) {
    %zero = arith.constant dense<0.0> : vector<16xf32>
    %one = arith.constant dense<1.0> : vector<16xf32>
    %two = arith.constant dense<2.0> : vector<16xf32>
    %0 = math.absf %x : vector<16xf32>
    %1 = arith.negf %0 : vector<16xf32>
    %power = math.exp %1 : vector<16xf32>
    %2 = arith.cmpf olt, %x, %zero : vector<16xf32>
    %3 = arith.select %2, %power, %one : vector<16xi1>, vector<16xf32>
    %4 = arith.addf %power, %one : vector<16xf32>
    %5 = arith.divf %3, %4 : vector<16xf32>
    %6 = math.absf %y : vector<16xf32>
    %7 = arith.negf %6 : vector<16xf32>
    %8 = math.exp %7 : vector<16xf32>
    %9 = arith.select %2, %8, %one : vector<16xi1>, vector<16xf32>
    %10 = arith.addf %8, %one : vector<16xf32>
    %11 = arith.divf %9, %10 : vector<16xf32>
    %sized = math.absf %w : vector<16xf32>
    %negated = arith.negf %sized : vector<16xf32>
    %12 = math.exp %negated : vector<16xf32>
    %13 = arith.cmpf olt, %w, %zero : vector<16xf32>
    %14 = arith.select %13, %12, %two : vector<16xi1>, vector<16xf32>
    %15 = arith.addf %12, %one : vector<16xf32>
    %16 = arith.divf %14, %15 : vector<16xf32>
    %none = arith.constant dense<0.0> : vector<3xf32>
    %ones = arith.constant dense<1.0> : vector<3xf32>
    %17 = math.absf %z : vector<3xf32>
    %18 = arith.negf %17 : vector<3xf32>
    %19 = math.exp %18 : vector<3xf32>
    %20 = arith.cmpf olt, %z, %none : vector<3xf32>
    %21 = arith.select %20, %19, %ones : vector<3xi1>, vector<3xf32>
    %22 = arith.addf %19, %ones : vector<3xf32>
    %23 = arith.divf %21, %22 : vector<3xf32>
    return %5, %power, %11, %16, %23 : vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<16xf32>, vector<3xf32>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "+avx2">} {
  // CHECK-LABEL: func @without
  // CHECK: math.exp
  func.func @without(%x: vector<8xf32>) -> vector<8xf32> {
    %zero = arith.constant dense<0.0> : vector<8xf32>
    %one = arith.constant dense<1.0> : vector<8xf32>
    %0 = math.absf %x : vector<8xf32>
    %1 = arith.negf %0 : vector<8xf32>
    %2 = math.exp %1 : vector<8xf32>
    %3 = arith.cmpf olt, %x, %zero : vector<8xf32>
    %4 = arith.select %3, %2, %one : vector<8xi1>, vector<8xf32>
    %5 = arith.addf %2, %one : vector<8xf32>
    %6 = arith.divf %4, %5 : vector<8xf32>
    return %6 : vector<8xf32>
  }
}
