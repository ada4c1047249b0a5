// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-model --split-input-file | FileCheck %s
// RUN: pith-opt %s --pith-lower-model --split-input-file | FileCheck %s --check-prefix=DESCRIPTION
// RUN: pith-opt %s --pith-lower-model --split-input-file | FileCheck %s --check-prefix=PARTS

// The sizes are rounded to 64; scratch lies behind the arena.
// DESCRIPTION: pith.arena = 192 : i64
// DESCRIPTION-SAME: pith.inputs = [{bytes = 128 : i64, name = "x", shape = array<i64: 4, 8>, type = ui8}]
// DESCRIPTION-SAME: pith.layers = [{cost = 16000 : i64, items = 4 : i64, kernel = @k0, name = "first", out_bytes = 128 : i64, out_offset = 64 : i64, row = "some.row"},
// DESCRIPTION-SAME: {cost = 16000 : i64, items = 4 : i64, kernel = @k0, name = "second", row = "some.row"}]
// DESCRIPTION-SAME: pith.outputs = [{bytes = 128 : i64, name = "y", shape = array<i64: 4, 8>, type = f32}]
// DESCRIPTION-SAME: pith.scratch = 64 : i64
// DESCRIPTION-SAME: pith.weight_table = {{\[\[}}64, dense<2.000000e+00> : tensor<8xf32>]]
module attributes {pith.arena = 130 : i64, pith.scratch = 10 : i64, pith.weights = 96 : i64} {

// An observer sees what each call has computed: the layer, its output, the bytes of that.
// CHECK-LABEL: func.func private @observe
// CHECK-SAME: (%[[SEER:.+]]: !llvm.ptr, %[[LAYER:.+]]: i64, %[[DATA:.+]]: !llvm.ptr, %[[BYTES:.+]]: i64)
// CHECK: %[[SET:.+]] = llvm.icmp "ne" %[[SEER]], %{{.+}} : !llvm.ptr
// CHECK: scf.if %[[SET]]
// CHECK: %[[SEE:.+]] = llvm.load %[[SEER]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.call %[[SEE]](%[[SEER]], %[[LAYER]], %[[DATA]], %[[BYTES]])

// CHECK-LABEL: func.func private @main
// CHECK-SAME: (%[[IN:.+]]: !llvm.ptr, %[[OUT:.+]]: !llvm.ptr, %[[ARENA:.+]]: !llvm.ptr, %[[WEIGHTS:.+]]: !llvm.ptr, %[[DISPATCH:.+]]: !llvm.ptr, %[[OBSERVER:.+]]: !llvm.ptr)
// CHECK-SAME: llvm.linkage = #llvm.linkage<internal>, passthrough = ["noinline"]
// CHECK-DAG: llvm.load %[[IN]] : !llvm.ptr -> !llvm.ptr
// CHECK-DAG: llvm.load %[[OUT]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.mlir.constant(192 : i64)
// CHECK-NEXT: %[[SCRATCH:.+]] = llvm.getelementptr %[[ARENA]]
// CHECK: llvm.mlir.constant(64 : i64)
// CHECK-NEXT: llvm.getelementptr %[[WEIGHTS]]
// CHECK: llvm.mlir.constant(64 : i64)
// CHECK-NEXT: llvm.getelementptr %[[ARENA]]
// CHECK: call @k0.launch(%{{.+}}, %{{.+}}, %{{.+}}, %[[SCRATCH]], %[[DISPATCH]])
// CHECK: %[[FIRST:.+]] = llvm.mlir.constant(0 : i64)
// CHECK: %[[SIZE:.+]] = llvm.mlir.constant(128 : i64)
// CHECK: call @observe(%[[OBSERVER]], %[[FIRST]], %{{.+}}, %[[SIZE]])
// CHECK: call @k0.launch
// CHECK: %[[SECOND:.+]] = llvm.mlir.constant(1 : i64)
// CHECK: call @observe(%[[OBSERVER]], %[[SECOND]], %{{.+}}, %{{.+}})
// CHECK-NOT: memref.alloc
// CHECK-NOT: pith.
func.func @main(%x: memref<4x8xf32> {pith.io = #pith.io<"x", ui8>}, %y: memref<4x8xf32> {pith.io = #pith.io<"y", f32>})
    attributes {pith.results = 1 : i64} {
  %w = pith.constant dense<2.0> : tensor<8xf32> at 64 as memref<8xf32>
  %a = memref.alloc() {alignment = 64 : i64, pith.offset = 64 : i64} : memref<4x8xf32>
  pith.call @k0 ins(%x, %w : memref<4x8xf32>, memref<8xf32>) outs(%a : memref<4x8xf32>) loc("first")
  pith.call @k0 ins(%a, %w : memref<4x8xf32>, memref<8xf32>) outs(%y : memref<4x8xf32>) loc("second")
  return
}

// CHECK-LABEL: func.func private @k0(
// CHECK-SAME: !llvm.ptr, %{{.+}}: !llvm.ptr, %{{.+}}: !llvm.ptr, %{{.+}}: index, %{{.+}}: index, %{{.+}}: !llvm.ptr)
// CHECK-NOT: pith.kernel
func.func private @k0(%x: memref<4x8xf32>, %w: memref<8xf32>, %o: memref<4x8xf32>, %begin: index, %end: index,
                      %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 16000>, pith.items = 4 : i64} {
  return
}

// Without a dispatcher all items run here; with one, the caller's threads call @k0.items.
// CHECK-LABEL: func.func private @k0.launch
// CHECK: %[[ALONE:.+]] = llvm.icmp "eq" %{{.+}}, %{{.+}} : !llvm.ptr
// CHECK: scf.if %[[ALONE]]
// CHECK: call @k0(
// CHECK: else
// CHECK-COUNT-4: llvm.store
// CHECK: func.func private @k0.items
// CHECK-SAME: (%[[ARGUMENTS:.+]]: !llvm.ptr, %[[BEGIN:.+]]: i64, %[[END:.+]]: i64, %[[THREAD:.+]]: i32)
// Each thread has scratch of its own.
// CHECK: %[[T:.+]] = llvm.zext %[[THREAD]] : i32 to i64
// CHECK: %[[SIZE:.+]] = llvm.mlir.constant(64 : i64)
// CHECK: llvm.mul %[[T]], %[[SIZE]]
// CHECK: call @k0(

// A handover would take longer.
func.func private @k1(%x: memref<4x8xf32>, %o: memref<4x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 15999>, pith.items = 4 : i64} {
  return
}
// CHECK-LABEL: func.func private @k1.launch
// CHECK-NOT: scf.if
// CHECK: call @k1(
// CHECK-NOT: @k1.items
}

// -----

// A kernel that runs another one for each block: no launcher for the part, whose scratch
// memory lies behind that of its caller, and which has all its items computed.
// PARTS: pith.scratch = 448 : i64
module {
func.func @main(%x: memref<4x8xf32> {pith.io = #pith.io<"x", f32>}, %y: memref<4x8xf32> {pith.io = #pith.io<"y", f32>})
    attributes {pith.results = 1 : i64} {
  pith.call @blocks ins(%x : memref<4x8xf32>) outs(%y : memref<4x8xf32>)
  return
}

// PARTS-LABEL: func.func private @blocks(
// PARTS-SAME: %{{.+}}: !llvm.ptr, %{{.+}}: !llvm.ptr, %{{.+}}: index, %{{.+}}: index, %[[SCRATCH:.+]]: !llvm.ptr)
// PARTS: scf.for
// PARTS: %[[ZERO:.+]] = arith.constant 0 : index
// PARTS: %[[ITEMS:.+]] = arith.constant 3 : index
// PARTS: %[[OWN:.+]] = llvm.mlir.constant(128 : i64)
// PARTS: %[[BEHIND:.+]] = llvm.getelementptr %{{.+}}[%[[OWN]]]
// PARTS: call @part(%{{.+}}, %{{.+}}, %[[ZERO]], %[[ITEMS]], %[[BEHIND]])
// PARTS: func.func private @blocks.launch
func.func private @blocks(%x: memref<4x8xf32>, %o: memref<4x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 16000>, pith.items = 4 : i64, pith.scratch = 100 : i64} {
  %c1 = arith.constant 1 : index
  scf.for %i = %begin to %end step %c1 {
    %a = memref.subview %x[%i, 0] [1, 8] [1, 1] : memref<4x8xf32> to memref<1x8xf32, strided<[8, 1], offset: ?>>
    %b = memref.subview %o[%i, 0] [1, 8] [1, 1] : memref<4x8xf32> to memref<1x8xf32, strided<[8, 1], offset: ?>>
    pith.call @part ins(%a : memref<1x8xf32, strided<[8, 1], offset: ?>>) outs(%b : memref<1x8xf32, strided<[8, 1], offset: ?>>)
  }
  return
}

// PARTS-LABEL: func.func private @part(
// PARTS-NOT: @part.launch
func.func private @part(%x: memref<1x8xf32>, %o: memref<1x8xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 16000>, pith.items = 3 : i64, pith.scratch = 320 : i64} {
  return
}
}
