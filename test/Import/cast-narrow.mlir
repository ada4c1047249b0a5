// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Codes of a sub-byte type keep their low bits, as integers do.
// CHECK-LABEL: func @to_int4
func.func @to_int4(%x: tensor<4xf32>, %y: tensor<4xi16>) -> (tensor<4xi4>, tensor<4xui4>) {
  // CHECK: arith.fptosi {{.*}} : f32 to i32
  // CHECK: %[[A:.+]] = arith.trunci %{{.+}} : i32 to i8
  // CHECK: %[[B:.+]] = arith.shli %[[A]], %c4_i8
  // CHECK: arith.shrsi %[[B]], %c4_i8
  %a = onnx.node "Cast"(%x) since 25 as ["a"] {to = 22} : (tensor<4xf32>) -> tensor<4xi4>
  // CHECK: %[[C:.+]] = arith.trunci %{{.+}} : i16 to i8
  // CHECK: arith.shrui
  %b = onnx.node "Cast"(%y) since 25 as ["b"] {to = 21} : (tensor<4xi16>) -> tensor<4xui4>
  return %a, %b : tensor<4xi4>, tensor<4xui4>
}

// -----

// The same bits under another sign are read anew; of one type nothing changes.
// CHECK-LABEL: func @reinterpreted
func.func @reinterpreted(%x: tensor<4xui4>, %e: tensor<4xf8E5M2>) -> (tensor<4xi4>, tensor<4xi8>, tensor<4xf8E5M2>) {
  // CHECK: pith.map
  // CHECK: pith.map
  // CHECK: arith.shrsi
  %a = onnx.node "BitCast"(%x) since 26 as ["a"] {to = 22} : (tensor<4xui4>) -> tensor<4xi4>
  // CHECK-NOT: pith.map
  // CHECK: return %{{.+}}, %arg1, %arg1
  %b = onnx.node "BitCast"(%e) since 26 as ["b"] {to = 3} : (tensor<4xf8E5M2>) -> tensor<4xi8>
  %c = onnx.node "Cast"(%e) since 25 as ["c"] {to = 19} : (tensor<4xf8E5M2>) -> tensor<4xf8E5M2>
  return %a, %b, %c : tensor<4xi4>, tensor<4xi8>, tensor<4xf8E5M2>
}

// -----

// From f64 at once: two roundings would differ.
// CHECK-LABEL: func @from_double
func.func @from_double(%x: tensor<4xf64>) -> tensor<4xf8E4M3FNUZ> {
  // CHECK: arith.bitcast %{{.+}} : f64 to i64
  // CHECK-NOT: f32
  %a = onnx.node "Cast"(%x) since 25 as ["a"] {to = 18} : (tensor<4xf64>) -> tensor<4xf8E4M3FNUZ>
  return %a : tensor<4xf8E4M3FNUZ>
}

// -----

// float4 has four bits of a byte; what lies above them is ignored. The sign is the highest.
// CHECK-LABEL: func @float4
// CHECK-SAME: pith.io = #pith.io<"x", f4E2M1FN>
func.func @float4(%x: tensor<4xf4E2M1FN> {onnx.name = "x"}) -> (tensor<4xf32>, tensor<4xui4>) {
  // CHECK: arith.shli %{{.+}}, %c4_i8
  // CHECK: arith.shrui
  // CHECK: arith.andi %{{.+}}, %c7_i32
  // CHECK: arith.andi %{{.+}}, %c8_i32
  // CHECK: arith.shli %{{.+}}, %c28_i32
  %a = onnx.node "Cast"(%x) since 25 as ["a"] {to = 1} : (tensor<4xf4E2M1FN>) -> tensor<4xf32>
  // CHECK: arith.shli %{{.+}}, %c4_i8
  // CHECK-NEXT: arith.shrui
  // CHECK-NEXT: pith.yield
  %b = onnx.node "BitCast"(%x) since 26 as ["b"] {to = 21} : (tensor<4xf4E2M1FN>) -> tensor<4xui4>
  return %a, %b : tensor<4xf32>, tensor<4xui4>
}

// -----

// An exponent alone: up to the next power of two, of numbers in f64.
// CHECK-LABEL: func @exponents
func.func @exponents(%x: tensor<4xf32>) -> tensor<4xf8E8M0FNU> {
  // CHECK: arith.extf %{{.+}} : f32 to f64
  // CHECK: arith.addi %{{.+}}, %c4503599627370495_i64
  %a = onnx.node "Cast"(%x) since 25 as ["a"] {to = 24} : (tensor<4xf32>) -> tensor<4xf8E8M0FNU>
  return %a : tensor<4xf8E8M0FNU>
}
