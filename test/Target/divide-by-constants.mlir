// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-divide-by-constants=has-fma | FileCheck %s
// RUN: pith-opt %s --pith-divide-by-constants | FileCheck %s --check-prefix=WITHOUT

// A quantization.
// WITHOUT-LABEL: func @rounded
// WITHOUT: arith.divf
// CHECK-LABEL: func @rounded
// CHECK-SAME: %[[X:.+]]: vector<8xf32>
// CHECK-DAG: %[[HIGH:.+]] = arith.constant dense<9.99999904> : vector<8xf32>
// CHECK-DAG: %[[LOW:.+]] = arith.constant dense<8.0{{.+}}E-7> : vector<8xf32>
// CHECK: %[[REST:.+]] = arith.mulf %[[X]], %[[LOW]]
// CHECK: %[[Q:.+]] = math.fma %[[X]], %[[HIGH]], %[[REST]]
// CHECK: arith.cmpf ord, %[[Q]], %[[Q]]
// CHECK-NOT: arith.divf
func.func @rounded(%x: vector<8xf32>) -> vector<8xi32> {
  %c = arith.constant dense<0.1> : vector<8xf32>
  %zero = arith.constant dense<0.0> : vector<8xf32>
  %most = arith.constant dense<255.0> : vector<8xf32>
  %q = arith.divf %x, %c : vector<8xf32>
  %number = arith.cmpf ord, %q, %q : vector<8xf32>
  %r = arith.select %number, %q, %zero : vector<8xi1>, vector<8xf32>
  %above = arith.cmpf ogt, %r, %zero : vector<8xf32>
  %s = arith.select %above, %r, %zero : vector<8xi1>, vector<8xf32>
  %below = arith.cmpf olt, %s, %most : vector<8xf32>
  %t = arith.select %below, %s, %most : vector<8xi1>, vector<8xf32>
  %i = llvm.intr.lrint(%t) : (vector<8xf32>) -> vector<8xi32>
  return %i : vector<8xi32>
}

// What is not rounded stays, since tiny quotients count; so do scalars, other types,
// divisors that are no constant or a power of two, and a comparison with 0 that
// chooses between other numbers.
// CHECK-LABEL: func @others
// CHECK-COUNT-7: arith.divf
// CHECK-NOT: math.fma
func.func @others(%x: vector<8xf32>, %y: f32, %z: vector<8xf64>, %d: vector<8xf32>)
    -> (vector<8xf32>, vector<8xf32>, f32, vector<8xf64>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
  %c = arith.constant dense<0.1> : vector<8xf32>
  %zero = arith.constant dense<0.0> : vector<8xf32>
  %one = arith.constant dense<1.0> : vector<8xf32>
  %two = arith.constant dense<2.0> : vector<8xf32>
  %double = arith.constant dense<0.1> : vector<8xf64>
  %scalar = arith.constant 0.1 : f32
  %a = arith.divf %x, %c : vector<8xf32>
  %b0 = arith.divf %x, %c : vector<8xf32>
  %b1 = arith.addf %b0, %one : vector<8xf32>
  %b = math.roundeven %b1 : vector<8xf32>
  %e0 = arith.divf %y, %scalar : f32
  %e = math.roundeven %e0 : f32
  %f0 = arith.divf %z, %double : vector<8xf64>
  %f = math.roundeven %f0 : vector<8xf64>
  %g0 = arith.divf %x, %d : vector<8xf32>
  %g = math.roundeven %g0 : vector<8xf32>
  %h0 = arith.divf %x, %two : vector<8xf32>
  %h = math.roundeven %h0 : vector<8xf32>
  %i0 = arith.divf %x, %c : vector<8xf32>
  %above = arith.cmpf ogt, %i0, %zero : vector<8xf32>
  %i = arith.select %above, %one, %two : vector<8xi1>, vector<8xf32>
  return %a, %b, %e, %f, %g, %h, %i : vector<8xf32>, vector<8xf32>, f32, vector<8xf64>, vector<8xf32>, vector<8xf32>, vector<8xf32>
}
