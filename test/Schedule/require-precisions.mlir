// RUN: pith-test-schedule %s --pith-form-groups --pith-select-kernels --pith-require-precisions --split-input-file | FileCheck %s

// A layer for which no row with an instruction can run is marked, others are not.
module attributes {pith.options = {require = "int8,f32", fallback = "on"}, pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @marked
func.func @marked(%x: tensor<20x4xf32>, %w: tensor<4x2xf32>, %c: tensor<20x3xi8>, %h: tensor<20x4xf16>, %v: tensor<4x2xf16>)
    -> (tensor<20x2xf32>, tensor<20x2xi32>, tensor<20x2xf16>) {
  // CHECK: pith.matmul {{.*}} {pith.fallback = "f32"}
  %0 = pith.matmul %x, %w : tensor<20x4xf32>, tensor<4x2xf32> -> tensor<20x2xf32>
  // CHECK: kernel <"test.bytes"
  // CHECK: pith.matmul
  // CHECK-NOT: pith.fallback
  %b = pith.constant dense<1> : tensor<3x2xi8>
  %1 = pith.matmul %c, %b {accumulator = i32, rhs_signed} : tensor<20x3xi8>, tensor<3x2xi8> -> tensor<20x2xi32>
  // Nobody asked for it.
  %2 = pith.matmul %h, %v : tensor<20x4xf16>, tensor<4x2xf16> -> tensor<20x2xf16>
  return %0, %1, %2 : tensor<20x2xf32>, tensor<20x2xi32>, tensor<20x2xf16>
}
}

// -----

// The mark goes to the call: kernels are shared by layers.
module attributes {pith.options = {require = "int4", fallback = "on"}, pith.target = #pith.target<"test", triple = "", cpu = "", features = "">} {
// CHECK-LABEL: func @packed
func.func @packed(%x: tensor<20x4xi8>) -> tensor<20x2xi32> {
  // CHECK: pith.matmul {{.*}}pith.fallback = "int4"
  %p = pith.constant dense<1> : tensor<4xi8>
  %w = pith.unpack %p width 4 {is_signed} : tensor<4xi8> -> tensor<4x2xi8>
  %0 = pith.matmul %x, %w {accumulator = i32, rhs_signed} : tensor<20x4xi8>, tensor<4x2xi8> -> tensor<20x2xi32>
  return %0 : tensor<20x2xi32>
}
}
