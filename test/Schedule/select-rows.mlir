// RUN: pith-test-schedule %s --pith-select-kernels --split-input-file | FileCheck %s

// Every row for the anchor, why it lost, and the tile by shape.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+words">} {
// CHECK-LABEL: func @every_reason
func.func @every_reason(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.bytes", cost = 10, tile = [4, 1], rejected = ["test.proved: a sum may be too large", "test.signed: needs +signed", "test.words: costs more than test.bytes", "test.floats: needs +floats", "test.fast: needs +floats", "test.sparse: needs 1x4 weights", "test.columns: needs +columns", "test.vectors: needs +vectors", "test.nest: costs more than test.bytes"], next = "test.words", next_cost = {{[0-9]+}}>
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}

// What is proved of sums of two products.
// CHECK-LABEL: func @proved
func.func @proved(%x: tensor<20x2xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.proved", cost = 5, tile = [4, 1], rejected = ["test.bytes: costs more than test.proved"
  %w = pith.constant dense<1> : tensor<2x2xi8>
  %r = pith.group (%x, %w : tensor<20x2xi8>, tensor<2x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x2xi8>, %b: tensor<2x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x2xi8>, tensor<2x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}

// 300 - 4 does not fit a signed byte: the row of 16 bits is left.
// CHECK-LABEL: func @weights_do_not_fit
func.func @weights_do_not_fit(%x: tensor<20x3xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.words", {{.*}}["test.bytes: weights less their zero point do not fit s8", "test.proved: weights less their zero point do not fit s8"
  %w = pith.constant dense<[[1, 2], [3, 4], [255, 6]]> : tensor<3x2xi8>
  %z = pith.constant dense<4> : tensor<i8>
  %r = pith.group (%x, %w, %z : tensor<20x3xi8>, tensor<3x2xi8>, tensor<i8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>, %c: tensor<i8>):
    %0 = pith.matmul %a, %b rhs_zero_point(%c : tensor<i8>) {accumulator = i32} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}

// Weights that come at run time: their sums are made there, but for rows whose
// proof needs the weights.
// CHECK-LABEL: func @weights_at_run_time
func.func @weights_at_run_time(%x: tensor<20x3xi8>, %w: tensor<3x2xi8>, %z: tensor<i8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.bytes", {{.*}}["test.proved: needs constant weights to make up for the zero point or sign of the left side"
  %r = pith.group (%x, %w, %z : tensor<20x3xi8>, tensor<3x2xi8>, tensor<i8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>, %c: tensor<i8>):
    %0 = pith.matmul %a, %b lhs_zero_point(%c : tensor<i8>) {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}

// CHECK-LABEL: func @zero_points_at_run_time
func.func @zero_points_at_run_time(%x: tensor<20x3xi8>, %w: tensor<3x2xi8>, %z: tensor<2xi8>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.words", {{.*}}"test.bytes: needs one zero point of each side to make up for them at run time"
  %r = pith.group (%x, %w, %z : tensor<20x3xi8>, tensor<3x2xi8>, tensor<2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>, %c: tensor<2xi8>):
    %0 = pith.matmul %a, %b rhs_zero_point(%c : tensor<2xi8>) {accumulator = i32} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}

// CHECK-LABEL: func @zero_point_of_each_row
func.func @zero_point_of_each_row(%x: tensor<20x3xi8>, %z: tensor<20x1xi8>) -> tensor<20x2xi32> {
  // CHECK: "test.bytes: needs one zero point of the left side"
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w, %z : tensor<20x3xi8>, tensor<3x2xi8>, tensor<20x1xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>, %c: tensor<20x1xi8>):
    %0 = pith.matmul %a, %b lhs_zero_point(%c : tensor<20x1xi8>) {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}

// CHECK-LABEL: func @wide_codes
func.func @wide_codes(%x: tensor<20x3xi16>) -> tensor<20x2xi32> {
  // CHECK: kernel <"test.nest", {{.*}}["test.bytes: computes with u8 on the left, not i16", {{.*}}"test.words: reads signed codes of 16 bits without a zero point"
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi16>, tensor<3x2xi8>) -> (tensor<20x2xi32>) {
  ^bb0(%a: tensor<20x3xi16>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i32, rhs_signed} : tensor<20x3xi16>, tensor<3x2xi8> -> tensor<20x2xi32>
    pith.yield %0 : tensor<20x2xi32>
  }
  return %r : tensor<20x2xi32>
}

// CHECK-LABEL: func @wide_sums
func.func @wide_sums(%x: tensor<20x3xi8>) -> tensor<20x2xi64> {
  // CHECK: kernel <"test.nest", {{.*}}["test.bytes: sums in s32", {{.*}}"test.words: sums in s32"
  %w = pith.constant dense<1> : tensor<3x2xi8>
  %r = pith.group (%x, %w : tensor<20x3xi8>, tensor<3x2xi8>) -> (tensor<20x2xi64>) {
  ^bb0(%a: tensor<20x3xi8>, %b: tensor<3x2xi8>):
    %0 = pith.matmul %a, %b {accumulator = i64, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi64>
    pith.yield %0 : tensor<20x2xi64>
  }
  return %r : tensor<20x2xi64>
}
}

// -----

module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes,+floats,+fused">} {
// CHECK-LABEL: func @not_exact
func.func @not_exact(%x: tensor<20x4xf32>, %w: tensor<4x2xf32>) -> tensor<20x2xf32> {
  // CHECK: kernel <"test.floats", {{.*}}["test.bytes: computes with u8 on the left, not f32", {{.*}}"test.fast: is not exact; --fast-float allows it"
  %r = pith.group (%x, %w : tensor<20x4xf32>, tensor<4x2xf32>) -> (tensor<20x2xf32>) {
  ^bb0(%a: tensor<20x4xf32>, %b: tensor<4x2xf32>):
    %0 = pith.matmul %a, %b : tensor<20x4xf32>, tensor<4x2xf32> -> tensor<20x2xf32>
    pith.yield %0 : tensor<20x2xf32>
  }
  return %r : tensor<20x2xf32>
}
}

// -----

module attributes {pith.options = {"fast-float" = "on"}, pith.target = #pith.target<"test", triple = "", cpu = "", features = "+floats">} {
// CHECK-LABEL: func @not_exact_but_allowed
func.func @not_exact_but_allowed(%x: tensor<20x4xf32>, %w: tensor<4x2xf32>) -> tensor<20x2xf32> {
  // CHECK: kernel <"test.fast", {{.*}}"test.floats: needs +fused"
  %r = pith.group (%x, %w : tensor<20x4xf32>, tensor<4x2xf32>) -> (tensor<20x2xf32>) {
  ^bb0(%a: tensor<20x4xf32>, %b: tensor<4x2xf32>):
    %0 = pith.matmul %a, %b : tensor<20x4xf32>, tensor<4x2xf32> -> tensor<20x2xf32>
    pith.yield %0 : tensor<20x2xf32>
  }
  return %r : tensor<20x2xf32>
}
}
