// RUN: pith-opt %s --pith-form-groups --split-input-file | FileCheck %s
// RUN: pith-opt %s --pith-form-groups=fusion=false --split-input-file | FileCheck %s --check-prefix=OFF

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// The element-wise work behind the convolution joins it, the transpose in front too.
// CHECK-LABEL: func @work_joins_its_anchor
// CHECK-SAME: (%[[X:.+]]: tensor<1x1x8x8xf32>, %[[W:.+]]: tensor<4x3x3x1xf32>)
// OFF-LABEL: func @work_joins_its_anchor
func.func @work_joins_its_anchor(%x: tensor<1x1x8x8xf32>, %w: tensor<4x3x3x1xf32>) -> tensor<1x6x6x4xf32> {
  // CHECK-NEXT: %[[R:.+]] = pith.group(%[[X]], %[[W]] :
  // CHECK-NEXT: ^bb0(%[[A:.+]]: tensor<1x1x8x8xf32>, %[[B:.+]]: tensor<4x3x3x1xf32>)
  // CHECK-NEXT: tensor.empty
  // CHECK-NEXT: %[[T:.+]] = linalg.transpose ins(%[[A]]
  // CHECK-NEXT: %[[C:.+]] = pith.conv %[[T]], %[[B]]
  // CHECK-NEXT: %[[M:.+]] = pith.map(%[[C]]
  // CHECK: pith.yield %[[M]]
  // CHECK: return %[[R]]
  // OFF-COUNT-3: pith.group
  // OFF-NOT: pith.group
  // OFF: return
  %e = tensor.empty() : tensor<1x8x8x1xf32>
  %t = linalg.transpose ins(%x : tensor<1x1x8x8xf32>) outs(%e : tensor<1x8x8x1xf32>) permutation = [0, 2, 3, 1]
  %c = pith.conv %t, %w strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x8x8x1xf32>, tensor<4x3x3x1xf32> -> tensor<1x6x6x4xf32>
  %m = pith.map (%c : tensor<1x6x6x4xf32>) -> tensor<1x6x6x4xf32> {
  ^bb0(%a: f32):
    %0 = arith.negf %a : f32
    pith.yield %0 : f32
  }
  return %m : tensor<1x6x6x4xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// A value that two operations use is computed once: it ends its group.
// CHECK-LABEL: func @shared_values_end_a_group
func.func @shared_values_end_a_group(%x: tensor<8x8xf32>, %w: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  // CHECK: %[[C:.+]] = pith.group
  // CHECK: pith.matmul
  // CHECK-NEXT: pith.yield
  // CHECK: %[[M:.+]] = pith.group(%[[C]] :
  // CHECK: return %[[C]], %[[M]]
  %c = pith.matmul %x, %w : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  %m = pith.map (%c : tensor<8x8xf32>) -> tensor<8x8xf32> {
  ^bb0(%a: f32):
    %0 = arith.negf %a : f32
    pith.yield %0 : f32
  }
  return %c, %m : tensor<8x8xf32>, tensor<8x8xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// Work that broadcasting would repeat stays in a group of its own.
// CHECK-LABEL: func @broadcast_work_is_not_repeated
func.func @broadcast_work_is_not_repeated(%x: tensor<8x8xf32>, %s: tensor<8xf32>) -> tensor<8x8xf32> {
  // CHECK: %[[S:.+]] = pith.group(%arg1 :
  // CHECK: %[[R:.+]] = pith.group(%arg0, %[[S]] :
  // CHECK: return %[[R]]
  %n = pith.map (%s : tensor<8xf32>) -> tensor<8xf32> {
  ^bb0(%a: f32):
    %0 = arith.negf %a : f32
    pith.yield %0 : f32
  }
  %m = pith.map (%x, %n : tensor<8x8xf32>, tensor<8xf32>) -> tensor<8x8xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %b : f32
    pith.yield %0 : f32
  }
  return %m : tensor<8x8xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// Constants that a kernel reads become weights; one number everywhere goes inside.
// CHECK-LABEL: func @constants
func.func @constants(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // CHECK-NEXT: %[[W:.+]] = pith.constant dense<{{.+}}> : tensor<2x2xf32>
  // CHECK-NEXT: pith.group(%arg0, %[[W]] :
  // CHECK: arith.constant dense<1.000000e+00> : tensor<2xf32>
  // CHECK: pith.matmul
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<1.0> : tensor<2xf32>
  %c = pith.matmul %x, %w bias(%b : tensor<2xf32>) : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  return %c : tensor<2x2xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// Views are free in memory: they stay outside.
// CHECK-LABEL: func @views_stay_outside
func.func @views_stay_outside(%x: tensor<4x4xf32>) -> tensor<8xf32> {
  // CHECK: tensor.extract_slice
  // CHECK: %[[V:.+]] = tensor.collapse_shape
  // CHECK: pith.group(%[[V]] :
  %s = tensor.extract_slice %x[0, 0] [2, 4] [1, 1] : tensor<4x4xf32> to tensor<2x4xf32>
  %v = tensor.collapse_shape %s [[0, 1]] : tensor<2x4xf32> into tensor<8xf32>
  %m = pith.map (%v : tensor<8xf32>) -> tensor<8xf32> {
  ^bb0(%a: f32):
    %0 = arith.negf %a : f32
    pith.yield %0 : f32
  }
  return %m : tensor<8xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// Both users of the product are in the group; then so is the product.
// CHECK-LABEL: func @used_twice_in_one_group
func.func @used_twice_in_one_group(%x: tensor<2x2xf32>, %w: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // CHECK: pith.group(%arg0, %arg1 :
  // CHECK: pith.matmul
  // CHECK: pith.map
  // CHECK: pith.map
  // CHECK-NOT: pith.group
  // CHECK: return
  %c = pith.matmul %x, %w : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %e = pith.map (%c : tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%a: f32):
    %0 = math.exp %a : f32
    pith.yield %0 : f32
  }
  %m = pith.map (%c, %e : tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %b : f32
    pith.yield %0 : f32
  }
  return %m : tensor<2x2xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// The same where the reader that comes in first is the first operand.
// CHECK-LABEL: func @used_twice_in_any_order
func.func @used_twice_in_any_order(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // CHECK: pith.group(%arg0 :
  // CHECK-COUNT-3: pith.map
  // CHECK-NOT: pith.group
  // CHECK: return
  %v = pith.map (%x : tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%a: f32):
    %0 = math.absf %a : f32
    pith.yield %0 : f32
  }
  %e = pith.map (%v : tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%a: f32):
    %0 = math.exp %a : f32
    pith.yield %0 : f32
  }
  %m = pith.map (%e, %v : tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %b : f32
    pith.yield %0 : f32
  }
  return %m : tensor<2x2xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// A user outside keeps it in memory.
// CHECK-LABEL: func @used_outside_too
func.func @used_outside_too(%x: tensor<2x2xf32>, %w: tensor<2x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  // CHECK: %[[C:.+]] = pith.group(%arg0, %arg1 :
  // CHECK: pith.matmul
  // CHECK: pith.group(%[[C]] :
  // CHECK: return %{{.+}}, %[[C]]
  %c = pith.matmul %x, %w : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
  %m = pith.map (%c, %c : tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %b : f32
    pith.yield %0 : f32
  }
  return %m, %c : tensor<2x2xf32>, tensor<2x2xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// One number in all elements of a large constant: part of the group, as that of a
// small one is.
// CHECK-LABEL: func @large_splat
func.func @large_splat(%x: tensor<2x4xi8>, %w: tensor<4x4096xi8>) -> tensor<2x4096xi32> {
  // CHECK: pith.group(%arg0, %arg1 :
  // CHECK: arith.constant dense<3> : tensor<1x4096xi8>
  // CHECK-NEXT: pith.matmul
  %z = pith.constant dense<3> : tensor<1x4096xi8>
  %r = pith.matmul %x, %w rhs_zero_point(%z : tensor<1x4096xi8>) {accumulator = i32} : tensor<2x4xi8>, tensor<4x4096xi8> -> tensor<2x4096xi32>
  return %r : tensor<2x4096xi32>
}
}
