// Code with instructions of another machine by name cannot run here in any form,
// so that nobody knows what its self-test must give: a warning, and the header
// and the manifest say so.
// RUN: rm -rf %t && pith-test-emit %s -o %t 2>&1 | FileCheck %s --check-prefix=WARNING
// WARNING: warning: variant 'generic-rv64' gets no self-test: this machine cannot run its code, which uses instructions of its CPU by name
// RUN: FileCheck %s --check-prefix=HEADER < %t/m.h
// HEADER-NOT: SELFTEST_ARENA_SIZE
// HEADER: this model was compiled without, so: PITH_ERROR_NO_SELFTEST
// RUN: llvm-nm %t/m.o | FileCheck %s --check-prefix=SYMBOLS
// SYMBOLS-NOT: m_expected
module attributes {pith.target = #pith.target<"t", triple = "riscv64-unknown-linux-gnu", cpu = "generic-rv64", features = "+m,+a,+f,+d,+c,+zbb">,
  pith.model = "m", pith.arena = 64 : i64, pith.inputs = [], pith.outputs = [], pith.layers = [{name = "l", kernel = @k0}]} {
  llvm.func internal @k0(%a: !llvm.ptr) {
    %x = llvm.load %a : !llvm.ptr -> i64
    %y = llvm.call_intrinsic "llvm.riscv.orc.b.i64"(%x) : (i64) -> i64
    llvm.store %y, %a : i64, !llvm.ptr
    llvm.return
  }
  llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
    llvm.call @k0(%a) : (!llvm.ptr) -> ()
    llvm.return
  }
}
