// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels --canonicalize --cse | FileCheck %s

// What is long behind the sums is computed for four vectors at once, of as many rows:
// eight rows of ten in a loop, then the two others. Each row is stored where it belongs.
// CHECK-LABEL: func private @long_tail
// CHECK-COUNT-10: vector.store %{{.+}}, %[[STAGE:.+]][%{{.+}}] : memref<160xf32>, vector<16xf32>
// CHECK: scf.for %{{.+}} = %c0 to %c8 step %c4
// CHECK-COUNT-4: vector.load %[[STAGE]]
// CHECK: %[[SUMS:.+]] = vector.insert_strided_slice %{{.+}} {offsets = [48], strides = [1]}
// CHECK-SAME: vector<16xf32> into vector<64xf32>
// CHECK: arith.addf %[[SUMS]], %{{.+}} : vector<64xf32>
// CHECK: math.exp %{{.+}} : vector<64xf32>
// CHECK-NOT: math.exp
// CHECK: %[[ALL:.+]] = arith.mulf %{{.+}} : vector<64xf32>
// CHECK: vector.extract_strided_slice %[[ALL]] {offsets = [0], sizes = [16], strides = [1]}
// CHECK: vector.store
// CHECK: vector.extract_strided_slice %[[ALL]] {offsets = [48], sizes = [16], strides = [1]}
// CHECK: vector.store
// CHECK: }
// CHECK: math.exp %{{.+}} : vector<32xf32>
// CHECK-NOT: math.exp
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+fma">} {
func.func private @long_tail(%x: memref<10x8xf32>, %w: memref<1x8x1x16x1xf32>, %b: memref<1x1x16xf32>, %o: memref<10x16xf32>,
                             %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma512", cost = 1, tile = [28, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<10x8xf32> to tensor<10x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x8x1x16x1xf32> to tensor<1x8x1x16x1xf32>
  %bt = bufferization.to_tensor %b restrict : memref<1x1x16xf32> to tensor<1x1x16xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [8, 1, 1, 1, 16], order [2, 0, 3, 4, 1]> : tensor<1x8x1x16x1xf32> -> tensor<8x16xf32>
  %bl = pith.from_layout %bt layout <pad [0] to [0], shape [1, 1, 16], order [0, 1, 2]> : tensor<1x1x16xf32> -> tensor<16xf32>
  %s = pith.matmul %xt, %wl bias(%bl : tensor<16xf32>) : tensor<10x8xf32>, tensor<8x16xf32> -> tensor<10x16xf32>
  %y = pith.map (%s : tensor<10x16xf32>) -> tensor<10x16xf32> {
  ^bb0(%e: f32):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %a = math.absf %e : f32
    %n = arith.negf %a : f32
    %t = math.exp %n : f32
    %c = arith.cmpf olt, %e, %zero : f32
    %p = arith.select %c, %t, %one : f32
    %d = arith.addf %one, %t : f32
    %g = arith.divf %p, %d : f32
    %r = arith.mulf %e, %g : f32
    pith.yield %r : f32
  }
  bufferization.materialize_in_destination %y in restrict writable %o : (tensor<10x16xf32>, memref<10x16xf32>) -> ()
  return
}
}
