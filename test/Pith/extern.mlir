// RUN: pith-opt %s --verify-roundtrip | FileCheck %s
// RUN: pith-opt %s --emit-bytecode | pith-opt | FileCheck %s

// CHECK-LABEL: func @two_results
func.func @two_results(%x: tensor<1x4xf32>, %i: tensor<2xi8>) -> tensor<1x4xf32> {
  // CHECK: pith.extern "scale" "{\22by\22:2}" ins(%{{.+}}, %{{.+}} : tensor<1x4xf32>, tensor<2xi8>) of [f32, none, ui8] -> (tensor<1x4xf32>, tensor<i8>) of [f32, i1]
  %y, %b = pith.extern "scale" "{\22by\22:2}" ins(%x, %i : tensor<1x4xf32>, tensor<2xi8>) of [f32, none, ui8]
           -> (tensor<1x4xf32>, tensor<i8>) of [f32, i1]
  return %y : tensor<1x4xf32>
}

// CHECK-LABEL: func @no_operands
func.func @no_operands() -> tensor<3xi64> {
  // CHECK: pith.extern "now" "{}" ins() of [] -> (tensor<3xi64>) of [ui64]
  %y = pith.extern "now" "{}" ins() of [] -> (tensor<3xi64>) of [ui64]
  return %y : tensor<3xi64>
}
