// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %pith-opt %s --pith-form-groups --pith-select-kernels --split-input-file | FileCheck %s
module attributes {pith.target = #pith.target<"accel", triple = "", cpu = "", features = "",
    host = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">>} {

// The coprocessor takes the convolution alone; what stood in front of it and behind it is the host's.
// CHECK-LABEL: func @peeled
// CHECK: %[[MOVED:.+]] = pith.group
// CHECK-SAME: kernel <"reference.
// CHECK: linalg.transpose
// CHECK: %[[SUMS:.+]] = pith.group
// CHECK-SAME: kernel <"accel.conv"
// CHECK: pith.conv
// CHECK-NOT: pith.requantize
// CHECK: pith.group
// CHECK-SAME: kernel <"reference.map"
// CHECK: pith.requantize
func.func @peeled(%x: tensor<1x4x8x8xi8>, %w: tensor<8x3x3x4xi8>, %m: tensor<8xf32>) -> tensor<1x8x8x8xi8> {
  %z = arith.constant dense<5> : tensor<i8>
  %e = tensor.empty() : tensor<1x8x8x4xi8>
  %t = linalg.transpose ins(%x : tensor<1x4x8x8xi8>) outs(%e : tensor<1x8x8x4xi8>) permutation = [0, 2, 3, 1]
  %s = pith.conv %t, %w input_zero_point(%z : tensor<i8>) strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1]
       {accumulator = i32, filter_signed} : tensor<1x8x8x4xi8>, tensor<8x3x3x4xi8> -> tensor<1x8x8x8xi32>
  %q = pith.requantize %s scale(%m : tensor<8xf32>) zero_point(%z : tensor<i8>) : tensor<1x8x8x8xi32> -> tensor<1x8x8x8xi8>
  return %q : tensor<1x8x8x8xi8>
}
}

// -----

// Floats and groups stay whole, on the host, with the reason.
module attributes {pith.target = #pith.target<"accel", triple = "", cpu = "", features = "",
    host = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">>} {
// CHECK-LABEL: func @refused
// CHECK: kernel <"reference.conv"
// CHECK-SAME: "accel.conv: the coprocessor has no groups"
// CHECK: pith.conv
// CHECK: kernel <"reference.matmul"
// CHECK-SAME: "accel.matmul: the coprocessor multiplies bytes and adds in 32 bits"
func.func @refused(%x: tensor<1x8x8x4xi8>, %w: tensor<4x3x3x1xi8>, %a: tensor<4x4xf32>)
    -> (tensor<1x8x8x4xi32>, tensor<4x4xf32>) {
  %s = pith.conv %x, %w strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {accumulator = i32, groups = 4 : i64}
       : tensor<1x8x8x4xi8>, tensor<4x3x3x1xi8> -> tensor<1x8x8x4xi32>
  %p = pith.matmul %a, %a : tensor<4x4xf32>, tensor<4x4xf32> -> tensor<4x4xf32>
  return %s, %p : tensor<1x8x8x4xi32>, tensor<4x4xf32>
}
}
