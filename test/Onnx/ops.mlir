// RUN: pith-opt %s | pith-opt | FileCheck %s
// RUN: pith-opt %s --emit-bytecode | pith-opt | FileCheck %s
// RUN: pith-opt %s --mlir-print-op-generic | pith-opt | FileCheck %s

// CHECK-LABEL: func.func @main(%arg0: tensor<1x4xf32> {onnx.name = "x"}) -> (tensor<1x2xf32> {onnx.name = "y"})
func.func @main(%arg0: tensor<1x4xf32> {onnx.name = "x"}) -> (tensor<1x2xf32> {onnx.name = "y"}) {
  // CHECK-NEXT: %w = onnx.constant as "w" dense<1.000000e+00> : tensor<2x4xf32>
  %w = onnx.constant as "w" dense<1.0> : tensor<2x4xf32>
  // CHECK-NEXT: %absent = onnx.absent : none
  %absent = onnx.absent : none
  // CHECK-NEXT: %y = onnx.node "Gemm"(%arg0, %w, %absent) since 13 as ["y"] {transB = 1 : i64} : (tensor<1x4xf32>, tensor<2x4xf32>, none) -> tensor<1x2xf32>
  %0 = onnx.node "Gemm"(%arg0, %w, %absent) since 13 as ["y"] {transB = 1 : i64}
    : (tensor<1x4xf32>, tensor<2x4xf32>, none) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @domains_types_and_discardable_attributes
func.func @domains_types_and_discardable_attributes() {
  // CHECK: %a = onnx.node "com.example" "Make"() since 2 as ["a"] attributes {kept} : () -> !onnx.opaque<"seq(tensor(float))">
  %a = onnx.node "com.example" "Make"() since 2 as ["a"] attributes {kept}
    : () -> !onnx.opaque<"seq(tensor(float))">
  // CHECK: %omitted, %c = onnx.node "Split"(%a) since 1 as ["", "c"] : (!onnx.opaque<"seq(tensor(float))">) -> (none, tensor<*xui8>)
  %b:2 = onnx.node "Split"(%a) since 1 as ["", "c"]
    : (!onnx.opaque<"seq(tensor(float))">) -> (none, tensor<*xui8>)
  // CHECK: onnx.constant as "s" dense<["p", "q"]> : tensor<2x!onnx.opaque<"string">>
  %s = onnx.constant as "s" dense<["p", "q"]> : tensor<2x!onnx.opaque<"string">>
  return
}

// Bodies see the values around them.
// CHECK-LABEL: func.func @bodies
func.func @bodies(%c: tensor<i1>, %x: tensor<2xf32>) {
  // CHECK: %y = onnx.node "If"(%arg0) since 25 as ["y"] with "then_branch" {
  // CHECK-NEXT: onnx.yield %arg1 : tensor<2xf32>
  // CHECK-NEXT: }, "else_branch" {
  // CHECK-NEXT: %z = onnx.node "Neg"(%arg1)
  // CHECK-NEXT: onnx.yield %z : tensor<2xf32>
  // CHECK-NEXT: } : (tensor<i1>) -> tensor<2xf32>
  %y = onnx.node "If"(%c) since 25 as ["y"] with "then_branch" {
    onnx.yield %x : tensor<2xf32>
  }, "else_branch" {
    %z = onnx.node "Neg"(%x) since 13 as ["z"] : (tensor<2xf32>) -> tensor<2xf32>
    onnx.yield %z : tensor<2xf32>
  } : (tensor<i1>) -> tensor<2xf32>
  // CHECK: {a = 1 : i64} with "body" {
  // CHECK-NEXT: ^bb0(%arg2: tensor<i64>):
  // CHECK-NEXT: onnx.yield
  %n = onnx.node "Loop"() since 1 as ["n"] {a = 1 : i64} with "body" {
  ^bb0(%i: tensor<i64>):
    onnx.yield
  } : () -> tensor<f32>
  return
}
