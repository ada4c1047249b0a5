// RUN: pith-opt %s --pith-merge-equal --split-input-file | FileCheck %s

// Equal work on equal operands is done once.
// CHECK-LABEL: func @equal
func.func @equal(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[A:.+]] = pith.map(%arg0 : tensor<4xf32>)
  // CHECK-COUNT-1: math.sqrt
  // CHECK-NOT: math.sqrt
  // CHECK: pith.map(%[[A]], %[[A]] :
  %a = pith.map(%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%l: f32):
    %s = math.sqrt %l : f32
    pith.yield %s : f32
  }
  %b = pith.map(%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%l: f32):
    %s = math.sqrt %l : f32
    pith.yield %s : f32
  }
  %c = pith.map(%a, %b : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%l: f32, %r: f32):
    %s = arith.addf %l, %r : f32
    pith.yield %s : f32
  }
  return %c : tensor<4xf32>
}

// -----

// Regions that differ in an operator, in a number, or in which operand they read, stay.
// CHECK-LABEL: func @other_regions
func.func @other_regions(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK-COUNT-4: pith.map
  // CHECK: return %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} :
  %a = pith.map(%x, %y : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%l: f32, %r: f32):
    %s = arith.subf %l, %r : f32
    pith.yield %s : f32
  }
  %b = pith.map(%x, %y : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%l: f32, %r: f32):
    %s = arith.subf %r, %l : f32
    pith.yield %s : f32
  }
  %c = pith.map(%x, %y : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%l: f32, %r: f32):
    %k = arith.constant 1.0 : f32
    %s = arith.subf %l, %k : f32
    pith.yield %s : f32
  }
  %d = pith.map(%x, %y : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%l: f32, %r: f32):
    %k = arith.constant 2.0 : f32
    %s = arith.subf %l, %k : f32
    pith.yield %s : f32
  }
  return %a, %b, %c, %d : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// What is known outside of a loop is known inside, and not the other way round; what
// nothing reads goes.
// CHECK-LABEL: func @loop
func.func @loop(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<4x2xf32>) {
  // CHECK: %[[E:.+]] = tensor.empty() : tensor<4x2xf32>
  // CHECK-NEXT: %[[T:.+]] = linalg.transpose
  // CHECK: scf.for
  // CHECK-NOT: linalg.transpose
  // CHECK: tensor.collapse_shape %[[T]]
  // CHECK: }
  // CHECK-NOT: tensor.collapse_shape
  // CHECK: return %{{.+}}, %[[T]]
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %e = tensor.empty() : tensor<4x2xf32>
  %t = linalg.transpose ins(%x : tensor<2x4xf32>) outs(%e : tensor<4x2xf32>) permutation = [1, 0]
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %x) -> (tensor<2x4xf32>) {
    %f = tensor.empty() : tensor<4x2xf32>
    %u = linalg.transpose ins(%x : tensor<2x4xf32>) outs(%f : tensor<4x2xf32>) permutation = [1, 0]
    %v = tensor.collapse_shape %u [[0, 1]] : tensor<4x2xf32> into tensor<8xf32>
    %w = tensor.expand_shape %v [[0, 1]] output_shape [2, 4] : tensor<8xf32> into tensor<2x4xf32>
    scf.yield %w : tensor<2x4xf32>
  }
  %unread = tensor.collapse_shape %t [[0, 1]] : tensor<4x2xf32> into tensor<8xf32>
  return %r, %t : tensor<2x4xf32>, tensor<4x2xf32>
}
