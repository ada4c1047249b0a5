// RUN: pith-opt %s --pith-form-groups --pith-select-kernels --split-input-file | FileCheck %s

#target = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">

// Minimum and maximum, codes, product, scale: one kernel.
// CHECK-LABEL: func @alone
module attributes {pith.target = #target} {
  func.func @alone(%x: tensor<4x8xf32>, %w: tensor<8x5xi8>, %s: tensor<f32>) -> tensor<4x5xf32> {
    // CHECK: %[[R:.+]] = pith.group
    // CHECK-SAME: kernel <"reference.matmul"
    // CHECK: pith.dynamic_quantize
    // CHECK: pith.matmul
    // CHECK-NOT: pith.group
    // CHECK: return %[[R]]
    %q, %t, %z = pith.dynamic_quantize %x : tensor<4x8xf32> -> tensor<4x8xi8>, tensor<f32>, tensor<i8>
    %sum = pith.matmul %q, %w lhs_zero_point(%z : tensor<i8>) {accumulator = i32} : tensor<4x8xi8>, tensor<8x5xi8> -> tensor<4x5xi32>
    %scale = pith.map (%t, %s : tensor<f32>, tensor<f32>) -> tensor<f32> {
    ^bb0(%a: f32, %b: f32):
      %0 = arith.mulf %a, %b : f32
      pith.yield %0 : f32
    }
    %y = pith.map (%sum, %scale : tensor<4x5xi32>, tensor<f32>) -> tensor<4x5xf32> {
    ^bb0(%a: i32, %b: f32):
      %0 = arith.sitofp %a : i32 to f32
      %1 = arith.mulf %0, %b : f32
      pith.yield %1 : f32
    }
    return %y : tensor<4x5xf32>
  }
}

// -----

#target = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">

// Codes that two products use are made once.
// CHECK-LABEL: func @shared
module attributes {pith.target = #target} {
  func.func @shared(%x: tensor<4x8xf32>, %w: tensor<8x5xi8>, %v: tensor<8x5xi8>) -> (tensor<4x5xi32>, tensor<4x5xi32>) {
    // CHECK: pith.group
    // CHECK-SAME: kernel <"reference.dynamic_quantize"
    // CHECK-COUNT-2: kernel <"reference.matmul"
    %q, %t, %z = pith.dynamic_quantize %x : tensor<4x8xf32> -> tensor<4x8xi8>, tensor<f32>, tensor<i8>
    %a = pith.matmul %q, %w lhs_zero_point(%z : tensor<i8>) {accumulator = i32} : tensor<4x8xi8>, tensor<8x5xi8> -> tensor<4x5xi32>
    %b = pith.matmul %q, %v lhs_zero_point(%z : tensor<i8>) {accumulator = i32} : tensor<4x8xi8>, tensor<8x5xi8> -> tensor<4x5xi32>
    return %a, %b : tensor<4x5xi32>, tensor<4x5xi32>
  }
}
