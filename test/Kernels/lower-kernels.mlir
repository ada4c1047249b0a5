// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels --canonicalize --cse --split-input-file | FileCheck %s

// Zeros around an image of floats take part: k row-major over all taps, then the
// channel, one accumulator, then the bias.
// CHECK-LABEL: func private @conv
// CHECK-SAME: (%[[X:.+]]: memref<1x8x8x3xf32>, %[[W:.+]]: memref<4x3x3x3xf32>, %[[B:.+]]: memref<4xf32>, %[[O:.+]]: memref<1x8x8x4xf32>, %[[BEGIN:.+]]: index, %[[END:.+]]: index,
// CHECK: scf.for %[[T:.+]] = %[[BEGIN]] to %[[END]]
// CHECK-DAG: %[[I:.+]] = arith.divui %[[T]], %c8
// CHECK-DAG: %[[J:.+]] = arith.remui %[[T]], %c8
// CHECK: scf.for %[[F:.+]] = %c0 to %c4
// CHECK: scf.for %[[KY:.+]] = %c0 to %c3 step %c1 iter_args(
// CHECK: scf.for %[[KX:.+]] = %c0 to %c3 step %c1 iter_args(
// CHECK: scf.for %[[C:.+]] = %c0 to %c3 step %c1 iter_args(%[[SUM:.+]] =
// CHECK: %[[XV:.+]] = scf.if
// CHECK: %[[IN:.+]] = memref.load %[[X]][%c0, %{{.+}}, %{{.+}}, %[[C]]]
// CHECK: scf.yield %[[IN]] : f32
// CHECK: scf.yield %{{.+}} : f32
// CHECK-DAG: %[[WV:.+]] = memref.load %[[W]][%[[F]], %[[KY]], %[[KX]], %[[C]]]
// CHECK: math.fma %[[XV]], %[[WV]], %[[SUM]]
// CHECK: %[[BV:.+]] = memref.load %[[B]][%[[F]]]
// CHECK-NEXT: arith.addf %{{.+}}, %[[BV]]
// CHECK-NEXT: memref.store %{{.+}}, %[[O]][%c0, %[[I]], %[[J]], %[[F]]]
func.func private @conv(%x: memref<1x8x8x3xf32>, %w: memref<4x3x3x3xf32>, %b: memref<4xf32>, %o: memref<1x8x8x4xf32>,
                        %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.conv", cost = 1>, pith.items = 64 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<1x8x8x3xf32> to tensor<1x8x8x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<4x3x3x3xf32> to tensor<4x3x3x3xf32>
  %2 = bufferization.to_tensor %b restrict : memref<4xf32> to tensor<4xf32>
  %3 = pith.conv %0, %1 bias(%2 : tensor<4xf32>) strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1]
       : tensor<1x8x8x3xf32>, tensor<4x3x3x3xf32> -> tensor<1x8x8x4xf32>
  bufferization.materialize_in_destination %3 in restrict writable %o : (tensor<1x8x8x4xf32>, memref<1x8x8x4xf32>) -> ()
  return
}

// -----

// The statistics of a row stand in front of the loop over its elements, and the
// normalized dimension is the innermost loop although it is not the last one.
// CHECK-LABEL: func private @softmax
// CHECK: scf.for %[[N:.+]] = %{{.+}} to
// CHECK: scf.for %[[H:.+]] = %c0 to %c5
// CHECK-COUNT-3: arith.maximumf
// CHECK-COUNT-4: math.exp
// CHECK: arith.addf
// CHECK: scf.for %[[C:.+]] = %c0 to %c4
// CHECK: memref.load %{{.+}}[%[[N]], %[[C]], %[[H]]]
// CHECK-NOT: arith.maximumf
// CHECK: math.exp
// CHECK-NEXT: arith.divf
// CHECK-NEXT: memref.store %{{.+}}, %{{.+}}[%[[N]], %[[C]], %[[H]]]
// CHECK-NOT: scf.for
func.func private @softmax(%x: memref<2x4x5xf32>, %o: memref<2x4x5xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.softmax", cost = 1>, pith.items = 2 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<2x4x5xf32> to tensor<2x4x5xf32>
  %1 = pith.softmax %0 dims [1] : tensor<2x4x5xf32> -> tensor<2x4x5xf32>
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<2x4x5xf32>, memref<2x4x5xf32>) -> ()
  return
}

// -----

// A value that is used twice is computed once, and reshapes that undo each
// other leave no arithmetic.
// CHECK-LABEL: func private @map
// CHECK: scf.for %[[I:.+]] = %{{.+}} to
// CHECK-NEXT: scf.for %[[J:.+]] = %c0 to %c6
// CHECK-NEXT: %[[V:.+]] = memref.load %{{.+}}[%[[I]], %[[J]]] : memref<4x6xf32, strided<[12, 1]>>
// CHECK-NEXT: %[[S:.+]] = math.sqrt %[[V]]
// CHECK-NEXT: %[[P:.+]] = arith.mulf %[[S]], %[[V]]
// CHECK-NEXT: memref.store %[[S]]
// CHECK-NEXT: memref.store %[[P]]
func.func private @map(%x: memref<4x6xf32, strided<[12, 1]>>, %o: memref<4x6xf32>, %p: memref<4x6xf32>,
                       %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 1>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x6xf32, strided<[12, 1]>> to tensor<4x6xf32>
  %flat = tensor.collapse_shape %0 [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>
  %back = tensor.expand_shape %flat [[0, 1]] output_shape [4, 6] : tensor<24xf32> into tensor<4x6xf32>
  %1 = pith.map (%back : tensor<4x6xf32>) -> tensor<4x6xf32> {
  ^bb0(%a: f32):
    %r = math.sqrt %a : f32
    pith.yield %r : f32
  }
  %2 = pith.map (%1, %0 : tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32> {
  ^bb0(%a: f32, %b: f32):
    %r = arith.mulf %a, %b : f32
    pith.yield %r : f32
  }
  bufferization.materialize_in_destination %1 in restrict writable %o : (tensor<4x6xf32>, memref<4x6xf32>) -> ()
  bufferization.materialize_in_destination %2 in restrict writable %p : (tensor<4x6xf32>, memref<4x6xf32>) -> ()
  return
}

// -----

// Behind a condition the index is in range, and nothing that reads memory
// leaves the condition.
// CHECK-LABEL: func private @pad
// CHECK: scf.for %[[I:.+]] =
// CHECK-NOT: memref.load
// CHECK: scf.if
// CHECK-NEXT: memref.load
// CHECK: else
func.func private @pad(%x: memref<4xf32>, %o: memref<3x7xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 1>, pith.items = 3 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %1 = tensor.pad %0 low[1] high[2] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<4xf32> to tensor<7xf32>
  %2 = pith.map (%1 : tensor<7xf32>) -> tensor<3x7xf32> {
  ^bb0(%a: f32):
    pith.yield %a : f32
  }
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<3x7xf32>, memref<3x7xf32>) -> ()
  return
}
