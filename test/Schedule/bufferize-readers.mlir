// RUN: pith-opt %s --pith-return-by-reference --pith-bufferize=many=2 --cse --canonicalize | FileCheck %s
// RUN: pith-opt %s --pith-return-by-reference --pith-bufferize --cse --canonicalize | FileCheck %s

// However many kernels read an input, a constant or what a kernel computes, as it is or
// in another shape: they read the one place that it has, and nothing is copied.
// CHECK-LABEL: func @main
// CHECK-SAME: (%[[X:.+]]: memref<4xf32> {{.+}}, %[[Y:.+]]: memref<4xf32> {{.+}}, %[[Z:.+]]: memref<4xf32>
// CHECK-NOT: memref.copy
// CHECK-DAG: %[[W:.+]] = pith.constant dense<1.000000e+00> : tensor<4xf32> at 0 as memref<4xf32>
// CHECK-DAG: %[[A:.+]] = memref.alloc() {alignment = 64 : i64} : memref<4xf32>
// CHECK: pith.call @k ins(%[[X]], %[[W]] : {{.+}}) outs(%[[A]] :
// CHECK: %[[B:.+]] = memref.alloc()
// CHECK: pith.call @k ins(%[[A]], %[[W]] : {{.+}}) outs(%[[B]] :
// CHECK: pith.call @k ins(%[[X]], %[[A]] : {{.+}}) outs(%[[Y]] :
// CHECK: %[[V:.+]] = memref.expand_shape %[[A]]
// CHECK: pith.call @m ins(%[[V]], %[[B]] : {{.+}}) outs(%[[Z]] :
// CHECK-NOT: memref.copy
func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}, tensor<4xf32> {pith.io = #pith.io<"z", f32>}) {
  %w = pith.constant dense<1.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4xf32>
  %a = pith.call @k ins(%x, %w : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %f = tensor.empty() : tensor<4xf32>
  %b = pith.call @k ins(%a, %w : tensor<4xf32>, tensor<4xf32>) outs(%f : tensor<4xf32>) -> tensor<4xf32>
  %g = tensor.empty() : tensor<4xf32>
  %y = pith.call @k ins(%x, %a : tensor<4xf32>, tensor<4xf32>) outs(%g : tensor<4xf32>) -> tensor<4xf32>
  %v = tensor.expand_shape %a [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
  %h = tensor.empty() : tensor<4xf32>
  %z = pith.call @m ins(%v, %b : tensor<2x2xf32>, tensor<4xf32>) outs(%h : tensor<4xf32>) -> tensor<4xf32>
  return %y, %z : tensor<4xf32>, tensor<4xf32>
}
func.func private @k(%x: memref<4xf32>, %w: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 1 : i64} {
  return
}
func.func private @m(%x: memref<2x2xf32>, %w: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 1 : i64} {
  return
}
