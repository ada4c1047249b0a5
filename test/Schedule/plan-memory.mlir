// RUN: pith-opt %s --pith-plan-memory --split-input-file | FileCheck %s

// Places are taken again once their value is dead.
// CHECK: module attributes {pith.arena = 512 : i64, pith.arena_lower_bound = 512 : i64}
// CHECK-LABEL: func @places_are_reused
func.func @places_are_reused(%x: memref<64xf32>, %y: memref<64xf32>) {
  // CHECK: memref.alloc() {pith.offset = [[A:[0-9]+]] : i64}
  // CHECK: memref.alloc() {pith.offset = [[B:[0-9]+]] : i64}
  // CHECK: memref.alloc() {pith.offset = [[A]] : i64}
  %a = memref.alloc() : memref<64xf32>
  pith.call @k ins(%x : memref<64xf32>) outs(%a : memref<64xf32>)
  %b = memref.alloc() : memref<64xf32>
  pith.call @k ins(%a : memref<64xf32>) outs(%b : memref<64xf32>)
  %c = memref.alloc() : memref<64xf32>
  pith.call @k ins(%b : memref<64xf32>) outs(%c : memref<64xf32>)
  pith.call @k ins(%c : memref<64xf32>) outs(%y : memref<64xf32>)
  return
}
func.func private @k(%x: memref<64xf32>, %y: memref<64xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.softmax", cost = 4>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<64xf32> to tensor<64xf32>
  %1 = pith.softmax %0 dims [0] : tensor<64xf32> -> tensor<64xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<64xf32>, memref<64xf32>) -> ()
  return
}

// -----

// An element-wise kernel writes over its input; a loop keeps alive what it reads.
// CHECK: module attributes {pith.arena = 512 : i64
// CHECK-LABEL: func @in_place
func.func @in_place(%x: memref<64xf32>, %y: memref<64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  // CHECK: memref.alloc() {pith.offset = [[A:[0-9]+]] : i64}
  // CHECK: memref.alloc() {pith.offset = [[A]] : i64}
  // CHECK: scf.for
  // CHECK-NOT: {pith.offset = [[A]] : i64}
  // CHECK: memref.alloc() {pith.offset
  %a = memref.alloc() : memref<64xf32>
  pith.call @k ins(%x : memref<64xf32>) outs(%a : memref<64xf32>)
  %b = memref.alloc() : memref<64xf32>
  pith.call @k ins(%a : memref<64xf32>) outs(%b : memref<64xf32>)
  scf.for %i = %c0 to %c9 step %c1 {
    %c = memref.alloc() : memref<64xf32>
    pith.call @k ins(%b : memref<64xf32>) outs(%c : memref<64xf32>)
    memref.copy %c, %y : memref<64xf32> to memref<64xf32>
  }
  return
}
func.func private @k(%x: memref<64xf32>, %y: memref<64xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<64xf32> to tensor<64xf32>
  %1 = pith.map (%0 : tensor<64xf32>) -> tensor<64xf32> {
  ^bb0(%e: f32):
    %2 = arith.negf %e : f32
    pith.yield %2 : f32
  }
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<64xf32>, memref<64xf32>) -> ()
  return
}

// -----

// A softmax along the last dimension reads its row before it writes it, which
// the row of the table states; along another dimension it does not.
module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// CHECK-LABEL: func @rows_in_place
func.func @rows_in_place(%x: memref<4x16xf32>, %y: memref<4x16xf32>) {
  // CHECK: memref.alloc() {pith.offset = [[A:[0-9]+]] : i64}
  // CHECK: memref.alloc() {pith.offset = [[A]] : i64}
  // CHECK-NOT: memref.alloc() {pith.offset = [[A]] : i64}
  // CHECK: memref.alloc()
  %a = memref.alloc() : memref<4x16xf32>
  pith.call @last ins(%x : memref<4x16xf32>) outs(%a : memref<4x16xf32>)
  %b = memref.alloc() : memref<4x16xf32>
  pith.call @last ins(%a : memref<4x16xf32>) outs(%b : memref<4x16xf32>)
  %c = memref.alloc() : memref<4x16xf32>
  pith.call @first ins(%b : memref<4x16xf32>) outs(%c : memref<4x16xf32>)
  pith.call @last ins(%c : memref<4x16xf32>) outs(%y : memref<4x16xf32>)
  return
}
func.func private @last(%x: memref<4x16xf32>, %y: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.softmax", cost = 4>, pith.items = 4 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x16xf32> to tensor<4x16xf32>
  %1 = pith.softmax %0 dims [1] : tensor<4x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}
func.func private @first(%x: memref<4x16xf32>, %y: memref<4x16xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.softmax", cost = 4>, pith.items = 1 : i64} {
  %0 = bufferization.to_tensor %x restrict : memref<4x16xf32> to tensor<4x16xf32>
  %1 = pith.softmax %0 dims [0] : tensor<4x16xf32> -> tensor<4x16xf32>
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4x16xf32>, memref<4x16xf32>) -> ()
  return
}
}
