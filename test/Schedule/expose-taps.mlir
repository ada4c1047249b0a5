// RUN: pith-opt %s --pith-expose-taps | FileCheck %s

// CHECK-LABEL: func @main
// CHECK-SAME: -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}, tensor<4xf32> {pith.io = #pith.io<"a", f32>})
func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  // CHECK-NOT: pith.tap
  // CHECK: %[[R:.+]] = pith.softmax %[[X:.+]] dims
  // CHECK: return %[[R]], %[[X]]
  %0 = pith.tap "a" %x : tensor<4xf32>
  %1 = pith.softmax %0 dims [0] : tensor<4xf32> -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
