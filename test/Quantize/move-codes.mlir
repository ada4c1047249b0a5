// RUN: pith-opt %s --pith-move-codes --split-input-file | FileCheck %s

// The scale of each filter follows its dimension through the transpose.
// CHECK-LABEL: func @transposed_weights
// CHECK-SAME: (%[[W:.+]]: tensor<4x3x2x2xi8>
func.func @transposed_weights(%w: tensor<4x3x2x2xi8>) -> tensor<2x2x3x4xf32> {
  // CHECK-DAG: %[[S:.+]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]]]]> : tensor<1x1x1x4xf32>
  // CHECK-DAG: %[[Z:.+]] = arith.constant dense<{{\[\[\[\[}}1, 2, 3, 4]]]]> : tensor<1x1x1x4xi8>
  // CHECK: %[[T:.+]] = linalg.transpose ins(%[[W]] : tensor<4x3x2x2xi8>) {{.*}} permutation = [2, 3, 1, 0]
  // CHECK: pith.dequantize %[[T]] scale(%[[S]] : tensor<1x1x1x4xf32>) zero_point(%[[Z]] : tensor<1x1x1x4xi8>) {is_signed, pith.exactness = "exact"}
  %s = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %z = arith.constant dense<[[[[1]]], [[[2]]], [[[3]]], [[[4]]]]> : tensor<4x1x1x1xi8>
  %f = pith.dequantize %w scale(%s : tensor<4x1x1x1xf32>) zero_point(%z : tensor<4x1x1x1xi8>) {is_signed} : tensor<4x3x2x2xi8> -> tensor<4x3x2x2xf32>
  %e = tensor.empty() : tensor<2x2x3x4xf32>
  %t = linalg.transpose ins(%f : tensor<4x3x2x2xf32>) outs(%e : tensor<2x2x3x4xf32>) permutation = [2, 3, 1, 0]
  return %t : tensor<2x2x3x4xf32>
}

// -----

// CHECK-LABEL: func @reshaped_weights
// CHECK-SAME: (%[[W:.+]]: tensor<4x3x1x1xi8>
func.func @reshaped_weights(%w: tensor<4x3x1x1xi8>) -> tensor<4x1x1x3xf32> {
  // CHECK: %[[S:.+]] = arith.constant {{.*}} : tensor<4x1x1x1xf32>
  // CHECK: %[[C:.+]] = tensor.collapse_shape %[[W]]
  // CHECK: %[[E:.+]] = tensor.expand_shape %[[C]] {{.*}} : tensor<4x3xi8> into tensor<4x1x1x3xi8>
  // CHECK: pith.dequantize %[[E]] scale(%[[S]] : tensor<4x1x1x1xf32>)
  %s = arith.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %f = pith.dequantize %w scale(%s : tensor<4x1x1x1xf32>) : tensor<4x3x1x1xi8> -> tensor<4x3x1x1xf32>
  %c = tensor.collapse_shape %f [[0], [1, 2, 3]] : tensor<4x3x1x1xf32> into tensor<4x3xf32>
  %e = tensor.expand_shape %c [[0], [1, 2, 3]] output_shape [4, 1, 1, 3] : tensor<4x3xf32> into tensor<4x1x1x3xf32>
  return %e : tensor<4x1x1x3xf32>
}

// -----

// Large weights with large scales move by steps and stay constants.
// CHECK-LABEL: func @large_weights
func.func @large_weights() -> tensor<1x2x2xf32> {
  // CHECK-DAG: %[[W:.+]] = pith.constant #pith.constant<w : tensor<2x2xi8>, [#pith.transpose<[1, 0]>, #pith.reshape<[1, 2, 2]>]> : tensor<1x2x2xi8>
  // CHECK-DAG: %[[S:.+]] = pith.constant #pith.constant<s : tensor<2x1xf32>, [#pith.reshape<[1, 2]>, #pith.reshape<[1, 1, 2]>]> : tensor<1x1x2xf32>
  // CHECK: pith.dequantize %[[W]] scale(%[[S]] : tensor<1x1x2xf32>)
  %w = pith.constant #pith.constant<w : tensor<2x2xi8>> : tensor<2x2xi8>
  %s = pith.constant #pith.constant<s : tensor<2x1xf32>> : tensor<2x1xf32>
  %f = pith.dequantize %w scale(%s : tensor<2x1xf32>) : tensor<2x2xi8> -> tensor<2x2xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %t = linalg.transpose ins(%f : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) permutation = [1, 0]
  %r = tensor.expand_shape %t [[0, 1], [2]] output_shape [1, 2, 2] : tensor<2x2xf32> into tensor<1x2x2xf32>
  return %r : tensor<1x2x2xf32>
}

{-#
  dialect_resources: {
    pith: {
      w: "0x0100000001020304",
      s: "0x040000000000803F00000040"
    }
  }
#-}

// -----

// Small ones are evaluated; a slice may drop dimensions.
// CHECK-LABEL: func @small_weights
func.func @small_weights() -> (tensor<3x2xi8>, tensor<2xi8>) {
  // CHECK-DAG: arith.constant dense<{{\[\[}}1, 4], [2, 5], [3, 6]]> : tensor<3x2xi8>
  // CHECK-DAG: arith.constant dense<[4, 6]> : tensor<2xi8>
  // CHECK-NOT: linalg.transpose
  %w = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %e = tensor.empty() : tensor<3x2xi8>
  %t = linalg.transpose ins(%w : tensor<2x3xi8>) outs(%e : tensor<3x2xi8>) permutation = [1, 0]
  %s = tensor.extract_slice %w[1, 0] [1, 2] [1, 2] : tensor<2x3xi8> to tensor<2xi8>
  return %t, %s : tensor<3x2xi8>, tensor<2xi8>
}

// -----

// All of a dimension keeps its scales; scales computed at run time move too.
// CHECK-LABEL: func @slice_beside_the_scales
// CHECK-SAME: (%[[X:.+]]: tensor<4x3xi8>, %[[S:.+]]: tensor<1x3xf32>
func.func @slice_beside_the_scales(%x: tensor<4x3xi8>, %s: tensor<1x3xf32>) -> tensor<2x3xf32> {
  // CHECK: %[[C:.+]] = tensor.extract_slice %[[X]][1, 0] [2, 3] [1, 1] : tensor<4x3xi8> to tensor<2x3xi8>
  // CHECK: pith.dequantize %[[C]] scale(%[[S]] : tensor<1x3xf32>)
  %f = pith.dequantize %x scale(%s : tensor<1x3xf32>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %c = tensor.extract_slice %f[1, 0] [2, 3] [1, 1] : tensor<4x3xf32> to tensor<2x3xf32>
  return %c : tensor<2x3xf32>
}

// -----

// A slice of the scales' dimension, and two dimensions that become one, stay; no
// parameter is left behind reshaped.
// CHECK-LABEL: func @scales_that_do_not_follow
func.func @scales_that_do_not_follow(%x: tensor<4x3xi8>) -> (tensor<2x3xf32>, tensor<12xf32>) {
  // CHECK-NOT: tensor<1xf32>
  // CHECK: %[[F:.+]] = pith.dequantize
  // CHECK: tensor.extract_slice %[[F]]
  // CHECK: tensor.collapse_shape %[[F]]
  %s = arith.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %z = arith.constant dense<1> : tensor<1xi8>
  %f = pith.dequantize %x scale(%s : tensor<4x1xf32>) zero_point(%z : tensor<1xi8>) : tensor<4x3xi8> -> tensor<4x3xf32>
  %c = tensor.extract_slice %f[1, 0] [2, 3] [1, 1] : tensor<4x3xf32> to tensor<2x3xf32>
  %r = tensor.collapse_shape %f [[0, 1]] : tensor<4x3xf32> into tensor<12xf32>
  return %c, %r : tensor<2x3xf32>, tensor<12xf32>
}

// -----

// A map that only broadcasts moves codes, and scales of its dimensions.
// CHECK-LABEL: func @broadcast
// CHECK-SAME: (%[[X:.+]]: tensor<3x1xi8>
func.func @broadcast(%x: tensor<3x1xi8>) -> tensor<2x3x4xf32> {
  // CHECK: %[[S:.+]] = arith.constant {{.*}} : tensor<1x3x1xf32>
  // CHECK: %[[M:.+]] = pith.map(%[[X]] : tensor<3x1xi8>) -> tensor<2x3x4xi8>
  // CHECK: pith.dequantize %[[M]] scale(%[[S]] : tensor<1x3x1xf32>)
  %s = arith.constant dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf32>
  %f = pith.dequantize %x scale(%s : tensor<3x1xf32>) : tensor<3x1xi8> -> tensor<3x1xf32>
  %m = pith.map (%f : tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  ^bb0(%v: f32):
    pith.yield %v : f32
  }
  return %m : tensor<2x3x4xf32>
}

// -----

// quantize moves in front of a transpose with no other user; not in front of a
// slice, nor of one that floats use too.
// CHECK-LABEL: func @quantize_first
// CHECK-SAME: (%[[X:.+]]: tensor<2x3xf32>
func.func @quantize_first(%x: tensor<2x3xf32>) -> (tensor<3x2xi8>, tensor<1x3xi8>, tensor<6xi8>, tensor<6xf32>) {
  // CHECK: %[[S:.+]] = tensor.extract_slice %[[X]]
  // CHECK: %[[R:.+]] = tensor.collapse_shape %[[X]]
  // CHECK: %[[Q:.+]] = pith.quantize %[[X]] {{.*}} {is_signed, pith.exactness = "exact"} : tensor<2x3xf32> -> tensor<2x3xi8>
  // CHECK: linalg.transpose ins(%[[Q]] : tensor<2x3xi8>)
  // CHECK: pith.quantize %[[S]]
  // CHECK: pith.quantize %[[R]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %e = tensor.empty() : tensor<3x2xf32>
  %t = linalg.transpose ins(%x : tensor<2x3xf32>) outs(%e : tensor<3x2xf32>) permutation = [1, 0]
  %c = tensor.extract_slice %x[0, 0] [1, 3] [1, 1] : tensor<2x3xf32> to tensor<1x3xf32>
  %r = tensor.collapse_shape %x [[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
  %0 = pith.quantize %t scale(%s : tensor<f32>) {is_signed} : tensor<3x2xf32> -> tensor<3x2xi8>
  %1 = pith.quantize %c scale(%s : tensor<f32>) : tensor<1x3xf32> -> tensor<1x3xi8>
  %2 = pith.quantize %r scale(%s : tensor<f32>) : tensor<6xf32> -> tensor<6xi8>
  return %0, %1, %2, %r : tensor<3x2xi8>, tensor<1x3xi8>, tensor<6xi8>, tensor<6xf32>
}

// -----

// The scale is known inside the loop only: quantize stays there.
// CHECK-LABEL: func @scale_of_a_loop
func.func @scale_of_a_loop(%x: tensor<2x3xf32>, %scale: tensor<f32>, %codes: tensor<3x2xi8>) -> tensor<3x2xi8> {
  // CHECK: scf.for {{.*}} iter_args(%[[S:.+]] = %{{.+}}, %{{.+}} = %{{.+}})
  // CHECK: pith.quantize %arg0 scale(%[[S]] : tensor<f32>)
  %from = arith.constant 0 : index
  %to = arith.constant 3 : index
  %step = arith.constant 1 : index
  %e = tensor.empty() : tensor<3x2xf32>
  %t = linalg.transpose ins(%x : tensor<2x3xf32>) outs(%e : tensor<3x2xf32>) permutation = [1, 0]
  %r:2 = scf.for %i = %from to %to step %step iter_args(%s = %scale, %c = %codes) -> (tensor<f32>, tensor<3x2xi8>) {
    %q = pith.quantize %t scale(%s : tensor<f32>) : tensor<3x2xf32> -> tensor<3x2xi8>
    %n = pith.map (%s : tensor<f32>) -> tensor<f32> {
    ^bb0(%v: f32):
      %d = arith.addf %v, %v : f32
      pith.yield %d : f32
    }
    scf.yield %n, %q : tensor<f32>, tensor<3x2xi8>
  }
  return %r#1 : tensor<3x2xi8>
}

// -----

// Zero is the code 7: padding is a code too.
// CHECK-LABEL: func @padding_that_is_a_code
// CHECK-SAME: (%[[X:.+]]: tensor<2xi8>
func.func @padding_that_is_a_code(%x: tensor<2xi8>) -> tensor<4xf32> {
  // CHECK: %[[FILL:.+]] = arith.constant 7 : i8
  // CHECK: %[[P:.+]] = tensor.pad %[[X]] low[1] high[1]
  // CHECK: tensor.yield %[[FILL]] : i8
  // CHECK: pith.dequantize %[[P]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<7> : tensor<i8>
  %zero = arith.constant 0.0 : f32
  %f = pith.dequantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<2xi8> -> tensor<2xf32>
  %p = tensor.pad %f low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f32
  } : tensor<2xf32> to tensor<4xf32>
  return %p : tensor<4xf32>
}

// -----

// No code means 0.25, minus zero or minus infinity (of unsigned codes no scale
// away): left alone.
// CHECK-LABEL: func @padding_that_no_code_has
func.func @padding_that_no_code_has(%x: tensor<2xi8>, %p: f32) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  // CHECK: %[[F:.+]] = pith.dequantize
  // CHECK-COUNT-4: tensor.pad %[[F]]
  // CHECK-NOT: pith.dequantize
  %s = arith.constant dense<0.5> : tensor<f32>
  %a = arith.constant 0.25 : f32
  %b = arith.constant -0.0 : f32
  %c = arith.constant 0xFF800000 : f32
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2xi8> -> tensor<2xf32>
  %0 = tensor.pad %f low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %a : f32
  } : tensor<2xf32> to tensor<4xf32>
  %1 = tensor.pad %f low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %b : f32
  } : tensor<2xf32> to tensor<4xf32>
  %2 = tensor.pad %f low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %c : f32
  } : tensor<2xf32> to tensor<4xf32>
  %3 = tensor.pad %f low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %p : f32
  } : tensor<2xf32> to tensor<4xf32>
  return %0, %1, %2, %3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// -----

// Any padding has a code behind quantize: 10 / 0.5 + 7.
// CHECK-LABEL: func @quantize_before_padding
// CHECK-SAME: (%[[X:.+]]: tensor<2xf32>
func.func @quantize_before_padding(%x: tensor<2xf32>) -> tensor<4xi8> {
  // CHECK: %[[FILL:.+]] = arith.constant 27 : i8
  // CHECK: %[[Q:.+]] = pith.quantize %[[X]]
  // CHECK: tensor.pad %[[Q]]
  // CHECK: tensor.yield %[[FILL]] : i8
  %s = arith.constant dense<0.5> : tensor<f32>
  %z = arith.constant dense<7> : tensor<i8>
  %ten = arith.constant 10.0 : f32
  %p = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    tensor.yield %ten : f32
  } : tensor<2xf32> to tensor<4xf32>
  %q = pith.quantize %p scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<4xf32> -> tensor<4xi8>
  return %q : tensor<4xi8>
}

// -----

// Equal parameters, though of other shapes: codes are joined, nothing is rescaled.
// CHECK-LABEL: func @concat_of_one_scale
// CHECK-SAME: (%[[A:.+]]: tensor<2xi8>, %[[B:.+]]: tensor<3xi8>
func.func @concat_of_one_scale(%a: tensor<2xi8>, %b: tensor<3xi8>) -> tensor<5xi8> {
  // CHECK: %[[C:.+]] = tensor.concat dim(0) %[[A]], %[[B]] : (tensor<2xi8>, tensor<3xi8>) -> tensor<5xi8>
  // CHECK-NEXT: return %[[C]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.5> : tensor<1xf32>
  %f = pith.dequantize %a scale(%s : tensor<f32>) {is_signed} : tensor<2xi8> -> tensor<2xf32>
  %g = pith.dequantize %b scale(%t : tensor<1xf32>) {is_signed} : tensor<3xi8> -> tensor<3xf32>
  %c = tensor.concat dim(0) %f, %g : (tensor<2xf32>, tensor<3xf32>) -> tensor<5xf32>
  %q = pith.quantize %c scale(%s : tensor<f32>) {is_signed} : tensor<5xf32> -> tensor<5xi8>
  return %q : tensor<5xi8>
}

// -----

// Other scales: each part is quantized for itself, the equal one not at all.
// CHECK-LABEL: func @concat_of_two_scales
// CHECK-SAME: (%[[A:.+]]: tensor<2xi8>, %[[B:.+]]: tensor<3xi8>
func.func @concat_of_two_scales(%a: tensor<2xi8>, %b: tensor<3xi8>) -> tensor<5xi8> {
  // CHECK: %[[F:.+]] = pith.dequantize %[[B]]
  // CHECK: %[[Q:.+]] = pith.quantize %[[F]]
  // CHECK: tensor.concat dim(0) %[[A]], %[[Q]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %f = pith.dequantize %a scale(%s : tensor<f32>) : tensor<2xi8> -> tensor<2xf32>
  %g = pith.dequantize %b scale(%t : tensor<f32>) : tensor<3xi8> -> tensor<3xf32>
  %c = tensor.concat dim(0) %f, %g : (tensor<2xf32>, tensor<3xf32>) -> tensor<5xf32>
  %q = pith.quantize %c scale(%s : tensor<f32>) : tensor<5xf32> -> tensor<5xi8>
  return %q : tensor<5xi8>
}

// -----

// Codes of one number and other signs or zero points are not the same codes.
// CHECK-LABEL: func @concat_of_two_kinds
func.func @concat_of_two_kinds(%a: tensor<2xi8>, %b: tensor<3xi8>) -> tensor<5xf32> {
  // CHECK: tensor.concat {{.*}} -> tensor<5xf32>
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %a scale(%s : tensor<f32>) : tensor<2xi8> -> tensor<2xf32>
  %g = pith.dequantize %b scale(%s : tensor<f32>) {is_signed} : tensor<3xi8> -> tensor<3xf32>
  %c = tensor.concat dim(0) %f, %g : (tensor<2xf32>, tensor<3xf32>) -> tensor<5xf32>
  return %c : tensor<5xf32>
}

// -----

// CHECK-LABEL: func @maxima
// CHECK-SAME: (%[[X:.+]]: tensor<1x4x4x2xi8>
func.func @maxima(%x: tensor<1x4x4x2xi8>) -> (tensor<1x2x2x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
  // CHECK: pith.pool max %[[X]] {{.*}} {is_signed, pith.exactness = "exact"} : tensor<1x4x4x2xi8> -> tensor<1x2x2x2xi8>
  // CHECK: pith.reduce max %[[X]] {{.*}} {is_signed, pith.exactness = "exact"}
  // CHECK: pith.reduce min %[[X]] {{.*}} {is_signed, pith.exactness = "exact"}
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) {is_signed} : tensor<1x4x4x2xi8> -> tensor<1x4x4x2xf32>
  %p = pith.pool max %f window [2, 2] strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x4x4x2xf32> -> tensor<1x2x2x2xf32>
  %a = pith.reduce max %f dims [1, 2] : tensor<1x4x4x2xf32> -> tensor<1x2xf32>
  %b = pith.reduce min %f dims [1, 2] : tensor<1x4x4x2xf32> -> tensor<1x2xf32>
  return %p, %a, %b : tensor<1x2x2x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>
}

// -----

// A negative scale turns the order round, an infinite one makes NaN, one of the
// run time may be either, and sums are not maxima.
// CHECK-LABEL: func @maxima_left_alone
func.func @maxima_left_alone(%x: tensor<4x2xi8>, %s: tensor<f32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  // CHECK-COUNT-3: pith.reduce max {{.*}} : tensor<4x2xf32>
  // CHECK: pith.reduce sum {{.*}} : tensor<4x2xf32>
  %n = arith.constant dense<-0.5> : tensor<f32>
  %i = arith.constant dense<0x7F800000> : tensor<f32>
  %p = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%n : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %g = pith.dequantize %x scale(%i : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %h = pith.dequantize %x scale(%s : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %k = pith.dequantize %x scale(%p : tensor<f32>) : tensor<4x2xi8> -> tensor<4x2xf32>
  %0 = pith.reduce max %f dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %1 = pith.reduce max %g dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %2 = pith.reduce max %h dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  %3 = pith.reduce sum %k dims [0] : tensor<4x2xf32> -> tensor<2xf32>
  return %0, %1, %2, %3 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// -----

// quantize(dequantize(q)) of equal parameters gives every code back; so does a
// scale within a rounding of it, and doubly so.
// CHECK-LABEL: func @codes_that_come_back
// CHECK-SAME: (%[[X:.+]]: tensor<4xi8>
func.func @codes_that_come_back(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK-NEXT: return %[[X]]
  %s = arith.constant dense<0.1> : tensor<f32>
  %t = arith.constant dense<0.100000009> : tensor<1xf32>
  %z = arith.constant dense<3> : tensor<i8>
  %f = pith.dequantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  %q = pith.quantize %f scale(%t : tensor<1xf32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<4xf32> -> tensor<4xi8>
  %g = pith.dequantize %q scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  %r = pith.quantize %g scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<4xf32> -> tensor<4xi8>
  return %r : tensor<4xi8>
}

// -----

// Another scale, zero point, sign, width or parameters of the run time: codes change.
// CHECK-LABEL: func @codes_that_change
func.func @codes_that_change(%x: tensor<4xi8>, %p: tensor<f32>) -> (tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi16>, tensor<4xi8>) {
  // CHECK-COUNT-5: pith.quantize %
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.51> : tensor<f32>
  %z = arith.constant dense<1> : tensor<i8>
  %f = pith.dequantize %x scale(%s : tensor<f32>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  %0 = pith.quantize %f scale(%t : tensor<f32>) {is_signed} : tensor<4xf32> -> tensor<4xi8>
  %1 = pith.quantize %f scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<4xf32> -> tensor<4xi8>
  %2 = pith.quantize %f scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %3 = pith.quantize %f scale(%s : tensor<f32>) {is_signed} : tensor<4xf32> -> tensor<4xi16>
  %4 = pith.quantize %f scale(%p : tensor<f32>) {is_signed} : tensor<4xf32> -> tensor<4xi8>
  return %0, %1, %2, %3, %4 : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi16>, tensor<4xi8>
}

// -----

// What moves and what stands behind it meet: nothing but the transpose is left.
// CHECK-LABEL: func @meeting
// CHECK-SAME: (%[[X:.+]]: tensor<2x3xi8>
func.func @meeting(%x: tensor<2x3xi8>) -> tensor<6xi8> {
  // CHECK: %[[T:.+]] = linalg.transpose ins(%[[X]] : tensor<2x3xi8>)
  // CHECK-NEXT: %[[R:.+]] = tensor.collapse_shape %[[T]]
  // CHECK-NEXT: return %[[R]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x3xi8> -> tensor<2x3xf32>
  %e = tensor.empty() : tensor<3x2xf32>
  %t = linalg.transpose ins(%f : tensor<2x3xf32>) outs(%e : tensor<3x2xf32>) permutation = [1, 0]
  %r = tensor.collapse_shape %t [[0, 1]] : tensor<3x2xf32> into tensor<6xf32>
  %q = pith.quantize %r scale(%s : tensor<f32>) : tensor<6xf32> -> tensor<6xi8>
  return %q : tensor<6xi8>
}

// -----

#id = affine_map<(d0) -> (d0)>

// A nest that reads where an index says (Gather), and one that reads its operand
// (nearest), move codes.
// CHECK-LABEL: func @moving_nests
// CHECK-SAME: (%[[X:.+]]: tensor<5xi8>, %[[I:.+]]: tensor<3xindex>
func.func @moving_nests(%x: tensor<5xi8>, %i: tensor<3xindex>) -> (tensor<3xf32>, tensor<3xf32>) {
  // CHECK: %[[G:.+]] = linalg.generic {{.*}} ins(%[[I]] : tensor<3xindex>) outs(%{{.+}} : tensor<3xi8>) attrs = {pith.exactness = "exact"}
  // CHECK: tensor.extract %[[X]][%{{.+}}] : tensor<5xi8>
  // CHECK: pith.dequantize %[[G]] scale(%{{.+}} : tensor<f32>)
  // CHECK: %[[H:.+]] = linalg.generic {{.*}} ins(%[[X]] : tensor<5xi8>) outs(%{{.+}} : tensor<3xi8>)
  // CHECK: pith.dequantize %[[H]]
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %f = pith.dequantize %x scale(%s : tensor<1xf32>) : tensor<5xi8> -> tensor<5xf32>
  %e = tensor.empty() : tensor<3xf32>
  %g = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%i : tensor<3xindex>) outs(%e : tensor<3xf32>) {
  ^bb0(%at: index, %o: f32):
    %v = tensor.extract %f[%at] : tensor<5xf32>
    linalg.yield %v : f32
  } -> tensor<3xf32>
  %h = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0 + 1)>, #id], iterator_types = ["parallel"]} ins(%f : tensor<5xf32>) outs(%e : tensor<3xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<3xf32>
  return %g, %h : tensor<3xf32>, tensor<3xf32>
}

// -----

#id = affine_map<(d0) -> (d0)>

// One that reads what it writes, computes, or reads codes of two scales does not.
// CHECK-LABEL: func @nests_left_alone
func.func @nests_left_alone(%x: tensor<3xi8>, %o: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  // CHECK-COUNT-3: linalg.generic {{.*}} ins(%{{.+}} : tensor<3xf32>) outs(%{{.+}} : tensor<3xf32>)
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<[0.5, 1.0, 2.0]> : tensor<3xf32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<3xi8> -> tensor<3xf32>
  %p = pith.dequantize %x scale(%t : tensor<3xf32>) : tensor<3xi8> -> tensor<3xf32>
  %e = tensor.empty() : tensor<3xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%f : tensor<3xf32>) outs(%o : tensor<3xf32>) {
  ^bb0(%v: f32, %a: f32):
    %d = arith.addf %v, %a : f32
    linalg.yield %d : f32
  } -> tensor<3xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%f : tensor<3xf32>) outs(%e : tensor<3xf32>) {
  ^bb0(%v: f32, %a: f32):
    %d = arith.addf %v, %v : f32
    linalg.yield %d : f32
  } -> tensor<3xf32>
  %2 = linalg.generic {indexing_maps = [affine_map<(d0) -> (2 - d0)>, #id], iterator_types = ["parallel"]} ins(%p : tensor<3xf32>) outs(%e : tensor<3xf32>) {
  ^bb0(%v: f32, %a: f32):
    linalg.yield %v : f32
  } -> tensor<3xf32>
  return %0, %1, %2 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// -----

#id = affine_map<(d0) -> (d0)>

// A nest may name the tensor that it reads as the place of its result, which it does
// not read: only the place changes.
// CHECK-LABEL: func @nest_in_place
// CHECK-SAME: (%[[X:.+]]: tensor<3xi8>
func.func @nest_in_place(%x: tensor<3xi8>) -> tensor<3xf32> {
  // CHECK: %[[E:.+]] = tensor.empty() : tensor<3xi8>
  // CHECK: linalg.generic {{.*}} ins(%[[X]] : tensor<3xi8>) outs(%[[E]] : tensor<3xi8>)
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<3xi8> -> tensor<3xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(d0) -> (2 - d0)>, #id], iterator_types = ["parallel"]} ins(%f : tensor<3xf32>) outs(%f : tensor<3xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// -----

// Of no dimension, and of none of some.
// CHECK-LABEL: func @small_ranks
// CHECK-SAME: (%[[X:.+]]: tensor<i8>, %[[Y:.+]]: tensor<0x3xi8>
func.func @small_ranks(%x: tensor<i8>, %y: tensor<0x3xi8>) -> (tensor<1x1xf32>, tensor<f32>, tensor<0xf32>, tensor<f32>) {
  // CHECK-DAG: tensor.expand_shape %[[X]] [] output_shape [1, 1] : tensor<i8> into tensor<1x1xi8>
  // CHECK-DAG: tensor.collapse_shape %[[Y]]
  // CHECK-DAG: tensor.collapse_shape %{{.+}} [] : tensor<1xi8> into tensor<i8>
  // CHECK: return %{{.+}} : tensor<1x1xf32>, tensor<f32>, tensor<0xf32>, tensor<f32>
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %t = arith.constant dense<0.5> : tensor<f32>
  %w = pith.constant #pith.constant<one : tensor<1xi8>> : tensor<1xi8>
  %f = pith.dequantize %x scale(%t : tensor<f32>) : tensor<i8> -> tensor<f32>
  %g = pith.dequantize %y scale(%s : tensor<1xf32>) : tensor<0x3xi8> -> tensor<0x3xf32>
  %h = pith.dequantize %w scale(%s : tensor<1xf32>) : tensor<1xi8> -> tensor<1xf32>
  %0 = tensor.expand_shape %f [] output_shape [1, 1] : tensor<f32> into tensor<1x1xf32>
  %1 = tensor.collapse_shape %0 [] : tensor<1x1xf32> into tensor<f32>
  %2 = tensor.collapse_shape %g [[0, 1]] : tensor<0x3xf32> into tensor<0xf32>
  %3 = tensor.collapse_shape %h [] : tensor<1xf32> into tensor<f32>
  return %0, %1, %2, %3 : tensor<1x1xf32>, tensor<f32>, tensor<0xf32>, tensor<f32>
}

{-#
  dialect_resources: {
    pith: {
      one: "0x0100000005"
    }
  }
#-}
