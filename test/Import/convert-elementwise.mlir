// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Operands broadcast as they are.
// CHECK-LABEL: func @add
func.func @add(%x: tensor<2x3xf32>, %y: tensor<3xf32>) -> tensor<2x3xf32> {
  // CHECK: pith.map(%arg0, %arg1 : tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  // CHECK: arith.addf
  %z = onnx.node "Add"(%x, %y) since 14 as ["z"] : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %z : tensor<2x3xf32>
}

// -----

// Signedness is the model's; a division by zero, or the one that overflows, is
// no undefined behaviour.
// CHECK-LABEL: func @divide
func.func @divide(%x: tensor<2xi32>, %y: tensor<2xi32>, %u: tensor<2xui32>, %v: tensor<2xui32>) -> (tensor<2xi32>, tensor<2xui32>) {
  // CHECK: pith.map(%arg0, %arg1
  // CHECK: %[[SAFE:.+]] = arith.select
  // CHECK: arith.divsi %{{.+}}, %[[SAFE]]
  // CHECK: pith.map(%arg2, %arg3
  // CHECK: %[[SAFE2:.+]] = arith.select
  // CHECK: arith.divui %{{.+}}, %[[SAFE2]]
  %z = onnx.node "Div"(%x, %y) since 14 as ["z"] : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %w = onnx.node "Div"(%u, %v) since 14 as ["w"] : (tensor<2xui32>, tensor<2xui32>) -> tensor<2xui32>
  return %z, %w : tensor<2xi32>, tensor<2xui32>
}

// -----

// f16 computes in f32 and rounds once.
// CHECK-LABEL: func @half
func.func @half(%x: tensor<2xf16>) -> tensor<2xf16> {
  // CHECK: pith.map(%arg0
  // CHECK: %[[W:.+]] = arith.extf %{{.+}} : f16 to f32
  // CHECK: math.erf
  // CHECK: arith.truncf %{{.+}} : f32 to f16
  %z = onnx.node "Gelu"(%x) since 20 as ["z"] : (tensor<2xf16>) -> tensor<2xf16>
  return %z : tensor<2xf16>
}

// -----

// Floats go to integers towards zero and saturate; between integers the low bits
// stay.
// CHECK-LABEL: func @cast
func.func @cast(%x: tensor<2xf32>, %i: tensor<2xi32>) -> (tensor<2xui8>, tensor<2xi8>, tensor<2xi1>) {
  // CHECK: arith.constant 2.560000e+02
  // CHECK: %[[SAFE:.+]] = arith.select
  // CHECK: arith.fptoui %[[SAFE]] : f32 to i8
  // CHECK: arith.trunci %{{.+}} : i32 to i8
  // CHECK: arith.cmpf une
  %a = onnx.node "Cast"(%x) since 25 as ["a"] {to = 2} : (tensor<2xf32>) -> tensor<2xui8>
  %b = onnx.node "Cast"(%i) since 25 as ["b"] {to = 3} : (tensor<2xi32>) -> tensor<2xi8>
  %c = onnx.node "Cast"(%x) since 25 as ["c"] {to = 9} : (tensor<2xf32>) -> tensor<2xi1>
  return %a, %b, %c : tensor<2xui8>, tensor<2xi8>, tensor<2xi1>
}

// -----

// Exponents of one rounding are no calls of pow.
// CHECK-LABEL: func @pow
func.func @pow(%x: tensor<2xf32>, %y: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  // CHECK: arith.mulf %[[A:.+]], %[[A]]
  // CHECK-NEXT: pith.yield
  // CHECK: math.powf
  %two = onnx.constant as "two" dense<2.0> : tensor<f32>
  %a = onnx.node "Pow"(%x, %two) since 15 as ["a"] : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
  %b = onnx.node "Pow"(%x, %y) since 15 as ["b"] : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return %a, %b : tensor<2xf32>, tensor<2xf32>
}

// -----

// An absent bound; NaN wins.
// CHECK-LABEL: func @clip
func.func @clip(%x: tensor<2xf32>, %high: tensor<1xf32>) -> tensor<2xf32> {
  // CHECK: %[[H:.+]] = tensor.collapse_shape %arg1
  // CHECK: pith.map(%arg0, %[[H]]
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: arith.minimumf
  // CHECK-NEXT: pith.yield
  %absent = onnx.absent : none
  %y = onnx.node "Clip"(%x, %absent, %high) since 13 as ["y"] : (tensor<2xf32>, none, tensor<1xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
