// RUN: pith-test-schedule %s --pith-select-kernels --split-input-file --verify-diagnostics

module attributes {pith.options = {row = "test.words"}, pith.target = #pith.target<"test", triple = "", cpu = "", features = "+words">} {
func.func @floats(%x: tensor<20x4xf32>, %w: tensor<4x2xf32>) -> tensor<20x2xf32> {
  // expected-error @+1 {{unsupported: row 'test.words', which --row asks for, does not take this pith.matmul: it computes with s16 on the left, not f32}}
  %r = pith.group (%x, %w : tensor<20x4xf32>, tensor<4x2xf32>) -> (tensor<20x2xf32>) {
  ^bb0(%a: tensor<20x4xf32>, %b: tensor<4x2xf32>):
    %0 = pith.matmul %a, %b : tensor<20x4xf32>, tensor<4x2xf32> -> tensor<20x2xf32>
    pith.yield %0 : tensor<20x2xf32>
  }
  return %r : tensor<20x2xf32>
}
}

// -----

module attributes {pith.options = {row = "test.words"}, pith.target = #pith.target<"test", triple = "", cpu = "", features = "">} {
func.func @lacks(%x: tensor<20x3xi8>, %w: tensor<3x2xi8>) -> tensor<20x2xi32> {
  // expected-error @+1 {{row 'test.words', which --row asks for, does not take this pith.matmul: it needs +words}}
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}
}
