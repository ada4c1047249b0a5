// A lowered module: y = (x * w0) + b, in two calls, each of 4 items of 8 elements, the second
// through the pool when there is one; then the sum over the 4 x 8 elements, in order.
module attributes {
  pith.target = #pith.target<"test", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">,
  pith.model = "scale", pith.model_hash = "0123abcd",
  pith.arena = 128 : i64, pith.scratch = 64 : i64, pith.weights = 192 : i64,
  pith.weight_table = [[0, dense<[1.5, -2.0, 3.0, 0.25, 0.1, 0.3, 7.0, -1.0]> : tensor<8xf32>],
                       [64, dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<8xf32>],
                       [64, dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]> : tensor<8xf32>],
                       [128, dense<0.1> : tensor<1xf32>]],
  pith.inputs = [{name = "x:0", type = f32, shape = array<i64: 4, 8>}],
  pith.outputs = [{name = "y", type = f32, shape = array<i64: 4, 8>},
                  {name = "total", type = f32, shape = array<i64: 1>}],
  pith.layers = [{name = "scale/Mul", kernel = @k0_mul, row = "reference.map", items = 4 : i64, cost = 32 : i64, exact = true},
                 {name = "scale/Add", kernel = @k1_add, row = "reference.map", items = 4 : i64, cost = 32 : i64, exact = true},
                 {name = "scale/Sum", kernel = @k2_sum, row = "reference.reduce", items = 1 : i64, cost = 32 : i64, exact = true}]} {

  llvm.func internal @k0_mul(%x: !llvm.ptr, %w: !llvm.ptr, %y: !llvm.ptr, %begin: i64, %end: i64, %scratch: !llvm.ptr) {
    llvm.br ^head(%begin : i64)
  ^head(%row: i64):
    %more = llvm.icmp "slt" %row, %end : i64
    llvm.cond_br %more, ^body, ^done
  ^body:
    %c8 = llvm.mlir.constant(8 : i64) : i64
    %first = llvm.mul %row, %c8 : i64
    %px = llvm.getelementptr %x[%first] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %py = llvm.getelementptr %y[%first] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %vx = llvm.load %px {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
    %vw = llvm.load %w {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
    %vy = llvm.fmul %vx, %vw : vector<8xf32>
    llvm.store %vy, %scratch {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
    %c32 = llvm.mlir.constant(32 : i64) : i64
    "llvm.intr.memcpy"(%py, %scratch, %c32) <{isVolatile = false}> : (!llvm.ptr, !llvm.ptr, i64) -> ()
    %one = llvm.mlir.constant(1 : i64) : i64
    %next = llvm.add %row, %one : i64
    llvm.br ^head(%next : i64)
  ^done:
    llvm.return
  }

  llvm.func internal @k1_add(%x: !llvm.ptr, %b: !llvm.ptr, %y: !llvm.ptr, %begin: i64, %end: i64, %scratch: !llvm.ptr) {
    llvm.br ^head(%begin : i64)
  ^head(%row: i64):
    %more = llvm.icmp "slt" %row, %end : i64
    llvm.cond_br %more, ^body, ^done
  ^body:
    %c8 = llvm.mlir.constant(8 : i64) : i64
    %first = llvm.mul %row, %c8 : i64
    %px = llvm.getelementptr %x[%first] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %py = llvm.getelementptr %y[%first] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %vx = llvm.load %px {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
    %vb = llvm.load %b {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
    %vy = llvm.fadd %vx, %vb : vector<8xf32>
    llvm.store %vy, %py {alignment = 4 : i64} : vector<8xf32>, !llvm.ptr
    %one = llvm.mlir.constant(1 : i64) : i64
    %next = llvm.add %row, %one : i64
    llvm.br ^head(%next : i64)
  ^done:
    llvm.return
  }

  llvm.func internal @k2_sum(%x: !llvm.ptr, %s: !llvm.ptr, %y: !llvm.ptr, %begin: i64, %end: i64, %scratch: !llvm.ptr) {
    %zero = llvm.mlir.constant(0 : i64) : i64
    %one = llvm.mlir.constant(1 : i64) : i64
    %c32 = llvm.mlir.constant(32 : i64) : i64
    %start = llvm.load %s : !llvm.ptr -> f32
    llvm.br ^head(%zero, %start : i64, f32)
  ^head(%i: i64, %sum: f32):
    %px = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
    %v = llvm.load %px : !llvm.ptr -> f32
    %new = llvm.fadd %sum, %v : f32
    %next = llvm.add %i, %one : i64
    %more = llvm.icmp "slt" %next, %c32 : i64
    llvm.cond_br %more, ^head(%next, %new : i64, f32), ^done
  ^done:
    llvm.store %new, %y : f32, !llvm.ptr
    llvm.return
  }

  // What the lowering makes for the pool: arguments are unpacked, scratch is the thread's.
  llvm.func internal @k1_add_body(%arguments: !llvm.ptr, %begin: i64, %end: i64, %thread: i32) {
    %p1 = llvm.getelementptr %arguments[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %p2 = llvm.getelementptr %arguments[2] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %p3 = llvm.getelementptr %arguments[3] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %x = llvm.load %arguments : !llvm.ptr -> !llvm.ptr
    %b = llvm.load %p1 : !llvm.ptr -> !llvm.ptr
    %y = llvm.load %p2 : !llvm.ptr -> !llvm.ptr
    %scratch = llvm.load %p3 : !llvm.ptr -> !llvm.ptr
    %c64 = llvm.mlir.constant(64 : i64) : i64
    %wide = llvm.zext %thread : i32 to i64
    %offset = llvm.mul %wide, %c64 : i64
    %mine = llvm.getelementptr %scratch[%offset] : (!llvm.ptr, i64) -> !llvm.ptr, i8
    llvm.call @k1_add(%x, %b, %y, %begin, %end, %mine) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64, i64, !llvm.ptr) -> ()
    llvm.return
  }

  llvm.func internal @main(%inputs: !llvm.ptr, %outputs: !llvm.ptr, %arena: !llvm.ptr, %weights: !llvm.ptr, %dispatch: !llvm.ptr, %observer: !llvm.ptr) {
    %null = llvm.mlir.zero : !llvm.ptr
    %c0 = llvm.mlir.constant(0 : i64) : i64
    %c1 = llvm.mlir.constant(1 : i64) : i64
    %c2 = llvm.mlir.constant(2 : i64) : i64
    %c4 = llvm.mlir.constant(4 : i64) : i64
    %bytes = llvm.mlir.constant(128 : i64) : i64
    %four = llvm.mlir.constant(4 : i32) : i32
    %args = llvm.alloca %four x !llvm.ptr : (i32) -> !llvm.ptr
    %x = llvm.load %inputs : !llvm.ptr -> !llvm.ptr
    %y = llvm.load %outputs : !llvm.ptr -> !llvm.ptr
    %pt = llvm.getelementptr %outputs[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %t = llvm.load %pt : !llvm.ptr -> !llvm.ptr
    %b = llvm.getelementptr %weights[64] : (!llvm.ptr) -> !llvm.ptr, i8
    %s = llvm.getelementptr %weights[128] : (!llvm.ptr) -> !llvm.ptr, i8
    %scratch = llvm.getelementptr %arena[128] : (!llvm.ptr) -> !llvm.ptr, i8
    %observed = llvm.icmp "ne" %observer, %null : !llvm.ptr
    llvm.call @k0_mul(%x, %weights, %arena, %c0, %c4, %scratch) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64, i64, !llvm.ptr) -> ()
    llvm.cond_br %observed, ^see0, ^add
  ^see0:
    %see0 = llvm.load %observer : !llvm.ptr -> !llvm.ptr
    llvm.call %see0(%observer, %c0, %arena, %bytes) : !llvm.ptr, (!llvm.ptr, i64, !llvm.ptr, i64) -> ()
    llvm.br ^add
  ^add:
    %serial = llvm.icmp "eq" %dispatch, %null : !llvm.ptr
    llvm.cond_br %serial, ^direct, ^pool
  ^direct:
    llvm.call @k1_add(%arena, %b, %y, %c0, %c4, %scratch) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64, i64, !llvm.ptr) -> ()
    llvm.br ^added
  ^pool:
    %a1 = llvm.getelementptr %args[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %a2 = llvm.getelementptr %args[2] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %a3 = llvm.getelementptr %args[3] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    llvm.store %arena, %args : !llvm.ptr, !llvm.ptr
    llvm.store %b, %a1 : !llvm.ptr, !llvm.ptr
    llvm.store %y, %a2 : !llvm.ptr, !llvm.ptr
    llvm.store %scratch, %a3 : !llvm.ptr, !llvm.ptr
    %prun = llvm.getelementptr %dispatch[0, 2] : (!llvm.ptr) -> !llvm.ptr, !llvm.struct<(ptr, i32, ptr)>
    %run = llvm.load %prun : !llvm.ptr -> !llvm.ptr
    %context = llvm.load %dispatch : !llvm.ptr -> !llvm.ptr
    %body = llvm.mlir.addressof @k1_add_body : !llvm.ptr
    llvm.call %run(%context, %body, %args, %c4) : !llvm.ptr, (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> ()
    llvm.br ^added
  ^added:
    llvm.cond_br %observed, ^see1, ^sum
  ^see1:
    %see1 = llvm.load %observer : !llvm.ptr -> !llvm.ptr
    llvm.call %see1(%observer, %c1, %y, %bytes) : !llvm.ptr, (!llvm.ptr, i64, !llvm.ptr, i64) -> ()
    llvm.br ^sum
  ^sum:
    llvm.call @k2_sum(%y, %s, %t, %c0, %c1, %scratch) : (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64, i64, !llvm.ptr) -> ()
    llvm.cond_br %observed, ^see2, ^done
  ^see2:
    %see2 = llvm.load %observer : !llvm.ptr -> !llvm.ptr
    llvm.call %see2(%observer, %c2, %t, %c4) : !llvm.ptr, (!llvm.ptr, i64, !llvm.ptr, i64) -> ()
    llvm.br ^done
  ^done:
    llvm.return
  }
}
