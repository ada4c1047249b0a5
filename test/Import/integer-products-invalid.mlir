// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

func.func @conv(%x: tensor<1x3x8x8xui8>, %w: tensor<4x3x3x3xi8>, %f: tensor<4x3x3x3xf32>, %s: tensor<f32>, %s2: tensor<2xf32>, %u: tensor<ui8>, %u2: tensor<2xui8>, %i: tensor<i8>, %i3: tensor<3xi8>, %b: tensor<4xf32>, %b3: tensor<3xi32>)
    -> (tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>) {
  // expected-error@+2 {{expected 1 or 4 entries of w_scale, got shape [2]}}
  // expected-note@+1 {{give one for the tensor, or one for each filter}}
  %a = onnx.node "QLinearConv"(%x, %s, %u, %w, %s2, %i, %s, %u) since 10 as ["a"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<2xf32>, tensor<i8>, tensor<f32>, tensor<ui8>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected 1 or 4 entries of w_zero_point, got shape [3]}}
  // expected-note@+1 {{give one for the tensor, or one for each filter}}
  %c = onnx.node "QLinearConv"(%x, %s, %u, %w, %s, %i3, %s, %u) since 10 as ["c"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<3xi8>, tensor<f32>, tensor<ui8>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected w of i8 or u8, got f32}}
  // expected-note@+1 {{quantize it to one of these types}}
  %d = onnx.node "QLinearConv"(%x, %s, %u, %f, %s, %i, %s, %u) since 10 as ["d"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xf32>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<ui8>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected w_zero_point of the codes' type i8, got u8}}
  // expected-note@+1 {{store the zero point in the type of the codes}}
  %e = onnx.node "QLinearConv"(%x, %s, %u, %w, %s, %u, %s, %u) since 10 as ["e"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected x_zero_point of the codes' type u8, got i8}}
  // expected-note@+1 {{store the zero point in the type of the codes}}
  %g = onnx.node "QLinearConv"(%x, %s, %i, %w, %s, %i, %s, %u) since 10 as ["g"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<i8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<ui8>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected 1 entry of x_scale, got shape [2]}}
  // expected-note@+1 {{only weights may have more than one}}
  %h = onnx.node "QLinearConv"(%x, %s2, %u, %w, %s, %i, %s, %u) since 10 as ["h"] : (tensor<1x3x8x8xui8>, tensor<2xf32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<ui8>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected a bias of i32, got f32}}
  // expected-note@+1 {{quantize the bias to i32 with the scale x_scale * w_scale}}
  %j = onnx.node "QLinearConv"(%x, %s, %u, %w, %s, %i, %s, %u, %b) since 10 as ["j"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<ui8>, tensor<4xf32>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected a bias of 4 entries, got 3}}
  // expected-note@+1 {{give one entry for each filter}}
  %n = onnx.node "QLinearConv"(%x, %s, %u, %w, %s, %i, %s, %u, %b3) since 10 as ["n"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<ui8>, tensor<3xi32>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected 1 entry of y_zero_point, got shape [2]}}
  // expected-note@+1 {{only weights may have more than one}}
  %k = onnx.node "QLinearConv"(%x, %s, %u, %w, %s, %i, %s, %u2) since 10 as ["k"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<2xui8>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected a result of i8, the type of y_zero_point, the model states u8}}
  // expected-note@+1 {{declare the output with the type that the node makes}}
  %l = onnx.node "QLinearConv"(%x, %s, %u, %w, %s, %i, %s, %i) since 10 as ["l"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<i8>) -> tensor<1x4x6x6xui8>
  // expected-error@+2 {{expected y_scale of f32, f16 or bf16, got u8}}
  // expected-note@+1 {{export the scales as float numbers}}
  %m = onnx.node "QLinearConv"(%x, %s, %u, %w, %s, %i, %u, %u) since 10 as ["m"] : (tensor<1x3x8x8xui8>, tensor<f32>, tensor<ui8>, tensor<4x3x3x3xi8>, tensor<f32>, tensor<i8>, tensor<ui8>, tensor<ui8>) -> tensor<1x4x6x6xui8>
  return %a, %c, %d, %e, %g, %h, %j, %k, %l, %m : tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>, tensor<1x4x6x6xui8>
}

// -----

func.func @matmul(%a: tensor<2x6xui8>, %b: tensor<6x4xi8>, %wide: tensor<6x4xi16>, %s: tensor<f32>, %s3: tensor<3xf32>, %u: tensor<ui8>, %i: tensor<i8>, %i3: tensor<3xi8>, %i6: tensor<6x1xi8>)
    -> (tensor<2x4xui8>, tensor<2x4xui8>, tensor<2x4xi32>, tensor<2x4xi32>) {
  // expected-error@+2 {{expected b of i8 or u8, got i16}}
  // expected-note@+1 {{quantize it to one of these types}}
  %c = onnx.node "QLinearMatMul"(%a, %s, %u, %wide, %s, %i, %s, %u) since 21 as ["c"] : (tensor<2x6xui8>, tensor<f32>, tensor<ui8>, tensor<6x4xi16>, tensor<f32>, tensor<i8>, tensor<f32>, tensor<ui8>) -> tensor<2x4xui8>
  // expected-error@+2 {{expected 1 or 4 entries of b_scale, got shape [3]}}
  // expected-note@+1 {{give one for the tensor, or one for each column}}
  %d = onnx.node "QLinearMatMul"(%a, %s, %u, %b, %s3, %i, %s, %u) since 21 as ["d"] : (tensor<2x6xui8>, tensor<f32>, tensor<ui8>, tensor<6x4xi8>, tensor<3xf32>, tensor<i8>, tensor<f32>, tensor<ui8>) -> tensor<2x4xui8>
  // expected-error@+2 {{expected 1 or 4 entries of b_zero_point, got shape [3]}}
  // expected-note@+1 {{give one for the tensor, or one for each column}}
  %e = onnx.node "MatMulInteger"(%a, %b, %u, %i3) since 10 as ["e"] : (tensor<2x6xui8>, tensor<6x4xi8>, tensor<ui8>, tensor<3xi8>) -> tensor<2x4xi32>
  // expected-error@+2 {{expected a_zero_point of the codes' type u8, got i8}}
  // expected-note@+1 {{store the zero point in the type of the codes}}
  %f = onnx.node "MatMulInteger"(%a, %b, %i) since 10 as ["f"] : (tensor<2x6xui8>, tensor<6x4xi8>, tensor<i8>) -> tensor<2x4xi32>
  return %c, %d, %e, %f : tensor<2x4xui8>, tensor<2x4xui8>, tensor<2x4xi32>, tensor<2x4xi32>
}
