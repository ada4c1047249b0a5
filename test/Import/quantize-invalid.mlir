// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// Every node that is wrong is an error of its own.
func.func @scales(%x: tensor<2x3xf32>) -> (tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>) {
  %zero = onnx.constant as "zero" dense<0.0> : tensor<f32>
  %negative = onnx.constant as "negative" dense<[1.0, 2.0, -0.5]> : tensor<3xf32>
  %nan = onnx.constant as "nan" dense<0x7FC00000> : tensor<f32>
  %infinite = onnx.constant as "infinite" dense<0x7C00> : tensor<f16>
  %ints = onnx.constant as "ints" dense<1> : tensor<i32>
  // expected-error@+2 {{(QuantizeLinear): expected a scale above 0 and finite, got 0}}
  // expected-note@+1 {{quantize the model again; a range of nothing but zeros takes any scale, such as 1}}
  %a = onnx.node "QuantizeLinear"(%x, %zero) since 25 as ["a"] : (tensor<2x3xf32>, tensor<f32>) -> tensor<*xui8>
  // expected-error@+2 {{expected a scale above 0 and finite, got -0.5 at entry 2}}
  // expected-note@+1 {{quantize the model again}}
  %b = onnx.node "QuantizeLinear"(%x, %negative) since 25 as ["b"] : (tensor<2x3xf32>, tensor<3xf32>) -> tensor<*xui8>
  // expected-error@+2 {{expected a scale above 0 and finite, got NaN}}
  // expected-note@+1 {{quantize the model again}}
  %c = onnx.node "QuantizeLinear"(%x, %nan) since 25 as ["c"] : (tensor<2x3xf32>, tensor<f32>) -> tensor<*xui8>
  // expected-error@+2 {{expected a scale above 0 and finite, got +Inf}}
  // expected-note@+1 {{quantize the model again}}
  %d = onnx.node "QuantizeLinear"(%x, %infinite) since 25 as ["d"] : (tensor<2x3xf32>, tensor<f16>) -> tensor<*xui8>
  // expected-error@+2 {{expected a scale of f32, f16 or bf16, got i32}}
  // expected-note@+1 {{export the scales as float numbers}}
  %e = onnx.node "QuantizeLinear"(%x, %ints) since 25 as ["e"] : (tensor<2x3xf32>, tensor<i32>) -> tensor<*xui8>
  return %a, %b, %c, %d, %e : tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>
}

// -----

func.func @zero_points(%x: tensor<2x3xf32>, %q: tensor<2x3xui8>, %i: tensor<2x3xi32>, %e: tensor<2x3xf8E4M3FN>, %s: tensor<f32>, %s3: tensor<3xf32>, %z3: tensor<3xui8>, %z: tensor<ui8>)
    -> (tensor<2x3xui8>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>) {
  %signed = onnx.constant as "signed" dense<0> : tensor<i8>
  %three = onnx.constant as "three" dense<3> : tensor<i32>
  %one = onnx.constant as "one" dense<1.0> : tensor<f8E4M3FN>
  // expected-error@+2 {{expected a result of i8, the type of its zero point or output_dtype, the model states u8}}
  // expected-note@+1 {{declare the output with the type that the node makes}}
  %a = onnx.node "QuantizeLinear"(%x, %s, %signed) since 25 as ["a"] : (tensor<2x3xf32>, tensor<f32>, tensor<i8>) -> tensor<2x3xui8>
  // expected-error@+2 {{expected a zero point of the codes' type u8, got i8}}
  // expected-note@+1 {{store the zero point in the type of the codes}}
  %b = onnx.node "DequantizeLinear"(%q, %s, %signed) since 25 as ["b"] : (tensor<2x3xui8>, tensor<f32>, tensor<i8>) -> tensor<2x3xf32>
  // expected-error@+2 {{expected a zero point of 0, as codes of type i32 have no other}}
  // expected-note@+1 {{leave the zero point out, or use codes of 8 or 16 bits}}
  %c = onnx.node "DequantizeLinear"(%i, %s, %three) since 25 as ["c"] : (tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> tensor<2x3xf32>
  // expected-error@+2 {{expected a zero point of 0, as codes of type f8E4M3FN have no other}}
  // expected-note@+1 {{leave the zero point out}}
  %d = onnx.node "DequantizeLinear"(%e, %s, %one) since 25 as ["d"] : (tensor<2x3xf8E4M3FN>, tensor<f32>, tensor<f8E4M3FN>) -> tensor<2x3xf32>
  // expected-error@+2 {{expected a zero point of the scale's shape [3], got []}}
  // expected-note@+1 {{give one zero point for each scale}}
  %f = onnx.node "QuantizeLinear"(%x, %s3, %z) since 25 as ["f"] : (tensor<2x3xf32>, tensor<3xf32>, tensor<ui8>) -> tensor<*xui8>
  // expected-error@+2 {{expected a zero point of the scale's shape [], got [3]}}
  // expected-note@+1 {{give one zero point for each scale}}
  %g = onnx.node "QuantizeLinear"(%x, %s, %z3) since 25 as ["g"] : (tensor<2x3xf32>, tensor<f32>, tensor<3xui8>) -> tensor<*xui8>
  // expected-error@+2 {{expected a zero point of output_dtype i8, got u8}}
  // expected-note@+1 {{leave output_dtype out}}
  %h = onnx.node "QuantizeLinear"(%x, %s, %z) since 25 as ["h"] {output_dtype = 3} : (tensor<2x3xf32>, tensor<f32>, tensor<ui8>) -> tensor<*xui8>
  return %a, %b, %c, %d, %f, %g, %h : tensor<2x3xui8>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>
}

// -----

func.func @granularity(%x: tensor<2x6xf32>, %s2: tensor<2xf32>, %s23: tensor<2x3xf32>, %s24: tensor<2x4xf32>)
    -> (tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>) {
  // expected-error@+2 {{expected an axis of a tensor of rank 2, got 2}}
  // expected-note@+1 {{set axis to the dimension that the scales follow}}
  %a = onnx.node "QuantizeLinear"(%x, %s2) since 25 as ["a"] {axis = 2} : (tensor<2x6xf32>, tensor<2xf32>) -> tensor<*xui8>
  // expected-error@+2 {{expected 1 or 6 scales along axis 1, got shape [2]}}
  // expected-note@+1 {{give one scale for the tensor, or one for each entry of the axis}}
  %b = onnx.node "QuantizeLinear"(%x, %s2) since 25 as ["b"] : (tensor<2x6xf32>, tensor<2xf32>) -> tensor<*xui8>
  // expected-error@+2 {{expected scales of shape [2x2] for blocks of 3 along the 6 entries of axis 1, got [2x3]}}
  // expected-note@+1 {{block_size times the number of scales along the axis must cover it}}
  %c = onnx.node "QuantizeLinear"(%x, %s23) since 25 as ["c"] {block_size = 3} : (tensor<2x6xf32>, tensor<2x3xf32>) -> tensor<*xui8>
  // expected-error@+2 {{expected scales of shape [2x3] for blocks of 2 along the 6 entries of axis 1, got [2x4]}}
  // expected-note@+1 {{with no block to spare}}
  %d = onnx.node "QuantizeLinear"(%x, %s24) since 25 as ["d"] {block_size = 2} : (tensor<2x6xf32>, tensor<2x4xf32>) -> tensor<*xui8>
  // expected-error@+2 {{expected a block_size of 0 or more, got -1}}
  // expected-note@+1 {{leave block_size out}}
  %e = onnx.node "QuantizeLinear"(%x, %s23) since 25 as ["e"] {block_size = -1} : (tensor<2x6xf32>, tensor<2x3xf32>) -> tensor<*xui8>
  // expected-error@+2 {{expected scales of rank 2, that of the input, for block_size 3, got [2]}}
  // expected-note@+1 {{give one scale for each block}}
  %f = onnx.node "QuantizeLinear"(%x, %s2) since 25 as ["f"] {block_size = 3} : (tensor<2x6xf32>, tensor<2xf32>) -> tensor<*xui8>
  return %a, %b, %c, %d, %e, %f : tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>, tensor<*xui8>
}

// -----

func.func @types(%x: tensor<4xf64>, %y: tensor<4xf32>, %i: tensor<4xi64>, %s: tensor<f32>, %h: tensor<4xi32>)
    -> (tensor<*xui8>, tensor<*xf32>, tensor<*xf32>, tensor<*xui8>, tensor<*xi32>, tensor<*xui8>) {
  // expected-error@+2 {{expected an input of f32, f16, bf16 or i32, got f64}}
  // expected-note@+1 {{cast the input to float first}}
  %a = onnx.node "QuantizeLinear"(%x, %s) since 25 as ["a"] : (tensor<4xf64>, tensor<f32>) -> tensor<*xui8>
  // expected-error@+2 {{expected codes of 2 to 16 bits, or i32, got i64}}
  // expected-note@+1 {{quantize to one of these types}}
  %b = onnx.node "DequantizeLinear"(%i, %s) since 25 as ["b"] : (tensor<4xi64>, tensor<f32>) -> tensor<*xf32>
  // expected-error@+2 {{expected an output_dtype of f32, f16 or bf16, got f64}}
  // expected-note@+1 {{leave output_dtype out}}
  %c = onnx.node "DequantizeLinear"(%h, %s) since 25 as ["c"] {output_dtype = 11} : (tensor<4xi32>, tensor<f32>) -> tensor<*xf32>
  // expected-error@+2 {{expected a precision of f32, f16 or bf16, got i32}}
  // expected-note@+1 {{leave precision out: the division is then in f32}}
  %d = onnx.node "QuantizeLinear"(%y, %s) since 25 as ["d"] {precision = 6} : (tensor<4xf32>, tensor<f32>) -> tensor<*xui8>
  // expected-error@+2 {{expected codes of 2 to 16 bits, got i32}}
  // expected-note@+1 {{give the zero point, or output_dtype, the type of the codes}}
  %e = onnx.node "QuantizeLinear"(%y, %s) since 25 as ["e"] {output_dtype = 6} : (tensor<4xf32>, tensor<f32>) -> tensor<*xi32>
  // expected-error@+2 {{expected an input of f32, got f64}}
  // expected-note@+1 {{cast the input to float first}}
  %f:3 = onnx.node "DynamicQuantizeLinear"(%x) since 11 as ["f", "g", "h"] : (tensor<4xf64>) -> (tensor<*xui8>, tensor<f32>, tensor<ui8>)
  return %a, %b, %c, %d, %e, %f#0 : tensor<*xui8>, tensor<*xf32>, tensor<*xf32>, tensor<*xui8>, tensor<*xi32>, tensor<*xui8>
}

// -----

// Codes that do not fill a byte are no numbers to other operators.
// expected-error@+1 {{3 nodes are not supported}}
func.func @codes(%x: tensor<4xi4>, %e: tensor<4xf8E5M2>, %y: tensor<4xf32>, %s: tensor<f32>) -> (tensor<4xi4>, tensor<4xf8E5M2>, tensor<4xui8>) {
  // expected-note@+1 {{expected elements of 8 to 64 bits that are no float8 in operand 0}}
  %a = onnx.node "Add"(%x, %x) since 14 as ["a"] : (tensor<4xi4>, tensor<4xi4>) -> tensor<4xi4>
  // expected-note@+1 {{expected elements of 8 to 64 bits that are no float8 in operand 0}}
  %b = onnx.node "Relu"(%e) since 14 as ["b"] : (tensor<4xf8E5M2>) -> tensor<4xf8E5M2>
  // expected-note@+1 {{expected numbers in output_dtype, but not float6, got element type 27}}
  %c = onnx.node "QuantizeLinear"(%y, %s) since 25 as ["c"] {output_dtype = 27} : (tensor<4xf32>, tensor<f32>) -> tensor<4xui8>
  return %a, %b, %c : tensor<4xi4>, tensor<4xf8E5M2>, tensor<4xui8>
}

// -----

// expected-error@+1 {{input 'x': the element type 'f6E2M3FN' is not supported}}
func.func @float6(%x: tensor<4xf6E2M3FN> {onnx.name = "x"}) -> tensor<4xf6E2M3FN> {
  return %x : tensor<4xf6E2M3FN>
}
