// What the emitter refuses.
// RUN: rm -rf %t && mkdir -p %t && split-file %s %t

// RUN: not pith-test-emit %t/calls.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=CALLS
// CALLS: error: kernel 'k0_pow' calls 'powf', which no user has to provide
// CALLS: note: the target's lowering must expand the operation behind it
// RUN: not pith-test-emit %t/data.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=DATA
// DATA: error: section '.bss.state' of the object is not empty; models have no state outside their arena
// RUN: not pith-test-emit %t/frame.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=FRAME
// FRAME: error: kernel 'k0_frame' needs a stack frame of {{[0-9]+}} bytes, above the limit of 16384
// RUN: not pith-test-emit %t/alloca.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=ALLOCA
// ALLOCA: error: kernel 'k0_alloca' needs a stack frame of unknown size
// RUN: not pith-test-emit %t/overlap.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=OVERLAP
// OVERLAP: error: weights at 64, 32 bytes, overlap others, are not aligned or end behind 'pith.weights'
// RUN: not pith-test-emit %t/cpu.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=CPU
// CPU: error: 'pentium9' is not a CPU of x86_64
// RUN: not pith-test-emit %t/triple.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=TRIPLE
// TRIPLE: error: triple 'armv7-unknown-linux-gnueabihf' is not a 64-bit little-endian ELF system
// RUN: not pith-test-emit %t/main.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=MAIN
// MAIN: error: expected a function 'main' of six pointers
// RUN: not pith-test-emit %t/name.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: expected the attribute 'pith.model', an identifier of C

// None of them has left a bundle, or anything else.
// RUN: ls -A %t | FileCheck %s --check-prefix=REST
// REST-NOT: {{^b$}}
// REST-NOT: {{^\.}}

//--- calls.mlir
module attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">,
  pith.model = "m", pith.inputs = [], pith.outputs = []} {
  llvm.func @powf(f32, f32) -> f32
  llvm.func internal @k0_pow(%a: !llvm.ptr) attributes {passthrough = ["noinline"]} {
    %x = llvm.load %a : !llvm.ptr -> f32
    %y = llvm.call @powf(%x, %x) : (f32, f32) -> f32
    llvm.store %y, %a : f32, !llvm.ptr
    llvm.return
  }
  llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
    llvm.call @k0_pow(%a) : (!llvm.ptr) -> ()
    llvm.return
  }
}
//--- data.mlir
module attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">,
  pith.model = "m", pith.inputs = [], pith.outputs = []} {
  llvm.mlir.global external @state(0 : i64) {section = ".bss.state"} : i64
  llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
    %p = llvm.mlir.addressof @state : !llvm.ptr
    %v = llvm.load %p : !llvm.ptr -> i64
    %one = llvm.mlir.constant(1 : i64) : i64
    %n = llvm.add %v, %one : i64
    llvm.store %n, %p : i64, !llvm.ptr
    llvm.return
  }
}
//--- frame.mlir
module attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">,
  pith.model = "m", pith.inputs = [], pith.outputs = [], pith.layers = [{name = "frame", kernel = @k0_frame}]} {
  llvm.func internal @k0_frame(%a: !llvm.ptr) {
    %c = llvm.mlir.constant(16500 : i32) : i32
    %p = llvm.alloca %c x i8 : (i32) -> !llvm.ptr
    %zero = llvm.mlir.constant(0 : i8) : i8
    "llvm.intr.memset"(%p, %zero, %c) <{isVolatile = true}> : (!llvm.ptr, i8, i32) -> ()
    llvm.return
  }
  llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
    llvm.call @k0_frame(%a) : (!llvm.ptr) -> ()
    llvm.return
  }
}
//--- alloca.mlir
module attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">,
  pith.model = "m", pith.inputs = [], pith.outputs = [], pith.layers = [{name = "a", kernel = @k0_alloca}]} {
  llvm.func internal @k0_alloca(%a: !llvm.ptr) {
    %c = llvm.load %a : !llvm.ptr -> i32
    %p = llvm.alloca %c x i8 : (i32) -> !llvm.ptr
    llvm.store volatile %p, %p : !llvm.ptr, !llvm.ptr
    llvm.return
  }
  llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
    llvm.call @k0_alloca(%a) : (!llvm.ptr) -> ()
    llvm.return
  }
}
//--- overlap.mlir
module attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">,
  pith.model = "m", pith.inputs = [], pith.outputs = [], pith.weights = 128 : i64,
  pith.weight_table = [[0, dense<1.0> : tensor<17xf32>], [64, dense<2.0> : tensor<8xf32>]]} {
  llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
    llvm.return
  }
}
//--- cpu.mlir
module attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "pentium9", features = "">,
  pith.model = "m", pith.inputs = [], pith.outputs = []} {}
//--- triple.mlir
module attributes {pith.target = #pith.target<"t", triple = "armv7-unknown-linux-gnueabihf", cpu = "", features = "">,
  pith.model = "m", pith.inputs = [], pith.outputs = []} {}
//--- main.mlir
module attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">,
  pith.model = "m", pith.inputs = [], pith.outputs = []} {
  llvm.func internal @main(%i: !llvm.ptr) { llvm.return }
}
//--- name.mlir
module attributes {pith.model = "2fast"} {}
