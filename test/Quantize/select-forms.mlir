// RUN: pith-opt %s --pith-select-forms | FileCheck %s

// CHECK-LABEL: func @unchanged_codes
func.func @unchanged_codes(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<identity, (ui8) -> ui8>
  %r = pith.map (%x : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %w = arith.extui %q : i8 to i32
    %f = arith.sitofp %w : i32 to f32
    %e = math.roundeven %f : f32
    %i = arith.fptosi %e : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// Relu between equal scales: (q + 3) * 0.5 is at least 0 where q is at least -3.
// CHECK-LABEL: func @relu
func.func @relu(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<clamp, (si8) -> si8, [-3 : i32, 127 : i32]>
  %r = pith.map (%x : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %zx = arith.constant -3 : i32
    %s = arith.constant 0.5 : f32
    %zero = arith.constant 0.0 : f32
    %z = arith.constant -3.0 : f32
    %w = arith.extsi %q : i8 to i32
    %d = arith.subi %w, %zx : i32
    %f = arith.sitofp %d : i32 to f32
    %v = arith.mulf %f, %s : f32
    %n = arith.maximumf %v, %zero : f32
    %p = arith.divf %n, %s : f32
    %e = math.roundeven %p : f32
    %a = arith.addf %e, %z : f32
    %i = arith.fptosi %a : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// The bytes of u8 become those of s8.
// CHECK-LABEL: func @other_sign
func.func @other_sign(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<offset, (ui8) -> si8, [-128 : i32, -128 : i32, 127 : i32]>
  %r = pith.map (%x : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %z = arith.constant -128.0 : f32
    %w = arith.extui %q : i8 to i32
    %f = arith.sitofp %w : i32 to f32
    %e = math.roundeven %f : f32
    %a = arith.addf %e, %z : f32
    %i = arith.fptosi %a : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// 1.5 times, with ties, which go to even before the zero point is added.
// CHECK-LABEL: func @multiple
func.func @multiple(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<multiply, (ui8) -> ui8, [100 : i32, 1.500000e+00 : f32, 7 : i32, 0 : i32, 255 : i32]>
  %r = pith.map (%x : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %zx = arith.constant 100 : i32
    %s = arith.constant 0.75 : f32
    %sy = arith.constant 0.5 : f32
    %z = arith.constant 7.0 : f32
    %low = arith.constant 0.0 : f32
    %high = arith.constant 255.0 : f32
    %w = arith.extui %q : i8 to i32
    %d = arith.subi %w, %zx : i32
    %f = arith.sitofp %d : i32 to f32
    %v = arith.mulf %f, %s : f32
    %p = arith.divf %v, %sy : f32
    %e = math.roundeven %p : f32
    %a = arith.addf %e, %z : f32
    %b = arith.maximumf %a, %low : f32
    %c = arith.minimumf %b, %high : f32
    %i = arith.fptosi %c : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// A sum inside the rounding.
// CHECK-LABEL: func @shifted
func.func @shifted(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<fixed_point, (ui8) -> ui8, [{{[0-9]+}} : i32, {{[0-9]+}} : i32, {{[0-9]+}} : i32, 0 : i32, 255 : i32]>
  %r = pith.map (%x : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %m = arith.constant 0.75 : f32
    %up = arith.constant 0.3 : f32
    %w = arith.extui %q : i8 to i32
    %f = arith.sitofp %w : i32 to f32
    %v = arith.mulf %f, %m : f32
    %u = arith.addf %v, %up : f32
    %e = math.roundeven %u : f32
    %i = arith.fptosi %e : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// Two slopes, few operations: the division goes.
// CHECK-LABEL: func @two_slopes
func.func @two_slopes(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<reciprocal, (si8) -> si8, [2.000000e+00 : f32]>
  %r = pith.map (%x : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %m = arith.constant 0.3 : f32
    %sy = arith.constant 0.5 : f32
    %w = arith.extsi %q : i8 to i32
    %f = arith.sitofp %w : i32 to f32
    %v = arith.mulf %f, %m : f32
    %n = arith.maximumf %f, %v : f32
    %h = arith.mulf %n, %sy : f32
    %p = arith.divf %h, %sy : f32
    %e = math.roundeven %p : f32
    %i = arith.fptosi %e : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// CHECK-LABEL: func @elementary
func.func @elementary(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<table, (si8) -> si8>
  %r = pith.map (%x : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %s = arith.constant 0.02 : f32
    %h = arith.constant 127.0 : f32
    %f = arith.sitofp %q : i8 to f32
    %v = arith.mulf %f, %s : f32
    %y = math.tanh %v : f32
    %p = arith.mulf %y, %h : f32
    %e = math.roundeven %p : f32
    %i = arith.fptosi %e : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// A table would have the operand's shape, not the result's.
// CHECK-LABEL: func @elementary_broadcast
func.func @elementary_broadcast(%x: tensor<1xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<literal, (si8) -> si8>
  %r = pith.map (%x : tensor<1xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %s = arith.constant 0.02 : f32
    %h = arith.constant 127.0 : f32
    %f = arith.sitofp %q : i8 to f32
    %v = arith.mulf %f, %s : f32
    %y = math.tanh %v : f32
    %p = arith.mulf %y, %h : f32
    %e = math.roundeven %p : f32
    %i = arith.fptosi %e : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// Equal scales: codes are added as integers.
// CHECK-LABEL: func @sum_of_equal_scales
func.func @sum_of_equal_scales(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<offset, (ui8, ui8) -> ui8, [-5 : i32, 0 : i32, 255 : i32]>
  %r = pith.map (%x, %y : tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8, %p: i8):
    %low = arith.constant 0.0 : f32
    %high = arith.constant 255.0 : f32
    %s = arith.constant 0.25 : f32
    %five = arith.constant 5 : i32
    %wq = arith.extui %q : i8 to i32
    %wp = arith.extui %p : i8 to i32
    %dp = arith.subi %wp, %five : i32
    %fq = arith.sitofp %wq : i32 to f32
    %fp = arith.sitofp %dp : i32 to f32
    %vq = arith.mulf %fq, %s : f32
    %vp = arith.mulf %fp, %s : f32
    %sum = arith.addf %vq, %vp : f32
    %v = arith.divf %sum, %s : f32
    %e = math.roundeven %v : f32
    %b = arith.maximumf %e, %low : f32
    %c = arith.minimumf %b, %high : f32
    %i = arith.fptosi %c : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// CHECK-LABEL: func @equal_sums
func.func @equal_sums(%x: tensor<4xi8>, %y: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
  // CHECK: pith.form = [[SUM:#pith.form<multiply_add, \(si8, si8\) -> si8, .*]]} ->
  %r = pith.map (%x, %y : tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8, %p: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %sq = arith.constant 0.3 : f32
    %sp = arith.constant 0.21 : f32
    %s = arith.constant 0.37 : f32
    %fq = arith.sitofp %q : i8 to f32
    %fp = arith.sitofp %p : i8 to f32
    %vq = arith.mulf %fq, %sq : f32
    %vp = arith.mulf %fp, %sp : f32
    %sum = arith.addf %vq, %vp : f32
    %v = arith.divf %sum, %s : f32
    %e = math.roundeven %v : f32
    %b = arith.maximumf %e, %low : f32
    %c = arith.minimumf %b, %high : f32
    %i = arith.fptosi %c : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  // CHECK: pith.form = [[SUM]]
  %u = pith.map (%r, %x : tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8, %p: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %sq = arith.constant 0.3 : f32
    %sp = arith.constant 0.21 : f32
    %s = arith.constant 0.37 : f32
    %fq = arith.sitofp %q : i8 to f32
    %fp = arith.sitofp %p : i8 to f32
    %vq = arith.mulf %fq, %sq : f32
    %vp = arith.mulf %fp, %sp : f32
    %sum = arith.addf %vq, %vp : f32
    %v = arith.divf %sum, %s : f32
    %e = math.roundeven %v : f32
    %b = arith.maximumf %e, %low : f32
    %c = arith.minimumf %b, %high : f32
    %i = arith.fptosi %c : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r, %u : tensor<4xi8>, tensor<4xi8>
}

// CHECK-LABEL: func @product
func.func @product(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.form = #pith.form<product, (ui8, si8) -> si8, [9 : i32, 0 : i32, 3.125000e-02 : f32, 0 : i32, -128 : i32, 127 : i32]>
  %r = pith.map (%x, %y : tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8, %p: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %nine = arith.constant 9 : i32
    %sq = arith.constant 0.25 : f32
    %sp = arith.constant 0.5 : f32
    %s = arith.constant 4.0 : f32
    %wq = arith.extui %q : i8 to i32
    %dq = arith.subi %wq, %nine : i32
    %fq = arith.sitofp %dq : i32 to f32
    %fp = arith.sitofp %p : i8 to f32
    %vq = arith.mulf %fq, %sq : f32
    %vp = arith.mulf %fp, %sp : f32
    %m = arith.mulf %vq, %vp : f32
    %v = arith.divf %m, %s : f32
    %e = math.roundeven %v : f32
    %b = arith.maximumf %e, %low : f32
    %c = arith.minimumf %b, %high : f32
    %i = arith.fptosi %c : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// Bits, not numbers: no form of arithmetic, and no table of two codes.
// CHECK-LABEL: func @bits
func.func @bits(%x: tensor<4xi8>, %y: tensor<4xi8>, %z: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
  // CHECK: pith.form = #pith.form<literal, (ui8, ui8) -> ui8>
  %r = pith.map (%x, %y : tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8, %p: i8):
    %t = arith.xori %q, %p : i8
    pith.yield %t : i8
  }
  // CHECK: pith.form = #pith.form<literal, (ui8, ui8, ui8) -> ui8>
  %s = pith.map (%x, %y, %z : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8, %p: i8, %o: i8):
    %t = arith.maxui %q, %p : i8
    %u = arith.maxui %t, %o : i8
    pith.yield %u : i8
  }
  return %r, %s : tensor<4xi8>, tensor<4xi8>
}

// A decision that is there stays; other types are not for forms.
// CHECK-LABEL: func @left_alone
func.func @left_alone(%x: tensor<4xi8>, %f: tensor<4xf32>) -> (tensor<4xi8>, tensor<4xf32>) {
  // CHECK: pith.form = #pith.form<table, (ui8) -> ui8>
  %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<table, (ui8) -> ui8>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    pith.yield %q : i8
  }
  // CHECK: pith.map(%{{.*}} : tensor<4xf32>) -> tensor<4xf32>
  %s = pith.map (%f : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    %n = arith.negf %a : f32
    pith.yield %n : f32
  }
  return %r, %s : tensor<4xi8>, tensor<4xf32>
}
