// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-test-schedule %s --pith-lower-kernels="vector-bits=512" --canonicalize --cse --split-input-file | FileCheck %s

// Lanes along a row; the rest of it is a narrower vector of which six lanes are
// read and written. What is the same for all rows is read once where it can be.
// CHECK-LABEL: func private @row(
// CHECK-SAME: %[[X:.+]]: memref<4x70xf32>, %[[Y:.+]]: memref<70xf32>, %[[O:.+]]: memref<4x70xf32>, %[[BEGIN:.+]]: index, %[[END:.+]]: index,
// CHECK: vector.load %[[Y]][%c64] : memref<70xf32>, vector<4xf32>
// CHECK: vector.load %[[Y]][%c68] : memref<70xf32>, vector<2xf32>
// CHECK: scf.for %[[I:.+]] = %[[BEGIN]] to %[[END]]
// CHECK: scf.for %{{.+}} = %c0 to %c4
// CHECK: %[[XV:.+]] = vector.load %[[X]][%[[I]], %[[J:.+]]] : memref<4x70xf32>, vector<16xf32>
// CHECK: %[[YV:.+]] = vector.load %[[Y]][%[[J]]] : memref<70xf32>, vector<16xf32>
// CHECK: arith.mulf %[[XV]], %[[YV]] : vector<16xf32>
// CHECK: vector.store %{{.+}}, %[[O]][%[[I]], %[[J]]] : memref<4x70xf32>, vector<16xf32>
// CHECK: arith.mulf {{.+}} : vector<8xf32>
// CHECK: vector.store %{{.+}}, %[[O]][%[[I]], %c64] : memref<4x70xf32>, vector<4xf32>
// CHECK: vector.store %{{.+}}, %[[O]][%[[I]], %c68] : memref<4x70xf32>, vector<2xf32>
// CHECK-NOT: memref.load
func.func private @row(%x: memref<4x70xf32>, %y: memref<70xf32>, %o: memref<4x70xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x70xf32> to tensor<4x70xf32>
  %1 = bufferization.to_tensor %y restrict : memref<70xf32> to tensor<70xf32>
  %2 = pith.map (%0, %1 : tensor<4x70xf32>, tensor<70xf32>) -> tensor<4x70xf32> {
  ^bb0(%a: f32, %b: f32):
    %c = arith.mulf %a, %b : f32
    pith.yield %c : f32
  }
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<4x70xf32>, memref<4x70xf32>) -> ()
  return
}

// -----

// Rows shorter than a vector, all operands alike: lanes run over their ends, and
// single elements are left at the end of the items.
// CHECK-LABEL: func private @flat(
// CHECK-DAG: %[[FROM:.+]] = arith.muli %{{.+}}, %c3
// CHECK-DAG: %[[TO:.+]] = arith.muli %{{.+}}, %c3
// CHECK: scf.for %[[V:.+]] = %[[FROM]] to %[[MIDDLE:.+]] step %c64
// CHECK: vector.load %{{.+}}[%[[V]]] : memref<420xi8>, vector<64xi8>
// CHECK: vector.store %{{.+}}, %{{.+}}[%[[V]]] : memref<420xi8>, vector<64xi8>
// CHECK: scf.for %{{.+}} = %[[MIDDLE]] to %[[TO]] step %c1
// CHECK: memref.store
func.func private @flat(%x: memref<20x7x3xi8>, %o: memref<20x7x3xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 140 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<20x7x3xi8> to tensor<20x7x3xi8>
  %1 = arith.addi %0, %0 : tensor<20x7x3xi8>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<20x7x3xi8>, memref<20x7x3xi8>) -> ()
  return
}

// -----

// The borders between operands are borders of vectors.
// CHECK-LABEL: func private @borders(
// CHECK-NOT: scf.if
// CHECK: vector.store %{{.+}}, %{{.+}}[%{{.+}}, %c0] : memref<4x96xi8>, vector<32xi8>
// CHECK: vector.store %{{.+}}, %{{.+}}[%{{.+}}, %c32] : memref<4x96xi8>, vector<64xi8>
// CHECK-NOT: memref.store
func.func private @borders(%x: memref<4x32xi8>, %y: memref<4x64xi8>, %o: memref<4x96xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x32xi8> to tensor<4x32xi8>
  %1 = bufferization.to_tensor %y restrict : memref<4x64xi8> to tensor<4x64xi8>
  %2 = tensor.concat dim(1) %0, %1 : (tensor<4x32xi8>, tensor<4x64xi8>) -> tensor<4x96xi8>
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<4x96xi8>, memref<4x96xi8>) -> ()
  return
}

// -----

// A sum along the row: lane i is partial result i, then the fixed tree. What
// does not count joins 0.
// CHECK-LABEL: func private @sum(
// CHECK: %[[MASK:.+]] = arith.constant dense<[true, true, true, true, true, false,
// CHECK: scf.for %{{.+}} iter_args(%[[SUM:.+]] = %{{.+}}) -> (vector<16xf32>)
// CHECK: arith.addf %[[SUM]], %{{.+}} : vector<16xf32>
// CHECK: arith.select %[[MASK]], %{{.+}}, %{{.+}} : vector<16xi1>, vector<16xf32>
// CHECK: arith.addf %{{.+}} : vector<16xf32>
// CHECK: arith.addf %{{.+}} : vector<8xf32>
// CHECK: arith.addf %{{.+}} : vector<4xf32>
// CHECK: arith.addf %{{.+}} : vector<2xf32>
// CHECK: memref.store %{{.+}} : memref<4xf32>
func.func private @sum(%x: memref<4x37xf32>, %o: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x37xf32> to tensor<4x37xf32>
  %1 = pith.reduce sum %0 dims [1] : tensor<4x37xf32> -> tensor<4xf32>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// -----

// Of four rows the largest, then the sums, then the results: rows do not wait for
// each other. The powers of a row wait in the scratch memory for their sum: none is
// computed twice. The largest is sought in several registers at a time, without
// regard to NaNs, which the sum will find.
// CHECK-LABEL: func private @softmax(
// CHECK-SAME: attributes {{{.*}}pith.scratch = 4224 : i64}
// CHECK: %[[MOSTS:.+]] = memref.view %{{.+}} : memref<?xi8> to memref<4xf32>
// CHECK: %[[SUMS:.+]] = memref.view %{{.+}} : memref<?xi8> to memref<4xf32>
// CHECK: scf.for %[[FIRST:.+]] = %arg2 to %arg3 step %c4
// CHECK: %[[LAST:.+]] = arith.minui %arg3
// CHECK: scf.for %{{.+}} = %[[FIRST]] to %[[LAST]]
// CHECK: scf.for %{{.+}} iter_args(%[[MOST:.+]] = %{{.+}}) -> (vector<64xf32>)
// CHECK: arith.cmpf ogt, %{{.+}}, %[[MOST]] : vector<64xf32>
// CHECK-NOT: maximumf
// CHECK: memref.store %{{.+}}, %[[MOSTS]]
// CHECK: scf.for %{{.+}} = %[[FIRST]] to %[[LAST]]
// CHECK: memref.load %[[MOSTS]]
// CHECK: memref.view %{{.+}} : memref<?xi8> to memref<256xf32>
// CHECK: math.exp %{{.+}} : vector<16xf32>
// CHECK: vector.store %{{.+}} : memref<256xf32>
// CHECK: arith.addf
// CHECK: memref.store %{{.+}}, %[[SUMS]]
// CHECK: scf.for %{{.+}} = %[[FIRST]] to %[[LAST]]
// CHECK: memref.load %[[SUMS]]
// CHECK-NOT: math.exp
// CHECK: vector.load %{{.+}} : memref<256xf32>, vector<16xf32>
// CHECK: arith.divf
// CHECK-NOT: math.exp
// CHECK: return
func.func private @softmax(%x: memref<4x256xf32>, %o: memref<4x256xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x256xf32> to tensor<4x256xf32>
  %1 = pith.softmax %0 dims [1] : tensor<4x256xf32> -> tensor<4x256xf32>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<4x256xf32>, memref<4x256xf32>) -> ()
  return
}

// -----

// Of a few rows there is nothing to interleave.
// CHECK-LABEL: func private @three_rows(
// CHECK-NOT: minui
// CHECK: memref.view %{{.+}} : memref<?xi8> to memref<256xf32>
// CHECK: return
func.func private @three_rows(%x: memref<3x256xf32>, %o: memref<3x256xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 3 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<3x256xf32> to tensor<3x256xf32>
  %1 = pith.softmax %0 dims [1] : tensor<3x256xf32> -> tensor<3x256xf32>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<3x256xf32>, memref<3x256xf32>) -> ()
  return
}

// -----

// Means of a few rows, then what they are divided by, then the results.
// CHECK-LABEL: func private @norm(
// CHECK-SAME: pith.scratch = 128 : i64
// CHECK: %[[MEANS:.+]] = memref.view %{{.+}} : memref<?xi8> to memref<4xf32>
// CHECK: %[[FACTORS:.+]] = memref.view %{{.+}} : memref<?xi8> to memref<4xf32>
// CHECK: arith.minui %arg2
// CHECK: memref.store %{{.+}}, %[[MEANS]]
// CHECK: memref.load %[[MEANS]]
// CHECK: math.sqrt
// CHECK: memref.store %{{.+}}, %[[FACTORS]]
// CHECK-NOT: math.sqrt
// CHECK: memref.load %[[MEANS]]
// CHECK-NEXT: memref.load %[[FACTORS]]
// CHECK: vector.store
// CHECK: return
func.func private @norm(%x: memref<2x3x384xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 6 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<2x3x384xf32> to tensor<2x3x384xf32>
  %1 = pith.norm layer %0 dims [2] epsilon 1.0e-05 : tensor<2x3x384xf32> -> tensor<2x3x384xf32>
  bufferization.materialize_in_destination %1 in restrict writable %x : (tensor<2x3x384xf32>, memref<2x3x384xf32>) -> ()
  return
}

// -----

// The least and the largest number in one pass, several registers at a time; a NaN
// is noted aside, of two numbers at once.
// CHECK-LABEL: func private @range(
// CHECK: %[[F:.+]]:3 = scf.for {{.+}} iter_args(%[[LOW:.+]] = %[[Z:.+]], %[[HIGH:.+]] = %[[Z]], %[[NOTE:.+]] = %{{.+}}) -> (vector<64xf32>, vector<64xf32>, vector<32xi32>)
// CHECK: %[[X:.+]] = vector.load
// CHECK: %[[N:.+]] = arith.cmpf uno, %{{.+}}, %{{.+}} : vector<32xf32>
// CHECK: arith.extsi %[[N]]
// CHECK: arith.cmpf olt, %[[X]], %[[LOW]]
// CHECK: arith.cmpf ogt, %[[X]], %[[HIGH]]
// CHECK: arith.ori %[[NOTE]]
// CHECK-NOT: scf.for %{{.+}} iter_args
// A scale that is a number was divided by without a NaN; for another one all codes
// are held at the zero point.
// CHECK: %[[COUNTS:.+]] = arith.cmpf olt, %[[SCALE:.+]], %{{.+}} : f32
// CHECK: arith.divf %{{.+}}, %{{.+}} : vector<32xf32>
// CHECK: arith.select %[[COUNTS]], %{{.+}}, %{{.+}} : f32
// CHECK-NOT: arith.cmpf ord
// CHECK: return
func.func private @range(%x: memref<4x256xf32>, %o: memref<4x256xi8>, %s: memref<f32>, %z: memref<i8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x256xf32> to tensor<4x256xf32>
  %1, %2, %3 = pith.dynamic_quantize %0 : tensor<4x256xf32> -> tensor<4x256xi8>, tensor<f32>, tensor<i8>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<4x256xi8>, memref<4x256xi8>) -> ()
  bufferization.materialize_in_destination %2 in restrict writable %s : (tensor<f32>, memref<f32>) -> ()
  bufferization.materialize_in_destination %3 in restrict writable %z : (tensor<i8>, memref<i8>) -> ()
  return
}

// -----

// Codes that are computed with at once are not cut to bytes in between.
// CHECK-LABEL: func private @codes_between(
// CHECK: arith.fptosi
// CHECK-NOT: arith.trunci
// CHECK-NOT: arith.extui
// CHECK: arith.sitofp
// CHECK: return
func.func private @codes_between(%x: memref<4x64xf32>, %o: memref<4x64xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<7> : tensor<i8>
  %0 = bufferization.to_tensor %x restrict : memref<4x64xf32> to tensor<4x64xf32>
  %1 = pith.quantize %0 scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<4x64xf32> -> tensor<4x64xi8>
  %2 = pith.map (%1 : tensor<4x64xi8>) -> tensor<4x64xf32> {
  ^bb0(%a: i8):
    %3 = arith.extui %a : i8 to i32
    %4 = arith.muli %3, %3 : i32
    %5 = arith.sitofp %4 : i32 to f32
    pith.yield %5 : f32
  }
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<4x64xf32>, memref<4x64xf32>) -> ()
  return
}

// -----

// As signed ones these codes are other numbers.
// CHECK-LABEL: func private @signs_between(
// CHECK: arith.trunci
// CHECK: arith.extsi
// CHECK: return
func.func private @signs_between(%x: memref<4x64xf32>, %o: memref<4x64xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %s = arith.constant dense<0.5> : tensor<f32>
  %0 = bufferization.to_tensor %x restrict : memref<4x64xf32> to tensor<4x64xf32>
  %1 = pith.quantize %0 scale(%s : tensor<f32>) : tensor<4x64xf32> -> tensor<4x64xi8>
  %2 = pith.map (%1 : tensor<4x64xi8>) -> tensor<4x64xf32> {
  ^bb0(%a: i8):
    %3 = arith.extsi %a : i8 to i32
    %4 = arith.sitofp %3 : i32 to f32
    pith.yield %4 : f32
  }
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<4x64xf32>, memref<4x64xf32>) -> ()
  return
}

// -----

// A quotient is held within the codes' range first: then one rounding to an
// integer is enough.
// CHECK-LABEL: func private @quantize(
// CHECK: arith.divf %{{.+}} : vector<32xf32>
// CHECK: arith.cmpf ord
// CHECK: arith.select
// CHECK: arith.cmpf ogt
// CHECK: arith.select
// CHECK: arith.cmpf olt
// CHECK: %[[HELD:.+]] = arith.select
// CHECK: %[[STEPS:.+]] = math.roundeven %[[HELD]]
// CHECK: %[[I:.+]] = arith.fptosi %[[STEPS]] : vector<32xf32> to vector<32xi32>
// CHECK: %[[MOVED:.+]] = arith.addi %[[I]], %{{.+}} : vector<32xi32>
// CHECK: arith.trunci %[[MOVED]] : vector<32xi32> to vector<32xi8>
func.func private @quantize(%x: memref<4x64xf32>, %s: memref<f32>, %z: memref<i8>, %o: memref<4x64xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x64xf32> to tensor<4x64xf32>
  %1 = bufferization.to_tensor %s restrict : memref<f32> to tensor<f32>
  %2 = bufferization.to_tensor %z restrict : memref<i8> to tensor<i8>
  %3 = pith.quantize %0 scale(%1 : tensor<f32>) zero_point(%2 : tensor<i8>) : tensor<4x64xf32> -> tensor<4x64xi8>
  bufferization.materialize_in_destination %3 in restrict writable %o : (tensor<4x64xi8>, memref<4x64xi8>) -> ()
  return
}

// -----

// Where a NaN gives the lowest code, it needs no care: it is held there.
// CHECK-LABEL: func private @quantize_from_zero(
// CHECK: arith.divf %{{.+}} : vector<32xf32>
// CHECK-NOT: arith.cmpf ord
// CHECK: arith.cmpf ogt
// CHECK: arith.cmpf olt
// CHECK: arith.trunci
func.func private @quantize_from_zero(%x: memref<4x64xf32>, %s: memref<f32>, %o: memref<4x64xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %z = arith.constant dense<0> : tensor<i8>
  %0 = bufferization.to_tensor %x restrict : memref<4x64xf32> to tensor<4x64xf32>
  %1 = bufferization.to_tensor %s restrict : memref<f32> to tensor<f32>
  %3 = pith.quantize %0 scale(%1 : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<4x64xf32> -> tensor<4x64xi8>
  bufferization.materialize_in_destination %3 in restrict writable %o : (tensor<4x64xi8>, memref<4x64xi8>) -> ()
  return
}

// -----

// The codes of a byte go to two lanes.
// CHECK-LABEL: func private @unpack(
// CHECK: vector.load %{{.+}} : memref<64xi8>, vector<32xi8>
// CHECK: vector.shuffle %{{.+}} [0, 0, 1, 1, 2, 2,
// CHECK: vector.store %{{.+}} : memref<2x64xi8>, vector<64xi8>
func.func private @unpack(%x: memref<64xi8>, %o: memref<2x64xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 2 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<64xi8> to tensor<64xi8>
  %1 = pith.unpack %0 width 4 : tensor<64xi8> -> tensor<2x64xi8>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<2x64xi8>, memref<2x64xi8>) -> ()
  return
}

// -----

// No lanes in the columns of a matrix: single elements, and the reason.
// CHECK-LABEL: func private @columns(
// CHECK-SAME: pith.scalar = "elements that are far apart in memory"
// CHECK-NOT: vector
// CHECK: memref.load
func.func private @columns(%x: memref<64x64xi8>, %e: memref<64x64xi8>, %o: memref<64x64xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 64 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<64x64xi8> to tensor<64x64xi8>
  %1 = bufferization.to_tensor %e restrict : memref<64x64xi8> to tensor<64x64xi8>
  %2 = linalg.transpose ins(%0 : tensor<64x64xi8>) outs(%1 : tensor<64x64xi8>) permutation = [1, 0]
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<64x64xi8>, memref<64x64xi8>) -> ()
  return
}

// -----

// Words from the columns of a matrix, one by one.
// CHECK-LABEL: func private @column_words(
// CHECK-NOT: pith.scalar
// CHECK-COUNT-16: vector.load {{.+}}, vector<1xf32>
// CHECK: vector.from_elements {{.+}} : vector<16xf32>
// CHECK: vector.store
func.func private @column_words(%x: memref<64x64xf32>, %e: memref<64x64xf32>, %o: memref<64x64xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 64 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<64x64xf32> to tensor<64x64xf32>
  %1 = bufferization.to_tensor %e restrict : memref<64x64xf32> to tensor<64x64xf32>
  %2 = linalg.transpose ins(%0 : tensor<64x64xf32>) outs(%1 : tensor<64x64xf32>) permutation = [1, 0]
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<64x64xf32>, memref<64x64xf32>) -> ()
  return
}

// -----

// Four codes of each of sixteen rows, one behind the other: a word of each.
// CHECK-LABEL: func private @four_codes(
// CHECK-NOT: pith.scalar
// CHECK-COUNT-16: vector.load {{.+}}, vector<4xi8>
// CHECK: vector.from_elements {{.+}} : vector<16xi32>
// CHECK: arith.xori {{.+}} : vector<64xi8>
// CHECK: vector.store {{.+}}, vector<64xi8>
func.func private @four_codes(%x: memref<32x384xi8>, %o: memref<2x96x16x4xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 2 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<32x384xi8> to tensor<32x384xi8>
  %1 = pith.map(%0 : tensor<32x384xi8>) -> tensor<32x384xi8> {
  ^bb0(%a: i8):
    %c = arith.constant -128 : i8
    %3 = arith.xori %a, %c : i8
    pith.yield %3 : i8
  }
  %2 = pith.to_layout %1 layout <pad [0, 0] to [0, 0], shape [2, 16, 96, 4], order [0, 2, 1, 3]>
    : tensor<32x384xi8> -> tensor<2x96x16x4xi8>
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<2x96x16x4xi8>, memref<2x96x16x4xi8>) -> ()
  return
}

// -----

// Words of two rows that are far apart, in turn: each row is loaded once, and
// both are joined. The vectors are as long as they begin at known places of the
// result, so that no column's place needs a division for itself.
// CHECK-LABEL: func private @pairs(
// CHECK-NOT: pith.scalar
// CHECK: scf.for
// CHECK: %[[A:.+]] = vector.load {{.+}} : memref<393216xi16>, vector<64xi16>
// CHECK: %[[B:.+]] = vector.load {{.+}} : memref<393216xi16>, vector<64xi16>
// CHECK: %[[R:.+]] = vector.shuffle %[[A]], %[[B]] [0, 64, 1, 65, 2, 66, 3, 67, 16, 80,
// CHECK: vector.store %[[R]], {{.+}} : memref<393216xi16>, vector<128xi16>
// CHECK-NOT: scf.for
// CHECK: return
func.func private @pairs(%x: memref<12x32x1024xi16>, %o: memref<12x16x16x4x4x4x2xi16>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 192 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<12x32x1024xi16> to tensor<12x32x1024xi16>
  %1 = pith.to_layout %0 layout <pad [0, 0, 0] to [0, 0, 0], shape [12, 16, 2, 16, 4, 4, 4], order [0, 3, 1, 5, 4, 6, 2]>
    : tensor<12x32x1024xi16> -> tensor<12x16x16x4x4x4x2xi16>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<12x16x16x4x4x4x2xi16>, memref<12x16x16x4x4x4x2xi16>) -> ()
  return
}

// -----

// Five runs: two pairs, then all; the last lags behind.
// CHECK-LABEL: func private @five(
// CHECK-COUNT-5: vector.load {{.+}} : memref<15360xi8>, vector<8xi8>
// CHECK-COUNT-2: vector.shuffle {{.+}} : vector<8xi8>, vector<8xi8>
// CHECK: %[[FOUR:.+]] = vector.shuffle {{.+}} : vector<64xi8>, vector<64xi8>
// CHECK: %[[LAST:.+]] = vector.shuffle {{.+}} : vector<8xi8>, vector<8xi8>
// CHECK: vector.shuffle %[[FOUR]], %[[LAST]] [0, 1, {{.*}} 31, 96, 97, {{.*}} : vector<64xi8>, vector<64xi8>
func.func private @five(%x: memref<5x384x8xi8>, %o: memref<384x40xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 384 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<5x384x8xi8> to tensor<5x384x8xi8>
  %1 = tensor.empty() : tensor<384x5x8xi8>
  %2 = linalg.transpose ins(%0 : tensor<5x384x8xi8>) outs(%1 : tensor<384x5x8xi8>) permutation = [1, 0, 2]
  %3 = tensor.collapse_shape %2 [[0], [1, 2]] : tensor<384x5x8xi8> into tensor<384x40xi8>
  bufferization.materialize_in_destination %3 in restrict writable %o : (tensor<384x40xi8>, memref<384x40xi8>) -> ()
  return
}

// -----

// Every other element of a row: two vectors that overlap, so that nothing behind the
// last element is read. Memory with gaps is read as one line.
// CHECK-LABEL: func private @every_other(
// CHECK-SAME: %[[X:.+]]: memref<4x64xf32, strided<[256, 2]>>
// CHECK-NOT: pith.scalar
// CHECK: %[[LINE:.+]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [895], strides: [1]
// CHECK: scf.for
// CHECK: %[[A:.+]] = vector.load %[[LINE]][{{.+}}] : {{.+}}, vector<16xf32>
// CHECK: %[[B:.+]] = vector.load %[[LINE]][{{.+}}] : {{.+}}, vector<16xf32>
// CHECK: vector.shuffle %[[A]], %[[B]] [0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31]
func.func private @every_other(%x: memref<4x64xf32, strided<[256, 2]>>, %o: memref<4x64xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x64xf32, strided<[256, 2]>> to tensor<4x64xf32>
  %1 = pith.map (%0 : tensor<4x64xf32>) -> tensor<4x64xf32> {
  ^bb0(%a: f32):
    %b = arith.negf %a : f32
    pith.yield %b : f32
  }
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<4x64xf32>, memref<4x64xf32>) -> ()
  return
}

// -----

// Rows that interleave three images: 12 of 16 lanes are used, and each vector reads
// four pixels of nine channels in the same way.
// CHECK-LABEL: func private @three_in_turn(
// CHECK-NOT: pith.scalar
// CHECK: scf.for
// CHECK: scf.for
// CHECK: vector.shuffle {{.+}} [0, 1, 2, 9, 10, 11, 20, 21, 22, 29, 30, 31,
// CHECK: vector.store {{.+}} : memref<24x3x48xf32>, vector<8xf32>
// CHECK: vector.store {{.+}} : memref<24x3x48xf32>, vector<4xf32>
func.func private @three_in_turn(%x: memref<24x16x9xf32>, %o: memref<24x3x48xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 24 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<24x16x9xf32> to tensor<24x16x9xf32>
  %1 = tensor.expand_shape %0 [[0], [1], [2, 3]] output_shape [24, 16, 3, 3] : tensor<24x16x9xf32> into tensor<24x16x3x3xf32>
  %2 = tensor.empty() : tensor<24x3x16x3xf32>
  %3 = linalg.transpose ins(%1 : tensor<24x16x3x3xf32>) outs(%2 : tensor<24x3x16x3xf32>) permutation = [0, 2, 1, 3]
  %4 = tensor.collapse_shape %3 [[0], [1], [2, 3]] : tensor<24x3x16x3xf32> into tensor<24x3x48xf32>
  bufferization.materialize_in_destination %4 in restrict writable %o : (tensor<24x3x48xf32>, memref<24x3x48xf32>) -> ()
  return
}

// -----

// Planes beside each other become rows of their elements: vectors of 16 pixels of four
// planes, turned in registers. What is left of a line of pixels is a narrower vector,
// and the last four planes overlap those before. The next lines are asked for ahead.
// CHECK-LABEL: func private @turned(
// CHECK-SAME: %[[X:.+]]: memref<3x4x40xf32, strided<[320, 80, 2]>>, %[[Y:.+]]: memref<3x4x40xf32, strided<[320, 80, 2]>>, %[[O:.+]]: memref<4x40x6xf32>
// CHECK-NOT: pith.scalar
// CHECK: scf.for
// CHECK: scf.for {{.+}} to %c2
// CHECK: memref.prefetch %[[O]][{{.+}}], write, locality<3>, data : memref<4x40x6xf32>
// CHECK: memref.prefetch %[[X]][{{.+}}], read, locality<3>, data
// CHECK: vector.shuffle {{.+}} [0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31]
// CHECK: %[[A:.+]] = vector.shuffle {{.+}} [0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30]
// CHECK: %[[B:.+]] = vector.shuffle {{.+}} [0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30]
// CHECK: %[[C:.+]] = vector.shuffle %[[A]], %[[B]] [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29]
// CHECK: %[[D:.+]] = vector.extract_strided_slice %[[C]] {offsets = [0], sizes = [4], strides = [1]}
// CHECK: vector.store %[[D]], %[[O]][%{{.+}}, %{{.+}}, %c0]
// CHECK: vector.store {{.+}}, %[[O]][%{{.+}}, %{{.+}}, %c2]
// CHECK: vector.store {{.+}}, %[[O]][%{{.+}}, %c32, %c0]
// CHECK-NOT: memref.load
func.func private @turned(%x: memref<3x4x40xf32, strided<[320, 80, 2]>>, %y: memref<3x4x40xf32, strided<[320, 80, 2]>>, %o: memref<4x40x6xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<3x4x40xf32, strided<[320, 80, 2]>> to tensor<3x4x40xf32>
  %1 = bufferization.to_tensor %y restrict : memref<3x4x40xf32, strided<[320, 80, 2]>> to tensor<3x4x40xf32>
  %2 = tensor.concat dim(0) %0, %1 : (tensor<3x4x40xf32>, tensor<3x4x40xf32>) -> tensor<6x4x40xf32>
  %3 = tensor.empty() : tensor<4x40x6xf32>
  %4 = linalg.transpose ins(%2 : tensor<6x4x40xf32>) outs(%3 : tensor<4x40x6xf32>) permutation = [1, 2, 0]
  bufferization.materialize_in_destination %4 in restrict writable %o : (tensor<4x40x6xf32>, memref<4x40x6xf32>) -> ()
  return
}
