// RUN: pith-opt %s --split-input-file --verify-diagnostics --allow-unregistered-dialect

func.func @f(%x: tensor<1x8x4xf32>, %w: tensor<8x3x3x4xf32>) {
  // expected-error @+2 {{'pith.conv' op expected input and filter of one rank, at least 3, got 3 and 4 [conv_c1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w strides [1] pad [0] to [0] dilations [1] : tensor<1x8x4xf32>, tensor<8x3x3x4xf32> -> tensor<1x6x8xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x4xf32>, %w: tensor<8x3x3xf32>) {
  // expected-error @+2 {{'pith.conv' op expected 4 / 1 input channels in the filter, got 3 [conv_c2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w strides [1] pad [0] to [0] dilations [1] : tensor<1x8x4xf32>, tensor<8x3x3xf32> -> tensor<1x6x8xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x4xf32>, %w: tensor<8x3x4xf32>) {
  // expected-error @+2 {{'pith.conv' op expected a number of groups that divides 8 filters, got 3 [conv_c3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w strides [1] pad [0] to [0] dilations [1] {groups = 3 : i64} : tensor<1x8x4xf32>, tensor<8x3x4xf32> -> tensor<1x6x8xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x4xf32>, %w: tensor<8x3x4xf32>) {
  // expected-error @+2 {{'pith.conv' op expected 1 positive strides and dilations and non-negative paddings [conv_c4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w strides [0] pad [0] to [0] dilations [1] : tensor<1x8x4xf32>, tensor<8x3x4xf32> -> tensor<1x6x8xf32>
  return
}

// -----

func.func @f(%x: tensor<1x2x4xf32>, %w: tensor<8x3x4xf32>) {
  // expected-error @+2 {{'pith.conv' op expected a filter that fits the padded input [conv_c5]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w strides [1] pad [0] to [0] dilations [1] : tensor<1x2x4xf32>, tensor<8x3x4xf32> -> tensor<1x6x8xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x4xf32>, %w: tensor<8x3x4xf32>, %b: tensor<7xf32>) {
  // expected-error @+2 {{'pith.conv' op expected a bias of 8 entries [conv_c6]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w bias(%b : tensor<7xf32>) strides [1] pad [0] to [0] dilations [1] : tensor<1x8x4xf32>, tensor<8x3x4xf32> -> tensor<1x6x8xf32>
  return
}

// -----

func.func @f(%x: tensor<1x8x4xf32>, %w: tensor<8x3x4xf16>) {
  // expected-error @+2 {{'pith.conv' op expected floats of one element type, without zero points [conv_c7]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.conv %x, %w strides [1] pad [0] to [0] dilations [1] : tensor<1x8x4xf32>, tensor<8x3x4xf16> -> tensor<1x6x8xf32>
  return
}

// -----

func.func @f(%a: tensor<4xf32>, %b: tensor<4x5xf32>) {
  // expected-error @+2 {{'pith.matmul' op expected sides of one rank, at least 2, got 1 and 2 [matmul_c1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.matmul %a, %b : tensor<4xf32>, tensor<4x5xf32> -> tensor<5xf32>
  return
}

// -----

func.func @f(%a: tensor<3x4xf32>, %b: tensor<5x6xf32>) {
  // expected-error @+2 {{'pith.matmul' op expected equal inner dimensions, got 4 and 5 [matmul_c2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.matmul %a, %b : tensor<3x4xf32>, tensor<5x6xf32> -> tensor<3x6xf32>
  return
}

// -----

func.func @f(%a: tensor<2x3x4xf32>, %b: tensor<3x4x6xf32>) {
  // expected-error @+2 {{'pith.matmul' op expected equal leading dimensions or 1, got 2 and 3 [matmul_c3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.matmul %a, %b : tensor<2x3x4xf32>, tensor<3x4x6xf32> -> tensor<2x3x6xf32>
  return
}

// -----

func.func @f(%a: tensor<3x4xf32>, %b: tensor<4x6xf32>, %c: tensor<3xf32>) {
  // expected-error @+2 {{'pith.matmul' op expected a bias of 6 entries [matmul_c4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.matmul %a, %b bias(%c : tensor<3xf32>) : tensor<3x4xf32>, tensor<4x6xf32> -> tensor<3x6xf32>
  return
}

// -----

func.func @f(%a: tensor<3x4xf32>, %b: tensor<4x6xi32>) {
  // expected-error @+2 {{'pith.matmul' op expected floats of one element type, without zero points [matmul_c5]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.matmul %a, %b : tensor<3x4xf32>, tensor<4x6xi32> -> tensor<3x6xf32>
  return
}

// -----

func.func @f(%x: tensor<4x4xf32>) {
  // expected-error @+2 {{'pith.pool' op expected rank 3 or more, got 2 [pool_c1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.pool max %x window [] strides [] pad [] to [] dilations [] : tensor<4x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x4xf32>) {
  // expected-error @+2 {{'pith.pool' op expected 1 positive window sizes, strides and dilations and non-negative paddings [pool_c2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.pool max %x window [2] strides [1] pad [-1] to [0] dilations [1] : tensor<1x4x4xf32> -> tensor<1x4x4xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x4xf32>) {
  // expected-error @+2 {{'pith.pool' op expected a window that fits the padded input [pool_c3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.pool max %x window [5] strides [1] pad [0] to [0] dilations [1] : tensor<1x4x4xf32> -> tensor<1x4x4xf32>
  return
}

// -----

func.func @f(%x: tensor<1x4x4xi8>) {
  // expected-error @+2 {{'pith.pool' op expected floats for an average [pool_c4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.pool average %x window [2] strides [1] pad [0] to [0] dilations [1] : tensor<1x4x4xi8> -> tensor<1x3x4xi8>
  return
}

// -----

func.func @f(%x: tensor<1x4x4xf32>) {
  // expected-error @+2 {{'pith.pool' op expected a tap inside the image in every window [pool_c5]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.pool max %x window [2] strides [1] pad [3] to [0] dilations [1] : tensor<1x4x4xf32> -> tensor<1x6x4xf32>
  return
}

// -----

func.func @f(%x: tensor<4x4xf32>) {
  // expected-error @+2 {{'pith.reduce' op expected ascending dimensions below 2 [reduce_c1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.reduce sum %x dims [1, 0] : tensor<4x4xf32> -> tensor<f32>
  return
}

// -----

func.func @f(%x: tensor<4x4xf32>) {
  // expected-error @+2 {{'pith.softmax' op expected ascending dimensions below 2 [softmax_c1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.softmax %x dims [2] : tensor<4x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @f(%x: tensor<4x4xf32>) {
  // expected-error @+2 {{'pith.norm' op expected ascending dimensions below 2 [norm_c1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.norm rms %x dims [1, 1] epsilon 1.0 : tensor<4x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @f(%x: tensor<4x4xf32>, %s: tensor<5xf32>) {
  // expected-error @+2 {{'pith.norm' op expected scale and bias that broadcast to the input [norm_c2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.norm rms %x scale(%s : tensor<5xf32>) dims [1] epsilon 1.0 : tensor<4x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @f(%x: tensor<4x4xf32>, %s: tensor<4xf16>) {
  // expected-error @+2 {{'pith.norm' op expected one element type [norm_c3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.norm rms %x scale(%s : tensor<4xf16>) dims [1] epsilon 1.0 : tensor<4x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @f(%x: tensor<4x4xf32>, %s: tensor<4xf32>) {
  // expected-error @+2 {{'pith.norm' op expected layer with scale and bias where the form is affine [norm_c4]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.norm layer %x scale(%s : tensor<4xf32>) dims [1] epsilon 1.0 form affine : tensor<4x4xf32> -> tensor<4x4xf32>
  return
}

// -----

func.func @f(%x: tensor<4xi16>, %t: tensor<256xi8>) {
  // expected-error @+2 {{'pith.lookup' op expected 8-bit elements [lookup_c1]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.lookup %x, %t : tensor<4xi16>, tensor<256xi8> -> tensor<4xi8>
  return
}

// -----

func.func @f(%x: tensor<4xi8>, %t: tensor<255xi8>) {
  // expected-error @+2 {{'pith.lookup' op expected a table of 256 entries [lookup_c2]}}
  // expected-error @+1 {{failed to infer returned types}}
  %r = pith.lookup %x, %t : tensor<4xi8>, tensor<255xi8> -> tensor<4xi8>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{'pith.map' op expected operands that broadcast to 'tensor<3xf32>', got 'tensor<4xf32>' [map_c1]}}
  %r = pith.map (%x : tensor<4xf32>) -> tensor<3xf32> {
  ^bb0(%a: f32):
    pith.yield %a : f32
  }
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{'pith.map' op expected 1 region arguments, got 2 [map_c2]}}
  %r = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32, %b: f32):
    pith.yield %a : f32
  }
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{'pith.map' op expected one value of type 'i32' to be yielded [map_c3]}}
  %r = pith.map (%x : tensor<4xf32>) -> tensor<4xi32> {
  ^bb0(%a: f32):
    pith.yield %a : f32
  }
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{'pith.map' op expected scalar operations without side effects in the region, got 'memref.alloc' [map_c4]}}
  %r = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    %m = memref.alloc() : memref<4xf32>
    pith.yield %a : f32
  }
  return
}

// -----

func.func @f(%x: tensor<9x4xf32>, %p: tensor<3xi64>, %u: tensor<2x4xf32>) {
  // expected-error @+1 {{'pith.scatter' op expected data of [places, elements], updates of [count, elements] and i64 positions of [count], got 'tensor<9x4xf32>', 'tensor<2x4xf32>', 'tensor<3xi64>' [scatter_op_c1]}}
  %r = pith.scatter %x, %p, %u : tensor<9x4xf32>, tensor<3xi64>, tensor<2x4xf32> -> tensor<9x4xf32> {
  ^bb0(%a: f32, %b: f32):
    pith.yield %b : f32
  }
  return
}

// -----

func.func @f(%x: tensor<0x4xf32>, %p: tensor<3xi64>, %u: tensor<3x4xf32>) {
  // expected-error @+1 {{with at least one place, got 'tensor<0x4xf32>', 'tensor<3x4xf32>', 'tensor<3xi64>' [scatter_op_c1]}}
  %r = pith.scatter %x, %p, %u : tensor<0x4xf32>, tensor<3xi64>, tensor<3x4xf32> -> tensor<0x4xf32> {
  ^bb0(%a: f32, %b: f32):
    pith.yield %b : f32
  }
  return
}

// -----

func.func @f(%x: tensor<9x4xf32>, %p: tensor<3xi64>, %u: tensor<3x4xf32>) {
  // expected-error @+1 {{'pith.scatter' op expected updates and a result of the data's element type, and the data's shape [scatter_op_c2]}}
  %r = pith.scatter %x, %p, %u : tensor<9x4xf32>, tensor<3xi64>, tensor<3x4xf32> -> tensor<9x5xf32> {
  ^bb0(%a: f32, %b: f32):
    pith.yield %b : f32
  }
  return
}

// -----

func.func @f(%x: tensor<9x4xf32>, %p: tensor<3xi64>, %u: tensor<3x4xf32>) {
  // expected-error @+1 {{'pith.scatter' op expected a region of two arguments that yields one value, all of type 'f32' [scatter_op_c3]}}
  %r = pith.scatter %x, %p, %u : tensor<9x4xf32>, tensor<3xi64>, tensor<3x4xf32> -> tensor<9x4xf32> {
  ^bb0(%a: f32):
    pith.yield %a : f32
  }
  return
}

// -----

func.func @f(%x: tensor<9x4xf32>, %p: tensor<3xi64>, %u: tensor<3x4xf32>) {
  // expected-error @+1 {{'pith.scatter' op expected scalar operations without side effects in the region, got 'memref.alloc' [scatter_op_c4]}}
  %r = pith.scatter %x, %p, %u : tensor<9x4xf32>, tensor<3xi64>, tensor<3x4xf32> -> tensor<9x4xf32> {
  ^bb0(%a: f32, %b: f32):
    %m = memref.alloc() : memref<4xf32>
    pith.yield %a : f32
  }
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %s: tensor<3xf32>) {
  // expected-error @+1 {{'pith.quantize' op expected scale and zero point that broadcast to the input [quantize_op_c1]}}
  %r = pith.quantize %x scale(%s : tensor<3xf32>) : tensor<4xf32> -> tensor<4xi8>
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %s: tensor<f32>) {
  // expected-error @+1 {{expected a result of the input's shape with 8- or 16-bit elements [quantize_op_c2]}}
  %r = pith.quantize %x scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi32>
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %s: tensor<f32>, %z: tensor<i16>) {
  // expected-error @+1 {{expected a zero point of the result's element type [quantize_op_c3]}}
  %r = pith.quantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i16>) : tensor<4xf32> -> tensor<4xi8>
  return
}

// -----

func.func @f(%x: tensor<4xi8>, %s: tensor<3xf32>) {
  // expected-error @+1 {{'pith.dequantize' op expected scale and zero point that broadcast to the input [dequantize_op_c1]}}
  %r = pith.dequantize %x scale(%s : tensor<3xf32>) : tensor<4xi8> -> tensor<4xf32>
  return
}

// -----

func.func @f(%x: tensor<4xi8>, %s: tensor<f16>) {
  // expected-error @+1 {{expected a result of the input's shape and the scale's element type [dequantize_op_c2]}}
  %r = pith.dequantize %x scale(%s : tensor<f16>) : tensor<4xi8> -> tensor<4xf32>
  return
}

// -----

func.func @f(%x: tensor<4xi64>, %s: tensor<f32>) {
  // expected-error @+1 {{expected integers of at most 32 bits, and a zero point of their type [dequantize_op_c3]}}
  %r = pith.dequantize %x scale(%s : tensor<f32>) : tensor<4xi64> -> tensor<4xf32>
  return
}

// -----

// expected-error @+1 {{expected a source of static shape and numbers, got 'tensor<?x3xf32>' [constant_attr_c1]}}
"test.op"() {a = #pith.constant<w : tensor<?x3xf32>> : tensor<2x3xf32>} : () -> ()

// -----

// expected-error @+1 {{expected type 'tensor<3x2xf32>' after the last step, got 'tensor<2x3xf32>' [constant_attr_c2]}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.transpose<[1, 0]>]> : tensor<2x3xf32>} : () -> ()

// -----

// expected-error @+1 {{expected a permutation of 2 dimensions}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.transpose<[1, 1]>]> : tensor<2x3xf32>} : () -> ()

// -----

// expected-error @+1 {{expected 6 elements in the new shape}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.reshape<[5]>]> : tensor<5xf32>} : () -> ()

// -----

// expected-error @+1 {{expected a box inside 'tensor<2x3xf32>'}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.slice<[0, 2] [2, 2] [1, 1]>]> : tensor<2x2xf32>} : () -> ()

// -----

// The scales fit no dimension.
// expected-error @+1 {{expected f32 numbers, scales and codes of 8 or 16 bits that broadcast to them}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.quantize<dense<[1.0, 2.0]> : tensor<2xf32>, dense<0> : tensor<i8>, signed>]> : tensor<2x3xi8>} : () -> ()

// -----

// Nor do the zero points.
// expected-error @+1 {{expected f32 numbers, scales and codes of 8 or 16 bits that broadcast to them}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.quantize<dense<1.0> : tensor<f32>, dense<[1, 2]> : tensor<2xi8>, signed>]> : tensor<2x3xi8>} : () -> ()

// -----

// Halves.
// expected-error @+1 {{expected f32 numbers, scales and codes of 8 or 16 bits that broadcast to them}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf16>, [#pith.quantize<dense<1.0> : tensor<f32>, dense<0> : tensor<i8>, signed>]> : tensor<2x3xi8>} : () -> ()

// -----

// A scale in f64.
// expected-error @+1 {{expected f32 numbers, scales and codes of 8 or 16 bits that broadcast to them}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.quantize<dense<1.0> : tensor<f64>, dense<0> : tensor<i8>, signed>]> : tensor<2x3xi8>} : () -> ()

// -----

// Codes of 32 bits.
// expected-error @+1 {{expected f32 numbers, scales and codes of 8 or 16 bits that broadcast to them}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.quantize<dense<1.0> : tensor<f32>, dense<0> : tensor<i32>, signed>]> : tensor<2x3xi32>} : () -> ()

// -----

// Codes are quantized once.
// expected-error @+1 {{expected f32 numbers, scales and codes of 8 or 16 bits that broadcast to them}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.quantize<dense<1.0> : tensor<f32>, dense<0> : tensor<i8>, signed>, #pith.quantize<dense<1.0> : tensor<f32>, dense<0> : tensor<i8>, signed>]> : tensor<2x3xi8>} : () -> ()

// -----

// The type behind the step has the codes' element type.
// expected-error @+1 {{expected type 'tensor<2x3xi8>' after the last step, got 'tensor<2x3xf32>' [constant_attr_c2]}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.quantize<dense<1.0> : tensor<f32>, dense<0> : tensor<i8>, signed>]> : tensor<2x3xf32>} : () -> ()

// -----

// expected-error @+2 {{expected signed or unsigned}}
// expected-error @+1 {{}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.quantize<dense<1.0> : tensor<f32>, dense<0> : tensor<i8>, odd>]> : tensor<2x3xi8>} : () -> ()

// -----

func.func @f() {
  // expected-error @+1 {{expected a value of shape and element type of 'memref<3xf32>', got 'tensor<4xf32>' [constant_c1]}}
  %0 = pith.constant dense<1.0> : tensor<4xf32> at 0 as memref<3xf32>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{expected an offset, a multiple of 64, exactly on memory references [constant_c2]}}
  %0 = pith.constant dense<1.0> : tensor<4xf32> at 4 as memref<4xf32>
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected one body argument for each operand, of its type [group_c1]}}
  %r = pith.group (%x : tensor<4xf32>) -> (tensor<4xf32>) {
  ^bb0(%a: tensor<5xf32>):
    pith.yield %a : tensor<5xf32>
  }
  return
}

// -----

func.func @f(%x: tensor<4xf32>) {
  // expected-error @+1 {{expected the body to yield values of the result types [group_c2]}}
  %r = pith.group (%x : tensor<4xf32>) -> (tensor<5xf32>) {
  ^bb0(%a: tensor<4xf32>):
    pith.yield %a : tensor<4xf32>
  }
  return
}

// -----

func.func @f(%x: tensor<4xf32>, %y: memref<4xf32>) {
  // expected-error @+1 {{expected tensors with one result for each destination, or memory references without results [call_c1]}}
  pith.call @k ins(%x : tensor<4xf32>) outs(%y : memref<4xf32>)
  return
}

// -----

func.func @f(%x: memref<4xf32>) {
  // expected-error @+1 {{expected 'k' to be a kernel with arguments of these shapes [call_c2]}}
  pith.call @k ins(%x : memref<4xf32>) outs(%x : memref<4xf32>)
  return
}

// -----

// expected-error @+1 {{expected padding for each dimension, none negative [layout_attr_c1]}}
"test.op"() {a = #pith.layout<pad [0, -1] to [0, 0]>} : () -> ()

// -----

// expected-error @+1 {{expected a positive shape and a permutation of its dimensions [layout_attr_c2]}}
"test.op"() {a = #pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [0, 0]>} : () -> ()

// -----

// expected-error @+1 {{expected a layout of 'tensor<2x3xf32>', got #pith.layout<pad [0, 0] to [0, 0], shape [2, 2], order [1, 0]> [layout_attr_c3]}}
"test.op"() {a = #pith.constant<w : tensor<2x3xf32>, [#pith.layout<pad [0, 0] to [0, 0], shape [2, 2], order [1, 0]>]> : tensor<2x2xf32>} : () -> ()

// -----

// expected-error @+1 {{expected a shape and codes of 4 bits where codes are packed [layout_attr_c4]}}
"test.op"() {a = #pith.layout<pad [0, 0] to [0, 0], shape [2, 2], order [0, 1] bits 2>} : () -> ()

// -----

// expected-error @+1 {{expected codes of 8 bits that fill whole bytes in #pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [0, 1] bits 4>, got 'tensor<2x3xi8>' [layout_attr_c4]}}
"test.op"() {a = #pith.constant<w : tensor<2x3xi8>, [#pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [0, 1] bits 4>]> : tensor<2x1xi8>} : () -> ()

// -----

// expected-error @+1 {{expected the packed bytes of codes of 4 or 2 bits, as many as the shape needs}}
"test.op"() {a = #pith.constant<w : tensor<2x3xi8>, [#pith.unpack<4, signed, [2, 3]>]> : tensor<2x3xi8>} : () -> ()

// -----

func.func @f(%x: tensor<2x4xi8>) {
  // expected-error @+1 {{'pith.to_layout' op expected a layout that packs no codes [to_layout_c3]}}
  %r = pith.to_layout %x layout <pad [0, 0] to [0, 0], shape [2, 4], order [0, 1] bits 4> : tensor<2x4xi8> -> tensor<2x2xi8>
  return
}

// -----

// expected-error @+1 {{expected 8-bit codes, zero points that broadcast to them, and i8 or i16}}
"test.op"() {a = #pith.constant<w : tensor<2x3xi8>, [#pith.centre<dense<1> : tensor<2xi8>, signed, i8>]> : tensor<2x3xi8>} : () -> ()

// -----

func.func @f(%x: tensor<3xi8>) {
  // expected-error @+1 {{'pith.to_layout' op expected 'tensor<5xi8>' to be the stored form of 'tensor<3xi8>' [to_layout_c1]}}
  %r = pith.to_layout %x layout <pad [1] to [2]> : tensor<3xi8> -> tensor<5xi8>
  return
}

// -----

func.func @f(%x: tensor<3xi8>, %v: tensor<1xi8>) {
  // expected-error @+1 {{'pith.to_layout' op expected a value of one number, of the input's element type [to_layout_c2]}}
  %r = pith.to_layout %x value(%v : tensor<1xi8>) layout <pad [1] to [1]> : tensor<3xi8> -> tensor<5xi8>
  return
}

// -----

func.func @f(%x: tensor<3xi8>) {
  // expected-error @+1 {{'pith.from_layout' op expected 'tensor<3xi8>' to be the stored form of 'tensor<2xi8>' [from_layout_c1]}}
  %r = pith.from_layout %x layout <pad [1] to [1]> : tensor<3xi8> -> tensor<2xi8>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'pith.frame' op expected a layout that pads to 'tensor<2xi8>' [frame_c1]}}
  %r = pith.frame layout <pad [1] to [1]> : tensor<2xi8>
  return
}

// -----

func.func @f(%z: tensor<i16>) {
  // expected-error @+1 {{'pith.frame' op expected a value of one number, of the result's element type [frame_c2]}}
  %r = pith.frame value(%z : tensor<i16>) layout <pad [1] to [1]> : tensor<4xi8>
  return
}

// -----

// A device has one CPU beside it.
// expected-error @+1 {{[targets_c1]}}
module attributes {pith.targets = [
    #pith.target<"d", triple = "", cpu = "", features = "", host = #pith.target<"t", triple = "x", cpu = "a", features = "">>,
    #pith.target<"d", triple = "", cpu = "", features = "", host = #pith.target<"t", triple = "x", cpu = "b", features = "">>]} {
}

// -----

// expected-error @+1 {{expected 'pith.targets' to be several targets that differ in CPU and features alone, in the place of 'pith.target' [targets_c1]}}
module attributes {pith.targets = [#pith.target<"t", triple = "x", cpu = "c", features = "">]} {
}

// -----

// expected-error @+1 {{[targets_c1]}}
module attributes {pith.targets = [#pith.target<"t", triple = "x", cpu = "c", features = "">,
                                   #pith.target<"t", triple = "x", cpu = "c", features = "">]} {
}

// -----

// expected-error @+1 {{[targets_c1]}}
module attributes {pith.targets = [#pith.target<"t", triple = "x", cpu = "c", features = "">,
                                   #pith.target<"t", triple = "y", cpu = "d", features = "">]} {
}

// -----

// expected-error @+1 {{[targets_c1]}}
module attributes {pith.target = #pith.target<"t", triple = "x", cpu = "c", features = "">,
                   pith.targets = [#pith.target<"t", triple = "x", cpu = "c", features = "">,
                                   #pith.target<"t", triple = "x", cpu = "d", features = "">]} {
}

// -----

// expected-error @+1 {{expected 'pith.shapes' to be several dictionaries of different sizes of the same dimensions [shapes_c1]}}
module attributes {pith.shapes = [{n = 1 : i64}]} {
}

// -----

// expected-error @+1 {{[shapes_c1]}}
module attributes {pith.shapes = [{n = 1 : i64}, {n = 1 : i64}]} {
}

// -----

// expected-error @+1 {{[shapes_c1]}}
module attributes {pith.shapes = [{n = 1 : i64}, {m = 2 : i64}]} {
}

// -----

// expected-error @+1 {{[shapes_c1]}}
module attributes {pith.shapes = [{n = 1 : i64}, {m = 1 : i64, n = 2 : i64}]} {
}

// -----

// expected-error @+1 {{[shapes_c1]}}
module attributes {pith.shapes = [{n = 1 : i64}, {n = 0 : i64}]} {
}

// -----

// expected-error @+1 {{[shapes_c1]}}
module attributes {pith.shapes = [{n = 1 : i64}, {n = 2 : i32}]} {
}

// -----

// expected-error @+1 {{[shapes_c1]}}
module attributes {pith.shapes = [{}, {}]} {
}

// -----

func.func @lists_of_other_sizes(%w: tensor<8x8xi8>, %p: tensor<7xi32>, %c: tensor<1x2x6xi32>) -> tensor<4x8xi8> {
  // expected-error @+1 {{'pith.from_pair_sums' op expected rows of weights, the place of each, and six counts for each part and panel, got 'tensor<8x8xi8>', 'tensor<7xi32>' and 'tensor<1x2x6xi32>' [from_pair_sums_c1]}}
  %r = pith.from_pair_sums %w at %p counts %c pitch 16 : tensor<8x8xi8>, tensor<7xi32>, tensor<1x2x6xi32> -> tensor<4x8xi8>
  return %r : tensor<4x8xi8>
}

// -----

func.func @lists_without_pitch(%w: tensor<8x8xi8>, %p: tensor<8xi32>, %c: tensor<1x2x6xi32>) -> tensor<4x8xi8> {
  // expected-error @+1 {{'pith.from_pair_sums' op expected weights of i8, and a pitch of at least 1 [from_pair_sums_c2]}}
  %r = pith.from_pair_sums %w at %p counts %c pitch 0 : tensor<8x8xi8>, tensor<8xi32>, tensor<1x2x6xi32> -> tensor<4x8xi8>
  return %r : tensor<4x8xi8>
}
