// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-split-model=most=2 --split-input-file | FileCheck %s
// RUN: pith-opt %s --pith-split-model --split-input-file | FileCheck %s --check-prefix=WHOLE

func.func private @k(%a: !llvm.ptr, %b: !llvm.ptr)

// Each part computes the addresses that it needs, and loads pointers of the caller's.
// CHECK-LABEL: func.func private @main.part0
// CHECK-SAME: (%[[IN:.+]]: !llvm.ptr, %[[OUT:.+]]: !llvm.ptr, %[[ARENA:.+]]: !llvm.ptr) attributes {passthrough = ["noinline"]}
// CHECK-DAG: %[[X:.+]] = llvm.load %[[IN]]
// CHECK-DAG: %[[A:.+]] = llvm.getelementptr %[[ARENA]][64]
// CHECK: call @k(%[[X]], %[[A]])
// CHECK: %[[B:.+]] = llvm.getelementptr %[[A]][64]
// CHECK-NEXT: call @k(%[[A]], %[[B]])
// CHECK-NEXT: return
// CHECK-LABEL: func.func private @main.part1
// CHECK-SAME: (%[[IN:.+]]: !llvm.ptr, %[[OUT:.+]]: !llvm.ptr, %[[ARENA:.+]]: !llvm.ptr)
// CHECK-NOT: llvm.load %[[IN]]
// CHECK: %[[A:.+]] = llvm.getelementptr %[[ARENA]][64]
// CHECK: %[[B:.+]] = llvm.getelementptr %[[A]][64]
// CHECK: scf.for
// CHECK-NEXT: call @k(%[[B]], %[[A]])
// CHECK: %[[E:.+]] = llvm.getelementptr %[[OUT]][1]
// CHECK-NEXT: %[[Y:.+]] = llvm.load %[[E]]
// CHECK-NEXT: call @k(%[[B]], %[[Y]])
// CHECK-NEXT: return
// CHECK-LABEL: func.func private @main(
// CHECK-SAME: %[[IN:.+]]: !llvm.ptr, %[[OUT:.+]]: !llvm.ptr, %[[ARENA:.+]]: !llvm.ptr)
// CHECK-NEXT: call @main.part0(%[[IN]], %[[OUT]], %[[ARENA]])
// CHECK-NEXT: call @main.part1(%[[IN]], %[[OUT]], %[[ARENA]])
// CHECK-NEXT: return
// WHOLE-LABEL: func.func private @main(
// WHOLE-NOT: main.part
func.func private @main(%in: !llvm.ptr, %out: !llvm.ptr, %arena: !llvm.ptr) attributes {passthrough = ["noinline"]} {
  %x = llvm.load %in : !llvm.ptr -> !llvm.ptr
  %e = llvm.getelementptr %out[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
  %y = llvm.load %e : !llvm.ptr -> !llvm.ptr
  %a = llvm.getelementptr %arena[64] : (!llvm.ptr) -> !llvm.ptr, i8
  %b = llvm.getelementptr %a[64] : (!llvm.ptr) -> !llvm.ptr, i8
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  func.call @k(%x, %a) : (!llvm.ptr, !llvm.ptr) -> ()
  func.call @k(%a, %b) : (!llvm.ptr, !llvm.ptr) -> ()
  scf.for %i = %c0 to %c1 step %c1 {
    func.call @k(%b, %a) : (!llvm.ptr, !llvm.ptr) -> ()
  }
  func.call @k(%b, %y) : (!llvm.ptr, !llvm.ptr) -> ()
  return
}

// -----

func.func private @k(%a: !llvm.ptr)
func.func private @next(%a: !llvm.ptr) -> !llvm.ptr

// What a step computes for another part has no address to be found by.
// CHECK-LABEL: func.func private @main(
// CHECK-COUNT-2: call @k(
// CHECK-NOT: main.part
func.func private @main(%in: !llvm.ptr) {
  %x = func.call @next(%in) : (!llvm.ptr) -> !llvm.ptr
  func.call @k(%in) : (!llvm.ptr) -> ()
  func.call @k(%x) : (!llvm.ptr) -> ()
  return
}
