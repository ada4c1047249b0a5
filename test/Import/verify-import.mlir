// RUN: pith-opt %s --pith-verify-import --split-input-file --verify-diagnostics
// RUN: %python -c "print('func.func @main() { %0 = arith.constant dense<' + str([i % 7 for i in range(65537)]) + '> : tensor<65537xi8> return }')" \
// RUN:   | not pith-opt --pith-verify-import 2>&1 | FileCheck %s --check-prefix=LARGE
// LARGE: error: {{.*}}expected large constants as pith.constant [import_s5]

// What a converted model looks like: accepted.
func.func @main(%x: tensor<1x4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  %w = arith.constant dense<1.0> : tensor<4xf32>
  %0 = tensor.collapse_shape %x [[0, 1]] : tensor<1x4xf32> into tensor<4xf32>
  %1 = pith.map (%0, %w : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    pith.yield %s : f32
  }
  return %1 : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected one function, main [import_s1]}}
module {
func.func @other() {
  return
}
}

// -----

// The name and type of the file are gone.
// expected-error @+1 {{expected argument 0 to be a tensor in memory with a name in pith.io [import_s1]}}
func.func @main(%x: tensor<4xf32>) {
  return
}

// -----

// A bool is a byte in memory.
// expected-error @+1 {{expected result 0 to be a tensor in memory with a name in pith.io [import_s1]}}
func.func @main(%x: tensor<4xi8> {pith.io = #pith.io<"x", i1>}) -> (tensor<4xi1> {pith.io = #pith.io<"y", i1>}) {
  %0 = arith.constant dense<true> : tensor<4xi1>
  return %0 : tensor<4xi1>
}

// -----

func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) {
  // expected-error @+1 {{expected no ONNX operator [import_s2]}}
  %0 = onnx.node "Relu"(%x) since 14 as ["y"] : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) {
  // expected-error @+1 {{expected an operator of the stage's contract [import_s3]}}
  %0 = arith.addf %x, %x : tensor<4xf32>
  return
}

// -----

// A generic loop nest moves data; sums are pith operators, with an order.
func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) {
  %e = tensor.empty() : tensor<f32>
  // expected-error @+1 {{expected parallel loops and one result in their order [import_s3]}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<f32>) {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<f32>
  return
}

// -----

func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) {
  %n = arith.constant 3 : index
  // expected-error @+1 {{expected tensors of static shape with signless elements [import_s4]}}
  %0 = tensor.extract_slice %x[0] [%n] [1] : tensor<4xf32> to tensor<?xf32>
  return
}

// -----

// Large constants of one value are small in the IR and may stay.
func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) {
  %0 = arith.constant dense<0.0> : tensor<65537xf32>
  return
}

// -----

// Groups are schedule's: what is in them would be grouped again.
func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  // expected-error @+1 {{expected an operator of the stage's contract [import_s3]}}
  %0 = pith.group (%x : tensor<4xf32>) -> (tensor<4xf32>) {
  ^bb0(%a: tensor<4xf32>):
    %1 = pith.softmax %a dims [0] : tensor<4xf32> -> tensor<4xf32>
    pith.yield %1 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected one block, which ends in a return [import_s1]}}
func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  cf.br ^bb1(%x : tensor<4xf32>)
^bb1(%y: tensor<4xf32>):
  return %y : tensor<4xf32>
}
