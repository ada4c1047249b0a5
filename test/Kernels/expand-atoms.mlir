// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-expand-atoms | FileCheck %s

// CHECK-LABEL: func @left_is_unsigned_and_right_signed
// CHECK-SAME: (%[[S:.+]]: vector<4xi32>, %[[A:.+]]: vector<16xi8>, %[[B:.+]]: vector<16xi8>)
func.func @left_is_unsigned_and_right_signed(%s: vector<4xi32>, %a: vector<16xi8>, %b: vector<16xi8>) -> vector<4xi32> {
  // CHECK-DAG: %[[L:.+]] = arith.extui %[[A]] : vector<16xi8> to vector<16xi32>
  // CHECK-DAG: %[[R:.+]] = arith.extsi %[[B]] : vector<16xi8> to vector<16xi32>
  // CHECK: %[[P:.+]] = arith.muli %[[L]], %[[R]]
  // CHECK: %[[P0:.+]] = vector.shuffle %[[P]], %[[P]] [0, 4, 8, 12]
  // CHECK: %[[S0:.+]] = arith.addi %[[S]], %[[P0]]
  // CHECK: %[[P1:.+]] = vector.shuffle %[[P]], %[[P]] [1, 5, 9, 13]
  // CHECK: %[[S1:.+]] = arith.addi %[[S0]], %[[P1]]
  // CHECK: vector.shuffle %[[P]], %[[P]] [2, 6, 10, 14]
  // CHECK: vector.shuffle %[[P]], %[[P]] [3, 7, 11, 15]
  %r = pith.dot %s, %a by %b {rhs_signed} : vector<16xi8> by vector<16xi8> -> vector<4xi32>
  return %r : vector<4xi32>
}

// CHECK-LABEL: func @two_steps_of_bf16
func.func @two_steps_of_bf16(%s: vector<2xf32>, %a: vector<4xbf16>) -> vector<2xf32> {
  // CHECK: arith.extf {{.*}} : vector<4xbf16> to vector<4xf32>
  // CHECK-COUNT-4: arith.addf
  // CHECK-NOT: arith.addf
  %r = pith.dot %s, %a, %a by %a, %a : vector<4xbf16>, vector<4xbf16> by vector<4xbf16>, vector<4xbf16> -> vector<2xf32>
  return %r : vector<2xf32>
}

// The bounds move by the zero point, so that no sum wraps; blocks of four are
// taken in turn from each vector.
// CHECK-LABEL: func @narrow
func.func @narrow(%v: vector<8xi32>, %w: vector<8xi32>, %z: i8) -> vector<16xi8> {
  // CHECK-DAG: %[[Z:.+]] = arith.extui %{{.+}} : i8 to i32
  // CHECK-DAG: %[[MAX:.+]] = arith.constant 255 : i32
  // CHECK-DAG: arith.subi %[[MAX]], %[[Z]]
  // CHECK: arith.maxsi
  // CHECK: arith.minsi
  // CHECK: arith.addi
  // CHECK: arith.trunci %{{.+}} : vector<8xi32> to vector<8xi8>
  // CHECK: vector.shuffle %{{.+}}, %{{.+}} [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15]
  %r = pith.narrow %v, %w zero_point %z : vector<8xi32>, vector<8xi32> -> vector<16xi8>
  return %r : vector<16xi8>
}
