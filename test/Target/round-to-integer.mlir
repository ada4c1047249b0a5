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

// A quantization with zero point 3: held within [-3, 252], then rounded.
// CHECK-LABEL: func @saturate
// CHECK-SAME: %[[X:.+]]: vector<8xf32>
// CHECK-DAG: %[[MOST:.+]] = arith.constant dense<2.520000e+02>
// CHECK-DAG: %[[LEAST:.+]] = arith.constant dense<-3.000000e+00>
// CHECK-DAG: %[[Z:.+]] = arith.constant dense<3> : vector<8xi32>
// CHECK-DAG: %[[ZERO:.+]] = arith.constant dense<0.000000e+00>
// CHECK: %[[ORD:.+]] = arith.cmpf ord, %[[X]], %[[X]]
// CHECK: %[[N:.+]] = arith.select %[[ORD]], %[[X]], %[[ZERO]]
// CHECK: %[[GT:.+]] = arith.cmpf ogt, %[[N]], %[[LEAST]]
// CHECK: %[[A:.+]] = arith.select %[[GT]], %[[N]], %[[LEAST]]
// CHECK: %[[LT:.+]] = arith.cmpf olt, %[[A]], %[[MOST]]
// CHECK: %[[B:.+]] = arith.select %[[LT]], %[[A]], %[[MOST]]
// CHECK: %[[I:.+]] = llvm.intr.lrint(%[[B]])
// CHECK: arith.addi %[[I]], %[[Z]]
func.func @saturate(%x: vector<8xf32>) -> vector<8xi32> {
  %z = arith.constant dense<3.0> : vector<8xf32>
  %low = arith.constant dense<0.0> : vector<8xf32>
  %high = arith.constant dense<255.0> : vector<8xf32>
  %r = math.roundeven %x : vector<8xf32>
  %m = arith.addf %r, %z : vector<8xf32>
  %nan = arith.cmpf uno, %m, %m : vector<8xf32>
  %s = arith.select %nan, %z, %m : vector<8xi1>, vector<8xf32>
  %a = arith.maximumf %s, %low : vector<8xf32>
  %b = arith.minimumf %a, %high : vector<8xf32>
  %i = arith.fptosi %b : vector<8xf32> to vector<8xi32>
  return %i : vector<8xi32>
}
