// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %pith-opt %s --pith-tile-kernels --pith-plan-memory | FileCheck %s
// RUN: %pith-opt %s --pith-tile-kernels --pith-plan-memory --accel-encode-kernels | FileCheck %s --check-prefix=ENCODED

// The largest kernel is @k1, whose blocks are halved until they fit: 8 x 2192 of
// the image and 16 bytes behind it, 8 x 2192 of filters, 64 sums.
// CHECK: pith.memory_spaces = [{bytes = 35344 : i64, capacity = 65536 : i64, name = "scratchpad", number = 1 : i64}]
// ENCODED: pith.memory_spaces
module attributes {pith.target = #pith.target<"accel", triple = "", cpu = "", features = "",
    host = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">>} {
func.func @main() attributes {pith.results = 0 : i64} {
  return
}

// Padding is what lies outside of the image: the zero point. Runs of 3 x 4 products take one step of 16.
// CHECK-LABEL: func private @k0
// CHECK: %[[IMAGE:.+]] = memref.alloc() {pith.offset = {{[0-9]+}} : i64} : memref<{{[0-9]+}}xi8, 1>
// CHECK: %[[FILTER:.+]] = memref.alloc() {pith.offset = {{[0-9]+}} : i64} : memref<384xi8, 1>
// CHECK: %[[SUMS:.+]] = memref.alloc() {pith.offset = {{[0-9]+}} : i64} : memref<64xi32, 1>
// CHECK: accel.load %arg1[{{.+}}] extents [1, 12, 3, 1, 12] {{.+}} box [1, 8, 3, 1, 16] {{.+}} fill 0 to %[[FILTER]]
// CHECK: scf.for
// CHECK: accel.fill 0 to %[[SUMS]]
// CHECK: accel.load %arg0[{{.+}}] extents [1, 8, 8, 4] strides [256, 32, 4, 1] box [1, 3, 10, 4] steps [1, 1, 1, 1] fill 5 to %[[IMAGE]]
// CHECK: scf.for
// CHECK: accel.multiply %[[IMAGE]][%{{.+}}] stride 4, %[[FILTER]][%{{.+}}] stride 48 zero_points [5, 0] into %[[SUMS]] {rhs_signed}
// CHECK: accel.store %[[SUMS]] to %arg2[{{.+}}] extents [1, 8, 8, 12]
// CHECK-NOT: tensor

// The magic word, the version, three operands.
// ENCODED-LABEL: func private @k0
// ENCODED-SAME: pith.program = array<i8: 65, 67, 67, 76, 1, 0, 0, 0, 3, 0, 0, 0
// ENCODED-NEXT: return
func.func private @k0(%x: memref<1x8x8x4xi8>, %w: memref<12x3x3x4xi8>, %o: memref<1x8x8x12xi32>, %begin: index,
                      %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"accel.conv", cost = 1>, pith.items = 64 : i64} {
  %z = arith.constant dense<5> : tensor<i8>
  %0 = bufferization.to_tensor %x restrict : memref<1x8x8x4xi8> to tensor<1x8x8x4xi8>
  %1 = bufferization.to_tensor %w restrict : memref<12x3x3x4xi8> to tensor<12x3x3x4xi8>
  %2 = pith.conv %0, %1 input_zero_point(%z : tensor<i8>) strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1]
       {accumulator = i32, filter_signed} : tensor<1x8x8x4xi8>, tensor<12x3x3x4xi8> -> tensor<1x8x8x12xi32>
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<1x8x8x12xi32>, memref<1x8x8x12xi32>) -> ()
  return
}

// 70,000 channels do not fit at once: a loop over blocks of them, filters inside.
// CHECK-LABEL: func private @k1
// CHECK: scf.for
// CHECK: accel.load %arg1
// CHECK: accel.load %arg0
// CHECK: accel.multiply
// ENCODED-LABEL: func private @k1
func.func private @k1(%x: memref<1x70000xi8>, %w: memref<8x70000xi8>, %o: memref<1x8xi32>, %begin: index,
                      %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"accel.matmul", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<1x70000xi8> to tensor<1x70000xi8>
  %1 = bufferization.to_tensor %w restrict : memref<8x70000xi8> to tensor<8x70000xi8>
  %2 = pith.matmul %0, %1 {accumulator = i32, lhs_signed, rhs_signed, transpose_rhs} : tensor<1x70000xi8>, tensor<8x70000xi8> -> tensor<1x8xi32>
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<1x8xi32>, memref<1x8xi32>) -> ()
  return
}

// The host's kernels are not touched.
// CHECK-LABEL: func private @k2
// CHECK: bufferization.to_tensor
func.func private @k2(%x: memref<4xf32>, %o: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  bufferization.materialize_in_destination %0 in restrict writable %o : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}
}
