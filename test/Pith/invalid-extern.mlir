// RUN: pith-opt %s --split-input-file --verify-diagnostics

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected the name of a C function, got 'a-b', which is no identifier of C [extern_c1]}}
  %r = pith.extern "a-b" "{}" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{got 'while', which is a word of C or C++ [extern_c1]}}
  %r = pith.extern "while" "{}" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{got '_f', which is kept for the implementation of C or C++, as are all names with a leading or two underscores [extern_c1]}}
  %r = pith.extern "_f" "{}" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{got 'pith_f', which is kept for pith, as are all names that begin with pith_ [extern_c1]}}
  %r = pith.extern "pith_f" "{}" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{got 'memcpy', which is a name of C's library [extern_c1]}}
  %r = pith.extern "memcpy" "{}" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{got 'int8_t', which ends in _t, as names of <stdint.h> do [extern_c1]}}
  %r = pith.extern "int8_t" "{}" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected ONNX's element types of the operands [extern_c2]}}
  %r = pith.extern "f" "{}" ins(%x : tensor<4xf32>) of [f32, f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected ONNX's element types of the operands [extern_c2]}}
  %r = pith.extern "f" "{}" ins(%x : tensor<4xf32>) of [] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected ONNX's element types of the operands [extern_c2]}}
  %r = pith.extern "f" "{}" ins(%x : tensor<4xf32>) of [f64] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected ONNX's element types of the operands [extern_c2]}}
  %r = pith.extern "f" "{}" ins(%b : tensor<4xi8>) of [i16] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected results, and ONNX's element types of them [extern_c3]}}
  %r = pith.extern "f" "{}" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xi1>) of [i1]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected results, and ONNX's element types of them [extern_c3]}}
  "pith.extern"(%x) {symbol = "f", node_attributes = "{}", input_types = [f32], output_types = []} : (tensor<4xf32>) -> ()
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected attributes as a JSON object [extern_c4]}}
  %r = pith.extern "f" "[]" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected attributes as a JSON object [extern_c4]}}
  %r = pith.extern "f" "{" ins(%x : tensor<4xf32>) of [f32] -> (tensor<4xf32>) of [f32]
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %b: tensor<4xi8>) {
  // expected-error @+1 {{expected at most 256 operands and results, got 257 [extern_c5]}}
  %r = pith.extern "f" "{}" ins() of [none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none, none] -> (tensor<4xf32>) of [f32]
  return
}
