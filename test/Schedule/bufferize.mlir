// RUN: pith-opt %s --pith-return-by-reference --pith-bufferize --canonicalize | FileCheck %s

// CHECK-LABEL: func @main
// CHECK-SAME: (%[[X:.+]]: memref<4xf32> {pith.io = #pith.io<"x", f32>}, %[[Y:.+]]: memref<4xf32> {pith.io = #pith.io<"y", f32>}) attributes {pith.results = 1 : i64}
func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  // The first kernel writes an allocation, the last one the caller's memory.
  // CHECK: %[[A:.+]] = memref.alloc() {alignment = 64 : i64} : memref<4xf32>
  // CHECK: pith.call @k ins(%[[X]] : {{.+}}) outs(%[[A]] :
  %e = tensor.empty() : tensor<4xf32>
  %0 = pith.call @k ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  // The carried value keeps one place: each step copies back to it.
  // CHECK: scf.for
  // CHECK-NOT: iter_args
  // CHECK: pith.call @k ins(%[[A]] : {{.+}}) outs(%[[B:.+]] :
  // CHECK: memref.copy %[[B]], %[[A]]
  %1 = scf.for %i = %c0 to %c9 step %c1 iter_args(%h = %0) -> tensor<4xf32> {
    %f = tensor.empty() : tensor<4xf32>
    %n = pith.call @k ins(%h : tensor<4xf32>) outs(%f : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %n : tensor<4xf32>
  }
  // CHECK: pith.call @k ins(%[[A]] : {{.+}}) outs(%[[Y]] :
  %g = tensor.empty() : tensor<4xf32>
  %2 = pith.call @k ins(%1 : tensor<4xf32>) outs(%g : tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
func.func private @k(%x: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 1 : i64} {
  return
}
