// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// Attributes in the order of their names, floats with their shortest digits.
// CHECK: module {
module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  // CHECK-LABEL: func @attributes
  func.func @attributes(%x: tensor<2x3xf32>) -> tensor<2x4xf32> {
    // CHECK: %[[Y:.+]] = pith.extern "foo" "{\22axes\22:[1,-1],\22beta\22:0.1,\22gammas\22:[1,1e-20,\22inf\22],\22kind\22:\22a\\\22b\22,\22names\22:[\22p\22,\22q\22],\22zoom\22:-3}" ins(%arg0 : tensor<2x3xf32>) of [f32] -> (tensor<2x4xf32>) of [f32]
    // CHECK: return %[[Y]]
    %y = onnx.node "my.domain" "Foo"(%x) since 1 as ["y"]
         {zoom = -3 : i64, beta = 0.1 : f32, gammas = array<f32: 1.0, 1.0e-20, 0x7F800000>, axes = array<i64: 1, -1>, kind = "a\22b", names = ["p", "q"]}
         : (tensor<2x3xf32>) -> tensor<2x4xf32>
    return %y : tensor<2x4xf32>
  }
}

// -----

// Bools and codes are bytes in memory; what an output's type has no room for is cut off.
module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  // CHECK-LABEL: func @types
  // CHECK-SAME: %[[B:.+]]: tensor<4xi8> {pith.io = #pith.io<"b", i1>}, %[[U:.+]]: tensor<4xi8> {pith.io = #pith.io<"u", ui8>}
  func.func @types(%b: tensor<4xi1> {onnx.name = "b"}, %u: tensor<4xui8> {onnx.name = "u"})
      -> (tensor<4xi1> {onnx.name = "n"}, tensor<2xi4> {onnx.name = "c"}) {
    // CHECK: %[[BITS:.+]] = pith.map(%[[B]] : tensor<4xi8>) -> tensor<4xi1>
    // CHECK: %[[BYTES:.+]] = pith.map(%[[BITS]] : tensor<4xi1>) -> tensor<4xi8>
    // CHECK: arith.extui
    // CHECK: %[[Y:.+]]:2 = pith.extern "foo" "{}" ins(%[[BYTES]], %[[U]] : tensor<4xi8>, tensor<4xi8>) of [i1, none, ui8] -> (tensor<4xi8>, tensor<2xi8>) of [i1, none, i4]
    // CHECK: pith.map(%[[Y]]#0 : tensor<4xi8>) -> tensor<4xi1>
    // CHECK: arith.cmpi ne
    // CHECK: pith.map(%[[Y]]#1 : tensor<2xi8>) -> tensor<2xi8>
    // CHECK: arith.shrsi
    %a = onnx.absent : none
    %n, %m, %c = onnx.node "my.domain" "Foo"(%b, %a, %u) since 3 as ["n", "", "c"]
         : (tensor<4xi1>, none, tensor<4xui8>) -> (tensor<4xi1>, none, tensor<2xi4>)
    return %n, %c : tensor<4xi1>, tensor<2xi4>
  }
}

// -----

// An operator that pith has itself, too.
module attributes {pith.custom_ops = {"ai.onnx::Erf" = "my_erf"}} {
  // CHECK-LABEL: func @standard
  func.func @standard(%x: tensor<4xf32>) -> tensor<4xf32> {
    // CHECK-NEXT: pith.extern "my_erf"
    %y = onnx.node "Erf"(%x) since 13 as ["y"] : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}

// -----

// What is known does not make the result known.
module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  // CHECK-LABEL: func @constant_operand
  func.func @constant_operand() -> tensor<2xf32> {
    // CHECK: %[[C:.+]] = arith.constant dense<[1.000000e+00, 2.000000e+00]>
    // CHECK: pith.extern "foo" "{}" ins(%[[C]] : tensor<2xf32>) of [f32] -> (tensor<2xf32>) of [f32]
    %c = onnx.constant as "c" dense<[1.0, 2.0]> : tensor<2xf32>
    %y = onnx.node "my.domain" "Foo"(%c) since 1 as ["y"] : (tensor<2xf32>) -> tensor<2xf32>
    return %y : tensor<2xf32>
  }
}

// -----

// Nodes of a body that the standard gives an operator are none of the model's.
module attributes {pith.custom_ops = {"ai.onnx::Sqrt" = "my_sqrt"}} {
  // CHECK-LABEL: func @body_of_the_standard
  func.func @body_of_the_standard(%x: tensor<1x4x2x2xf32>) -> (tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>) {
    // CHECK-COUNT-1: pith.extern "my_sqrt"
    // CHECK-NOT: pith.extern
    %y = onnx.node "MeanVarianceNormalization"(%x) since 13 as ["y"] : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
    %z = onnx.node "Sqrt"(%x) since 13 as ["z"] : (tensor<1x4x2x2xf32>) -> tensor<1x4x2x2xf32>
    return %y, %z : tensor<1x4x2x2xf32>, tensor<1x4x2x2xf32>
  }
}
