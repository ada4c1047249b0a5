// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-prove-pair-sums=lists --split-input-file --verify-diagnostics | FileCheck %s
// RUN: pith-opt %s --pith-prove-pair-sums="lists assume-safe" --split-input-file --verify-diagnostics | FileCheck %s --check-prefix=FORCED

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "+avx2,+fma">} {
// Two windows fit alone but not together, of the third a pair saturates, and the
// fourth has no weights in the first panel. Two channels of sixteen are the
// product's: the other panels have no windows.
// CHECK-LABEL: @lists
// CHECK: %[[W:.+]] = pith.constant dense<{{.+}}> : tensor<32x8xi8>
// CHECK: %[[P:.+]] = pith.constant dense<[0, 16, 32, 0, {{.+}}]> : tensor<32xi32>
// CHECK: %[[C:.+]] = pith.constant dense<{{\[\[}}[0, 0, 0, 0, 2, 1], [3, 0, 0, 0, 0, 0], {{.+}}]]> : tensor<1x8x6xi32>
// CHECK: pith.group
// CHECK: %[[R:.+]] = pith.from_pair_sums %{{.+}} at %{{.+}} counts %{{.+}} pitch 16 : tensor<32x8xi8>, tensor<32xi32>, tensor<1x8x6xi32> -> tensor<16x2xi8>
// CHECK: pith.matmul %{{.+}}, %[[R]] {{.*}}pith.pair_sums = {blocks = array<i64: 2, 0, 0, 0>, channels = 2 : i64, wide = 1 : i64}
// FORCED-LABEL: @lists
// FORCED: dense<{{\[\[}}[0, 0, 1, 0, 0, 0], [3, 0, 0, 0, 0, 0], {{.+}}]]> : tensor<1x8x6xi32>
// FORCED: pith.pair_sums = {blocks = array<i64: 0, 0, 3, 0>, channels = 2 : i64, wide = 0 : i64}
func.func @lists(%x: tensor<4x16xi8>) -> tensor<4x2xi32> {
  %w = arith.constant dense<[[100, 0], [0, 0], [0, 0], [0, 0], [100, 0], [0, 0], [0, 0], [0, 0],
                             [127, 0], [127, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]]> : tensor<16x2xi8>
  %r = pith.group (%x, %w : tensor<4x16xi8>, tensor<16x2xi8>) kernel <"x86.pairs256", cost = 1, tile = [1, 2]> -> (tensor<4x2xi32>) {
  ^bb0(%a: tensor<4x16xi8>, %b: tensor<16x2xi8>):
    %s = pith.matmul %a, %b {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
    pith.yield %s : tensor<4x2xi32>
  }
  return %r : tensor<4x2xi32>
}

// Other rows keep their weights.
// CHECK-LABEL: @words
// CHECK-NOT: pith.from_pair_sums
func.func @words(%x: tensor<4x16xi8>) -> tensor<4x2xi32> {
  %w = arith.constant dense<1> : tensor<16x2xi8>
  %r = pith.group (%x, %w : tensor<4x16xi8>, tensor<16x2xi8>) kernel <"x86.words256", cost = 1, tile = [4, 2]> -> (tensor<4x2xi32>) {
  ^bb0(%a: tensor<4x16xi8>, %b: tensor<16x2xi8>):
    %s = pith.matmul %a, %b {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
    pith.yield %s : tensor<4x2xi32>
  }
  return %r : tensor<4x2xi32>
}
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "+avx2,+fma">} {
func.func @weights(%x: tensor<4x16xi8>, %w: tensor<16x2xi8>) -> tensor<4x2xi32> {
  // expected-error @+1 {{expected a product with constant weights and a tile of vectors of pixels and of channels}}
  %r = pith.group (%x, %w : tensor<4x16xi8>, tensor<16x2xi8>) kernel <"x86.pairs256", cost = 1, tile = [1, 2]> -> (tensor<4x2xi32>) {
  ^bb0(%a: tensor<4x16xi8>, %b: tensor<16x2xi8>):
    %s = pith.matmul %a, %b {rhs_signed, accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
    pith.yield %s : tensor<4x2xi32>
  }
  return %r : tensor<4x2xi32>
}
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "+avx2,+fma">} {
func.func @range(%x: tensor<4x16xi8>) -> tensor<4x2xi32> {
  %w = arith.constant dense<-1> : tensor<16x2xi8>
  // expected-error @+1 {{expected weights less their zero point to fit 8 bits}}
  %r = pith.group (%x, %w : tensor<4x16xi8>, tensor<16x2xi8>) kernel <"x86.pairs256", cost = 1, tile = [1, 2]> -> (tensor<4x2xi32>) {
  ^bb0(%a: tensor<4x16xi8>, %b: tensor<16x2xi8>):
    %s = pith.matmul %a, %b {accumulator = i32} : tensor<4x16xi8>, tensor<16x2xi8> -> tensor<4x2xi32>
    pith.yield %s : tensor<4x2xi32>
  }
  return %r : tensor<4x2xi32>
}
}
