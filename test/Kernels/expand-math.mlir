// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-expand-math | FileCheck %s

// The bits are compared with the spec by test/spec/run.py; this test shows the
// shape of the code.

// The clamps let a NaN pass: what is chosen where a comparison fails is x.
// CHECK-LABEL: func @exp_clamps
// CHECK-SAME: (%[[X:.+]]: f32)
func.func @exp_clamps(%x: f32) -> f32 {
  // CHECK: %[[ABOVE:.+]] = arith.cmpf olt, %[[MOST:.+]], %[[X]] : f32
  // CHECK: %[[LOW:.+]] = arith.select %[[ABOVE]], %[[MOST]], %[[X]]
  // CHECK: %[[BELOW:.+]] = arith.cmpf ogt, %[[LEAST:.+]], %[[LOW]] : f32
  // CHECK: arith.select %[[BELOW]], %[[LEAST]], %[[LOW]]
  // CHECK: %[[N:.+]] = math.roundeven
  // CHECK-COUNT-7: math.fma
  // CHECK: pith.ldexp %{{.+}}, %[[N]] : f32
  // CHECK-NOT: math.exp
  %y = math.exp %x : f32
  return %y : f32
}

// What is no more than 0 needs no clamp above.
// CHECK-LABEL: func @exp_of_negative
// CHECK-SAME: (%[[X:.+]]: f32)
func.func @exp_of_negative(%x: f32) -> f32 {
  // CHECK: %[[NEGATIVE:.+]] = arith.negf
  // CHECK-NOT: arith.cmpf olt
  // CHECK: %[[BELOW:.+]] = arith.cmpf ogt, %[[LEAST:.+]], %[[NEGATIVE]] : f32
  // CHECK: arith.select %[[BELOW]], %[[LEAST]], %[[NEGATIVE]]
  // CHECK-NOT: arith.cmpf
  // CHECK: pith.ldexp
  %a = math.absf %x : f32
  %n = arith.negf %a : f32
  %y = math.exp %n : f32
  return %y : f32
}

// CHECK-LABEL: func @vectors_take_splat_constants
func.func @vectors_take_splat_constants(%x: vector<8xf32>) -> vector<8xf32> {
  // CHECK: arith.constant dense<{{.+}}> : vector<8xf32>
  // CHECK-NOT: math.log
  // CHECK: return %{{.+}} : vector<8xf32>
  %y = math.log %x : vector<8xf32>
  return %y : vector<8xf32>
}

// CHECK-LABEL: func @regions_are_entered
func.func @regions_are_entered(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: linalg.map
  // CHECK-NOT: math.erf
  // CHECK: return
  %r = linalg.map { math.erf } ins(%x : tensor<4xf32>) outs(%y : tensor<4xf32>)
  return %r : tensor<4xf32>
}

// A map's region holds no regions: the code is straight.
// CHECK-LABEL: func @maps_stay_valid
func.func @maps_stay_valid(%x: tensor<4xf64>, %y: tensor<4xf64>) -> tensor<4xf64> {
  // CHECK: pith.map
  // CHECK-NOT: arith.remf
  // CHECK: return
  %r = pith.map (%x, %y : tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64> {
  ^bb0(%a: f64, %b: f64):
    %0 = arith.remf %a, %b : f64
    pith.yield %0 : f64
  }
  return %r : tensor<4xf64>
}

// CHECK-LABEL: func @half_precision_passes_through_f32
func.func @half_precision_passes_through_f32(%x: f16) -> f16 {
  // CHECK: arith.extf %{{.+}} : f16 to f32
  // CHECK-NOT: math.tanh
  // CHECK: arith.truncf %{{.+}} : f32 to f16
  %y = math.tanh %x : f16
  return %y : f16
}

// Not every machine has fma on f64: the parts of a product are exact by halves
// of its factors.
// CHECK-LABEL: func @f64_has_functions_in_two_parts
func.func @f64_has_functions_in_two_parts(%x: f64) -> f64 {
  // CHECK: %[[MASK:.+]] = arith.constant -134217728 : i64
  // CHECK: arith.andi %{{.+}}, %[[MASK]] : i64
  // CHECK-NOT: math.fma
  // CHECK-NOT: math.tanh
  // CHECK: math.copysign
  // CHECK-NEXT: %[[Y:.+]] = arith.select
  // CHECK-NEXT: return %[[Y]] : f64
  %y = math.tanh %x : f64
  return %y : f64
}

// The digits of 2/pi are chosen by the bits of the exponent, from no table.
// CHECK-LABEL: func @f64_angles_are_reduced_in_integers
func.func @f64_angles_are_reduced_in_integers(%x: vector<4xf64>) -> vector<4xf64> {
  // CHECK: arith.constant dense<-934817307775314952> : vector<4xi64>
  // CHECK-NOT: memref
  // CHECK-NOT: i128
  // CHECK-NOT: math.sin
  // CHECK: return
  %y = math.sin %x : vector<4xf64>
  return %y : vector<4xf64>
}

// CHECK-LABEL: func @single_instructions_stay
func.func @single_instructions_stay(%x: f32) -> f32 {
  // CHECK-NEXT: math.sqrt
  // CHECK-NEXT: math.floor
  // CHECK-NEXT: math.absf
  // CHECK-NEXT: return
  %a = math.sqrt %x : f32
  %b = math.floor %a : f32
  %c = math.absf %b : f32
  return %c : f32
}

// Some baseline would call a library for arithmetic on bf16 and its rounding.
// CHECK-LABEL: func @bf16_arithmetic_runs_in_f32
func.func @bf16_arithmetic_runs_in_f32(%x: bf16, %n: i32) -> bf16 {
  // CHECK: arith.sitofp %{{.+}} : i32 to f32
  // CHECK: arith.addf %{{.+}} : f32
  // CHECK-NOT: arith.truncf
  // CHECK: arith.trunci %{{.+}} : i32 to i16
  // CHECK-NEXT: arith.bitcast %{{.+}} : i16 to bf16
  // CHECK-NEXT: return
  %y = arith.sitofp %n : i32 to bf16
  %z = arith.addf %x, %y : bf16
  return %z : bf16
}

// f64 to f16 by way of f32, rounded to odd so that only one rounding counts.
// CHECK-LABEL: func @f64_to_f16_rounds_once
func.func @f64_to_f16_rounds_once(%x: f64) -> f16 {
  // CHECK: arith.truncf %{{.+}} : f64 to f32
  // CHECK: arith.ori
  // CHECK: arith.truncf %{{.+}} : f32 to f16
  %y = arith.truncf %x : f64 to f16
  return %y : f16
}

// 254 exponents in steps of 40 bits, after the remainder of the mantissas.
// CHECK-LABEL: func @remainders_are_exact
func.func @remainders_are_exact(%x: f32, %y: f32) -> f32 {
  // CHECK-COUNT-8: arith.remui %{{.+}} : i64
  // CHECK-NOT: arith.remui
  // CHECK-NOT: arith.remf
  // CHECK: return
  %r = arith.remf %x, %y : f32
  return %r : f32
}

// CHECK-LABEL: func @both_results_of_sincos
func.func @both_results_of_sincos(%x: f32) -> (f32, f32) {
  // CHECK-NOT: math.sincos
  // CHECK: return %[[S:.+]], %{{.+}} : f32, f32
  %s, %c = math.sincos %x : f32
  return %s, %c : f32, f32
}

// CHECK-LABEL: func @both_results_of_wide_sincos
func.func @both_results_of_wide_sincos(%x: f64) -> (f64, f64) {
  // CHECK-NOT: math.sincos
  // CHECK: return %[[S:.+]], %{{.+}} : f64, f64
  %s, %c = math.sincos %x : f64
  return %s, %c : f64, f64
}

// A NaN is below no bound and above none.
// CHECK-LABEL: func @clamps_keep_nans
// CHECK-SAME: (%[[X:.+]]: f32, %[[LOW:.+]]: f32, %[[HIGH:.+]]: f32)
func.func @clamps_keep_nans(%x: f32, %low: f32, %high: f32) -> f32 {
  // CHECK: %[[BELOW:.+]] = arith.cmpf olt, %[[X]], %[[LOW]]
  // CHECK: %[[Y:.+]] = arith.select %[[BELOW]], %[[LOW]], %[[X]]
  // CHECK: %[[ABOVE:.+]] = arith.cmpf ogt, %[[Y]], %[[HIGH]]
  // CHECK: arith.select %[[ABOVE]], %[[HIGH]], %[[Y]]
  %r = math.clampf %x to [%low, %high] : f32
  return %r : f32
}
