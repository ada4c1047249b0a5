// RUN: pith-test-schedule %s --pith-assign-layouts | FileCheck %s

module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @operands
func.func @operands(%x: tensor<2x3x3x2xi8>, %m: tensor<3xf32>) -> tensor<2x3x3x3xi8> {
  // CHECK: kernel <"test.bytes", cost = 1> {pith.items = 2 : i64, pith.layouts = [#pith.layout<pad [0, 1, 1, 0] to [0, 1, 2, 0]>, #pith.layout<pad [0, 0, 0, 0] to [1, 0, 0, 2], shape [1, 4, 3, 3, 1, 4], order [0, 2, 3, 4, 1, 5]>, #pith.layout<pad [0] to [1], shape [1, 4], order [1, 0]>]}
  %w = pith.constant dense<1> : tensor<3x3x3x2xi8>
  %r = pith.group (%x, %w, %m : tensor<2x3x3x2xi8>, tensor<3x3x3x2xi8>, tensor<3xf32>) kernel <"test.bytes", cost = 1> -> (tensor<2x3x3x3xi8>) {
  ^bb0(%a: tensor<2x3x3x2xi8>, %f: tensor<3x3x3x2xi8>, %s: tensor<3xf32>):
    %0 = pith.conv %a, %f strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {accumulator = i32, filter_signed} : tensor<2x3x3x2xi8>, tensor<3x3x3x2xi8> -> tensor<2x3x3x3xi32>
    %1 = pith.requantize %0 scale(%s : tensor<3xf32>) : tensor<2x3x3x3xi32> -> tensor<2x3x3x3xi8>
    pith.yield %1 : tensor<2x3x3x3xi8>
  }
  return %r : tensor<2x3x3x3xi8>
}

// The same number everywhere is a constant in memory like any other.
// CHECK-LABEL: func @constant_inside
func.func @constant_inside(%x: tensor<2x4xi8>) -> tensor<2x4xi32> {
  // CHECK: %[[W:.+]] = pith.constant dense<3> : tensor<4x4xi8>
  // CHECK: pith.group(%arg0, %[[W]] : {{.*}}pith.layouts = [unit, #pith.layout<pad [0, 0] to [0, 0], shape [1, 4, 1, 4], order
  // CHECK-NOT: arith.constant
  // CHECK: return
  %r = pith.group (%x : tensor<2x4xi8>) kernel <"test.bytes", cost = 1> -> (tensor<2x4xi32>) {
  ^bb0(%a: tensor<2x4xi8>):
    %w = arith.constant dense<3> : tensor<4x4xi8>
    %0 = pith.matmul %a, %w {accumulator = i32, rhs_signed} : tensor<2x4xi8>, tensor<4x4xi8> -> tensor<2x4xi32>
    pith.yield %0 : tensor<2x4xi32>
  }
  return %r : tensor<2x4xi32>
}

// A row whose skeleton has no wishes.
// CHECK-LABEL: func @as_it_is
func.func @as_it_is(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  // CHECK: kernel <"test.nest", cost = 1> -> (
  %r = pith.group (%x : tensor<2x2xf32>) kernel <"test.nest", cost = 1> -> (tensor<2x2xf32>) {
  ^bb0(%a: tensor<2x2xf32>):
    %0 = pith.matmul %a, %a : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>
    pith.yield %0 : tensor<2x2xf32>
  }
  return %r : tensor<2x2xf32>
}

// All that read %r ask for one layout, in which it can be stored; %s is an answer
// too, and %t is read as it is by another row.
// CHECK-LABEL: func @results
func.func @results(%x: tensor<2x3xf32>, %w: tensor<3x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>, tensor<2x3xf32>) {
  // CHECK: kernel <"test.columns", cost = 1> {pith.layouts = [#pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>, unit], pith.result_layout = #pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>}
  %r = pith.group (%x, %w : tensor<2x3xf32>, tensor<3x3xf32>) kernel <"test.columns", cost = 1> -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x3xf32>):
    %0 = pith.matmul %a, %b : tensor<2x3xf32>, tensor<3x3xf32> -> tensor<2x3xf32>
    pith.yield %0 : tensor<2x3xf32>
  }
  // CHECK: kernel <"test.nest", cost = 1> -> (
  %l = pith.group (%r : tensor<2x3xf32>) kernel <"test.nest", cost = 1> -> (tensor<3x2xf32>) {
  ^bb0(%a: tensor<2x3xf32>):
    %0 = pith.to_layout %a layout <pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]> : tensor<2x3xf32> -> tensor<3x2xf32>
    pith.yield %0 : tensor<3x2xf32>
  }
  // CHECK: kernel <"test.columns", cost = 1> {pith.layouts = [#pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>, unit]} -> (
  %s = pith.group (%r, %w : tensor<2x3xf32>, tensor<3x3xf32>) kernel <"test.columns", cost = 1> -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x3xf32>):
    %0 = pith.matmul %a, %b : tensor<2x3xf32>, tensor<3x3xf32> -> tensor<2x3xf32>
    pith.yield %0 : tensor<2x3xf32>
  }
  // CHECK: kernel <"test.columns", cost = 1> {pith.layouts = [#pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>, unit]} -> (
  %t = pith.group (%s, %w : tensor<2x3xf32>, tensor<3x3xf32>) kernel <"test.columns", cost = 1> -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x3xf32>):
    %0 = pith.matmul %a, %b : tensor<2x3xf32>, tensor<3x3xf32> -> tensor<2x3xf32>
    pith.yield %0 : tensor<2x3xf32>
  }
  %u = pith.group (%t, %w : tensor<2x3xf32>, tensor<3x3xf32>) kernel <"test.nest", cost = 1> -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x3xf32>):
    %0 = pith.matmul %a, %b : tensor<2x3xf32>, tensor<3x3xf32> -> tensor<2x3xf32>
    pith.yield %0 : tensor<2x3xf32>
  }
  return %l, %s, %u : tensor<3x2xf32>, tensor<2x3xf32>, tensor<2x3xf32>
}
}
