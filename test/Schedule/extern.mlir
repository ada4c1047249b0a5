// What C functions compute is a kernel of its own on every target: nothing is fused
// with it, constants lie in memory, and a part of a tensor is copied.
// RUN: pith-opt %s --pith-schedule | FileCheck %s

// CHECK-LABEL: func.func @main
// CHECK: %[[W:.+]] = pith.constant dense<1.000000e+00> : tensor<4xf32> at
// CHECK: pith.call @[[BEFORE:k[0-9]_.+]] ins(%{{.+}} : memref<2x4xf32
// CHECK: pith.call @[[COPY:k[0-9]_.+]] ins(
// CHECK: pith.call @[[FOO:k[0-9]_foo1]] ins(%{{.+}}, %[[W]] : memref<4xf32>, memref<4xf32>) outs(%{{.+}}, %{{.+}} : memref<4xf32>, memref<3xf32>)
// CHECK: pith.call @[[BEHIND:k[0-9]_.+]] ins(
// CHECK: func.func private @[[FOO]](
// CHECK-SAME: pith.items = 1 : i64, pith.kernel = #pith.kernel<"extern", cost = 4
// CHECK-NOT: pith.map
// CHECK: pith.extern "foo"
// CHECK-NOT: pith.map
// CHECK: return
module attributes {pith.target = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">} {
  func.func @main(%x: tensor<2x4xf32> {pith.io = #pith.io<"x", f32>})
      -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}, tensor<3xf32> {pith.io = #pith.io<"z", f32>}) {
    %w = arith.constant dense<1.0> : tensor<4xf32>
    %a = pith.map (%x : tensor<2x4xf32>) -> tensor<2x4xf32> {
    ^bb0(%e: f32):
      %s = arith.addf %e, %e : f32
      pith.yield %s : f32
    } loc("twice")
    %p = tensor.extract_slice %a[1, 0] [1, 4] [1, 1] : tensor<2x4xf32> to tensor<4xf32>
    %b, %z = pith.extern "foo" "{}" ins(%p, %w : tensor<4xf32>, tensor<4xf32>) of [f32, f32] -> (tensor<4xf32>, tensor<3xf32>) of [f32, f32] loc("foo1")
    %y = pith.map (%b : tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%e: f32):
      %s = arith.mulf %e, %e : f32
      pith.yield %s : f32
    } loc("square")
    return %y, %z : tensor<4xf32>, tensor<3xf32>
  }
}
