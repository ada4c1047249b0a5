// RUN: pith-opt %s --pith-lower-kernels=vector-bits=128 | FileCheck %s
// RUN: pith-opt %s --pith-lower-kernels=only-nest | FileCheck %s --check-prefix=NEST

// A row above or below the image is filled as a whole, the others at both ends; the
// rest is not touched. Without the skeleton all of it is filled.
// CHECK-LABEL: func private @frame
// CHECK: %[[Z:.+]] = arith.constant 3 : i8
// CHECK: scf.for %[[I:.+]] = %arg1 to %arg2
// CHECK: %[[Y:.+]] = arith.remui %[[I]], %c6
// CHECK: %[[S:.+]] = arith.subi %[[Y]], %c1
// CHECK: arith.cmpi uge, %[[S]], %c4
// CHECK: scf.if
// CHECK: scf.for
// CHECK: vector.store %{{.+}} : memref<126xi8>, vector<16xi8>
// CHECK: vector.store %{{.+}} : memref<126xi8>, vector<4xi8>
// CHECK: vector.store %{{.+}} : memref<126xi8>, vector<1xi8>
// CHECK: else
// CHECK: vector.store %{{.+}} : memref<126xi8>, vector<2xi8>
// CHECK: vector.store %{{.+}} : memref<126xi8>, vector<1xi8>
// CHECK: arith.addi %{{.+}}, %c15
// CHECK: vector.store %{{.+}} : memref<126xi8>, vector<4xi8>
// CHECK: vector.store %{{.+}} : memref<126xi8>, vector<2xi8>
// CHECK-NOT: vector.store
// NEST-LABEL: func private @frame
// NEST: memref.store %{{.+}} : memref<1x6x7x3xi8>
// NEST-NOT: store
func.func private @frame(%o: memref<1x6x7x3xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"x86.frame", cost = 1>, pith.items = 6 : i64} {
  %z = arith.constant dense<3> : tensor<i8>
  %f = pith.frame value(%z : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x6x7x3xi8>
  bufferization.materialize_in_destination %f in restrict writable %o : (tensor<1x6x7x3xi8>, memref<1x6x7x3xi8>) -> ()
  return
}
