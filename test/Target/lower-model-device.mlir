// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-model | FileCheck %s

// Two kernels of the device, numbered in order, and one of the host between them.
// CHECK: pith.programs = [{bytes = array<i8: 1, 2>, name = "k0"}, {bytes = array<i8: 3>, name = "k2"}]
module {
// CHECK: func.func private @main(
// CHECK-SAME: %[[DISPATCH:[^:]+]]: !llvm.ptr, %[[OBSERVER:[^:]+]]: !llvm.ptr, %[[DEVICE:[^:]+]]: !llvm.ptr)
// CHECK: call @k0.launch(%{{.+}}, %{{.+}}, %[[DEVICE]]) : (!llvm.ptr, !llvm.ptr, !llvm.ptr)
// CHECK: call @k1.launch(%{{.+}}, %{{.+}}, %{{.+}}, %[[DISPATCH]])
// CHECK: call @k2.launch(%{{.+}}, %{{.+}}, %[[DEVICE]])
func.func @main(%x: memref<4xf32> {pith.io = #pith.io<"x", f32>}, %y: memref<4xf32> {pith.io = #pith.io<"y", f32>})
    attributes {pith.results = 1 : i64} {
  pith.call @k0 ins(%x : memref<4xf32>) outs(%y : memref<4xf32>)
  pith.call @k1 ins(%x : memref<4xf32>) outs(%y : memref<4xf32>)
  pith.call @k2 ins(%x : memref<4xf32>) outs(%y : memref<4xf32>)
  return
}

// The kernel itself is gone; its launcher passes an array of the operands.
// CHECK-NOT: func.func private @k0(
// CHECK: func.func private @k0.launch(%[[X:.+]]: !llvm.ptr, %[[Y:.+]]: !llvm.ptr, %[[D:.+]]: !llvm.ptr)
// CHECK: %[[ARRAY:.+]] = llvm.alloca
// CHECK: llvm.store %[[X]], %[[ARRAY]]
// CHECK: %[[SECOND:.+]] = llvm.getelementptr %[[ARRAY]][1]
// CHECK: llvm.store %[[Y]], %[[SECOND]]
// CHECK: %[[NUMBER:.+]] = llvm.mlir.constant(0 : i64)
// CHECK: %[[COUNT:.+]] = llvm.mlir.constant(2 : i64)
// CHECK: call @pith_entry_launch(%[[D]], %[[NUMBER]], %[[ARRAY]], %[[COUNT]])
// CHECK: func.func private @k1(
// CHECK: func.func private @k2.launch
// CHECK: llvm.mlir.constant(1 : i64)
// CHECK: call @pith_entry_launch
// CHECK: func.func private @pith_entry_launch(!llvm.ptr, i64, !llvm.ptr, i64)
func.func private @k0(%x: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 4 : i64, pith.program = array<i8: 1, 2>} {
  return
}
func.func private @k1(%x: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 1 : i64} {
  return
}
func.func private @k2(%x: memref<4xf32>, %y: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 4 : i64, pith.program = array<i8: 3>} {
  return
}
}
