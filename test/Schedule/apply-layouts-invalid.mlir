// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-test-schedule %s --pith-apply-layouts --split-input-file --verify-diagnostics

module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "">} {
func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @+1 {{expected all readers of a result to ask for its layout, #pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>}}
  %r = pith.group (%x : tensor<2x3xf32>) kernel <"test.nest", cost = 1> {pith.result_layout = #pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>} -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>):
    %0 = pith.map (%a : tensor<2x3xf32>) -> tensor<2x3xf32> {
    ^bb0(%e: f32):
      %1 = arith.negf %e : f32
      pith.yield %1 : f32
    }
    pith.yield %0 : tensor<2x3xf32>
  }
  return %r : tensor<2x3xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "">} {
func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error @+1 {{expected layouts for 1 operands, got 2}}
  %r = pith.group (%x : tensor<2x3xf32>) kernel <"test.nest", cost = 1> {pith.layouts = [unit, unit]} -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>):
    %0 = pith.map (%a : tensor<2x3xf32>) -> tensor<2x3xf32> {
    ^bb0(%e: f32):
      %1 = arith.negf %e : f32
      pith.yield %1 : f32
    }
    pith.yield %0 : tensor<2x3xf32>
  }
  return %r : tensor<2x3xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "">} {
func.func @f(%x: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  // expected-error @+1 {{expected one result where a layout is assigned to it}}
  %r:2 = pith.group (%x : tensor<2x3xf32>) kernel <"test.nest", cost = 1> {pith.result_layout = #pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>} -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>):
    %0 = pith.map (%a : tensor<2x3xf32>) -> tensor<2x3xf32> {
    ^bb0(%e: f32):
      %1 = arith.negf %e : f32
      pith.yield %1 : f32
    }
    pith.yield %0, %0 : tensor<2x3xf32>, tensor<2x3xf32>
  }
  return %r#0, %r#1 : tensor<2x3xf32>, tensor<2x3xf32>
}
}
