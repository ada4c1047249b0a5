// The stage schedule of a module with several targets: a schedule for each, one
// table of weights.
// RUN: pith-opt %s --pith-schedule-variants | FileCheck %s

// CHECK: module attributes {pith.targets = [{{.*}}cpu = "x86-64-v4"{{.*}}cpu = "x86-64-v3"{{.*}}]} {
// CHECK: module @"x86-64-v4" attributes {pith.arena = {{[0-9]+}} : i64, {{.*}}pith.target = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "">, pith.weights = 64 : i64}
// CHECK: func.func @main(%{{.*}}: memref<4xf32>
// CHECK: pith.constant dense<{{.*}}> : tensor<4xf32> at 0 as
// CHECK: pith.call @[[K:k0_[a-z]*]] ins
// CHECK: func.func private @[[K]](
// CHECK: module @"x86-64-v3" attributes {{.*}}cpu = "x86-64-v3"{{.*}}pith.weights = 64 : i64
// CHECK: func.func @main
// CHECK: pith.constant dense<{{.*}}> : tensor<4xf32> at 0 as
// CHECK: pith.call @[[K]] ins
// CHECK: func.func private @[[K]](
module attributes {pith.targets = [
    #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "">,
    #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">]} {
  func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
    %w = pith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
    %y = pith.map (%x, %w : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%a: f32, %b: f32):
      %s = arith.addf %a, %b : f32
      pith.yield %s : f32
    }
    return %y : tensor<4xf32>
  }
}
