// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-join-rows --split-input-file | FileCheck %s

// Groups on images that stay kernels of their own.

// What lies between is a result too, or tapped.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @returned
// CHECK-COUNT-2: pith.group
// CHECK: return
// CHECK-NOT: scf.for
func.func @returned(%x: tensor<1x16x16x8xf32>, %w: tensor<32x1x1x8xf32>, %v: tensor<8x1x1x32xf32>) -> (tensor<1x16x16x8xf32>, tensor<1x16x16x32xf32>) {
  %e = pith.group (%x, %w : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x16x16x32xf32>) {
  ^bb0(%a: tensor<1x16x16x8xf32>, %b: tensor<32x1x1x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32> -> tensor<1x16x16x32xf32>
    pith.yield %0 : tensor<1x16x16x32xf32>
  }
  %r = pith.group (%e, %v : tensor<1x16x16x32xf32>, tensor<8x1x1x32xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x16x16x8xf32>) {
  ^bb0(%a: tensor<1x16x16x32xf32>, %b: tensor<8x1x1x32xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x16x16x32xf32>, tensor<8x1x1x32xf32> -> tensor<1x16x16x8xf32>
    pith.yield %0 : tensor<1x16x16x8xf32>
  }
  return %r, %e : tensor<1x16x16x8xf32>, tensor<1x16x16x32xf32>
}
}

// -----

// The row of the table does not pad in memory: which rows are read depends on the block.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @padded_in_place
// CHECK-COUNT-2: pith.group
// CHECK: return
// CHECK-NOT: scf.for
func.func @padded_in_place(%x: tensor<1x16x16x8xf32>, %w: tensor<32x1x1x8xf32>, %d: tensor<32x3x3x1xf32>) -> tensor<1x16x16x32xf32> {
  %e = pith.group (%x, %w : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x16x16x32xf32>) {
  ^bb0(%a: tensor<1x16x16x8xf32>, %b: tensor<32x1x1x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32> -> tensor<1x16x16x32xf32>
    pith.yield %0 : tensor<1x16x16x32xf32>
  }
  %r = pith.group (%e, %d : tensor<1x16x16x32xf32>, tensor<32x3x3x1xf32>) kernel <"x86.elements.conv", cost = 100> -> (tensor<1x16x16x32xf32>) {
  ^bb0(%a: tensor<1x16x16x32xf32>, %b: tensor<32x3x3x1xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {groups = 32 : i64} : tensor<1x16x16x32xf32>, tensor<32x3x3x1xf32> -> tensor<1x16x16x32xf32>
    pith.yield %0 : tensor<1x16x16x32xf32>
  }
  return %r : tensor<1x16x16x32xf32>
}
}

// -----

// A window of all rows.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @whole_image
// CHECK-COUNT-2: pith.group
// CHECK: return
// CHECK-NOT: scf.for
func.func @whole_image(%x: tensor<1x16x16x8xf32>, %w: tensor<32x1x1x8xf32>, %d: tensor<32x16x16x1xf32>) -> tensor<1x1x1x32xf32> {
  %e = pith.group (%x, %w : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x16x16x32xf32>) {
  ^bb0(%a: tensor<1x16x16x8xf32>, %b: tensor<32x1x1x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32> -> tensor<1x16x16x32xf32>
    pith.yield %0 : tensor<1x16x16x32xf32>
  }
  %r = pith.group (%e, %d : tensor<1x16x16x32xf32>, tensor<32x16x16x1xf32>) kernel <"x86.taps512", cost = 100, tile = [14, 1]> -> (tensor<1x1x1x32xf32>) {
  ^bb0(%a: tensor<1x16x16x32xf32>, %b: tensor<32x16x16x1xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 32 : i64} : tensor<1x16x16x32xf32>, tensor<32x16x16x1xf32> -> tensor<1x1x1x32xf32>
    pith.yield %0 : tensor<1x1x1x32xf32>
  }
  return %r : tensor<1x1x1x32xf32>
}
}

// -----

// Rows far apart: of a block of two rows ten are computed.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @dilated
// CHECK-COUNT-2: pith.group
// CHECK: return
// CHECK-NOT: scf.for
func.func @dilated(%x: tensor<1x20x20x8xf32>, %w: tensor<32x1x1x8xf32>, %d: tensor<32x3x3x1xf32>) -> tensor<1x12x12x32xf32> {
  %e = pith.group (%x, %w : tensor<1x20x20x8xf32>, tensor<32x1x1x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x20x20x32xf32>) {
  ^bb0(%a: tensor<1x20x20x8xf32>, %b: tensor<32x1x1x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x20x20x8xf32>, tensor<32x1x1x8xf32> -> tensor<1x20x20x32xf32>
    pith.yield %0 : tensor<1x20x20x32xf32>
  }
  %r = pith.group (%e, %d : tensor<1x20x20x32xf32>, tensor<32x3x3x1xf32>) kernel <"x86.taps512", cost = 100, tile = [14, 1]> -> (tensor<1x12x12x32xf32>) {
  ^bb0(%a: tensor<1x20x20x32xf32>, %b: tensor<32x3x3x1xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [4, 4] {groups = 32 : i64} : tensor<1x20x20x32xf32>, tensor<32x3x3x1xf32> -> tensor<1x12x12x32xf32>
    pith.yield %0 : tensor<1x12x12x32xf32>
  }
  return %r : tensor<1x12x12x32xf32>
}
}

// -----

// Five rows cannot be cut into six blocks or more, but for one row each, of which three are
// computed.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @few_rows
// CHECK-COUNT-2: pith.group
// CHECK: return
// CHECK-NOT: scf.for
func.func @few_rows(%x: tensor<1x7x7x8xf32>, %w: tensor<32x1x1x8xf32>, %d: tensor<32x3x3x1xf32>) -> tensor<1x5x5x32xf32> {
  %e = pith.group (%x, %w : tensor<1x7x7x8xf32>, tensor<32x1x1x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x7x7x32xf32>) {
  ^bb0(%a: tensor<1x7x7x8xf32>, %b: tensor<32x1x1x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x7x7x8xf32>, tensor<32x1x1x8xf32> -> tensor<1x7x7x32xf32>
    pith.yield %0 : tensor<1x7x7x32xf32>
  }
  %r = pith.group (%e, %d : tensor<1x7x7x32xf32>, tensor<32x3x3x1xf32>) kernel <"x86.taps512", cost = 100, tile = [14, 1]> -> (tensor<1x5x5x32xf32>) {
  ^bb0(%a: tensor<1x7x7x32xf32>, %b: tensor<32x3x3x1xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 32 : i64} : tensor<1x7x7x32xf32>, tensor<32x3x3x1xf32> -> tensor<1x5x5x32xf32>
    pith.yield %0 : tensor<1x5x5x32xf32>
  }
  return %r : tensor<1x5x5x32xf32>
}
}

// -----

// More memory is needed elsewhere, for an image with two readers: to join others saves
// nothing.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @saves_nothing
// CHECK-COUNT-5: pith.group
// CHECK: return
// CHECK-NOT: scf.for
func.func @saves_nothing(%y: tensor<1x64x64x8xf32>, %x: tensor<1x16x16x8xf32>, %w: tensor<32x1x1x8xf32>, %v: tensor<8x1x1x32xf32>) -> (tensor<1x64x64x8xf32>, tensor<1x64x64x8xf32>, tensor<1x16x16x8xf32>) {
  %s = pith.group (%y, %w : tensor<1x64x64x8xf32>, tensor<32x1x1x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x64x64x32xf32>) {
  ^bb0(%a: tensor<1x64x64x8xf32>, %b: tensor<32x1x1x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x64x64x8xf32>, tensor<32x1x1x8xf32> -> tensor<1x64x64x32xf32>
    pith.yield %0 : tensor<1x64x64x32xf32>
  }
  %t = pith.group (%s, %v : tensor<1x64x64x32xf32>, tensor<8x1x1x32xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x64x64x8xf32>) {
  ^bb0(%a: tensor<1x64x64x32xf32>, %b: tensor<8x1x1x32xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x64x64x32xf32>, tensor<8x1x1x32xf32> -> tensor<1x64x64x8xf32>
    pith.yield %0 : tensor<1x64x64x8xf32>
  }
  %u = pith.group (%s, %v : tensor<1x64x64x32xf32>, tensor<8x1x1x32xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x64x64x8xf32>) {
  ^bb0(%a: tensor<1x64x64x32xf32>, %b: tensor<8x1x1x32xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x64x64x32xf32>, tensor<8x1x1x32xf32> -> tensor<1x64x64x8xf32>
    pith.yield %0 : tensor<1x64x64x8xf32>
  }
  %e = pith.group (%x, %w : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x16x16x32xf32>) {
  ^bb0(%a: tensor<1x16x16x8xf32>, %b: tensor<32x1x1x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32> -> tensor<1x16x16x32xf32>
    pith.yield %0 : tensor<1x16x16x32xf32>
  }
  %r = pith.group (%e, %v : tensor<1x16x16x32xf32>, tensor<8x1x1x32xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x16x16x8xf32>) {
  ^bb0(%a: tensor<1x16x16x32xf32>, %b: tensor<8x1x1x32xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x16x16x32xf32>, tensor<8x1x1x32xf32> -> tensor<1x16x16x8xf32>
    pith.yield %0 : tensor<1x16x16x8xf32>
  }
  return %t, %u, %r : tensor<1x64x64x8xf32>, tensor<1x64x64x8xf32>, tensor<1x16x16x8xf32>
}
}
