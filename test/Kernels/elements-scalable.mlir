// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A check of the abstract vector unit: registers whose size the hardware says.
// RUN: pith-test-schedule %s --pith-lower-kernels="vector-bits=128 scalable" --canonicalize --cse | FileCheck %s
// RUN: pith-test-schedule %s --pith-lower-kernels="vector-bits=128 scalable" --canonicalize --cse | sed -e 's/ attributes {.*} {/ {/' \
// RUN:   -e 's/func private/func/' | mlir-opt --expand-strided-metadata --lower-affine --convert-scf-to-cf --convert-vector-to-llvm \
// RUN:   --finalize-memref-to-llvm --convert-arith-to-llvm --convert-math-to-llvm --convert-cf-to-llvm --convert-func-to-llvm \
// RUN:   --reconcile-unrealized-casts | mlir-translate --mlir-to-llvmir | llc -mtriple=aarch64-linux-gnu -mattr=+sve -O2 \
// RUN:   | FileCheck %s --check-prefix=ASM

// CHECK-LABEL: func private @map(
// CHECK: %[[SCALE:.+]] = vector.vscale
// CHECK: %[[STEP:.+]] = arith.muli %[[SCALE]], %c4
// CHECK: scf.for %[[V:.+]] = %{{.+}} to %[[MIDDLE:.+]] step %[[STEP]]
// CHECK: vector.load %{{.+}}[%[[V]]] : memref<700xf32>, vector<[4]xf32>
// CHECK: arith.mulf %{{.+}}, %{{.+}} : vector<[4]xf32>
// CHECK: vector.store %{{.+}}, %{{.+}}[%[[V]]] : memref<700xf32>, vector<[4]xf32>
// CHECK: scf.for %{{.+}} = %[[MIDDLE]] to

// ASM-LABEL: map:
// ASM: ld1w { z{{.+}}.s }
// ASM: fmul z{{.+}}.s, z{{.+}}.s, z{{.+}}.s
// ASM: st1w { z{{.+}}.s }
func.func private @map(%x: memref<10x70xf32>, %s: memref<f32>, %o: memref<10x70xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test.elements", cost = 1>, pith.items = 10 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<10x70xf32> to tensor<10x70xf32>
  %1 = bufferization.to_tensor %s restrict : memref<f32> to tensor<f32>
  %2 = pith.map (%0, %1 : tensor<10x70xf32>, tensor<f32>) -> tensor<10x70xf32> {
  ^bb0(%a: f32, %b: f32):
    %c = arith.mulf %a, %b : f32
    pith.yield %c : f32
  }
  bufferization.materialize_in_destination %2 in restrict writable %o : (tensor<10x70xf32>, memref<10x70xf32>) -> ()
  return
}
