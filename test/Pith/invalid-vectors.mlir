// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --split-input-file --verify-diagnostics

func.func @f(%s: vector<16xi32>, %a: vector<64xi8>) {
  // expected-error @+1 {{expected as many right as left operands, at least one, got 1 and 2 [dot_c1]}}
  %r = "pith.dot"(%s, %a, %a, %a) {operandSegmentSizes = array<i32: 1, 2, 1>} : (vector<16xi32>, vector<64xi8>, vector<64xi8>, vector<64xi8>) -> vector<16xi32>
  return
}

// -----

func.func @f(%s: vector<16xi32>, %a: vector<64xi8>, %b: vector<32xi8>) {
  // expected-error @+1 {{expected operands of one type, got 'vector<64xi8>' and 'vector<32xi8>' [dot_c2]}}
  %r = pith.dot %s, %a by %b : vector<64xi8> by vector<32xi8> -> vector<16xi32>
  return
}

// -----

func.func @f(%s: vector<16xi32>, %a: vector<32xbf16>) {
  // expected-error @+1 {{expected sums of type 'f32', each of as many elements of 'vector<32xbf16>', got 'vector<16xi32>' [dot_c3]}}
  %r = pith.dot %s, %a by %a : vector<32xbf16> by vector<32xbf16> -> vector<16xi32>
  return
}

// -----

func.func @f(%s: vector<16xi32>, %a: vector<40xi8>) {
  // expected-error @+1 {{expected sums of type 'i32', each of as many elements of 'vector<40xi8>', got 'vector<16xi32>' [dot_c3]}}
  %r = pith.dot %s, %a by %a : vector<40xi8> by vector<40xi8> -> vector<16xi32>
  return
}

// -----

func.func @f(%s: vector<16xi32>, %a: vector<32xi16>) {
  // expected-error @+1 {{expected fits_i16 on an even number of i8 for each sum [dot_c4]}}
  %r = pith.dot %s, %a by %a {fits_i16} : vector<32xi16> by vector<32xi16> -> vector<16xi32>
  return
}

// -----

func.func @f(%v: vector<6xi32>, %z: i8) {
  // expected-error @+1 {{expected vectors of one type with a multiple of four elements, got 'vector<6xi32>' [narrow_c1]}}
  %r = pith.narrow %v zero_point %z : vector<6xi32> -> vector<6xi8>
  return
}

// -----

func.func @f(%v: vector<8xi32>, %z: i8) {
  // expected-error @+1 {{expected a result of 16 elements, got 'vector<8xi8>' [narrow_c2]}}
  %r = pith.narrow %v, %v zero_point %z : vector<8xi32>, vector<8xi32> -> vector<8xi8>
  return
}
