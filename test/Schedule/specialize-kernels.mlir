// RUN: pith-opt %s --pith-specialize-kernels | FileCheck %s

// A kernel that is called with two kinds of memory becomes two kernels; the
// offset of a view is part of the pointer.
// CHECK-LABEL: func @main
// CHECK: pith.call @k ins(
// CHECK: pith.call @k_0 ins(
// CHECK: func private @k(%{{.+}}: memref<2x2xf32>, %{{.+}}: memref<2x2xf32>, %{{.+}}: index
// CHECK: func private @k_0(%{{.+}}: memref<2x2xf32, strided<[4, 1]>>, %{{.+}}: memref<2x2xf32>, %{{.+}}: index
func.func @main(%x: memref<4x4xf32>, %y: memref<2x2xf32>, %z: memref<2x2xf32>) {
  pith.call @k ins(%y : memref<2x2xf32>) outs(%z : memref<2x2xf32>)
  %v = memref.subview %x[1, 2] [2, 2] [1, 1] : memref<4x4xf32> to memref<2x2xf32, strided<[4, 1], offset: 6>>
  pith.call @k ins(%v : memref<2x2xf32, strided<[4, 1], offset: 6>>) outs(%z : memref<2x2xf32>)
  return
}
func.func private @k(%x: memref<2x2xf32>, %y: memref<2x2xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 2 : i64} {
  return
}
