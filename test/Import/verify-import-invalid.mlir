// RUN: pith-opt %s --pith-verify-import --split-input-file --verify-diagnostics

// expected-error @below {{expected one function, main [import_s1]}}
module {
  func.func @other() {
    return
  }
}

// -----

// expected-error @below {{expected argument 0 to be a tensor in memory with a name in pith.io [import_s1]}}
func.func @main(%x: tensor<4xf32>) {
  return
}

// -----

// expected-error @below {{expected result 0 to be a tensor in memory with a name in pith.io [import_s1]}}
func.func @main(%x: tensor<4xi8> {pith.io = #pith.io<"x", i1>}) -> (tensor<4xi1> {pith.io = #pith.io<"y", i1>}) {
  %y = arith.constant dense<true> : tensor<4xi1>
  return %y : tensor<4xi1>
}

// -----

func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  // expected-error @below {{expected no ONNX operator [import_s2]}}
  %y = onnx.node "Relu"(%x) since 14 as ["y"] : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  // expected-error @below {{expected an operator of the stage's contract [import_s3]}}
  %y = arith.negf %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4x2xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  %e = tensor.empty() : tensor<4xf32>
  // expected-error @below {{expected parallel loops and one result in their order [import_s3]}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
    ins(%x : tensor<4x2xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  %c = arith.constant 4 : index
  // expected-error @below {{expected tensors of static shape with signless elements [import_s4]}}
  %y = tensor.extract_slice %x[0] [%c] [1] : tensor<4xf32> to tensor<?xf32>
  return %x : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) -> (tensor<4xf32> {pith.io = #pith.io<"y", f32>}) {
  // expected-error @below {{expected large constants as pith.constant [import_s5]}}
  %y = arith.constant dense_resource<__elided__> : tensor<65536xf32>
  return %x : tensor<4xf32>
}
