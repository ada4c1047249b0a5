// RUN: pith-opt %s --canonicalize | FileCheck %s

// One number everywhere moves into the region; nothing leaves it.
// CHECK-LABEL: func @splat_operand_moves_inside
// CHECK-SAME: (%[[X:.+]]: tensor<2x4xf32>)
func.func @splat_operand_moves_inside(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // CHECK-NEXT: %[[R:.+]] = pith.map(%[[X]] : tensor<2x4xf32>)
  // CHECK-NEXT: ^bb0(%[[A:.+]]: f32)
  // CHECK-NEXT: %[[C:.+]] = arith.constant 2.000000e+00 : f32
  // CHECK-NEXT: arith.mulf %[[A]], %[[C]]
  %c = arith.constant dense<2.0> : tensor<4xf32>
  %r = pith.map (%x, %c : tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %b : f32
    pith.yield %0 : f32
  }
  return %r : tensor<2x4xf32>
}

// An elementary function of a constant is not left to the host's library.
// CHECK-LABEL: func @functions_of_constants_stay
func.func @functions_of_constants_stay(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // CHECK: %[[C:.+]] = arith.constant dense<2.000000e+00> : tensor<4xf32>
  // CHECK: pith.map(%{{.+}}, %[[C]] :
  // CHECK: math.exp
  %c = arith.constant dense<2.0> : tensor<4xf32>
  %r = pith.map (%x, %c : tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.negf %b : f32
    %1 = math.exp %0 : f32
    %2 = arith.mulf %a, %1 : f32
    pith.yield %2 : f32
  }
  return %r : tensor<2x4xf32>
}

// CHECK-LABEL: func @other_constants_stay
func.func @other_constants_stay(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK: %[[C:.+]] = arith.constant dense<[1.000000e+00, 2.000000e+00]>
  // CHECK: pith.map(%{{.+}}, %[[C]] :
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %r = pith.map (%x, %c : tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: f32, %b: f32):
    %0 = arith.mulf %a, %b : f32
    pith.yield %0 : f32
  }
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @operands_are_dropped_and_joined
// CHECK-SAME: (%[[X:.+]]: tensor<2xf32>, %{{.+}}: tensor<2xf32>)
func.func @operands_are_dropped_and_joined(%x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: pith.map(%[[X]] : tensor<2xf32>)
  // CHECK-NEXT: ^bb0(%[[A:.+]]: f32)
  // CHECK-NEXT: arith.mulf %[[A]], %[[A]]
  %r = pith.map (%x, %y, %x : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %0 = arith.mulf %a, %c : f32
    pith.yield %0 : f32
  }
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @identity_is_its_operand
// CHECK-SAME: (%[[X:.+]]: tensor<2xf32>)
func.func @identity_is_its_operand(%x: tensor<2xf32>) -> tensor<2xf32> {
  // CHECK-NEXT: return %[[X]]
  %r = pith.map (%x : tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: f32):
    pith.yield %a : f32
  }
  return %r : tensor<2xf32>
}

// CHECK-LABEL: func @broadcast_is_not
func.func @broadcast_is_not(%x: tensor<2xf32>) -> tensor<3x2xf32> {
  // CHECK-NEXT: pith.map
  %r = pith.map (%x : tensor<2xf32>) -> tensor<3x2xf32> {
  ^bb0(%a: f32):
    pith.yield %a : f32
  }
  return %r : tensor<3x2xf32>
}

// Constants of one type stay apart when their values differ, in memory too.
// CHECK-LABEL: func @constants_in_memory
func.func @constants_in_memory() -> (memref<2xf32>, memref<2xf32>, memref<2xf32>) {
  // CHECK-DAG: %[[A:.+]] = pith.constant dense<[1.000000e+00, 2.000000e+00]>
  // CHECK-DAG: %[[B:.+]] = pith.constant dense<[3.000000e+00, 4.000000e+00]>
  // CHECK: return %[[A]], %[[B]], %[[A]]
  %a = pith.constant dense<[1.0, 2.0]> : tensor<2xf32> at 0 as memref<2xf32>
  %b = pith.constant dense<[3.0, 4.0]> : tensor<2xf32> at 64 as memref<2xf32>
  %c = pith.constant dense<[1.0, 2.0]> : tensor<2xf32> at 0 as memref<2xf32>
  return %a, %b, %c : memref<2xf32>, memref<2xf32>, memref<2xf32>
}

// A reduction of nothing is where its partial results begin.
// CHECK-LABEL: func @reductions_of_nothing
func.func @reductions_of_nothing(%x: tensor<2x0xf32>, %i: tensor<0xi8>) -> (tensor<2xf32>, tensor<2xf32>, tensor<i8>) {
  // CHECK-DAG: %[[MAX:.+]] = arith.constant dense<0xFF800000> : tensor<2xf32>
  // CHECK-DAG: %[[PRODUCT:.+]] = arith.constant dense<1.000000e+00> : tensor<2xf32>
  // CHECK-DAG: %[[MIN:.+]] = arith.constant dense<127> : tensor<i8>
  // CHECK: return %[[MAX]], %[[PRODUCT]], %[[MIN]]
  %0 = pith.reduce max %x dims [1] : tensor<2x0xf32> -> tensor<2xf32>
  %1 = pith.reduce product %x dims [1] : tensor<2x0xf32> -> tensor<2xf32>
  %2 = pith.reduce min %i dims [0] {is_signed} : tensor<0xi8> -> tensor<i8>
  return %0, %1, %2 : tensor<2xf32>, tensor<2xf32>, tensor<i8>
}

// Constants are packed: here two columns side by side, a row of zeros behind.
// CHECK-LABEL: func @constants_are_packed
func.func @constants_are_packed() -> tensor<2x2x2xi8> {
  // CHECK: arith.constant dense<{{\[\[}}[1, 2], [5, 6]], {{\[}}[3, 4], [0, 0]]]> : tensor<2x2x2xi8>
  %c = arith.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8>
  %p = pith.to_layout %c layout <pad [0, 0] to [1, 0], shape [2, 2, 2], order [1, 0, 2]> : tensor<3x2xi8> -> tensor<2x2x2xi8>
  return %p : tensor<2x2x2xi8>
}

// CHECK-LABEL: func @there_and_back
// CHECK-SAME: (%[[X:.+]]: tensor<3xi8>)
func.func @there_and_back(%x: tensor<3xi8>) -> tensor<3xi8> {
  // CHECK-NEXT: return %[[X]]
  %p = pith.to_layout %x layout <pad [1] to [0]> : tensor<3xi8> -> tensor<4xi8>
  %r = pith.from_layout %p layout <pad [1] to [0]> : tensor<4xi8> -> tensor<3xi8>
  return %r : tensor<3xi8>
}

// What padding holds is read here.
// CHECK-LABEL: func @another_layout_stays
func.func @another_layout_stays(%x: tensor<3xi8>) -> tensor<3xi8> {
  // CHECK: pith.to_layout
  // CHECK: pith.from_layout
  %p = pith.to_layout %x layout <pad [1] to [0]> : tensor<3xi8> -> tensor<4xi8>
  %r = pith.from_layout %p layout <pad [0] to [1]> : tensor<4xi8> -> tensor<3xi8>
  return %r : tensor<3xi8>
}
