// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels | FileCheck %s
// RUN: pith-opt %s --pith-lower-kernels=only-nest | FileCheck %s

// Shapes of inputs, then of outputs, in one table; what is absent has none.
// CHECK: llvm.mlir.global internal constant @k0.shapes(dense<[1, 4, 2, 5]> : tensor<4xi64>)
// CHECK: llvm.mlir.global internal constant @k0.attributes("{\22by\22:2}\00")
// CHECK-LABEL: func.func private @k0
// CHECK-SAME: (%[[X:.+]]: memref<1x4xf32>, %[[I:.+]]: memref<2xi8>, %[[Y:.+]]: memref<5xi8>, %{{.+}}: index, %{{.+}}: index, %{{.+}}: memref<?xi8>)
// CHECK-SAME: pith.extern = {attributes = "{\22by\22:2}", inputs = [tensor<1x4xf32>, none, tensor<2xui8>], outputs = [tensor<5xi4>], symbol = "foo"}
// CHECK: %[[OUT:.+]] = llvm.alloca %{{.+}} x !llvm.struct<(ptr, ptr, i32, i32)>
// CHECK: %[[IN:.+]] = llvm.alloca %{{.+}} x !llvm.struct<(ptr, ptr, i32, i32)>
// CHECK: memref.extract_aligned_pointer_as_index %[[X]]
// CHECK: memref.extract_aligned_pointer_as_index %[[I]]
// CHECK: memref.extract_aligned_pointer_as_index %[[Y]]
// CHECK: llvm.call @foo(%[[IN]], %{{.+}}, %[[OUT]], %{{.+}}, %{{.+}}) : (!llvm.ptr, i32, !llvm.ptr, i32, !llvm.ptr) -> ()
// CHECK-NEXT: return
func.func private @k0(%x: memref<1x4xf32>, %i: memref<2xi8>, %y: memref<5xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"extern", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4xf32> to tensor<1x4xf32>
  %1 = bufferization.to_tensor %i restrict : memref<2xi8> to tensor<2xi8>
  %2 = pith.extern "foo" "{\22by\22:2}" ins(%0, %1 : tensor<1x4xf32>, tensor<2xi8>) of [f32, none, ui8] -> (tensor<5xi8>) of [i4]
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<5xi8>, memref<5xi8>) -> ()
  return
}

// One declaration for all that call the function. Scalars have no shape.
// CHECK-NOT: @k1.shapes
// CHECK-LABEL: func.func private @k1
// CHECK: %[[NULL:.+]] = llvm.mlir.zero
// CHECK: llvm.call @foo(%[[NULL]],
// CHECK: llvm.func @foo(!llvm.ptr, i32, !llvm.ptr, i32, !llvm.ptr)
// CHECK-NOT: @foo
func.func private @k1(%y: memref<f32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"extern", cost = 1>, pith.items = 1 : i64} {
  %0 = pith.extern "foo" "{}" ins() of [] -> (tensor<f32>) of [f32]
  bufferization.materialize_in_destination %0 in restrict writable %y : (tensor<f32>, memref<f32>) -> ()
  return
}
