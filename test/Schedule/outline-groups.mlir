// RUN: pith-opt %s --pith-outline-groups --split-input-file | FileCheck %s

// Two groups of one structure share a kernel; items are rows of the result.
// CHECK-LABEL: func @main
// CHECK: %[[E0:.+]] = tensor.empty
// CHECK: %[[A:.+]] = pith.call @k0_first_one ins(%arg0 : tensor<3x4xf32>) outs(%[[E0]] : tensor<3x4xf32>) -> tensor<3x4xf32>
// CHECK: pith.call @k0_first_one ins(%[[A]] : tensor<3x4xf32>)
// CHECK: pith.call @k1_norm
// CHECK: func private @k0_first_one(%[[X:.+]]: memref<3x4xf32>, %[[Y:.+]]: memref<3x4xf32>, %{{.+}}: index, %{{.+}}: index, %{{.+}}: memref<?xi8>)
// CHECK-SAME: pith.items = 3 : i64
// CHECK: %[[V:.+]] = bufferization.to_tensor %[[X]] restrict
// CHECK: %[[M:.+]] = pith.map(%[[V]]
// CHECK: bufferization.materialize_in_destination %[[M]] in restrict writable %[[Y]]
// CHECK: func private @k1_norm
// CHECK-SAME: pith.items = 1 : i64
func.func @main(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = pith.group (%x : tensor<3x4xf32>) kernel <"reference.map", cost = 12> -> (tensor<3x4xf32>) {
  ^bb0(%a: tensor<3x4xf32>):
    %m = pith.map (%a : tensor<3x4xf32>) -> tensor<3x4xf32> {
    ^bb0(%e: f32):
      %1 = arith.negf %e : f32
      pith.yield %1 : f32
    }
    pith.yield %m : tensor<3x4xf32>
  } loc("first/one")
  %1 = pith.group (%0 : tensor<3x4xf32>) kernel <"reference.map", cost = 12> -> (tensor<3x4xf32>) {
  ^bb0(%b: tensor<3x4xf32>):
    %n = pith.map (%b : tensor<3x4xf32>) -> tensor<3x4xf32> {
    ^bb0(%f: f32):
      %2 = arith.negf %f : f32
      pith.yield %2 : f32
    }
    pith.yield %n : tensor<3x4xf32>
  } loc("second")
  %2 = pith.group (%1 : tensor<3x4xf32>) kernel <"reference.softmax", cost = 12> -> (tensor<3x4xf32>) {
  ^bb0(%c: tensor<3x4xf32>):
    %s = pith.softmax %c dims [0, 1] : tensor<3x4xf32> -> tensor<3x4xf32>
    pith.yield %s : tensor<3x4xf32>
  } loc("norm")
  return %2 : tensor<3x4xf32>
}

// -----

// Rows of two elements are joined, and sixteen items are left.
// CHECK: func private @k0_short
// CHECK-SAME: pith.items = 16 : i64
func.func @main(%x: tensor<16x3x5x2xf32>) -> tensor<16x3x5x2xf32> {
  %0 = pith.group (%x : tensor<16x3x5x2xf32>) kernel <"reference.map", cost = 12> -> (tensor<16x3x5x2xf32>) {
  ^bb0(%a: tensor<16x3x5x2xf32>):
    %m = pith.map (%a : tensor<16x3x5x2xf32>) -> tensor<16x3x5x2xf32> {
    ^bb0(%e: f32):
      %1 = arith.negf %e : f32
      pith.yield %1 : f32
    }
    pith.yield %m : tensor<16x3x5x2xf32>
  } loc("short")
  return %0 : tensor<16x3x5x2xf32>
}
