// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-expand-math --split-input-file --verify-diagnostics

func.func @no_form_on_f64(%x: f64) -> f64 {
  // expected-error@+1 {{pith has no canonical form of math.erfc on 'f64'}}
  %y = math.erfc %x : f64
  return %y : f64
}

// -----

func.func @no_form_at_all(%x: f32) -> f32 {
  // expected-error@+1 {{pith has no canonical form of math.erfc on 'f32'}}
  %y = math.erfc %x : f32
  return %y : f32
}

// -----

func.func @inexact_exponent(%x: f32, %n: i64) -> f32 {
  // expected-error@+1 {{pith has no canonical form of math.fpowi on 'f32'}}
  %y = math.fpowi %x, %n : f32, i64
  return %y : f32
}

// -----

func.func @dynamic(%x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error@+1 {{expected a static shape, got 'tensor<?xf32>'; convert tensor operations to linalg first}}
  %y = math.exp %x : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @toward_zero(%x: f32) -> bf16 {
  // expected-error@+1 {{expected rounding to nearest even; pith has no other mode}}
  %y = arith.truncf %x toward_zero : f32 to bf16
  return %y : bf16
}
