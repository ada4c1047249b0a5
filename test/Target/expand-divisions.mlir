// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-expand-divisions | FileCheck %s

// CHECK-LABEL: func @rounds_down
// CHECK-NOT: floordivsi
// CHECK: arith.divsi
func.func @rounds_down(%a: index, %b: index) -> index {
  %0 = arith.floordivsi %a, %b : index
  return %0 : index
}

// CHECK-LABEL: func @maximum_stays
// CHECK: arith.maximumf
func.func @maximum_stays(%a: f32, %b: f32) -> f32 {
  %0 = arith.maximumf %a, %b : f32
  return %0 : f32
}
