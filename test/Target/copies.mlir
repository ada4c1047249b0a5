// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-model | FileCheck %s

module attributes {pith.arena = 0 : i64} {
// Contiguous memory is one block, at an offset too; rows apart are one block
// each; elements apart are copied one by one.
// CHECK-LABEL: func.func private @main
// CHECK: %[[BYTES:.+]] = llvm.mlir.constant(24 : i64)
// CHECK: "llvm.intr.memcpy"(%{{.+}}, %{{.+}}, %[[BYTES]])
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: %[[ROW:.+]] = llvm.mlir.constant(12 : i64)
// CHECK: "llvm.intr.memcpy"(%{{.+}}, %{{.+}}, %[[ROW]])
// CHECK: scf.for
// CHECK: scf.for
// CHECK: %[[E:.+]] = memref.load
// CHECK: memref.store %[[E]]
// CHECK-NOT: memref.copy
func.func @main(%x: memref<4x3xf32> {pith.io = #pith.io<"x", f32>}, %y: memref<4x3xf32> {pith.io = #pith.io<"y", f32>})
    attributes {pith.results = 1 : i64} {
  %top = memref.subview %x[2, 0] [2, 3] [1, 1] : memref<4x3xf32> to memref<2x3xf32, strided<[3, 1], offset: 6>>
  %low = memref.subview %y[0, 0] [2, 3] [1, 1] : memref<4x3xf32> to memref<2x3xf32, strided<[3, 1]>>
  memref.copy %top, %low : memref<2x3xf32, strided<[3, 1], offset: 6>> to memref<2x3xf32, strided<[3, 1]>>
  %odd = memref.subview %x[1, 0] [2, 3] [2, 1] : memref<4x3xf32> to memref<2x3xf32, strided<[6, 1], offset: 3>>
  %high = memref.subview %y[2, 0] [2, 3] [1, 1] : memref<4x3xf32> to memref<2x3xf32, strided<[3, 1], offset: 6>>
  memref.copy %odd, %high : memref<2x3xf32, strided<[6, 1], offset: 3>> to memref<2x3xf32, strided<[3, 1], offset: 6>>
  %left = memref.subview %x[0, 0] [2, 2] [1, 2] : memref<4x3xf32> to memref<2x2xf32, strided<[3, 2]>>
  %right = memref.subview %y[0, 0] [2, 2] [1, 1] : memref<4x3xf32> to memref<2x2xf32, strided<[3, 1]>>
  memref.copy %left, %right : memref<2x2xf32, strided<[3, 2]>> to memref<2x2xf32, strided<[3, 1]>>
  return
}
}
