// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-join-rows --split-input-file | FileCheck %s

// Three convolutions with a sum behind them. The window of the middle one is three rows
// of an image that has a row of zeros at either end: a block of two rows reads four of
// them, and the first one computes four as all others do. Nothing is written into the
// frame, so that it is made once.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @inverted
// CHECK-NOT: pith.group
// CHECK: %[[E:.+]] = tensor.empty() : tensor<1x16x16x8xf32>
// CHECK: %[[R:.+]] = pith.call @r0_sum ins(%arg1, %arg0, %arg2, %arg3 : tensor<32x1x1x8xf32>, tensor<1x16x16x8xf32>, tensor<32x3x3x1xf32>, tensor<8x1x1x32xf32>) outs(%[[E]] : tensor<1x16x16x8xf32>)
// CHECK: return %[[R]]
// CHECK: func private @r0_sum(%{{.+}}: memref<32x1x1x8xf32>, %[[X:.+]]: memref<1x16x16x8xf32>, %{{.+}}: memref<32x3x3x1xf32>, %{{.+}}: memref<8x1x1x32xf32>, %[[OUT:.+]]: memref<1x16x16x8xf32>, %[[BEGIN:.+]]: index, %[[END:.+]]: index, %[[SCRATCH:.+]]: memref<?xi8>)
// CHECK-SAME: pith.items = 8 : i64, pith.kernel = #pith.kernel<"x86.fma512", cost = 600, tile = [6, 4]>, pith.scratch = 17920 : i64
// CHECK: %[[ALL:.+]] = memref.view %[[SCRATCH]]{{.+}} to memref<1x6x18x32xf32>
// CHECK: pith.call @r0_sum_0_frame ins() outs(%[[ALL]]
// CHECK: scf.for %[[I:.+]] = %[[BEGIN]] to %[[END]]
// CHECK: %[[ROW:.+]] = arith.muli %[[I]], %c2
// CHECK: %[[ABOVE:.+]] = arith.subi %[[ROW]], %c1
// CHECK: %[[INSIDE:.+]] = arith.maxsi %[[ABOVE]], %c0
// CHECK: %[[FIRST:.+]] = arith.minsi %[[INSIDE]], %c12
// CHECK: %[[FEW:.+]] = memref.subview %[[X]][0, %[[FIRST]], 0, 0] [1, 4, 16, 8]
// CHECK: %[[FRAME:.+]] = memref.view %[[SCRATCH]]{{.+}} to memref<1x6x18x32xf32>
// CHECK: %[[MADE:.+]] = memref.subview %[[FRAME]][0, 1, 1, 0] [1, 4, 16, 32]
// CHECK: pith.call @r0_sum_0 ins(%{{.+}}, %[[FEW]] {{.+}} outs(%[[MADE]]
// CHECK: %[[SHIFT:.+]] = arith.subi %[[ROW]], %[[FIRST]]
// CHECK: %[[READ:.+]] = memref.subview %{{.+}}[0, %[[SHIFT]], 0, 0] [1, 4, 18, 32]
// CHECK: pith.call @r0_sum_1 ins(%[[READ]],
// CHECK: %[[OLD:.+]] = memref.subview %[[X]][0, %[[ROW]], 0, 0] [1, 2, 16, 8]
// CHECK: %[[NEW:.+]] = memref.subview %[[OUT]][0, %[[ROW]], 0, 0] [1, 2, 16, 8]
// CHECK: pith.call @r0_sum_2 ins(%{{.+}}, %{{.+}}, %[[OLD]] {{.+}} outs(%[[NEW]]
// CHECK: func private @r0_sum_0_frame
// CHECK: pith.frame layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]> : tensor<1x6x18x32xf32>
// CHECK: func private @r0_sum_1(
// CHECK: pith.conv {{.+}} : tensor<1x4x18x32xf32>, tensor<32x3x3x1xf32> -> tensor<1x2x16x32xf32>
func.func @inverted(%x: tensor<1x16x16x8xf32>, %w: tensor<32x1x1x8xf32>, %d: tensor<32x3x3x1xf32>, %v: tensor<8x1x1x32xf32>) -> tensor<1x16x16x8xf32> {
  %f = pith.group () kernel <"x86.frame", cost = 10> {pith.items = 18 : i64} -> (tensor<1x18x18x32xf32>) {
    %0 = pith.frame layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]> : tensor<1x18x18x32xf32>
    pith.yield %0 : tensor<1x18x18x32xf32>
  }
  %e = pith.group (%w, %x : tensor<32x1x1x8xf32>, tensor<1x16x16x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<1x16x16x32xf32>) {
  ^bb0(%b: tensor<32x1x1x8xf32>, %a: tensor<1x16x16x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x16x16x8xf32>, tensor<32x1x1x8xf32> -> tensor<1x16x16x32xf32>
    pith.yield %0 : tensor<1x16x16x32xf32>
  }
  %p = tensor.insert_slice %e into %f[0, 1, 1, 0] [1, 16, 16, 32] [1, 1, 1, 1] : tensor<1x16x16x32xf32> into tensor<1x18x18x32xf32>
  %m = pith.group (%p, %d : tensor<1x18x18x32xf32>, tensor<32x3x3x1xf32>) kernel <"x86.taps512", cost = 200, tile = [14, 1]> -> (tensor<1x16x16x32xf32>) {
  ^bb0(%a: tensor<1x18x18x32xf32>, %b: tensor<32x3x3x1xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 32 : i64} : tensor<1x18x18x32xf32>, tensor<32x3x3x1xf32> -> tensor<1x16x16x32xf32>
    pith.yield %0 : tensor<1x16x16x32xf32>
  }
  %r = pith.group (%m, %v, %x : tensor<1x16x16x32xf32>, tensor<8x1x1x32xf32>, tensor<1x16x16x8xf32>) kernel <"x86.fma512", cost = 300, tile = [6, 4]> -> (tensor<1x16x16x8xf32>) {
  ^bb0(%a: tensor<1x16x16x32xf32>, %b: tensor<8x1x1x32xf32>, %c: tensor<1x16x16x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x16x16x32xf32>, tensor<8x1x1x32xf32> -> tensor<1x16x16x8xf32>
    %1 = pith.map (%0, %c : tensor<1x16x16x8xf32>, tensor<1x16x16x8xf32>) -> tensor<1x16x16x8xf32> {
    ^bb0(%i: f32, %j: f32):
      %2 = arith.addf %i, %j : f32
      pith.yield %2 : f32
    }
    pith.yield %1 : tensor<1x16x16x8xf32>
  } loc("sum")
  return %r : tensor<1x16x16x8xf32>
}
}

// -----

// Two images, and a middle one with stride 2, whose last row of padding is not read.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @strided
// CHECK-NOT: pith.group
// CHECK: pith.call @r0_strided
// CHECK: func private @r0_strided(
// CHECK-SAME: pith.items = 32 : i64
// CHECK: scf.for %[[I:.+]] =
// CHECK: %[[IMAGE:.+]] = arith.divui %[[I]], %c16
// CHECK: %[[ROW:.+]] = arith.remui %[[I]], %c16
// CHECK: memref.subview %arg0[%[[IMAGE]], %{{.+}}, 0, 0] [1, 3, 32, 8]
// CHECK: memref.subview %arg3[%[[IMAGE]], %[[ROW]], 0, 0] [1, 1, 16, 32]
// CHECK: pith.frame layout <pad [0, 1, 1, 0] to [0, 0, 1, 0]> : tensor<1x4x34x32xf32>
func.func @strided(%x: tensor<2x32x32x8xf32>, %w: tensor<32x1x1x8xf32>, %d: tensor<32x3x3x1xf32>) -> tensor<2x16x16x32xf32> {
  %f = pith.group () kernel <"x86.frame", cost = 10> {pith.items = 68 : i64} -> (tensor<2x34x34x32xf32>) {
    %0 = pith.frame layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]> : tensor<2x34x34x32xf32>
    pith.yield %0 : tensor<2x34x34x32xf32>
  }
  %e = pith.group (%x, %w : tensor<2x32x32x8xf32>, tensor<32x1x1x8xf32>) kernel <"x86.fma512", cost = 100, tile = [6, 4]> -> (tensor<2x32x32x32xf32>) {
  ^bb0(%a: tensor<2x32x32x8xf32>, %b: tensor<32x1x1x8xf32>):
    %0 = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<2x32x32x8xf32>, tensor<32x1x1x8xf32> -> tensor<2x32x32x32xf32>
    pith.yield %0 : tensor<2x32x32x32xf32>
  }
  %p = tensor.insert_slice %e into %f[0, 1, 1, 0] [2, 32, 32, 32] [1, 1, 1, 1] : tensor<2x32x32x32xf32> into tensor<2x34x34x32xf32>
  %m = pith.group (%p, %d : tensor<2x34x34x32xf32>, tensor<32x3x3x1xf32>) kernel <"x86.taps512", cost = 200, tile = [14, 1]> -> (tensor<2x16x16x32xf32>) {
  ^bb0(%a: tensor<2x34x34x32xf32>, %b: tensor<32x3x3x1xf32>):
    %0 = pith.conv %a, %b strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 32 : i64} : tensor<2x34x34x32xf32>, tensor<32x3x3x1xf32> -> tensor<2x16x16x32xf32>
    pith.yield %0 : tensor<2x16x16x32xf32>
  } loc("strided")
  return %m : tensor<2x16x16x32xf32>
}
}
