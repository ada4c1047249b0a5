// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-join-groups | FileCheck %s

// Masks that broadcast along some dimensions: a block takes its part along the others. Reshapes
// by ones are seen through. Of attention three times in a row each is a chain, and all share a kernel.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @main
// CHECK-SAME: (%[[Q:[^:]+]]: tensor<2x3x128x32xf32>
// CHECK-NOT: pith.group
// CHECK-NOT: shape
// CHECK: %[[A:.+]] = pith.call @[[NAME:j0[^ ]*]] ins({{.+}}, %[[Q]], %{{.+}} : {{.+}}) outs
// CHECK: %[[B:.+]] = pith.call @[[NAME]] ins({{.+}}, %[[A]], %{{.+}} : {{.+}}) outs
// CHECK: %[[C:.+]] = pith.call @[[NAME]] ins({{.+}}, %[[B]], %{{.+}} : {{.+}}) outs
// CHECK: return %[[C]]

// CHECK: func private @[[NAME]](
// CHECK-SAME: pith.items = 48 : i64
// CHECK-SAME: pith.scratch = 16384 : i64
// CHECK: scf.for
// CHECK: %[[ROW:.+]] = arith.muli %{{.+}}, %c16
// CHECK: %[[HEAD:.+]] = arith.muli
// CHECK: %[[SAMPLE:.+]] = arith.muli
// CHECK: memref.subview %{{.+}}[%[[SAMPLE]], %[[HEAD]], %[[ROW]], 0] [1, 1, 16, 32]
// CHECK: memref.subview %{{.+}}[%[[SAMPLE]], %[[HEAD]], 0, 0] [1, 1, 32, 128]
// CHECK: pith.call @[[NAME]]_0
// CHECK: %[[SAMPLES:.+]] = memref.subview %{{.+}}[%[[SAMPLE]], 0, 0, 0] [1, 1, 1, 128]
// CHECK: %[[HEADS:.+]] = memref.subview %{{.+}}[0, %[[HEAD]], 0, 0] [1, 1, 1, 1]
// CHECK: %[[ROWS:.+]] = memref.subview %{{.+}}[%[[ROW]], 0] [16, 1]
// CHECK: %[[ALL:.+]] = memref.subview %{{.+}}[%[[SAMPLE]], %[[HEAD]], %[[ROW]], 0] [1, 1, 16, 128]
// CHECK: pith.call @[[NAME]]_1 ins(%{{.+}}, %[[SAMPLES]], %[[HEADS]], %[[ROWS]], %arg4, %[[ALL]] :
// CHECK: pith.call @[[NAME]]_2
func.func @main(%q: tensor<2x3x128x32xf32>, %k: tensor<2x3x32x128xf32>, %v: tensor<2x3x128x32xf32>, %by_samples: tensor<2x1x1x128xf32>, %by_heads: tensor<1x3x1x1xf32>, %by_rows: tensor<128x1xf32>, %by_columns: tensor<128xf32>, %all: tensor<2x3x128x128xf32>) -> tensor<2x3x128x32xf32> {
  %s = pith.group (%q, %k : tensor<2x3x128x32xf32>, tensor<2x3x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<2x3x128x128xf32>) {
  ^bb0(%left: tensor<2x3x128x32xf32>, %right: tensor<2x3x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<2x3x128x32xf32>, tensor<2x3x32x128xf32> -> tensor<2x3x128x128xf32>
    pith.yield %0 : tensor<2x3x128x128xf32>
  }
  %s5 = tensor.expand_shape %s [[0], [1], [2], [3, 4]] output_shape [2, 3, 128, 1, 128] : tensor<2x3x128x128xf32> into tensor<2x3x128x1x128xf32>
  %s4 = tensor.collapse_shape %s5 [[0], [1], [2, 3], [4]] : tensor<2x3x128x1x128xf32> into tensor<2x3x128x128xf32>
  %p = pith.group (%s4, %by_samples, %by_heads, %by_rows, %by_columns, %all : tensor<2x3x128x128xf32>, tensor<2x1x1x128xf32>, tensor<1x3x1x1xf32>, tensor<128x1xf32>, tensor<128xf32>, tensor<2x3x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<2x3x128x128xf32>) {
  ^bb0(%a: tensor<2x3x128x128xf32>, %m0: tensor<2x1x1x128xf32>, %m1: tensor<1x3x1x1xf32>, %m2: tensor<128x1xf32>, %m3: tensor<128xf32>, %m4: tensor<2x3x128x128xf32>):
    %0 = pith.map (%a, %m0, %m1, %m2, %m3, %m4 : tensor<2x3x128x128xf32>, tensor<2x1x1x128xf32>, tensor<1x3x1x1xf32>, tensor<128x1xf32>, tensor<128xf32>, tensor<2x3x128x128xf32>) -> tensor<2x3x128x128xf32> {
    ^bb0(%x: f32, %y0: f32, %y1: f32, %y2: f32, %y3: f32, %y4: f32):
      %1 = arith.addf %x, %y0 : f32
      %2 = arith.addf %1, %y1 : f32
      %3 = arith.addf %2, %y2 : f32
      %4 = arith.addf %3, %y3 : f32
      %5 = arith.addf %4, %y4 : f32
      pith.yield %5 : f32
    }
    %6 = pith.softmax %0 dims [3] : tensor<2x3x128x128xf32> -> tensor<2x3x128x128xf32>
    pith.yield %6 : tensor<2x3x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<2x3x128x128xf32>, tensor<2x3x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<2x3x128x32xf32>) {
  ^bb0(%left: tensor<2x3x128x128xf32>, %right: tensor<2x3x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<2x3x128x128xf32>, tensor<2x3x128x32xf32> -> tensor<2x3x128x32xf32>
    pith.yield %0 : tensor<2x3x128x32xf32>
  }
  %s1 = pith.group (%r, %k : tensor<2x3x128x32xf32>, tensor<2x3x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<2x3x128x128xf32>) {
  ^bb0(%left: tensor<2x3x128x32xf32>, %right: tensor<2x3x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<2x3x128x32xf32>, tensor<2x3x32x128xf32> -> tensor<2x3x128x128xf32>
    pith.yield %0 : tensor<2x3x128x128xf32>
  }
  %p1 = pith.group (%s1, %by_samples, %by_heads, %by_rows, %by_columns, %all : tensor<2x3x128x128xf32>, tensor<2x1x1x128xf32>, tensor<1x3x1x1xf32>, tensor<128x1xf32>, tensor<128xf32>, tensor<2x3x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<2x3x128x128xf32>) {
  ^bb0(%a: tensor<2x3x128x128xf32>, %m0: tensor<2x1x1x128xf32>, %m1: tensor<1x3x1x1xf32>, %m2: tensor<128x1xf32>, %m3: tensor<128xf32>, %m4: tensor<2x3x128x128xf32>):
    %0 = pith.map (%a, %m0, %m1, %m2, %m3, %m4 : tensor<2x3x128x128xf32>, tensor<2x1x1x128xf32>, tensor<1x3x1x1xf32>, tensor<128x1xf32>, tensor<128xf32>, tensor<2x3x128x128xf32>) -> tensor<2x3x128x128xf32> {
    ^bb0(%x: f32, %y0: f32, %y1: f32, %y2: f32, %y3: f32, %y4: f32):
      %1 = arith.addf %x, %y0 : f32
      %2 = arith.addf %1, %y1 : f32
      %3 = arith.addf %2, %y2 : f32
      %4 = arith.addf %3, %y3 : f32
      %5 = arith.addf %4, %y4 : f32
      pith.yield %5 : f32
    }
    %6 = pith.softmax %0 dims [3] : tensor<2x3x128x128xf32> -> tensor<2x3x128x128xf32>
    pith.yield %6 : tensor<2x3x128x128xf32>
  }
  %r1 = pith.group (%p1, %v : tensor<2x3x128x128xf32>, tensor<2x3x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<2x3x128x32xf32>) {
  ^bb0(%left: tensor<2x3x128x128xf32>, %right: tensor<2x3x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<2x3x128x128xf32>, tensor<2x3x128x32xf32> -> tensor<2x3x128x32xf32>
    pith.yield %0 : tensor<2x3x128x32xf32>
  }
  %s2 = pith.group (%r1, %k : tensor<2x3x128x32xf32>, tensor<2x3x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<2x3x128x128xf32>) {
  ^bb0(%left: tensor<2x3x128x32xf32>, %right: tensor<2x3x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<2x3x128x32xf32>, tensor<2x3x32x128xf32> -> tensor<2x3x128x128xf32>
    pith.yield %0 : tensor<2x3x128x128xf32>
  }
  %p2 = pith.group (%s2, %by_samples, %by_heads, %by_rows, %by_columns, %all : tensor<2x3x128x128xf32>, tensor<2x1x1x128xf32>, tensor<1x3x1x1xf32>, tensor<128x1xf32>, tensor<128xf32>, tensor<2x3x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<2x3x128x128xf32>) {
  ^bb0(%a: tensor<2x3x128x128xf32>, %m0: tensor<2x1x1x128xf32>, %m1: tensor<1x3x1x1xf32>, %m2: tensor<128x1xf32>, %m3: tensor<128xf32>, %m4: tensor<2x3x128x128xf32>):
    %0 = pith.map (%a, %m0, %m1, %m2, %m3, %m4 : tensor<2x3x128x128xf32>, tensor<2x1x1x128xf32>, tensor<1x3x1x1xf32>, tensor<128x1xf32>, tensor<128xf32>, tensor<2x3x128x128xf32>) -> tensor<2x3x128x128xf32> {
    ^bb0(%x: f32, %y0: f32, %y1: f32, %y2: f32, %y3: f32, %y4: f32):
      %1 = arith.addf %x, %y0 : f32
      %2 = arith.addf %1, %y1 : f32
      %3 = arith.addf %2, %y2 : f32
      %4 = arith.addf %3, %y3 : f32
      %5 = arith.addf %4, %y4 : f32
      pith.yield %5 : f32
    }
    %6 = pith.softmax %0 dims [3] : tensor<2x3x128x128xf32> -> tensor<2x3x128x128xf32>
    pith.yield %6 : tensor<2x3x128x128xf32>
  }
  %r2 = pith.group (%p2, %v : tensor<2x3x128x128xf32>, tensor<2x3x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<2x3x128x32xf32>) {
  ^bb0(%left: tensor<2x3x128x128xf32>, %right: tensor<2x3x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<2x3x128x128xf32>, tensor<2x3x128x32xf32> -> tensor<2x3x128x32xf32>
    pith.yield %0 : tensor<2x3x128x32xf32>
  }
  return %r2 : tensor<2x3x128x32xf32>
}
}
