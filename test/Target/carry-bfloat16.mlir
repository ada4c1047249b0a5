// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pass-pipeline='builtin.module(llvm.func(pith-carry-bfloat16))' | FileCheck %s

// A loaded number or a constant: both are bits.
// CHECK-LABEL: llvm.func @pad
// CHECK: %[[C:.+]] = llvm.mlir.constant(16320 : i16) : i16
// CHECK: %[[X:.+]] = llvm.load %{{.+}} : !llvm.ptr -> i16
// CHECK: llvm.br ^[[NEXT:.+]](%[[X]] : i16)
// CHECK: llvm.br ^[[NEXT]](%[[C]] : i16)
// CHECK: ^[[NEXT]](%[[Y:.+]]: i16):
// CHECK: llvm.store %[[Y]], %{{.+}} : i16, !llvm.ptr
llvm.func @pad(%p: !llvm.ptr, %q: !llvm.ptr, %inside: i1) {
  %c = llvm.mlir.constant(1.5 : bf16) : bf16
  llvm.cond_br %inside, ^load, ^constant
^load:
  %x = llvm.load %p : !llvm.ptr -> bf16
  llvm.br ^next(%x : bf16)
^constant:
  llvm.br ^next(%c : bf16)
^next(%y: bf16):
  llvm.store %y, %q : bf16, !llvm.ptr
  llvm.return
}

// What computes keeps its type; vectors are carried, too.
// CHECK-LABEL: llvm.func @compute
// CHECK: %[[X:.+]] = llvm.load %{{.+}} : !llvm.ptr -> vector<8xi16>
// CHECK: %[[S:.+]] = llvm.shufflevector %[[X]], %[[X]] {{.*}} : vector<8xi16>
// CHECK: %[[B:.+]] = llvm.bitcast %[[S]] : vector<8xi16> to vector<8xbf16>
// CHECK: %[[A:.+]] = llvm.intr.fabs(%[[B]]) : (vector<8xbf16>) -> vector<8xbf16>
// CHECK: %[[R:.+]] = llvm.bitcast %[[A]] : vector<8xbf16> to vector<8xi16>
// CHECK: llvm.store %[[R]]
llvm.func @compute(%p: !llvm.ptr) {
  %x = llvm.load %p : !llvm.ptr -> vector<8xbf16>
  %s = llvm.shufflevector %x, %x [7, 6, 5, 4, 3, 2, 1, 0] : vector<8xbf16>
  %a = llvm.intr.fabs(%s) : (vector<8xbf16>) -> vector<8xbf16>
  llvm.store %a, %p : vector<8xbf16>, !llvm.ptr
  llvm.return
}

// One that computes behind another.
// CHECK-LABEL: llvm.func @chain
// CHECK: %[[A:.+]] = llvm.intr.fabs(%{{.+}}) : (bf16) -> bf16
// CHECK: %[[I:.+]] = llvm.bitcast %[[A]] : bf16 to i16
// CHECK: %[[B:.+]] = llvm.bitcast %[[I]] : i16 to bf16
// CHECK: llvm.fneg %[[B]] : bf16
llvm.func @chain(%p: !llvm.ptr) {
  %x = llvm.load %p : !llvm.ptr -> bf16
  %a = llvm.intr.fabs(%x) : (bf16) -> bf16
  %n = llvm.fneg %a : bf16
  llvm.store %n, %p : bf16, !llvm.ptr
  llvm.return
}

// Arguments and results of functions stay as they are.
// CHECK-LABEL: llvm.func @arguments
// CHECK-SAME: (%[[X:.+]]: bf16, %{{.+}}: !llvm.ptr) -> bf16
// CHECK: %[[B:.+]] = llvm.bitcast %[[X]] : bf16 to i16
// CHECK: llvm.store %[[B]]
// CHECK: %[[R:.+]] = llvm.bitcast %[[B]] : i16 to bf16
// CHECK: llvm.return %[[R]] : bf16
llvm.func @arguments(%x: bf16, %p: !llvm.ptr) -> bf16 {
  llvm.store %x, %p : bf16, !llvm.ptr
  llvm.return %x : bf16
}
