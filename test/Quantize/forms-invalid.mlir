// RUN: pith-opt %s --pith-apply-forms --split-input-file --verify-diagnostics

// expected-error@+1 {{expected a function of ui8 or si8 to one of them, got '(i8) -> ui8' [form_attr_c1]}}
func.func @type() attributes {f = #pith.form<identity, (i8) -> ui8>} { return }

// -----

// expected-error@+1 {{expected table to take 1 codes, got 2 [form_attr_c2]}}
func.func @codes() attributes {f = #pith.form<table, (ui8, ui8) -> ui8>} { return }

// -----

// expected-error@+1 {{expected the constants of multiply to be of types [i32, f32, i32, i32, i32] [form_attr_c3]}}
func.func @constants() attributes {f = #pith.form<multiply, (ui8) -> ui8, [0 : i32, 1 : i32]>} { return }

// -----

// Right but for the codes from 250 on.
func.func @wrong_constant(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+2 {{the form clamp does not fit the map: for 250 it gives 249, the body 250}}
  // expected-note@+1 {{remove the attribute and run pith-select-forms to choose one}}
  %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<clamp, (ui8) -> ui8, [5 : i32, 249 : i32]>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    %low = arith.constant 5 : i8
    %t = arith.maxui %q, %low : i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// -----

func.func @wrong_pair(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+2 {{the form offset does not fit the map: for (1, 127) it gives 127, the body -128}}
  // expected-note@+1 {{remove the attribute}}
  %r = pith.map (%x, %y : tensor<4xi8>, tensor<4xi8>) {pith.form = #pith.form<offset, (si8, si8) -> si8, [0 : i32, -128 : i32, 127 : i32]>} -> tensor<4xi8> {
  ^bb0(%q: i8, %p: i8):
    %t = arith.addi %q, %p : i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// -----

func.func @no_division(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+2 {{the form reciprocal does not fit the map: the body has no division by a constant}}
  // expected-note@+1 {{remove the attribute}}
  %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<reciprocal, (ui8) -> ui8, [0.5 : f32]>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    pith.yield %q : i8
  }
  return %r : tensor<4xi8>
}

// -----

func.func @operands(%x: tensor<4xi8>, %y: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+2 {{the form identity does not fit the map: expected 8-bit operands and result as in (ui8) -> ui8}}
  // expected-note@+1 {{remove the attribute}}
  %r = pith.map (%x, %y : tensor<4xi8>, tensor<4xi8>) {pith.form = #pith.form<identity, (ui8) -> ui8>} -> tensor<4xi8> {
  ^bb0(%q: i8, %p: i8):
    %t = arith.addi %q, %p : i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}

// -----

func.func @table_of_another_shape(%x: tensor<1xi8>) -> tensor<4xi8> {
  // expected-error@+2 {{the form table does not fit the map: the result has another shape than the operand}}
  // expected-note@+1 {{remove the attribute}}
  %r = pith.map (%x : tensor<1xi8>) {pith.form = #pith.form<table, (ui8) -> ui8>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    pith.yield %q : i8
  }
  return %r : tensor<4xi8>
}

// -----

// 0 / 0 has no value, and no form can be proved.
func.func @undefined(%x: tensor<4xi8>) -> tensor<4xi8> {
  // expected-error@+2 {{the form identity does not fit the map: for some codes an operation has no value}}
  // expected-note@+1 {{remove the attribute}}
  %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<identity, (ui8) -> ui8>} -> tensor<4xi8> {
  ^bb0(%q: i8):
    %t = arith.divui %q, %q : i8
    pith.yield %t : i8
  }
  return %r : tensor<4xi8>
}
