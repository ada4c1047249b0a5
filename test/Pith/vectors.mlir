// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @dot
func.func @dot(%s: vector<16xi32>, %a: vector<64xi8>, %b: vector<64xi8>) -> vector<16xi32> {
  // CHECK: pith.dot %{{.+}}, %{{.+}} by %{{.+}} {rhs_signed} : vector<64xi8> by vector<64xi8> -> vector<16xi32>
  %r = pith.dot %s, %a by %b {rhs_signed} : vector<64xi8> by vector<64xi8> -> vector<16xi32>
  return %r : vector<16xi32>
}

// CHECK-LABEL: func @dot_of_two_steps
func.func @dot_of_two_steps(%s: vector<8xi32>, %a: vector<32xi8>, %b: vector<32xi8>) -> vector<8xi32> {
  // CHECK: pith.dot %{{.+}}, %{{.+}}, %{{.+}} by %{{.+}}, %{{.+}} {fits_i16, rhs_signed}
  %r = pith.dot %s, %a, %b by %b, %a {rhs_signed, fits_i16}
       : vector<32xi8>, vector<32xi8> by vector<32xi8>, vector<32xi8> -> vector<8xi32>
  return %r : vector<8xi32>
}

// CHECK-LABEL: func @narrow
func.func @narrow(%v: vector<16xi32>, %w: vector<16xi32>, %z: i8) -> vector<32xi8> {
  // CHECK: pith.narrow %{{.+}}, %{{.+}} zero_point %{{.+}} {is_signed} : vector<16xi32>, vector<16xi32> -> vector<32xi8>
  %r = pith.narrow %v, %w zero_point %z {is_signed} : vector<16xi32>, vector<16xi32> -> vector<32xi8>
  return %r : vector<32xi8>
}
