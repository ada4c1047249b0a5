// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-list-weights --split-input-file --verify-diagnostics

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512bw,+avx512vl,+avx512vnni">} {
func.func @weights_known_at_run_time_only(%x: tensor<16x8xi8>, %w: tensor<2x8xi8>) -> tensor<16x2xi32> {
  // expected-error @+1 {{expected a product with constant weights}}
  %r = pith.group (%x, %w : tensor<16x8xi8>, tensor<2x8xi8>) kernel <"x86.sparse.1x4", cost = 1, tile = [1, 1]> -> (tensor<16x2xi32>) {
  ^bb0(%a: tensor<16x8xi8>, %b: tensor<2x8xi8>):
    %s = pith.matmul %a, %b {accumulator = i32, rhs_signed, transpose_rhs} : tensor<16x8xi8>, tensor<2x8xi8> -> tensor<16x2xi32>
    pith.yield %s : tensor<16x2xi32>
  }
  return %r : tensor<16x2xi32>
}
}

// -----

// Words 0 and 1 of 2^31 pixels.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512bw,+avx512vl,+avx512vnni">} {
func.func @offsets_beyond_32_bits(%x: tensor<2147483647x8xi8>) -> tensor<2147483647x2xi32> {
  %w = pith.constant dense<[[1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 2]]> : tensor<2x8xi8>
  // expected-error @+1 {{expected offsets of lists in 32 bits}}
  %r = pith.group (%x, %w : tensor<2147483647x8xi8>, tensor<2x8xi8>) kernel <"x86.sparse.1x4", cost = 1, tile = [1, 1]> -> (tensor<2147483647x2xi32>) {
  ^bb0(%a: tensor<2147483647x8xi8>, %b: tensor<2x8xi8>):
    %s = pith.matmul %a, %b {accumulator = i32, rhs_signed, transpose_rhs} : tensor<2147483647x8xi8>, tensor<2x8xi8> -> tensor<2147483647x2xi32>
    pith.yield %s : tensor<2147483647x2xi32>
  }
  return %r : tensor<2147483647x2xi32>
}
}
