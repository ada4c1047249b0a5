// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s '--pith-lower-kernels=vector-bits=256 vector-registers=16' --canonicalize --cse --split-input-file | FileCheck %s

// 7 columns as one tile. One loop over the rows of the window; a pixel is read
// once for all columns that it is part of, and those of a sum come in order. The
// bias is added last, what is behind the convolution is computed in registers.
// CHECK-LABEL: func private @floats
// CHECK-SAME: passthrough = {{\[}}["alignstack", "64"]]
// CHECK: %[[ZERO:.+]] = arith.constant dense<0.000000e+00> : vector<8xf32>
// CHECK: scf.for %[[ROW:[a-z0-9]+]] =
// CHECK: scf.for %[[BLOCK:[a-z0-9]+]] = %c0 to %c3
// CHECK: %[[SUMS:.+]]:7 = scf.for %[[KY:[a-z0-9]+]] = %c0 to %c3 {{.*}} iter_args(%[[S0:[a-z0-9]+]] = %[[ZERO]], %[[S1:[a-z0-9]+]] =
// CHECK-COUNT-3: vector.load {{.*}} : memref<3x3x1x24xf32>, vector<8xf32>
// CHECK: %[[X0:.+]] = vector.load {{.*}} : memref<1x9x9x24xf32>, vector<8xf32>
// CHECK: %[[A:.+]] = math.fma %[[X0]], %[[W0:.+]], %[[S0]]
// CHECK: %[[X1:.+]] = vector.load
// CHECK: math.fma %[[X1]], %{{.+}}, %[[A]]
// CHECK: math.fma %[[X1]], %[[W0]], %[[S1]]
// CHECK-COUNT-18: math.fma
// CHECK-NOT: math.fma
// CHECK: %[[SUM:.+]] = arith.addf %[[SUMS]]#0
// CHECK: arith.mulf %[[SUM]], %[[SUM]]
// CHECK: vector.store
func.func private @floats(%x: memref<1x9x9x24xf32>, %w: memref<3x3x1x24xf32>, %b: memref<24xf32>, %o: memref<1x7x7x24xf32>,
                          %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.taps256", cost = 1, tile = [7, 1]>, pith.items = 7 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x9x9x24xf32> to tensor<1x9x9x24xf32>
  %wt = bufferization.to_tensor %w restrict : memref<3x3x1x24xf32> to tensor<3x3x1x24xf32>
  %bt = bufferization.to_tensor %b restrict : memref<24xf32> to tensor<24xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [24, 3, 3, 1], order [1, 2, 3, 0]> : tensor<3x3x1x24xf32> -> tensor<24x3x3x1xf32>
  %s = pith.conv %xt, %wl bias(%bt : tensor<24xf32>) strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 24 : i64}
       : tensor<1x9x9x24xf32>, tensor<24x3x3x1xf32> -> tensor<1x7x7x24xf32>
  %y = pith.map (%s : tensor<1x7x7x24xf32>) -> tensor<1x7x7x24xf32> {
  ^bb0(%e: f32):
    %r = arith.mulf %e, %e : f32
    pith.yield %r : f32
  }
  bufferization.materialize_in_destination %y in restrict writable %o : (tensor<1x7x7x24xf32>, memref<1x7x7x24xf32>) -> ()
  return
}

// -----

// Of rows of 64 columns only four vectors of channels fit near the core: all rows
// of these come before the next four.
// CHECK-LABEL: func private @wide
// CHECK: scf.for %[[GROUP:[a-z0-9]+]] = %c0 to %c2
// CHECK-NEXT: scf.for %{{[a-z0-9]+}} = %arg3 to %arg4
// CHECK: arith.muli %[[GROUP]], %c32
// CHECK: scf.for %{{[a-z0-9]+}} = %c0 to %c4
func.func private @wide(%x: memref<1x66x66x64xf32>, %w: memref<3x3x1x64xf32>, %o: memref<1x64x64x64xf32>,
                        %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.taps256", cost = 1, tile = [7, 1]>, pith.items = 64 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x66x66x64xf32> to tensor<1x66x66x64xf32>
  %wt = bufferization.to_tensor %w restrict : memref<3x3x1x64xf32> to tensor<3x3x1x64xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [64, 3, 3, 1], order [1, 2, 3, 0]> : tensor<3x3x1x64xf32> -> tensor<64x3x3x1xf32>
  %s = pith.conv %xt, %wl strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 64 : i64}
       : tensor<1x66x66x64xf32>, tensor<64x3x3x1xf32> -> tensor<1x64x64x64xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<1x64x64x64xf32>, memref<1x64x64x64xf32>) -> ()
  return
}

// -----

// Codes are numbers in f32, their sums integers again. 14 columns of at most 11:
// the second tile starts where 7 are left. 10 channels: a vector of 8, and 2.
// CHECK-LABEL: func private @codes
// CHECK: vector.load {{.*}} : memref<1x1x1x10xi8>, vector<8xi8>
// CHECK: arith.extsi {{.*}} : vector<8xi8> to vector<8xi32>
// CHECK: arith.sitofp
// CHECK: vector.load {{.*}} : memref<1x3x14x10xi8>, vector<8xi8>
// CHECK: arith.extui {{.*}} : vector<8xi8> to vector<8xi32>
// CHECK: %[[X:.+]] = arith.sitofp
// CHECK: %[[P:.+]] = arith.mulf %[[X]], %{{.+}} fastmath<contract>
// CHECK: arith.addf %[[P]], %{{.+}} fastmath<contract>
// CHECK: arith.fptosi
// CHECK: vector.store {{.*}} vector<8xi32>
// CHECK: vector.load {{.*}} : memref<1x3x14x10xi8>, vector<2xi8>
func.func private @codes(%x: memref<1x3x14x10xi8>, %w: memref<1x1x1x10xi8>, %o: memref<1x3x14x10xi32>,
                         %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.code_taps256", cost = 1, tile = [7, 1]>, pith.items = 3 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x3x14x10xi8> to tensor<1x3x14x10xi8>
  %wt = bufferization.to_tensor %w restrict : memref<1x1x1x10xi8> to tensor<1x1x1x10xi8>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [10, 1, 1, 1], order [1, 2, 3, 0]> : tensor<1x1x1x10xi8> -> tensor<10x1x1x1xi8>
  %s = pith.conv %xt, %wl strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {filter_signed, accumulator = i32, groups = 10 : i64}
       : tensor<1x3x14x10xi8>, tensor<10x1x1x1xi8> -> tensor<1x3x14x10xi32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<1x3x14x10xi32>, memref<1x3x14x10xi32>) -> ()
  return
}

// -----

// Groups of two channels: eight channels are read at once, and each filter takes
// its own from them.
// CHECK-LABEL: func private @groups
// CHECK: %[[X:.+]] = vector.load {{.*}} : memref<1x1x3x8xf32>, vector<8xf32>
// CHECK: %[[EVEN:.+]] = vector.shuffle %[[X]], %[[X]] [0, 0, 2, 2, 4, 4, 6, 6]
// CHECK: math.fma %[[EVEN]]
// CHECK: %[[ODD:.+]] = vector.shuffle %[[X]], %[[X]] [1, 1, 3, 3, 5, 5, 7, 7]
// CHECK: math.fma %[[ODD]]
func.func private @groups(%x: memref<1x1x3x8xf32>, %w: memref<1x1x2x8xf32>, %o: memref<1x1x3x8xf32>,
                          %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.taps256", cost = 1, tile = [3, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x1x3x8xf32> to tensor<1x1x3x8xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x1x2x8xf32> to tensor<1x1x2x8xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [8, 1, 1, 2], order [1, 2, 3, 0]> : tensor<1x1x2x8xf32> -> tensor<8x1x1x2xf32>
  %s = pith.conv %xt, %wl strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {groups = 4 : i64}
       : tensor<1x1x3x8xf32>, tensor<8x1x1x2xf32> -> tensor<1x1x3x8xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<1x1x3x8xf32>, memref<1x1x3x8xf32>) -> ()
  return
}
