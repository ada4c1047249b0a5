// RUN: pith-test-schedule %s --pith-select-kernels --split-input-file | FileCheck %s

// A row that costs more than others, and the tile that its skeleton would not take here.
module attributes {pith.options = {row = "test.words:1x4"}, pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">} {
// CHECK-LABEL: func @row_and_tile
func.func @row_and_tile(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.words", cost = {{[0-9]+}}, tile = [1, 4], rejected = ["test.bytes: is not test.words, which --row asks for"
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}

// What the row is not for runs as ever.
// CHECK-LABEL: func @another_anchor
func.func @another_anchor(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: kernel <"test.nest"
  %r = pith.group (%x : tensor<4xf32>) -> (tensor<4xf32>) {
  ^bb0(%a: tensor<4xf32>):
    %0 = pith.map (%a : tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%e: f32):
      %1 = arith.negf %e : f32
      pith.yield %1 : f32
    }
    pith.yield %0 : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}
}

// -----

// The row fuses nothing: what is behind the anchor gets a group of its own.
module attributes {pith.options = {row = "test.proved"}, pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @falls_apart
func.func @falls_apart(%x: tensor<20x2xi8>, %m: tensor<f32>) -> tensor<20x2xi8> {
  // CHECK: kernel <"test.proved"
  // CHECK: pith.matmul
  // CHECK: kernel <"test.nest"
  // CHECK: pith.requantize
  %w = pith.constant dense<1> : tensor<2x2xi8>
  %r = pith.group (%x, %w, %m : tensor<20x2xi8>, tensor<2x2xi8>, tensor<f32>) -> (tensor<20x2xi8>) {
  ^bb0(%a: tensor<20x2xi8>, %b: tensor<2x2xi8>, %c: tensor<f32>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x2xi8>, tensor<2x2xi8> -> tensor<20x2xi32>
    %1 = pith.requantize %0 scale(%c : tensor<f32>) : tensor<20x2xi32> -> tensor<20x2xi8>
    pith.yield %1 : tensor<20x2xi8>
  }
  return %r : tensor<20x2xi8>
}
}
