// RUN: pith-opt %s --pith-join-groups --split-input-file | FileCheck %s
// RUN: sed -e 's/x86.elements.softmax/x86.nest.softmax/' %s | pith-opt --pith-join-groups --split-input-file | FileCheck %s --check-prefix=NEST

// Scores and probabilities of four matrices of 128 x 128: blocks of 16 rows of one, of
// which both take 16 kB of scratch memory. The right sides are read by matrices.
// A nest takes as long as it takes: its groups stay.
// NEST-NOT: pith.call
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @main
// CHECK-NOT: pith.group
// CHECK: %[[E:.+]] = tensor.empty() : tensor<4x128x32xf32>
// CHECK: %[[R:.+]] = pith.call @j0_context ins(%arg1, %arg2, %arg0 : tensor<4x1x128x2x16x1xf32>, tensor<4x128x32xf32>, tensor<4x2x32x4x16x1xf32>) outs(%[[E]] : tensor<4x128x32xf32>)
// CHECK: return %[[R]]

// CHECK: func private @j0_context(%[[V:.+]]: memref<4x1x128x2x16x1xf32>, %[[Q:.+]]: memref<4x128x32xf32>, %[[K:.+]]: memref<4x2x32x4x16x1xf32>, %[[OUT:.+]]: memref<4x128x32xf32>, %[[BEGIN:.+]]: index, %[[END:.+]]: index, %[[SCRATCH:.+]]: memref<?xi8>)
// CHECK-SAME: pith.items = 32 : i64
// CHECK-SAME: pith.kernel = #pith.kernel<"x86.fma512", cost = 450
// CHECK-SAME: pith.scratch = 16384 : i64
// CHECK: scf.for %[[I:.+]] = %[[BEGIN]] to %[[END]]
// CHECK: %[[NUMBER:.+]] = arith.remui %[[I]], %{{.+}}
// CHECK: %[[ROW:.+]] = arith.muli %[[NUMBER]], %{{.+}}
// CHECK: %[[REST:.+]] = arith.divui %[[I]], %{{.+}}
// CHECK: memref.subview %[[Q]][%{{.+}}, %[[ROW]], 0] [1, 16, 32] [1, 1, 1]
// CHECK: memref.subview %[[K]][%{{.+}}, 0, 0, 0, 0, 0] [1, 2, 32, 4, 16, 1]
// CHECK: memref.view %[[SCRATCH]]
// CHECK: pith.call @j0_context_0 ins
// CHECK: pith.call @j0_context_1 ins
// CHECK: pith.call @j0_context_2 ins
// CHECK: func private @j0_context_0(%{{.+}}: memref<1x16x32xf32>, %{{.+}}: memref<1x2x32x4x16x1xf32>, %{{.+}}: memref<1x16x128xf32>
// CHECK: pith.from_layout %{{.+}} layout <pad [0, 0, 0] to [0, 0, 0], shape [1, 32, 1, 2, 4, 16], order [0, 3, 1, 4, 5, 2]>
// CHECK: pith.matmul %{{.+}} : tensor<1x16x32xf32>, tensor<1x32x128xf32> -> tensor<1x16x128xf32>
// CHECK: func private @j0_context_1
// CHECK-SAME: pith.items = 16 : i64
// CHECK: pith.softmax %{{.+}} dims [2] : tensor<1x16x128xf32>
func.func @main(%k: tensor<4x2x32x4x16x1xf32>, %v: tensor<4x1x128x2x16x1xf32>, %q: tensor<4x128x32xf32>) -> tensor<4x128x32xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x2x32x4x16x1xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x32xf32>, %b: tensor<4x2x32x4x16x1xf32>):
    %0 = pith.from_layout %b layout <pad [0, 0, 0] to [0, 0, 0], shape [4, 32, 1, 2, 4, 16], order [0, 3, 1, 4, 5, 2]> : tensor<4x2x32x4x16x1xf32> -> tensor<4x32x128xf32>
    %1 = pith.matmul %a, %0 : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %1 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x1x128x2x16x1xf32>) kernel <"x86.fma512", cost = 200, tile = [14, 2]> -> (tensor<4x128x32xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>, %b: tensor<4x1x128x2x16x1xf32>):
    %0 = pith.from_layout %b layout <pad [0, 0, 0] to [0, 0, 0], shape [4, 128, 1, 1, 2, 16], order [0, 3, 1, 4, 5, 2]> : tensor<4x1x128x2x16x1xf32> -> tensor<4x128x32xf32>
    %1 = pith.matmul %a, %0 : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %1 : tensor<4x128x32xf32>
  } loc("context")
  return %r : tensor<4x128x32xf32>
}
}
