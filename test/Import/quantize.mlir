// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// CHECK-LABEL: func @per_axis
func.func @per_axis(%x: tensor<2x3x4xf32>, %s: tensor<3xf32>, %z: tensor<3xui8>) -> (tensor<2x3x4xui8>, tensor<2x3x4xf32>) {
  // CHECK: %[[S:.+]] = tensor.expand_shape %arg1 {{.*}} into tensor<1x3x1xf32>
  // CHECK: %[[Z:.+]] = tensor.expand_shape %arg2 {{.*}} into tensor<1x3x1xi8>
  // CHECK: pith.quantize %arg0 scale{{ ?}}(%[[S]] : tensor<1x3x1xf32>) zero_point{{ ?}}(%[[Z]] : tensor<1x3x1xi8>) : tensor<2x3x4xf32> -> tensor<2x3x4xi8>
  // CHECK: pith.dequantize {{.*}} : tensor<2x3x4xi8> -> tensor<2x3x4xf32>
  %q = onnx.node "QuantizeLinear"(%x, %s, %z) since 25 as ["q"] {axis = 1} : (tensor<2x3x4xf32>, tensor<3xf32>, tensor<3xui8>) -> tensor<2x3x4xui8>
  %d = onnx.node "DequantizeLinear"(%q, %s, %z) since 25 as ["d"] {axis = 1} : (tensor<2x3x4xui8>, tensor<3xf32>, tensor<3xui8>) -> tensor<2x3x4xf32>
  return %q, %d : tensor<2x3x4xui8>, tensor<2x3x4xf32>
}

// -----

// Signed codes; one number counts everywhere, whatever its rank.
// CHECK-LABEL: func @signed
func.func @signed(%x: tensor<2x3xi8>, %s: tensor<1xf32>) -> tensor<2x3xf32> {
  // CHECK: pith.dequantize %arg0 scale{{ ?}}(%{{.+}} : tensor<f32>) {is_signed} : tensor<2x3xi8> -> tensor<2x3xf32>
  %d = onnx.node "DequantizeLinear"(%x, %s) since 25 as ["d"] : (tensor<2x3xi8>, tensor<1xf32>) -> tensor<2x3xf32>
  return %d : tensor<2x3xf32>
}

// -----

// The last block is shorter: scales are repeated, then cut.
// CHECK-LABEL: func @blocked
func.func @blocked(%x: tensor<2x5xi8>, %s: tensor<2x3xf32>) -> tensor<2x5xf32> {
  // CHECK: pith.map{{ ?}}({{.*}} : tensor<2x3x1xf32>) -> tensor<2x3x2xf32>
  // CHECK: tensor.extract_slice %{{.+}}[0, 0] [2, 5] [1, 1] : tensor<2x6xf32> to tensor<2x5xf32>
  // CHECK: pith.dequantize
  %d = onnx.node "DequantizeLinear"(%x, %s) since 25 as ["d"] {axis = 1, block_size = 2} : (tensor<2x5xi8>, tensor<2x3xf32>) -> tensor<2x5xf32>
  return %d : tensor<2x5xf32>
}

// -----

// CHECK-LABEL: func @dynamic
func.func @dynamic(%x: tensor<6xf32>) -> (tensor<6xui8>, tensor<f32>, tensor<ui8>) {
  // CHECK: %[[Q:.+]], %[[S:.+]], %[[Z:.+]] = pith.dynamic_quantize %arg0 : tensor<6xf32> -> tensor<6xi8>, tensor<f32>, tensor<i8>
  // CHECK: return %[[Q]], %[[S]], %[[Z]]
  %y:3 = onnx.node "DynamicQuantizeLinear"(%x) since 11 as ["y", "s", "z"] : (tensor<6xf32>) -> (tensor<6xui8>, tensor<f32>, tensor<ui8>)
  return %y#0, %y#1, %y#2 : tensor<6xui8>, tensor<f32>, tensor<ui8>
}

// -----

// Blocks that fill the axis: the data is seen as blocks, the scales broadcast.
// CHECK-LABEL: func @whole_blocks
func.func @whole_blocks(%x: tensor<4x6xi8>, %s: tensor<2x6xf32>, %z: tensor<2x6xi8>) -> tensor<4x6xf32> {
  // CHECK-DAG: %[[S:.+]] = tensor.expand_shape %arg1 {{.*}} into tensor<2x1x6xf32>
  // CHECK-DAG: %[[Z:.+]] = tensor.expand_shape %arg2 {{.*}} into tensor<2x1x6xi8>
  // CHECK-DAG: %[[X:.+]] = tensor.expand_shape %arg0 {{.*}} into tensor<2x2x6xi8>
  // CHECK: %[[D:.+]] = pith.dequantize %[[X]] scale(%[[S]] : tensor<2x1x6xf32>) zero_point(%[[Z]] : tensor<2x1x6xi8>) {is_signed} : tensor<2x2x6xi8> -> tensor<2x2x6xf32>
  // CHECK: tensor.collapse_shape %[[D]] {{.*}} into tensor<4x6xf32>
  %d = onnx.node "DequantizeLinear"(%x, %s, %z) since 25 as ["d"] {axis = 0, block_size = 2} : (tensor<4x6xi8>, tensor<2x6xf32>, tensor<2x6xi8>) -> tensor<4x6xf32>
  return %d : tensor<4x6xf32>
}

// -----

// Four bits saturate once more; at the boundary each code has a byte, of which
// the upper bits do not count.
// CHECK-LABEL: func @four_bits
// CHECK-SAME: (%[[Q:.+]]: tensor<4xi8> {pith.io = #pith.io<"q", i4>}, %[[X:.+]]: tensor<4xf32>, %[[S:.+]]: tensor<f32>)
// CHECK-SAME: -> (tensor<4xf32>, tensor<4xi8> {pith.io = #pith.io<"y", i4>})
func.func @four_bits(%q: tensor<4xi4> {onnx.name = "q"}, %x: tensor<4xf32>, %s: tensor<f32>) -> (tensor<4xf32>, tensor<4xi4> {onnx.name = "y"}) {
  // CHECK: %[[W:.+]] = pith.map(%[[Q]]
  // CHECK: %[[UP:.+]] = arith.shli %{{.+}}, %c4_i8
  // CHECK: arith.shrsi %[[UP]], %c4_i8
  // CHECK: pith.dequantize %[[W]] scale(%[[S]] : tensor<f32>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  %d = onnx.node "DequantizeLinear"(%q, %s) since 25 as ["d"] : (tensor<4xi4>, tensor<f32>) -> tensor<4xf32>
  // CHECK: %[[Y:.+]] = pith.quantize %[[X]] scale(%[[S]] : tensor<f32>) {is_signed} : tensor<4xf32> -> tensor<4xi8>
  // CHECK: pith.map(%[[Y]]
  // CHECK: arith.minsi %{{.+}}, %c7_i8
  // CHECK: arith.maxsi %{{.+}}, %c-8_i8
  %y = onnx.node "QuantizeLinear"(%x, %s) since 25 as ["y"] {output_dtype = 22} : (tensor<4xf32>, tensor<f32>) -> tensor<4xi4>
  return %d, %y : tensor<4xf32>, tensor<4xi4>
}

// -----

// Unsigned codes of two bits.
// CHECK-LABEL: func @two_bits
func.func @two_bits(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xui2> {
  // CHECK: pith.quantize %arg0 {{.*}} zero_point(%{{.+}} : tensor<i8>) : tensor<4xf32> -> tensor<4xi8>
  // CHECK: arith.minui %{{.+}}, %c3_i8
  %z = onnx.constant as "z" dense<2> : tensor<ui2>
  %y = onnx.node "QuantizeLinear"(%x, %s, %z) since 25 as ["y"] : (tensor<4xf32>, tensor<f32>, tensor<ui2>) -> tensor<4xui2>
  return %y : tensor<4xui2>
}

// -----

// float8 is a byte of bits; a known zero point is 0 and drops out.
// CHECK-LABEL: func @float8
// CHECK-SAME: -> (tensor<4xi8>, tensor<4xf16>)
func.func @float8(%x: tensor<4xf16>, %s: tensor<f16>) -> (tensor<4xf8E4M3FN>, tensor<4xf16>) {
  %z = onnx.constant as "z" dense<0.0> : tensor<f8E4M3FN>
  // CHECK: %[[Q:.+]] = pith.map(%arg0, %arg1 : tensor<4xf16>, tensor<f16>) -> tensor<4xi8>
  // CHECK: arith.divf %{{.+}}, %{{.+}} : f32
  // CHECK: arith.trunci
  %q = onnx.node "QuantizeLinear"(%x, %s, %z) since 25 as ["q"] {saturate = 0} : (tensor<4xf16>, tensor<f16>, tensor<f8E4M3FN>) -> tensor<4xf8E4M3FN>
  // CHECK: pith.map(%[[Q]], %arg1 : tensor<4xi8>, tensor<f16>) -> tensor<4xf16>
  // CHECK: arith.mulf %{{.+}}, %{{.+}} : f32
  %d = onnx.node "DequantizeLinear"(%q, %s, %z) since 25 as ["d"] : (tensor<4xf8E4M3FN>, tensor<f16>, tensor<f8E4M3FN>) -> tensor<4xf16>
  return %q, %d : tensor<4xf8E4M3FN>, tensor<4xf16>
}

// -----

// A stated precision rounds operands and quotient; without one it is f32.
// CHECK-LABEL: func @precision
func.func @precision(%x: tensor<4xf32>, %s: tensor<f32>) -> tensor<4xui8> {
  // CHECK: %[[D:.+]] = pith.map(%arg0, %arg1 : tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  // CHECK-COUNT-3: arith.truncf %{{.+}} : f32 to f16
  // CHECK: pith.quantize %[[D]] scale(%cst : tensor<f32>)
  %q = onnx.node "QuantizeLinear"(%x, %s) since 25 as ["q"] {precision = 10} : (tensor<4xf32>, tensor<f32>) -> tensor<4xui8>
  return %q : tensor<4xui8>
}

// -----

// Another result type than the scale's: the product is of f32, and rounded.
// CHECK-LABEL: func @output_dtype
func.func @output_dtype(%q: tensor<4xi8>, %s: tensor<f32>, %h: tensor<f16>) -> (tensor<4xbf16>, tensor<4xf32>) {
  // CHECK: %[[A:.+]] = pith.dequantize %arg0 scale(%arg1 : tensor<f32>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  // CHECK: pith.map(%[[A]] : tensor<4xf32>) -> tensor<4xbf16>
  %a = onnx.node "DequantizeLinear"(%q, %s) since 25 as ["a"] {output_dtype = 16} : (tensor<4xi8>, tensor<f32>) -> tensor<4xbf16>
  // CHECK: %[[S:.+]] = pith.map(%arg2 : tensor<f16>) -> tensor<f32>
  // CHECK: pith.dequantize %arg0 scale(%[[S]] : tensor<f32>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  %b = onnx.node "DequantizeLinear"(%q, %h) since 25 as ["b"] {output_dtype = 1} : (tensor<4xi8>, tensor<f16>) -> tensor<4xf32>
  return %a, %b : tensor<4xbf16>, tensor<4xf32>
}

// -----

// More than a few constant codes stay packed, the first in the lowest bits; few
// become bytes with their sign.
// CHECK-LABEL: func @constants
func.func @constants(%s: tensor<f32>) -> (tensor<66xf32>, tensor<3xf32>) {
  // CHECK: %[[P:.+]] = arith.constant dense<[-2, 33, 67, 101, -121, 0,{{.*}}, 16]> : tensor<33xi8>
  // CHECK: %[[U:.+]] = pith.unpack %[[P]] width 4 {is_signed} : tensor<33xi8> -> tensor<66xi8>
  // CHECK: %[[F:.+]] = arith.constant dense<[-8, 7, -1]> : tensor<3xi8>
  // CHECK: pith.dequantize %[[U]]
  // CHECK: pith.dequantize %[[F]]
  %many = onnx.constant as "many" dense<[-2, -1, 1, 2, 3, 4, 5, 6, 7, -8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]> : tensor<66xi4>
  %few = onnx.constant as "few" dense<[-8, 7, -1]> : tensor<3xi4>
  %a = onnx.node "DequantizeLinear"(%many, %s) since 25 as ["a"] : (tensor<66xi4>, tensor<f32>) -> tensor<66xf32>
  %b = onnx.node "DequantizeLinear"(%few, %s) since 25 as ["b"] : (tensor<3xi4>, tensor<f32>) -> tensor<3xf32>
  return %a, %b : tensor<66xf32>, tensor<3xf32>
}

// -----

// Large initializers come as their bytes, in front of a node for the tensor.
// CHECK-LABEL: func @packed
func.func @packed(%s: tensor<f32>) -> tensor<5x3xf32> {
  // CHECK: %[[B:.+]] = arith.constant {{.*}} : tensor<4xi8>
  // CHECK: %[[U:.+]] = pith.unpack %[[B]] width 2 : tensor<4xi8> -> tensor<5x3xi8>
  // CHECK: pith.dequantize %[[U]] {{.*}} : tensor<5x3xi8> -> tensor<5x3xf32>
  %b = onnx.constant as "w.bytes" dense<[27, 27, 27, 3]> : tensor<4xi8>
  %w = onnx.node "pith.reader" "PackedConstant"(%b) since 1 as ["w"] : (tensor<4xi8>) -> tensor<5x3xui2>
  %d = onnx.node "DequantizeLinear"(%w, %s) since 25 as ["d"] : (tensor<5x3xui2>, tensor<f32>) -> tensor<5x3xf32>
  return %d : tensor<5x3xf32>
}
