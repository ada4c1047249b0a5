// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-bound-requantize | FileCheck %s

// CHECK-LABEL: func @scales_below_one
func.func @scales_below_one(%s: tensor<4x2xi32>) -> tensor<4x2xi8> {
  %m = pith.constant dense<[0.25, -0.999]> : tensor<2xf32>
  // CHECK: pith.group
  %q = pith.group (%s, %m : tensor<4x2xi32>, tensor<2xf32>) -> (tensor<4x2xi8>) {
  ^bb0(%a: tensor<4x2xi32>, %b: tensor<2xf32>):
    // CHECK: pith.requantize {{.*}} {pith.bounded}
    %r = pith.requantize %a scale(%b : tensor<2xf32>) : tensor<4x2xi32> -> tensor<4x2xi8>
    pith.yield %r : tensor<4x2xi8>
  }
  return %q : tensor<4x2xi8>
}

// CHECK-LABEL: func @left_alone
func.func @left_alone(%s: tensor<2xi32>, %t: tensor<2xi64>, %given: tensor<f32>) -> (tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>) {
  %one = arith.constant dense<[0.5, 1.0]> : tensor<2xf32>
  %nan = arith.constant dense<[0.5, 0x7FC00000]> : tensor<2xf32>
  %small = arith.constant dense<0.5> : tensor<f32>
  // CHECK-NOT: pith.bounded
  %0 = pith.requantize %s scale(%one : tensor<2xf32>) : tensor<2xi32> -> tensor<2xi8>
  %1 = pith.requantize %s scale(%nan : tensor<2xf32>) : tensor<2xi32> -> tensor<2xi8>
  %2 = pith.requantize %s scale(%given : tensor<f32>) : tensor<2xi32> -> tensor<2xi8>
  %3 = pith.requantize %t scale(%small : tensor<f32>) : tensor<2xi64> -> tensor<2xi8>
  // CHECK: return
  return %0, %1, %2, %3 : tensor<2xi8>, tensor<2xi8>, tensor<2xi8>, tensor<2xi8>
}

// CHECK-LABEL: func @one_small_scale
func.func @one_small_scale(%s: tensor<2xi32>) -> tensor<2xi8> {
  %m = arith.constant dense<0.5> : tensor<f32>
  // CHECK: pith.requantize {{.*}} {pith.bounded}
  %0 = pith.requantize %s scale(%m : tensor<f32>) : tensor<2xi32> -> tensor<2xi8>
  return %0 : tensor<2xi8>
}
