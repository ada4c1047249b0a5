// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-round-to-integer | FileCheck %s

// CHECK-LABEL: func @vector
// CHECK-NEXT: %[[I:.+]] = llvm.intr.lrint(%{{.+}}) : (vector<16xf32>) -> vector<16xi32>
// CHECK-NEXT: return %[[I]]
func.func @vector(%x: vector<16xf32>) -> vector<16xi32> {
  %r = math.roundeven %x : vector<16xf32>
  %i = arith.fptosi %r : vector<16xf32> to vector<16xi32>
  return %i : vector<16xi32>
}

// Scalars, other types, and numbers that are not rounded stay.
// CHECK-LABEL: func @others
// CHECK-NOT: lrint
func.func @others(%x: f32, %y: vector<4xf64>, %z: vector<4xf32>) -> (i32, vector<4xi32>, vector<4xi32>) {
  %r = math.roundeven %x : f32
  %i = arith.fptosi %r : f32 to i32
  %s = math.roundeven %y : vector<4xf64>
  %j = arith.fptosi %s : vector<4xf64> to vector<4xi32>
  %k = arith.fptosi %z : vector<4xf32> to vector<4xi32>
  return %i, %j, %k : i32, vector<4xi32>, vector<4xi32>
}
