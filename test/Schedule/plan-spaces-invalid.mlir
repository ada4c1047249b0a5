// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-plan-memory --verify-diagnostics

// Plans of a target's memory spaces are tested where a target has some (test/OutOfTree/Accel).
module attributes {pith.target = #pith.target<"reference", triple = "t", cpu = "c", features = "">} {
func.func @main() {
  return
}
func.func private @k(%x: memref<4xi8>, %y: memref<4xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 1 : i64} {
  // expected-error @+1 {{expected a memory space of the target, got 1}}
  %0 = memref.alloc() : memref<64xi8, 1>
  return
}
}
