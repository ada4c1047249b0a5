// RUN: pith-opt %s --convert-onnx-to-pith --canonicalize --cse --pith-recognise-formulas --canonicalize --split-input-file | FileCheck %s

// As PyTorch writes it below opset 17: the distance is divided.
// CHECK-LABEL: func @layer_divided
func.func @layer_divided(%x: tensor<2x3x4xf32>, %w: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<2x3x4xf32> {
  // CHECK-NOT: pith.reduce
  // CHECK: %[[N:.+]] = pith.norm layer %arg0 dims [2] epsilon 9.99999974E-6 form divided {pith.recognised = "layer_norm"}
  // CHECK: %[[S:.+]] = pith.map(%[[N]], %arg1
  // CHECK: pith.map(%[[S]], %arg2
  %axes = onnx.constant as "axes" dense<-1> : tensor<1xi64>
  %two = onnx.constant as "two" dense<2.0> : tensor<f32>
  %e = onnx.constant as "e" dense<1.0e-05> : tensor<f32>
  %m = onnx.node "ReduceMean"(%x, %axes) since 18 as ["m"] : (tensor<2x3x4xf32>, tensor<1xi64>) -> tensor<2x3x1xf32>
  %d = onnx.node "Sub"(%x, %m) since 14 as ["d"] : (tensor<2x3x4xf32>, tensor<2x3x1xf32>) -> tensor<2x3x4xf32>
  %p = onnx.node "Pow"(%d, %two) since 15 as ["p"] : (tensor<2x3x4xf32>, tensor<f32>) -> tensor<2x3x4xf32>
  %v = onnx.node "ReduceMean"(%p, %axes) since 18 as ["v"] : (tensor<2x3x4xf32>, tensor<1xi64>) -> tensor<2x3x1xf32>
  %a = onnx.node "Add"(%v, %e) since 14 as ["a"] : (tensor<2x3x1xf32>, tensor<f32>) -> tensor<2x3x1xf32>
  %q = onnx.node "Sqrt"(%a) since 13 as ["q"] : (tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %n = onnx.node "Div"(%d, %q) since 14 as ["n"] : (tensor<2x3x4xf32>, tensor<2x3x1xf32>) -> tensor<2x3x4xf32>
  %s = onnx.node "Mul"(%n, %w) since 14 as ["s"] : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  %y = onnx.node "Add"(%s, %b) since 14 as ["y"] : (tensor<2x3x4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  return %y : tensor<2x3x4xf32>
}

// -----

// As tf2onnx writes it: x * f + (bias - mean * f), and two differences.
// CHECK-LABEL: func @layer_affine
func.func @layer_affine(%x: tensor<3x4xf32>, %w: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<3x4xf32> {
  // CHECK-NEXT: %[[N:.+]] = pith.norm layer %arg0 scale(%arg1 : tensor<4xf32>) bias(%arg2 : tensor<4xf32>) dims [1] epsilon {{.+}} form affine {pith.recognised = "layer_norm"}
  // CHECK-NEXT: return %[[N]]
  %axes = onnx.constant as "axes" dense<1> : tensor<1xi64>
  %e = onnx.constant as "e" dense<1.0e-03> : tensor<f32>
  %m = onnx.node "ReduceMean"(%x, %axes) since 18 as ["m"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %d = onnx.node "Sub"(%x, %m) since 14 as ["d"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %d2 = onnx.node "Sub"(%x, %m) since 14 as ["d2"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %p = onnx.node "Mul"(%d, %d2) since 14 as ["p"] : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %v = onnx.node "ReduceMean"(%p, %axes) since 18 as ["v"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %a = onnx.node "Add"(%v, %e) since 14 as ["a"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %q = onnx.node "Sqrt"(%a) since 13 as ["q"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %r = onnx.node "Reciprocal"(%q) since 13 as ["r"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %f = onnx.node "Mul"(%r, %w) since 14 as ["f"] : (tensor<3x1xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %z = onnx.node "Mul"(%x, %f) since 14 as ["z"] : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %g = onnx.node "Mul"(%m, %f) since 14 as ["g"] : (tensor<3x1xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %h = onnx.node "Sub"(%b, %g) since 14 as ["h"] : (tensor<4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %y = onnx.node "Add"(%z, %h) since 14 as ["y"] : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// -----

// As Hugging Face writes it for f16: in f32, scaled in f16; 1 / sqrt is a Div, the
// epsilon on the left, and the dimension comes back by a reshape.
// CHECK-LABEL: func @rms_multiplied
func.func @rms_multiplied(%x: tensor<3x4xf16>, %w: tensor<4xf16>) -> tensor<3x4xf16> {
  // CHECK: %[[X:.+]] = pith.map(%arg0
  // CHECK: %[[N:.+]] = pith.norm rms %[[X]] dims [1] epsilon {{.+}} {pith.recognised = "rms_norm"}
  // CHECK-NOT: pith.norm
  %axes = onnx.constant as "axes" dense<1> : tensor<1xi64>
  %two = onnx.constant as "two" dense<2> : tensor<i64>
  %one = onnx.constant as "one" dense<1.0> : tensor<f32>
  %e = onnx.constant as "e" dense<1.0e-06> : tensor<f32>
  %c = onnx.node "Cast"(%x) since 13 as ["c"] {to = 1} : (tensor<3x4xf16>) -> tensor<3x4xf32>
  %p = onnx.node "Pow"(%c, %two) since 15 as ["p"] : (tensor<3x4xf32>, tensor<i64>) -> tensor<3x4xf32>
  %v = onnx.node "ReduceMean"(%p, %axes) since 18 as ["v"] {keepdims = 0} : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3xf32>
  %u = onnx.node "Unsqueeze"(%v, %axes) since 13 as ["u"] : (tensor<3xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %a = onnx.node "Add"(%e, %u) since 14 as ["a"] : (tensor<f32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  %q = onnx.node "Sqrt"(%a) since 13 as ["q"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %r = onnx.node "Div"(%one, %q) since 14 as ["r"] : (tensor<f32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  %n = onnx.node "Mul"(%c, %r) since 14 as ["n"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %h = onnx.node "Cast"(%n) since 13 as ["h"] {to = 10} : (tensor<3x4xf32>) -> tensor<3x4xf16>
  %y = onnx.node "Mul"(%w, %h) since 14 as ["y"] : (tensor<4xf16>, tensor<3x4xf16>) -> tensor<3x4xf16>
  return %y : tensor<3x4xf16>
}

// -----

// Another reader of the variance: all of it stays.
// CHECK-LABEL: func @variance_is_read
func.func @variance_is_read(%x: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<3x1xf32>) {
  // CHECK-NOT: pith.norm
  %axes = onnx.constant as "axes" dense<1> : tensor<1xi64>
  %e = onnx.constant as "e" dense<1.0e-06> : tensor<f32>
  %p = onnx.node "Mul"(%x, %x) since 14 as ["p"] : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %v = onnx.node "ReduceMean"(%p, %axes) since 18 as ["v"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %a = onnx.node "Add"(%v, %e) since 14 as ["a"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %q = onnx.node "Sqrt"(%a) since 13 as ["q"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %n = onnx.node "Div"(%x, %q) since 14 as ["n"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  return %n, %v : tensor<3x4xf32>, tensor<3x1xf32>
}

// -----

// Another reader of the mean: from the distance on it is an RMS norm.
// CHECK-LABEL: func @mean_is_read
func.func @mean_is_read(%x: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<3x1xf32>) {
  // CHECK: pith.reduce sum %arg0
  // CHECK: %[[D:.+]] = pith.map(%arg0,
  // CHECK-NOT: pith.reduce
  // CHECK: pith.norm rms %[[D]] dims [1] {{.+}} form divided {pith.recognised = "rms_norm"}
  %axes = onnx.constant as "axes" dense<1> : tensor<1xi64>
  %e = onnx.constant as "e" dense<1.0e-06> : tensor<f32>
  %m = onnx.node "ReduceMean"(%x, %axes) since 18 as ["m"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %d = onnx.node "Sub"(%x, %m) since 14 as ["d"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %p = onnx.node "Mul"(%d, %d) since 14 as ["p"] : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %v = onnx.node "ReduceMean"(%p, %axes) since 18 as ["v"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %a = onnx.node "Add"(%v, %e) since 14 as ["a"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %q = onnx.node "Sqrt"(%a) since 13 as ["q"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %n = onnx.node "Div"(%d, %q) since 14 as ["n"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  return %n, %m : tensor<3x4xf32>, tensor<3x1xf32>
}

// -----

// The mean of columns, the variance of rows: an RMS norm of the distance, no layer norm.
// CHECK-LABEL: func @other_axis
func.func @other_axis(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // CHECK: pith.reduce sum %arg0 dims [0]
  // CHECK-NOT: pith.norm layer
  // CHECK: pith.norm rms
  %rows = onnx.constant as "rows" dense<1> : tensor<1xi64>
  %columns = onnx.constant as "columns" dense<0> : tensor<1xi64>
  %e = onnx.constant as "e" dense<1.0e-06> : tensor<f32>
  %m = onnx.node "ReduceMean"(%x, %columns) since 18 as ["m"] : (tensor<4x4xf32>, tensor<1xi64>) -> tensor<1x4xf32>
  %d = onnx.node "Sub"(%x, %m) since 14 as ["d"] : (tensor<4x4xf32>, tensor<1x4xf32>) -> tensor<4x4xf32>
  %p = onnx.node "Mul"(%d, %d) since 14 as ["p"] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %v = onnx.node "ReduceMean"(%p, %rows) since 18 as ["v"] : (tensor<4x4xf32>, tensor<1xi64>) -> tensor<4x1xf32>
  %a = onnx.node "Add"(%v, %e) since 14 as ["a"] : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %q = onnx.node "Sqrt"(%a) since 13 as ["q"] : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %n = onnx.node "Div"(%d, %q) since 14 as ["n"] : (tensor<4x4xf32>, tensor<4x1xf32>) -> tensor<4x4xf32>
  return %n : tensor<4x4xf32>
}

// -----

// Without kept dimensions a square's deviations stand beside its columns.
// CHECK-LABEL: func @other_side
func.func @other_side(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // CHECK-NOT: pith.norm
  %rows = onnx.constant as "rows" dense<1> : tensor<1xi64>
  %e = onnx.constant as "e" dense<1.0e-06> : tensor<f32>
  %p = onnx.node "Mul"(%x, %x) since 14 as ["p"] : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %v = onnx.node "ReduceMean"(%p, %rows) since 18 as ["v"] {keepdims = 0} : (tensor<4x4xf32>, tensor<1xi64>) -> tensor<4xf32>
  %a = onnx.node "Add"(%v, %e) since 14 as ["a"] : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %q = onnx.node "Sqrt"(%a) since 13 as ["q"] : (tensor<4xf32>) -> tensor<4xf32>
  %n = onnx.node "Div"(%x, %q) since 14 as ["n"] : (tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
  return %n : tensor<4x4xf32>
}

// -----

// The epsilon outside of the root.
// CHECK-LABEL: func @epsilon_outside
func.func @epsilon_outside(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  // CHECK-NOT: pith.norm
  %axes = onnx.constant as "axes" dense<1> : tensor<1xi64>
  %e = onnx.constant as "e" dense<1.0e-06> : tensor<f32>
  %p = onnx.node "Mul"(%x, %x) since 14 as ["p"] : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %v = onnx.node "ReduceMean"(%p, %axes) since 18 as ["v"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %q = onnx.node "Sqrt"(%v) since 13 as ["q"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %a = onnx.node "Add"(%q, %e) since 14 as ["a"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %n = onnx.node "Div"(%x, %a) since 14 as ["n"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  return %n : tensor<3x4xf32>
}

// -----

// Cubes; an exponent for each column; a sum that is divided by another number; an
// epsilon for each row; a value that is not the one whose squares were added.
// CHECK-LABEL: func @other_formulas
func.func @other_formulas(%x: tensor<3x4xf32>, %z: tensor<3x4xf32>)
    -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) {
  // CHECK-NOT: pith.norm
  %axes = onnx.constant as "axes" dense<1> : tensor<1xi64>
  %three = onnx.constant as "three" dense<3.0> : tensor<f32>
  %twos = onnx.constant as "twos" dense<[2.0, 2.0, 2.0, 1.0]> : tensor<4xf32>
  %e = onnx.constant as "e" dense<1.0e-06> : tensor<f32>
  %es = onnx.constant as "es" dense<[[1.0e-06], [1.0e-05], [1.0]]> : tensor<3x1xf32>
  %p0 = onnx.node "Pow"(%x, %three) since 15 as ["p0"] : (tensor<3x4xf32>, tensor<f32>) -> tensor<3x4xf32>
  %v0 = onnx.node "ReduceMean"(%p0, %axes) since 18 as ["v0"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %a0 = onnx.node "Add"(%v0, %e) since 14 as ["a0"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %q0 = onnx.node "Sqrt"(%a0) since 13 as ["q0"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %n0 = onnx.node "Div"(%x, %q0) since 14 as ["n0"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %p1 = onnx.node "Pow"(%x, %twos) since 15 as ["p1"] : (tensor<3x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %v1 = onnx.node "ReduceMean"(%p1, %axes) since 18 as ["v1"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %a1 = onnx.node "Add"(%v1, %e) since 14 as ["a1"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %q1 = onnx.node "Sqrt"(%a1) since 13 as ["q1"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %n1 = onnx.node "Div"(%x, %q1) since 14 as ["n1"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %v2 = onnx.node "ReduceSumSquare"(%x, %axes) since 18 as ["v2"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %k2 = onnx.node "Div"(%v2, %three) since 14 as ["k2"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %a2 = onnx.node "Add"(%k2, %e) since 14 as ["a2"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %q2 = onnx.node "Sqrt"(%a2) since 13 as ["q2"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %n2 = onnx.node "Div"(%x, %q2) since 14 as ["n2"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %p3 = onnx.node "Mul"(%z, %z) since 14 as ["p3"] : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %v3 = onnx.node "ReduceMean"(%p3, %axes) since 18 as ["v3"] : (tensor<3x4xf32>, tensor<1xi64>) -> tensor<3x1xf32>
  %a3 = onnx.node "Add"(%v3, %es) since 14 as ["a3"] : (tensor<3x1xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  %q3 = onnx.node "Sqrt"(%a3) since 13 as ["q3"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %n3 = onnx.node "Div"(%z, %q3) since 14 as ["n3"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  %a4 = onnx.node "Add"(%v3, %e) since 14 as ["a4"] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x1xf32>
  %q4 = onnx.node "Sqrt"(%a4) since 13 as ["q4"] : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %n4 = onnx.node "Div"(%x, %q4) since 14 as ["n4"] : (tensor<3x4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  return %n0, %n1, %n2, %n3, %n4 : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>
}

// -----

// In f16 every step rounds to f16; a norm would round once.
// CHECK-LABEL: func @rounded_between
func.func @rounded_between(%x: tensor<3x4xf16>) -> tensor<3x4xf16> {
  // CHECK-NOT: pith.norm
  %axes = onnx.constant as "axes" dense<1> : tensor<1xi64>
  %e = onnx.constant as "e" dense<1.0e-03> : tensor<f16>
  %p = onnx.node "Mul"(%x, %x) since 14 as ["p"] : (tensor<3x4xf16>, tensor<3x4xf16>) -> tensor<3x4xf16>
  %v = onnx.node "ReduceMean"(%p, %axes) since 18 as ["v"] : (tensor<3x4xf16>, tensor<1xi64>) -> tensor<3x1xf16>
  %a = onnx.node "Add"(%v, %e) since 14 as ["a"] : (tensor<3x1xf16>, tensor<f16>) -> tensor<3x1xf16>
  %q = onnx.node "Sqrt"(%a) since 13 as ["q"] : (tensor<3x1xf16>) -> tensor<3x1xf16>
  %n = onnx.node "Div"(%x, %q) since 14 as ["n"] : (tensor<3x4xf16>, tensor<3x1xf16>) -> tensor<3x4xf16>
  return %n : tensor<3x4xf16>
}

// -----

// To a wider type and back is nothing, of floats and of integers; to a narrower one it rounds.
// CHECK-LABEL: func @casts
func.func @casts(%x: tensor<4xf32>, %i: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi32>, tensor<4xf32>) {
  // CHECK: arith.truncf %{{.+}} : f32 to f16
  // CHECK: %[[R:.+]] = pith.map
  // CHECK: arith.extf %{{.+}} : f16 to f32
  // CHECK: return %arg0, %arg1, %[[R]]
  %d = onnx.node "Cast"(%x) since 13 as ["d"] {to = 11} : (tensor<4xf32>) -> tensor<4xf64>
  %y = onnx.node "Cast"(%d) since 13 as ["y"] {to = 1} : (tensor<4xf64>) -> tensor<4xf32>
  %l = onnx.node "Cast"(%i) since 13 as ["l"] {to = 7} : (tensor<4xi32>) -> tensor<4xi64>
  %j = onnx.node "Cast"(%l) since 13 as ["j"] {to = 6} : (tensor<4xi64>) -> tensor<4xi32>
  %h = onnx.node "Cast"(%x) since 13 as ["h"] {to = 10} : (tensor<4xf32>) -> tensor<4xf16>
  %r = onnx.node "Cast"(%h) since 13 as ["r"] {to = 1} : (tensor<4xf16>) -> tensor<4xf32>
  return %y, %j, %r : tensor<4xf32>, tensor<4xi32>, tensor<4xf32>
}
