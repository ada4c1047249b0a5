// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels --canonicalize --cse --split-input-file | FileCheck %s

// 13 rows of at most 6 are tiles of 5, 4 and 4: none is much smaller than the
// others. The sums start at the bias, and leave as bytes.
// CHECK-LABEL: func private @tiles
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<13x64xi8>, %[[W:[a-z0-9]+]]: memref<1x16x4x4x4x4xi8>
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index
// CHECK-SAME: passthrough = {{\[}}["alignstack", "64"]]
// CHECK-DAG: %[[LEFT:.+]] = memref.collapse_shape %[[X]]
// CHECK-DAG: %[[RIGHT:.+]] = memref.collapse_shape %[[W]]
// CHECK: scf.for %[[T:[a-z0-9]+]] = %[[BEGIN]] to %[[END]]
// CHECK: %[[LARGER:.+]] = arith.cmpi ult, %[[T]], %c1
// CHECK: scf.if %[[LARGER]] {
// CHECK: vector.load %{{.+}} : memref<64xi32>, vector<16xi32>
// CHECK: scf.for %{{.+}} = %c0 to %c16 step %c1 iter_args(
// CHECK-COUNT-4: vector.load %[[RIGHT]]
// CHECK: %[[FOUR:.+]] = vector.load %[[LEFT]][%{{.+}}] : memref<832xi8>, vector<4xi8>
// CHECK: vector.bitcast %[[FOUR]] : vector<4xi8> to vector<1xi32>
// CHECK: vector.broadcast %{{.+}} : i32 to vector<16xi32>
// CHECK-COUNT-20: pith.dot {{.*}} {rhs_signed}
// CHECK-NOT: pith.dot
// CHECK: scf.yield
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK-NOT: arith.cmpf
// CHECK: math.roundeven
// CHECK: arith.fptosi
// CHECK: pith.narrow %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} zero_point
// CHECK: vector.store %{{.+}} : memref<832xi8>, vector<64xi8>
// CHECK: } else {
// CHECK-COUNT-16: pith.dot
// CHECK-NOT: pith.dot
func.func private @tiles(%x: memref<13x64xi8>, %w: memref<1x16x4x4x4x4xi8>, %b: memref<1x4x4x4xi32>, %m: memref<1x4x4x4xf32>, %z: memref<i8>,
                         %o: memref<13x64xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.vnni512", cost = 1, tile = [6, 4]>, pith.items = 3 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<13x64xi8> to tensor<13x64xi8>
  %wt = bufferization.to_tensor %w restrict : memref<1x16x4x4x4x4xi8> to tensor<1x16x4x4x4x4xi8>
  %bt = bufferization.to_tensor %b restrict : memref<1x4x4x4xi32> to tensor<1x4x4x4xi32>
  %mt = bufferization.to_tensor %m restrict : memref<1x4x4x4xf32> to tensor<1x4x4x4xf32>
  %zt = bufferization.to_tensor %z restrict : memref<i8> to tensor<i8>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [16, 4, 1, 4, 4, 4], order [2, 0, 4, 3, 5, 1]> : tensor<1x16x4x4x4x4xi8> -> tensor<64x64xi8>
  %bl = pith.from_layout %bt layout <pad [0] to [0], shape [1, 4, 4, 4], order [0, 2, 1, 3]> : tensor<1x4x4x4xi32> -> tensor<64xi32>
  %ml = pith.from_layout %mt layout <pad [0] to [0], shape [1, 4, 4, 4], order [0, 2, 1, 3]> : tensor<1x4x4x4xf32> -> tensor<64xf32>
  %s = pith.matmul %xt, %wl bias(%bl : tensor<64xi32>) {rhs_signed, accumulator = i32} : tensor<13x64xi8>, tensor<64x64xi8> -> tensor<13x64xi32>
  %q = pith.requantize %s scale(%ml : tensor<64xf32>) zero_point(%zt : tensor<i8>) {pith.bounded} : tensor<13x64xi32> -> tensor<13x64xi8>
  bufferization.materialize_in_destination %q in restrict writable %o : (tensor<13x64xi8>, memref<13x64xi8>) -> ()
  return
}

// -----

// Many weights: each step asks for a part of the next panel, 3 of its 4096
// elements in each of the 64 steps of 22 tiles.
// CHECK-LABEL: func private @ahead
// CHECK: %[[RIGHT:.+]] = memref.collapse_shape %{{.+}} : memref<48x64x4x16x1xf32>
// CHECK: scf.for %[[ITEM:[a-z0-9_]+]] =
// CHECK: %[[PANEL:.+]] = arith.divui %[[ITEM]], %c22
// CHECK: %[[NUMBER:.+]] = arith.remui %[[ITEM]], %c22
// CHECK: %[[START:.+]] = arith.muli %{{.+}}, %c4096
// CHECK: %[[NEXT:.+]] = arith.addi %[[START]], %c4096
// CHECK: %[[OFTILE:.+]] = arith.muli %[[NUMBER]], %c192
// CHECK: %[[AHEAD:.+]] = arith.addi %[[NEXT]], %[[OFTILE]]
// CHECK: scf.for %[[K:[a-z0-9_]+]] = %c0 to %c64
// CHECK: %[[OFSTEP:.+]] = arith.muli %[[K]], %c3
// CHECK: %[[AT:.+]] = arith.addi %[[AHEAD]], %[[OFSTEP]]
// CHECK: memref.prefetch %[[RIGHT]][%[[AT]]], read, locality<2>, data
// CHECK: math.fma
func.func private @ahead(%x: memref<128x64xf32>, %w: memref<48x64x4x16x1xf32>, %o: memref<128x3072xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma512", cost = 1, tile = [6, 4]>, pith.items = 1056 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<128x64xf32> to tensor<128x64xf32>
  %wt = bufferization.to_tensor %w restrict : memref<48x64x4x16x1xf32> to tensor<48x64x4x16x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 0], shape [64, 1, 48, 4, 16], order [2, 0, 3, 4, 1]> : tensor<48x64x4x16x1xf32> -> tensor<64x3072xf32>
  %s = pith.matmul %xt, %wl : tensor<128x64xf32>, tensor<64x3072xf32> -> tensor<128x3072xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<128x3072xf32>, memref<128x3072xf32>) -> ()
  return
}

// -----

// A kernel row of 3 pixels and 3 channels is one run of 9, with 12 weights: the
// place moves by a step, or to the next row of the image where a run ends. Signed
// codes count from -128. Where nobody has proved a bound of the sums, they are
// brought into range. 33 channels: whole panels, and one channel alone.
// CHECK-LABEL: func private @runs
// CHECK: scf.for %{{.+}} = %c0 to %c9 step %c1 iter_args(%[[AT:[a-z0-9_]+]] = %{{.+}}, %[[REST:[a-z0-9_]+]] = %c3,
// CHECK-DAG: %[[NEXT:.+]] = arith.addi %[[AT]], %c4
// CHECK-DAG: %[[LESS:.+]] = arith.subi %[[REST]], %c1
// CHECK-DAG: %[[DONE:.+]] = arith.cmpi eq, %[[LESS]], %c0
// CHECK-DAG: %[[JUMP:.+]] = arith.addi %[[AT]], %c22
// CHECK-DAG: arith.select %[[DONE]], %[[JUMP]], %[[NEXT]]
// CHECK-DAG: arith.select %[[DONE]], %c3, %[[LESS]]
// CHECK: arith.xori %{{.+}}, %{{.+}} : vector<16xi32>
// CHECK: arith.cmpi ult, %{{.+}}, %c2
// CHECK: scf.if
// CHECK: arith.cmpf ord
// CHECK: vector.store %{{.+}} : memref<{{[0-9]+}}xi8>, vector<16xi8>
// CHECK: } else {
// CHECK: vector.store %{{.+}} : memref<{{[0-9]+}}xi8>, vector<1xi8>
func.func private @runs(%x: memref<1x10x10x3xi8>, %w: memref<3x9x1x4x4x4xi8>, %m: memref<f32>, %o: memref<1x4x4x33xi8>,
                        %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.vnni512", cost = 1, tile = [28, 1]>, pith.items = 4 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x10x10x3xi8> to tensor<1x10x10x3xi8>
  %wt = bufferization.to_tensor %w restrict : memref<3x9x1x4x4x4xi8> to tensor<3x9x1x4x4x4xi8>
  %mt = bufferization.to_tensor %m restrict : memref<f32> to tensor<f32>
  %u = pith.map (%xt : tensor<1x10x10x3xi8>) -> tensor<1x10x10x3xi8> {
  ^bb0(%e: i8):
    %c = arith.constant -128 : i8
    %f = arith.xori %e, %c : i8
    pith.yield %f : i8
  }
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [15, 0, 1, 0], shape [3, 4, 1, 4, 9, 4], order [0, 4, 2, 1, 3, 5]> : tensor<3x9x1x4x4x4xi8> -> tensor<33x3x3x3xi8>
  %s = pith.conv %u, %wl strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] {filter_signed, accumulator = i32} : tensor<1x10x10x3xi8>, tensor<33x3x3x3xi8> -> tensor<1x4x4x33xi32>
  %q = pith.requantize %s scale(%mt : tensor<f32>) {is_signed} : tensor<1x4x4x33xi32> -> tensor<1x4x4x33xi8>
  bufferization.materialize_in_destination %q in restrict writable %o : (tensor<1x4x4x33xi8>, memref<1x4x4x33xi8>) -> ()
  return
}

// -----

// Floats: k ascending, one accumulator that starts at 0, then the bias.
// CHECK-LABEL: func private @floats
// CHECK: %[[ZERO:.+]] = arith.constant dense<0.000000e+00> : vector<8xf32>
// CHECK: scf.for %{{.+}} = %c0 to %c5 step %c1 iter_args({{.*}} = %[[ZERO]]
// CHECK: %[[A:.+]] = memref.load
// CHECK: %[[AS:.+]] = vector.broadcast %[[A]] : f32 to vector<8xf32>
// CHECK: math.fma %[[AS]], %{{.+}}, %{{.+}} : vector<8xf32>
// CHECK: scf.yield
// CHECK: arith.addf
// CHECK: vector.store %{{.+}} : memref<{{[0-9]+}}xf32>, vector<8xf32>
// CHECK: vector.store %{{.+}} : memref<{{[0-9]+}}xf32>, vector<4xf32>
// CHECK: vector.store %{{.+}} : memref<{{[0-9]+}}xf32>, vector<2xf32>
func.func private @floats(%x: memref<3x5xf32>, %w: memref<1x5x2x8x1xf32>, %b: memref<1x2x8xf32>, %o: memref<3x14xf32>,
                          %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [6, 2]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<3x5xf32> to tensor<3x5xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x5x2x8x1xf32> to tensor<1x5x2x8x1xf32>
  %bt = bufferization.to_tensor %b restrict : memref<1x2x8xf32> to tensor<1x2x8xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 2], shape [5, 1, 1, 2, 8], order [2, 0, 3, 4, 1]> : tensor<1x5x2x8x1xf32> -> tensor<5x14xf32>
  %bl = pith.from_layout %bt layout <pad [0] to [2], shape [1, 2, 8], order [0, 1, 2]> : tensor<1x2x8xf32> -> tensor<14xf32>
  %s = pith.matmul %xt, %wl bias(%bl : tensor<14xf32>) : tensor<3x5xf32>, tensor<5x14xf32> -> tensor<3x14xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<3x14xf32>, memref<3x14xf32>) -> ()
  return
}

// -----

// An image is two tiles wide, and its result has gaps between lines: the line is asked
// for once for a tile, and its pixels follow each other.
// CHECK-LABEL: func private @gaps
// CHECK: %[[LINE:.+]] = arith.divui %{{.+}}, %c2
// CHECK: %[[FIRST:.+]] = arith.muli %{{.+}}, %c6
// CHECK: vector.store %{{.+}}, %arg2[%c0, %[[LINE]], %[[FIRST]], %c0]
// CHECK-NOT: arith.divui
// CHECK: %[[LAST:.+]] = arith.addi %[[FIRST]], %c5
// CHECK: vector.store %{{.+}}, %arg2[%c0, %[[LINE]], %[[LAST]], %c0]
func.func private @gaps(%x: memref<1x3x12x5xf32>, %w: memref<1x5x1x8x1xf32>, %o: memref<1x3x12x8xf32, strided<[416, 104, 8, 1]>>,
                        %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [6, 1]>, pith.items = 6 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<1x3x12x5xf32> to tensor<1x3x12x5xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x5x1x8x1xf32> to tensor<1x5x1x8x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0, 0, 0] to [0, 0, 0, 0], shape [1, 1, 8, 5, 1], order [0, 3, 1, 2, 4]> : tensor<1x5x1x8x1xf32> -> tensor<8x1x1x5xf32>
  %s = pith.conv %xt, %wl strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x3x12x5xf32>, tensor<8x1x1x5xf32> -> tensor<1x3x12x8xf32>
  %y = pith.map(%s : tensor<1x3x12x8xf32>) -> tensor<1x3x12x8xf32> {
  ^bb0(%e: f32):
    %a = math.absf %e : f32
    pith.yield %a : f32
  }
  bufferization.materialize_in_destination %y in restrict writable %o : (tensor<1x3x12x8xf32>, memref<1x3x12x8xf32, strided<[416, 104, 8, 1]>>) -> ()
  return
}

// -----

// Pixels of five channels without gaps: whole vectors are stored, and what is behind
// the channels is written over by the next pixel; only the last one is stored in parts.
// CHECK-LABEL: func private @dense
// CHECK-COUNT-4: vector.store %{{.+}}, %{{.+}} : memref<25xf32>, vector<8xf32>
// CHECK: vector.store %{{.+}} : memref<25xf32>, vector<4xf32>
// CHECK: vector.store %{{.+}} : memref<25xf32>, vector<1xf32>
func.func private @dense(%x: memref<5x3xf32>, %w: memref<1x3x1x8x1xf32>, %o: memref<5x5xf32>,
                         %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.fma256", cost = 1, tile = [12, 1]>, pith.items = 1 : i64} {
  %xt = bufferization.to_tensor %x restrict : memref<5x3xf32> to tensor<5x3xf32>
  %wt = bufferization.to_tensor %w restrict : memref<1x3x1x8x1xf32> to tensor<1x3x1x8x1xf32>
  %wl = pith.from_layout %wt layout <pad [0, 0] to [0, 3], shape [3, 1, 1, 1, 8], order [2, 0, 3, 4, 1]> : tensor<1x3x1x8x1xf32> -> tensor<3x5xf32>
  %s = pith.matmul %xt, %wl : tensor<5x3xf32>, tensor<3x5xf32> -> tensor<5x5xf32>
  bufferization.materialize_in_destination %s in restrict writable %o : (tensor<5x5xf32>, memref<5x5xf32>) -> ()
  return
}
