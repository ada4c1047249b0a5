// RUN: pith-opt %s --pass-pipeline="builtin.module(func.func(pith-quantized-io))" --split-input-file --verify-diagnostics | FileCheck %s

// The input is quantized twice in the same way: codes come in, and go out.
// CHECK-LABEL: func @codes
// CHECK-SAME: (%[[X:.+]]: tensor<4xi8> {pith.codes = #pith.codes<5.000000e-01 : f32, 128, unsigned>, pith.io = #pith.io<"x", ui8>})
// CHECK-SAME: -> (tensor<4xi8> {pith.codes = #pith.codes<2.500000e-01 : f32, -3, signed>, pith.io = #pith.io<"y", i8>})
func.func @codes(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<-128> : tensor<i8>
  %t = arith.constant dense<0.25> : tensor<f32>
  %u = arith.constant dense<-3> : tensor<i8>
  %a = pith.quantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<4xf32> -> tensor<4xi8>
  %b = pith.quantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<4xf32> -> tensor<4xi8>
  // CHECK-NOT: pith.quantize
  // CHECK: %[[Y:.+]] = pith.map(%[[X]], %[[X]]
  %c = pith.map (%a, %b : tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%p: i8, %q: i8):
    %r = arith.addi %p, %q : i8
    pith.yield %r : i8
  }
  // CHECK-NOT: pith.dequantize
  // CHECK: return %[[Y]]
  %y = pith.dequantize %c scale(%t : tensor<f32>) zero_point(%u : tensor<i8>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// The numbers of the input are used too, so they have to come in.
// CHECK-LABEL: func @floats(%{{.+}}: tensor<4xf32>
// expected-warning @+2 {{input 'x' stays a float: the model does not quantize it by one scale}}
// expected-warning @+1 {{output 'y' stays a float: the model does not make it from codes of one scale}}
func.func @floats(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}, tensor<4xi8>) {
  %s = arith.constant dense<0.5> : tensor<f32>
  // CHECK: pith.quantize
  %a = pith.quantize %x scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %y = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%p: f32):
    %r = arith.negf %p : f32
    pith.yield %r : f32
  }
  return %y, %a : tensor<4xf32>, tensor<4xi8>
}

// -----

// A value that is also used inside stays dequantized there.
// CHECK-LABEL: func @used_twice
// expected-warning @+1 {{output 'z' stays a float}}
func.func @used_twice(%q: tensor<4xi8>) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}, tensor<4xf32> {pith.io = #pith.io<"z", f32>}) {
  %s = arith.constant dense<0.5> : tensor<f32>
  // CHECK: %[[D:.+]] = pith.dequantize %arg0
  %d = pith.dequantize %q scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
  // CHECK: %[[M:.+]] = pith.softmax %[[D]]
  %m = pith.softmax %d dims [0] : tensor<4xf32> -> tensor<4xf32>
  // CHECK: return %arg0, %[[M]]
  return %d, %m : tensor<4xf32>, tensor<4xf32>
}
