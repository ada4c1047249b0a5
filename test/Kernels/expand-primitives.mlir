// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-expand-primitives=lacks=fma,rounding,half | FileCheck %s
// RUN: pith-opt %s --pith-expand-primitives=lacks=rounding | FileCheck %s --check-prefix=ROUNDING
// RUN: pith-opt %s --pith-expand-primitives | FileCheck %s --check-prefix=NONE
// RUN: not pith-opt %s --pith-expand-primitives=lacks=sqrt 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: expected fma, rounding, half or ldexp in 'lacks', got 'sqrt'

// The bits are compared with instructions by test/spec/run.py; this test shows
// the shape of the code.

// CHECK-LABEL: func @fma_rounds_to_odd_in_f64
// ROUNDING-LABEL: func @fma_rounds_to_odd_in_f64
// NONE-LABEL: func @fma_rounds_to_odd_in_f64
func.func @fma_rounds_to_odd_in_f64(%a: f32, %b: f32, %c: f32) -> f32 {
  // CHECK-NOT: math.fma
  // CHECK: %[[P:.+]] = arith.mulf %{{.+}}, %{{.+}} : f64
  // CHECK: arith.addf %[[P]], %{{.+}} : f64
  // CHECK: arith.bitcast %{{.+}} : i64 to f64
  // CHECK-NEXT: arith.truncf %{{.+}} : f64 to f32
  // ROUNDING: math.fma
  // NONE: math.fma
  %y = math.fma %a, %b, %c : f32
  return %y : f32
}

// CHECK-LABEL: func @fma_of_f64_is_done_in_integers
func.func @fma_of_f64_is_done_in_integers(%a: vector<2xf64>, %b: vector<2xf64>, %c: vector<2xf64>) -> vector<2xf64> {
  // CHECK-NOT: math.fma
  // CHECK: arith.muli %{{.+}}, %{{.+}} : vector<2xi128>
  // CHECK: math.ctlz
  // CHECK: return
  %y = math.fma %a, %b, %c : vector<2xf64>
  return %y : vector<2xf64>
}

// CHECK-LABEL: func @vector_products_too
func.func @vector_products_too(%a: vector<4xf32>, %b: vector<4xf32>, %c: vector<4xf32>) -> vector<4xf32> {
  // CHECK-NOT: vector.fma
  // CHECK: arith.truncf %{{.+}} : vector<4xf64> to vector<4xf32>
  %y = vector.fma %a, %b, %c : vector<4xf32>
  return %y : vector<4xf32>
}

// CHECK-LABEL: func @rounding_adds_and_subtracts
// ROUNDING-LABEL: func @rounding_adds_and_subtracts
// NONE-LABEL: func @rounding_adds_and_subtracts
func.func @rounding_adds_and_subtracts(%x: f32, %z: f64) -> (f32, f32, f64, f64) {
  // CHECK: %[[LIMIT:.+]] = arith.constant 0x4B000000 : f32
  // CHECK-NOT: math.{{roundeven|floor|ceil|trunc}}
  // ROUNDING-NOT: math.{{roundeven|floor|ceil|trunc}}
  // CHECK: return
  // ROUNDING: return
  // NONE: math.roundeven
  %0 = math.roundeven %x : f32
  %1 = math.floor %x : f32
  %2 = math.ceil %z : f64
  %3 = math.trunc %z : f64
  return %0, %1, %2, %3 : f32, f32, f64, f64
}

// What a machine with f16 computes in f16 runs in f32, between conversions by bits.
// CHECK-LABEL: func @half_is_bits
func.func @half_is_bits(%x: f16, %n: i64) -> (f16, f16, i1) {
  // CHECK-NOT: {{extf|truncf}} {{.*}}f16
  // CHECK: arith.bitcast %{{.+}} : f16 to i16
  // CHECK: arith.addf %{{.+}}, %{{.+}} : f32
  // CHECK: arith.bitcast %{{.+}} : i16 to f16
  // CHECK: arith.sitofp %{{.+}} : i64 to f32
  // CHECK: arith.cmpf olt, %{{.+}}, %{{.+}} : f32
  %0 = arith.addf %x, %x : f16
  %1 = arith.sitofp %n : i64 to f16
  %2 = arith.cmpf olt, %0, %1 : f16
  return %0, %1, %2 : f16, f16, i1
}

// Signs need no conversion.
// CHECK-LABEL: func @signs_of_half
func.func @signs_of_half(%x: vector<8xf16>) -> vector<8xf16> {
  // CHECK: arith.xori %{{.+}}, %{{.+}} : vector<8xi16>
  // CHECK-NOT: f32
  // CHECK: return
  %0 = arith.negf %x : vector<8xf16>
  return %0 : vector<8xf16>
}

// Two products with powers of two, whose exponents come from the bits of a sum.
// CHECK-LABEL: func @power_of_two
func.func @power_of_two(%x: vector<16xf32>, %n: vector<16xf32>) -> vector<16xf32> {
  // CHECK: %[[SUM:.+]] = arith.addf %{{.+}}, %{{.+}} : vector<16xf32>
  // CHECK: arith.bitcast %[[SUM]] : vector<16xf32> to vector<16xi32>
  // CHECK: %[[FIRST:.+]] = arith.mulf %{{.+}}, %{{.+}} : vector<16xf32>
  // CHECK: %[[SECOND:.+]] = arith.mulf %[[FIRST]], %{{.+}} : vector<16xf32>
  // CHECK: return %[[SECOND]]
  %0 = pith.ldexp %x, %n : vector<16xf32>
  return %0 : vector<16xf32>
}
