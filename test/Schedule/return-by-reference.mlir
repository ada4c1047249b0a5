// RUN: pith-opt %s --pith-return-by-reference --split-input-file | FileCheck %s

// Results become further arguments, in order, with what was said about them.
// CHECK-LABEL: func @main(
// CHECK-SAME: %[[X:.+]]: memref<2x3xf32> {pith.io = #pith.io<"x", f32>}
// CHECK-SAME: %[[Y:.+]]: memref<4xf32> {pith.io = #pith.io<"y", f32>}
// CHECK-SAME: %[[Z:.+]]: memref<2x3xf32> {pith.io = #pith.io<"z", f32>})
// CHECK-SAME: attributes {pith.results = 2 : i64}
func.func @main(%x: tensor<2x3xf32> {pith.io = #pith.io<"x", f32>})
    -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}, tensor<2x3xf32> {pith.io = #pith.io<"z", f32>}) {
  // CHECK: %[[T:.+]] = bufferization.to_tensor %[[X]] restrict
  // CHECK: %[[C:.+]] = pith.constant
  // CHECK: bufferization.materialize_in_destination %[[C]] in restrict writable %[[Y]]
  // CHECK: bufferization.materialize_in_destination %[[T]] in restrict writable %[[Z]]
  // CHECK-NEXT: return{{$}}
  %0 = pith.constant dense<1.0> : tensor<4xf32>
  return %0, %x : tensor<4xf32>, tensor<2x3xf32>
}

// A kernel is in that form already.
// CHECK: func private @k(%{{.+}}: memref<4xf32>, %{{.+}}: memref<4xf32>, %{{.+}}: index, %{{.+}}: index, %{{.+}}: memref<?xi8>) attributes
func.func private @k(%x: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 1 : i64} {
  return
}
