// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// No schema has checked these nodes: operands that are absent or of other types,
// counts and attributes all have their answer.

// expected-error@+1 {{7 nodes are not supported}}
func.func @elements(%a: tensor<2x3xui8>, %s: tensor<f32>, %z: tensor<ui8>, %w: tensor<i8>, %x: tensor<2x3xf32>, %p: tensor<3xf32>) -> (none, none, none, none, none, none, none) {
  %n = onnx.absent : none
  // expected-note@+1 {{QLinearAdd (com.microsoft, version 1): expected operand 1 to be there}}
  %0 = onnx.node "com.microsoft" "QLinearAdd"(%a) since 1 as ["y0"] : (tensor<2x3xui8>) -> tensor<*xui8>
  // expected-note@+1 {{expected 8-bit integers in operand 3}}
  %1 = onnx.node "com.microsoft" "QLinearAdd"(%a, %s, %z, %x, %s, %z, %s, %z) since 1 as ["y1"] : (tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<2x3xf32>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<*xui8>
  // expected-note@+1 {{expected a zero point of its codes' element type in operand 2}}
  %2 = onnx.node "com.microsoft" "QLinearSigmoid"(%a, %s, %w, %s, %z) since 1 as ["y2"] : (tensor<2x3xui8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<ui8>) -> tensor<*xui8>
  // expected-note@+1 {{expected one number in operand 3, got 3}}
  %3 = onnx.node "com.microsoft" "QLinearLeakyRelu"(%a, %s, %z, %p, %z) since 1 as ["y3"] : (tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<3xf32>, tensor<ui8>) -> tensor<*xui8>
  // expected-note@+1 {{expected a scale and a zero point for each operand}}
  %4 = onnx.node "com.microsoft" "QLinearConcat"(%s, %z, %a, %s) since 1 as ["y4"] : (tensor<f32>, tensor<ui8>, tensor<2x3xui8>, tensor<f32>) -> tensor<*xui8>
  // expected-note@+1 {{expected a condition of bools}}
  %5 = onnx.node "com.microsoft" "QLinearWhere"(%a, %a, %s, %z, %a, %s, %z, %s, %z) since 1 as ["y5"] : (tensor<2x3xui8>, tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<*xui8>
  // expected-note@+1 {{expected at least one output}}
  onnx.node "com.microsoft" "QLinearSigmoid"(%a, %s, %z, %s, %z) since 1 as [] : (tensor<2x3xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> ()
  return %n, %n, %n, %n, %n, %n, %n : none, none, none, none, none, none, none
}

// -----

// expected-error@+1 {{4 nodes are not supported}}
func.func @products(%i: tensor<1x2x4xui8>, %k: tensor<3x2x2xi8>, %a: tensor<2x4xui8>, %b: tensor<4x3xi8>, %s: tensor<f32>, %p: tensor<2xf32>, %z: tensor<ui8>, %x: tensor<2x4xf32>, %w: tensor<4x5xf32>) -> none {
  %n = onnx.absent : none
  // expected-note@+1 {{expected both scale and zero point of the result, or neither}}
  %0 = onnx.node "com.microsoft" "QGemm"(%a, %s, %z, %b, %s, %n, %n, %s) since 1 as ["y0"] : (tensor<2x4xui8>, tensor<f32>, tensor<ui8>, tensor<4x3xi8>, tensor<f32>, none, none, tensor<f32>) -> tensor<*xf32>
  // expected-error@+2 {{expected 1 or 3 entries of operand 3, got shape [2]}}
  // expected-note@+1 {{give one for the tensor}}
  %1 = onnx.node "com.microsoft" "MatMulIntegerToFloat"(%a, %b, %s, %p) since 1 as ["y1"] : (tensor<2x4xui8>, tensor<4x3xi8>, tensor<f32>, tensor<2xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a bias of 3 entries}}
  %2 = onnx.node "com.microsoft" "DynamicQuantizeMatMul"(%x, %b, %s, %n, %p) since 1 as ["y2"] : (tensor<2x4xf32>, tensor<4x3xi8>, tensor<f32>, none, tensor<2xf32>) -> tensor<*xf32>
  // expected-error@+2 {{expected operand 1 of i8 or u8, got f32}}
  // expected-note@+1 {{quantize it to one of these types}}
  %3 = onnx.node "com.microsoft" "DynamicQuantizeMatMul"(%x, %w, %s) since 1 as ["y3"] : (tensor<2x4xf32>, tensor<4x5xf32>, tensor<f32>) -> tensor<*xf32>
  // expected-note@+1 {{expected equal inner dimensions, got 4 and 2}}
  %4 = onnx.node "com.microsoft" "MatMulIntegerToFloat"(%a, %a, %s, %s) since 1 as ["y4"] : (tensor<2x4xui8>, tensor<2x4xui8>, tensor<f32>, tensor<f32>) -> tensor<*xf32>
  %c = onnx.constant as "c" dense<1.0> : tensor<3xf32>
  // expected-note@+1 {{expected an addend of 32-bit integers}}
  %5 = onnx.node "com.microsoft" "QGemm"(%a, %s, %z, %b, %s, %n, %c) since 1 as ["y5"] : (tensor<2x4xui8>, tensor<f32>, tensor<ui8>, tensor<4x3xi8>, tensor<f32>, none, tensor<3xf32>) -> tensor<*xf32>
  // expected-error@+2 {{expected a bias of i32, got f32}}
  // expected-note@+1 {{quantize the bias to i32 with the scale x_scale * w_scale}}
  %6 = onnx.node "com.microsoft" "QLinearConv"(%i, %s, %z, %k, %s, %n, %s, %z, %c) since 1 as ["y6"] : (tensor<1x2x4xui8>, tensor<f32>, tensor<ui8>, tensor<3x2x2xi8>, tensor<f32>, none, tensor<f32>, tensor<ui8>, tensor<3xf32>) -> tensor<*xui8>
  return %n : none
}

// -----

// expected-error@+1 {{6 nodes are not supported}}
func.func @few_bits(%a: tensor<2x32xf32>, %b: tensor<3x2x8xui8>, %s: tensor<6xf32>, %z: tensor<5xui8>, %g: tensor<32xi32>) -> none {
  %n = onnx.absent : none
  // expected-note@+1 {{expected 2, 4 or 8 bits, got 3}}
  %0 = onnx.node "com.microsoft" "MatMulNBits"(%a, %b, %s) since 1 as ["y0"] {K = 32 : i64, N = 3 : i64, bits = 3 : i64, block_size = 16 : i64} : (tensor<2x32xf32>, tensor<3x2x8xui8>, tensor<6xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a left side of 33 columns}}
  %1 = onnx.node "com.microsoft" "MatMulNBits"(%a, %b, %s) since 1 as ["y1"] {K = 33 : i64, N = 3 : i64, block_size = 16 : i64} : (tensor<2x32xf32>, tensor<3x2x8xui8>, tensor<6xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected 3 x 1 x 16 bytes in operand 1}}
  %2 = onnx.node "com.microsoft" "MatMulNBits"(%a, %z, %s) since 1 as ["y2"] {K = 32 : i64, N = 3 : i64, block_size = 32 : i64} : (tensor<2x32xf32>, tensor<5xui8>, tensor<6xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected 3 x 1 bytes of zero points}}
  %3 = onnx.node "com.microsoft" "MatMulNBits"(%a, %b, %s, %z) since 1 as ["y3"] {K = 32 : i64, N = 3 : i64, block_size = 16 : i64} : (tensor<2x32xf32>, tensor<3x2x8xui8>, tensor<6xf32>, tensor<5xui8>) -> tensor<*xf32>
  // expected-note@+1 {{expected no g_idx}}
  %4 = onnx.node "com.microsoft" "MatMulNBits"(%a, %b, %s, %n, %g) since 1 as ["y4"] {K = 32 : i64, N = 3 : i64, block_size = 16 : i64} : (tensor<2x32xf32>, tensor<3x2x8xui8>, tensor<6xf32>, none, tensor<32xi32>) -> tensor<*xf32>
  // expected-note@+1 {{expected K and N from 1 to 16777215, got 0 and 0}}
  %5 = onnx.node "com.microsoft" "MatMulNBits"(%a, %b, %s) since 1 as ["y5"] : (tensor<2x32xf32>, tensor<3x2x8xui8>, tensor<6xf32>) -> tensor<*xf32>
  return %n : none
}

// -----

// expected-error@+1 {{8 nodes are not supported}}
func.func @others(%x: tensor<2x3x4xui8>, %w: tensor<4x12xi8>, %b: tensor<12xf32>, %s: tensor<f32>, %m: tensor<5xi32>, %z: tensor<ui8>, %f: tensor<2x3x4xf32>, %k: tensor<1x3x4xf32>, %i: tensor<4xi32>, %h: tensor<4xf32>) -> none {
  %n = onnx.absent : none
  // expected-note@+1 {{heads that divide a third of the weight's columns}}
  %0 = onnx.node "com.microsoft" "QAttention"(%x, %w, %b, %s, %s) since 1 as ["y0"] {num_heads = 5 : i64} : (tensor<2x3x4xui8>, tensor<4x12xi8>, tensor<12xf32>, tensor<f32>, tensor<f32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a mask_index of shape}}
  %1 = onnx.node "com.microsoft" "QAttention"(%x, %w, %b, %s, %s, %m) since 1 as ["y1"] {num_heads = 2 : i64} : (tensor<2x3x4xui8>, tensor<4x12xi8>, tensor<12xf32>, tensor<f32>, tensor<f32>, tensor<5xi32>) -> tensor<*xf32>
  // expected-note@+1 {{output 1 is not supported}}
  %2:2 = onnx.node "com.microsoft" "QAttention"(%x, %w, %b, %s, %s) since 1 as ["y2", "present"] {num_heads = 2 : i64} : (tensor<2x3x4xui8>, tensor<4x12xi8>, tensor<12xf32>, tensor<f32>, tensor<f32>) -> (tensor<*xf32>, tensor<*xf32>)
  // expected-note@+1 {{expected activation Relu, Sigmoid, Tanh, LeakyRelu, HardSigmoid, or Clip with two parameters, got 'Clip'}}
  %3 = onnx.node "com.microsoft" "FusedConv"(%f, %k) since 1 as ["y3"] {activation = "Clip"} : (tensor<2x3x4xf32>, tensor<1x3x4xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected operands of one float type}}
  %4 = onnx.node "com.microsoft" "FastGelu"(%f, %i) since 1 as ["y4"] : (tensor<2x3x4xf32>, tensor<4xi32>) -> tensor<*xf32>
  // expected-note@+1 {{output 1 is not supported}}
  %5:2 = onnx.node "com.microsoft" "SkipLayerNormalization"(%f, %k, %h) since 1 as ["y5", "mean"] : (tensor<2x3x4xf32>, tensor<1x3x4xf32>, tensor<4xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  // expected-note@+1 {{QLinearAveragePool (com.microsoft, version 1): expected positive sizes}}
  %6 = onnx.node "com.microsoft" "QLinearAveragePool"(%x, %s, %z, %s, %z) since 1 as ["y6"] : (tensor<2x3x4xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<*xui8>
  // expected-note@+1 {{QLinearReduceMean (com.microsoft, version 1): expected axes in a tensor of rank 3, got 3}}
  %7 = onnx.node "com.microsoft" "QLinearReduceMean"(%x, %s, %z, %s, %z) since 1 as ["y7"] {axes = array<i64: 3>} : (tensor<2x3x4xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<*xui8>
  return %n : none
}

// -----

// expected-error@+1 {{6 nodes are not supported}}
func.func @qonnx(%x: tensor<4xf32>, %s: tensor<f32>, %t: tensor<3xf32>, %r: tensor<f32>) -> none {
  %n = onnx.absent : none
  %z = onnx.constant as "z" dense<0.0> : tensor<f32>
  %b = onnx.constant as "b" dense<8.0> : tensor<f32>
  %h = onnx.constant as "h" dense<2.5> : tensor<f32>
  // expected-note@+1 {{expected one number known at compile time in operand 3}}
  %0 = onnx.node "onnx.brevitas" "Quant"(%x, %s, %z, %r) since 1 as ["y0"] : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<*xf32>
  // expected-note@+1 {{expected an integer in operand 3}}
  %1 = onnx.node "onnx.brevitas" "Quant"(%x, %s, %z, %h) since 1 as ["y1"] : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a rounding_mode of QONNX, got 'STOCHASTIC'}}
  %2 = onnx.node "onnx.brevitas" "Quant"(%x, %s, %z, %b) since 1 as ["y2"] {rounding_mode = "stochastic"} : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<*xf32>
  // expected-note@+1 {{expected operands that broadcast to one shape}}
  %3 = onnx.node "onnx.brevitas" "BipolarQuant"(%x, %t) since 1 as ["y3"] : (tensor<4xf32>, tensor<3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected at most as many bits behind as before}}
  %4 = onnx.node "onnx.brevitas" "Trunc"(%x, %s, %z, %z, %b) since 1 as ["y4"] : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<*xf32>
  // expected-note@+1 {{expected operand 1 to be known at compile time}}
  %5 = onnx.node "onnx.brevitas" "Trunc"(%x, %s, %z, %b, %b, %b) since 2 as ["y5"] : (tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<*xf32>
  return %n : none
}
