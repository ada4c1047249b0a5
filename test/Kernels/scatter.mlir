// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-kernels | FileCheck %s
// RUN: pith-opt %s --pith-lower-kernels="vector-bits=256 vector-registers=16" | FileCheck %s --check-prefix=VECTOR

// A copy, then each update in its turn, whatever items the kernel is asked for.
// CHECK-LABEL: func.func private @k0
// CHECK-SAME: (%[[X:.+]]: memref<5x2xf32>, %[[P:.+]]: memref<3xi64>, %[[U:.+]]: memref<3x2xf32>, %[[Y:.+]]: memref<5x2xf32>,
// CHECK: scf.for %[[I:.+]] = %c0{{.*}} to %c10
// CHECK-NEXT: memref.load
// CHECK-NEXT: memref.store
// CHECK: scf.for %[[I:.+]] = %{{.+}} to %c3
// CHECK-NEXT: %[[P0:.+]] = memref.load %[[P]][%[[I]]]
// CHECK: arith.maxsi %[[P0]], %c0_i64
// CHECK: arith.minsi %{{.+}}, %c4_i64
// CHECK: scf.for
// CHECK: %[[OLD:.+]] = memref.load
// CHECK: %[[NEW:.+]] = memref.load
// CHECK: %[[SUM:.+]] = arith.addf %[[OLD]], %[[NEW]]
// CHECK: memref.store %[[SUM]]
// VECTOR-LABEL: func.func private @k0
// VECTOR: vector.load {{.*}} vector<8xf32>
// VECTOR: vector.store {{.*}} vector<8xf32>
// VECTOR: scf.for %{{.+}} = %c8{{.*}} to %c10
func.func private @k0(%x: memref<5x2xf32>, %p: memref<3xi64>, %u: memref<3x2xf32>, %y: memref<5x2xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"scatter", cost = 1>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<5x2xf32> to tensor<5x2xf32>
  %1 = bufferization.to_tensor %p restrict : memref<3xi64> to tensor<3xi64>
  %2 = bufferization.to_tensor %u restrict : memref<3x2xf32> to tensor<3x2xf32>
  %3 = pith.scatter %0, %1, %2 : tensor<5x2xf32>, tensor<3xi64>, tensor<3x2xf32> -> tensor<5x2xf32> {
  ^bb0(%old: f32, %new: f32):
    %4 = arith.addf %old, %new : f32
    pith.yield %4 : f32
  }
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<5x2xf32>, memref<5x2xf32>) -> ()
  return
}
