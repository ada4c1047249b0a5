// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Names and element types of the model stay on the function; bools are bytes in
// memory, and unsigned integers lose their sign.
// CHECK-LABEL: func @main
// CHECK-SAME: %[[X:.+]]: tensor<4xi8> {pith.io = #pith.io<"x", i1>}
// CHECK-SAME: %[[Y:.+]]: tensor<4xi8> {pith.io = #pith.io<"y", ui8>}
// CHECK-SAME: -> (tensor<4xi8> {pith.io = #pith.io<"z", ui8>}, tensor<4xi8> {pith.io = #pith.io<"n", i1>})
func.func @main(%x: tensor<4xi1> {onnx.name = "x"}, %y: tensor<4xui8> {onnx.name = "y"})
    -> (tensor<4xui8> {onnx.name = "z"}, tensor<4xi1> {onnx.name = "n"}) {
  // CHECK: %[[B:.+]] = pith.map(%[[X]] : tensor<4xi8>) -> tensor<4xi1>
  // CHECK: arith.cmpi ne
  // CHECK: %[[Z:.+]] = pith.map(%[[B]], %[[Y]]
  // CHECK: arith.select
  // CHECK: %[[N:.+]] = pith.map(%[[B]]
  // CHECK: arith.xori
  // CHECK: %[[M:.+]] = pith.map(%[[N]] : tensor<4xi1>) -> tensor<4xi8>
  // CHECK: arith.extui
  // CHECK: return %[[Z]], %[[M]]
  %zero = onnx.constant as "zero" dense<7> : tensor<ui8>
  %z = onnx.node "Where"(%x, %y, %zero) since 16 as ["z"] : (tensor<4xi1>, tensor<4xui8>, tensor<ui8>) -> tensor<4xui8>
  %n = onnx.node "Not"(%x) since 1 as ["n"] : (tensor<4xi1>) -> tensor<4xi1>
  return %z, %n : tensor<4xui8>, tensor<4xi1>
}
