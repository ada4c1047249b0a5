// RUN: pith-opt %s --pith-apply-forms --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s
// RUN: pith-opt %s --pith-apply-forms > %t.once && pith-opt %s --pith-apply-forms --pith-apply-forms | diff %t.once -

// Bytes are limited as bytes; what else stood on the map stays, and its place.
// CHECK-LABEL: func @clamp
func.func @clamp(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: pith.map(%{{.*}}) {pith.codes = "kept", pith.form = #pith.form<clamp, (ui8) -> ui8, [5 : i32, 200 : i32]>}
  // CHECK-NEXT: ^bb0(%[[Q:.+]]: i8 loc
  // CHECK: %[[LOW:.+]] = arith.constant 5 : i8
  // CHECK: %[[HIGH:.+]] = arith.constant -56 : i8
  // CHECK: %[[A:.+]] = arith.maxui %[[Q]], %[[LOW]] : i8
  // CHECK: %[[B:.+]] = arith.minui %[[A]], %[[HIGH]] : i8
  // CHECK: pith.yield %[[B]]
  // CHECK-NEXT: } loc("clip")
  %r = pith.map (%x : tensor<4xi8>) {pith.codes = "kept", pith.form = #pith.form<clamp, (ui8) -> ui8, [5 : i32, 200 : i32]>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    %low = arith.constant 5 : i32
    %high = arith.constant 200 : i32
    %w = arith.extui %q : i8 to i32
    %a = arith.maxsi %w, %low : i32
    %b = arith.minsi %a, %high : i32
    %t = arith.trunci %b : i32 to i8
    pith.yield %t : i8
  } loc("clip")
  return %r : tensor<4xi8>
}

// CHECK-LABEL: func @table
func.func @table(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: %[[T:.+]] = arith.constant dense<"0xFFFEFD{{.*}}020100"> : tensor<256xi8>
  // CHECK: pith.lookup %{{.*}}, %[[T]] {pith.form = #pith.form<table, (ui8) -> ui8>} : {{.*}} loc("not")
  %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<table, (ui8) -> ui8>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    %ones = arith.constant -1 : i8
    %t = arith.xori %q, %ones : i8
    pith.yield %t : i8
  } loc("not")
  return %r : tensor<4xi8>
}

// The last division, and no other.
// CHECK-LABEL: func @reciprocal
func.func @reciprocal(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK: arith.divf
  // CHECK-NOT: arith.divf
  // CHECK: %[[R:.+]] = arith.constant 2.000000e+00 : f32
  // CHECK: arith.mulf %{{.*}}, %[[R]]
  %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<reciprocal, (ui8) -> ui8, [2.0 : f32]>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    %eight = arith.constant 8.0 : f32
    %half = arith.constant 0.5 : f32
    %f = arith.uitofp %q : i8 to f32
    %a = arith.divf %f, %eight : f32
    %b = arith.divf %a, %half : f32
    %e = math.roundeven %b : f32
    %i = arith.fptosi %e : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// Without a constant the sum's inner product is no fma.
// CHECK-LABEL: func @sum
func.func @sum(%x: tensor<4x1xi8>, %y: tensor<4xi8>) -> tensor<4x4xi8> {
  // CHECK: pith.map(%{{.*}}, %{{.*}}) {pith.form = #pith.form<multiply_add
  // CHECK: %[[X:.+]] = arith.sitofp %{{.*}} : i32 to f32
  // CHECK: arith.subi
  // CHECK: %[[Y:.+]] = arith.sitofp %{{.*}} : i32 to f32
  // CHECK: %[[TAIL:.+]] = arith.mulf %[[Y]], %{{.*}} : f32
  // CHECK: %[[SUM:.+]] = math.fma %[[X]], %{{.*}}, %[[TAIL]] : f32
  // CHECK: math.roundeven %[[SUM]]
  // CHECK-NOT: arith.divf
  %r = pith.map (%x, %y : tensor<4x1xi8>, tensor<4xi8>) {pith.form = #pith.form<multiply_add, (ui8, si8) -> si8, [0 : i32, 0.5 : f32, -9 : i32, 0.25 : f32, 0.0 : f32, 0 : i32, -128 : i32, 127 : i32]>} -> tensor<4x4xi8> {
  ^bb0(%q: i8, %p: i8):
    %high = arith.constant 127.0 : f32
    %low = arith.constant -128.0 : f32
    %zy = arith.constant -9 : i32
    %half = arith.constant 0.5 : f32
    %two = arith.constant 2.0 : f32
    %f = arith.uitofp %q : i8 to f32
    %w = arith.extsi %p : i8 to i32
    %d = arith.subi %w, %zy : i32
    %g = arith.sitofp %d : i32 to f32
    %h = arith.mulf %g, %half : f32
    %s = arith.addf %f, %h : f32
    %v = arith.divf %s, %two : f32
    %e = math.roundeven %v : f32
    %a = arith.maximumf %e, %low : f32
    %b = arith.minimumf %a, %high : f32
    %i = arith.fptosi %b : f32 to i32
    %t = arith.trunci %i : i32 to i8
    pith.yield %t : i8
  }
  return %r : tensor<4x4xi8>
}

// CHECK-LABEL: func @left_alone
func.func @left_alone(%x: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
  // CHECK: pith.form = #pith.form<literal
  // CHECK: arith.xori
  %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<literal, (ui8) -> ui8>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    %ones = arith.constant -1 : i8
    %t = arith.xori %q, %ones : i8
    pith.yield %t : i8
  }
  // CHECK: pith.map(%{{.*}} : tensor<4xi8>) -> tensor<4xi8>
  // CHECK: arith.xori
  %s = pith.map (%r : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%q: i8):
    %ones = arith.constant -1 : i8
    %t = arith.xori %q, %ones : i8
    pith.yield %t : i8
  }
  return %r, %s : tensor<4xi8>, tensor<4xi8>
}
