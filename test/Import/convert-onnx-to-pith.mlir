// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics | FileCheck %s

// Signless inside; names and types of the model stay with arguments and results.
// A bool is a byte at the boundary.
// CHECK-LABEL: func.func @main(
// CHECK-SAME: %[[X:.+]]: tensor<4xi8> {pith.io = #pith.io<"x", ui8>})
// CHECK-SAME: -> (tensor<4xi8> {pith.io = #pith.io<"g", i1>})
func.func @main(%x: tensor<4xui8> {onnx.name = "x"}) -> (tensor<4xi1> {onnx.name = "g"}) {
  // CHECK: %[[F:.+]] = pith.map(%[[X]] : tensor<4xi8>) -> tensor<4xf32>
  // CHECK: arith.uitofp
  %f = onnx.node "Cast"(%x) since 25 as ["f"] {to = 1} : (tensor<4xui8>) -> tensor<4xf32>
  // CHECK: %[[R:.+]] = pith.map(%[[F]]
  // CHECK: arith.maximumf
  %r = onnx.node "Relu"(%f) since 14 as ["r"] : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: pith.map(%[[R]], %[[F]]
  // CHECK: arith.cmpf olt
  %g = onnx.node "Greater"(%r, %f) since 13 as ["g"] : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  // CHECK: return %{{.+}} : tensor<4xi8>
  return %g : tensor<4xi1>
}

// -----

// All that is not supported, in one error.
// expected-error @+1 {{2 nodes are not supported; change the model or its export}}
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-note @+1 {{operator RandomUniformLike (ai.onnx, version 22): there is no converter; 1 node}}
  %a = onnx.node "RandomUniformLike"(%x) since 22 as ["a"] : (tensor<4xf32>) -> tensor<4xf32>
  %r = onnx.node "Relu"(%a) since 14 as ["r"] : (tensor<4xf32>) -> tensor<4xf32>
  // expected-note @+1 {{operator RandomNormalLike (ai.onnx, version 22)}}
  %b = onnx.node "RandomNormalLike"(%r) since 22 as ["b"] : (tensor<4xf32>) -> tensor<4xf32>
  return %b : tensor<4xf32>
}
