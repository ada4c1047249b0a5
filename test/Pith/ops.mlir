// RUN: pith-opt %s --verify-roundtrip | FileCheck %s
// RUN: pith-opt %s --emit-bytecode | pith-opt | FileCheck %s

// CHECK-LABEL: func @conv
func.func @conv(%x: tensor<1x28x28x4xf32>, %w: tensor<8x3x3x2xf32>, %b: tensor<8xf32>) -> tensor<1x14x14x8xf32> {
  // CHECK: pith.conv %{{.+}}, %{{.+}} bias(%{{.+}} : tensor<8xf32>) strides [2, 2] pad [1, 1] to [1, 1] dilations [1, 1] {groups = 2 : i64}
  %r = pith.conv %x, %w bias(%b : tensor<8xf32>) strides [2, 2] pad [1, 1] to [1, 1] dilations [1, 1] {groups = 2 : i64}
       : tensor<1x28x28x4xf32>, tensor<8x3x3x2xf32> -> tensor<1x14x14x8xf32>
  return %r : tensor<1x14x14x8xf32>
}

// CHECK-LABEL: func @matmul
func.func @matmul(%a: tensor<2x4x8xf32>, %b: tensor<1x5x8xf32>) -> tensor<2x4x5xf32> {
  // CHECK: pith.matmul %{{.+}}, %{{.+}} {transpose_rhs}
  %r = pith.matmul %a, %b {transpose_rhs} : tensor<2x4x8xf32>, tensor<1x5x8xf32> -> tensor<2x4x5xf32>
  return %r : tensor<2x4x5xf32>
}

// CHECK-LABEL: func @rows
func.func @rows(%x: tensor<2x7x8xf32>, %s: tensor<8xf32>) -> tensor<2xf32> {
  // CHECK: pith.norm layer %{{.+}} scale(%{{.+}} : tensor<8xf32>) dims [2] epsilon 9.99999974E-6
  %0 = pith.norm layer %x scale(%s : tensor<8xf32>) dims [2] epsilon 1.0e-05 : tensor<2x7x8xf32> -> tensor<2x7x8xf32>
  // CHECK: pith.norm rms %{{.+}} dims [1, 2] epsilon 1.000000e+00 form divided
  %n = pith.norm rms %0 dims [1, 2] epsilon 1.0 form divided : tensor<2x7x8xf32> -> tensor<2x7x8xf32>
  // CHECK: pith.softmax %{{.+}} dims [2] {log}
  %1 = pith.softmax %n dims [2] {log} : tensor<2x7x8xf32> -> tensor<2x7x8xf32>
  // CHECK: pith.reduce max %{{.+}} dims [1, 2]
  %2 = pith.reduce max %1 dims [1, 2] : tensor<2x7x8xf32> -> tensor<2xf32>
  return %2 : tensor<2xf32>
}

// CHECK-LABEL: func @pool
func.func @pool(%x: tensor<1x5x4x3xf32>) -> tensor<1x3x2x3xf32> {
  // CHECK: pith.pool average %{{.+}} window [2, 2] strides [2, 2] pad [0, 0] to [1, 0] dilations [1, 1] {count_padding}
  %r = pith.pool average %x window [2, 2] strides [2, 2] pad [0, 0] to [1, 0] dilations [1, 1] {count_padding}
       : tensor<1x5x4x3xf32> -> tensor<1x3x2x3xf32>
  return %r : tensor<1x3x2x3xf32>
}

// CHECK-LABEL: func @bytes
func.func @bytes(%x: tensor<4xf32>, %s: tensor<f32>, %z: tensor<i8>, %t: tensor<256xi8>) -> tensor<4xf32> {
  // CHECK: pith.quantize %{{.+}} scale(%{{.+}} : tensor<f32>) zero_point(%{{.+}} : tensor<i8>)
  %q = pith.quantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i8>) : tensor<4xf32> -> tensor<4xi8>
  // CHECK: pith.lookup
  %l = pith.lookup %q, %t : tensor<4xi8>, tensor<256xi8> -> tensor<4xi8>
  // CHECK: pith.dequantize
  %d = pith.dequantize %l scale(%s : tensor<f32>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  return %d : tensor<4xf32>
}

// CHECK-LABEL: func @structure
func.func @structure(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: pith.tap "a"
  %0 = pith.tap "a" %x : tensor<4xf32>
  // CHECK: pith.group(%{{.+}} : tensor<4xf32>) kernel <"reference.map", cost = 4, tile = [7, 4], rejected = ["other: needs +fma"]>
  %1 = pith.group (%0 : tensor<4xf32>) kernel <"reference.map", cost = 4, tile = [7, 4], rejected = ["other: needs +fma"]> -> (tensor<4xf32>) {
  ^bb0(%a: tensor<4xf32>):
    %2 = pith.map (%a : tensor<4xf32>) -> tensor<4xf32> {
    ^bb0(%e: f32):
      %3 = arith.negf %e : f32
      pith.yield %3 : f32
    }
    pith.yield %2 : tensor<4xf32>
  }
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func @scatter
func.func @scatter(%x: tensor<9x4xf32>, %p: tensor<3xi64>, %u: tensor<3x4xf32>) -> tensor<9x4xf32> {
  // CHECK: pith.scatter %arg0, %arg1, %arg2 : tensor<9x4xf32>, tensor<3xi64>, tensor<3x4xf32> -> tensor<9x4xf32> {
  // CHECK-NEXT: ^bb0(%[[OLD:.+]]: f32, %[[NEW:.+]]: f32):
  // CHECK-NEXT: arith.addf %[[OLD]], %[[NEW]]
  %r = pith.scatter %x, %p, %u : tensor<9x4xf32>, tensor<3xi64>, tensor<3x4xf32> -> tensor<9x4xf32> {
  ^bb0(%old: f32, %new: f32):
    %0 = arith.addf %old, %new : f32
    pith.yield %0 : f32
  }
  return %r : tensor<9x4xf32>
}

// CHECK-LABEL: func @constants
// CHECK-SAME: #pith.io<"x", ui8>
func.func @constants(%x: tensor<1xi8> {pith.io = #pith.io<"x", ui8>}) -> tensor<3x2xf32> attributes {pith.batch = #pith.batch<"N", 8>} {
  // CHECK: pith.constant #pith.constant<w_abcd : tensor<2x4xf32>, [#pith.transpose<[1, 0]>, #pith.slice<[1, 0] [3, 2] [1, 1]>, #pith.reshape<[3, 2]>]> : tensor<3x2xf32>
  %0 = pith.constant #pith.constant<w_abcd : tensor<2x4xf32>, [#pith.transpose<[1, 0]>, #pith.slice<[1, 0] [3, 2] [1, 1]>, #pith.reshape<[3, 2]>]> : tensor<3x2xf32>
  // CHECK: pith.constant #pith.constant<w_abcd : tensor<2x4xf32>, [#pith.layout<pad [0, 0] to [2, 0], shape [2, 2, 4], order [0, 2, 1]>]> : tensor<2x4x2xf32>
  %p = pith.constant #pith.constant<w_abcd : tensor<2x4xf32>, [#pith.layout<pad [0, 0] to [2, 0], shape [2, 2, 4], order [0, 2, 1]>]> : tensor<2x4x2xf32>
  // CHECK: pith.constant #pith.constant<w_abcd : tensor<2x4xf32>, [#pith.quantize<dense<{{\[\[}}5.000000e-01], [2.500000e-01]]> : tensor<2x1xf32>, dense<3> : tensor<i16>, signed>, #pith.transpose<[1, 0]>]> : tensor<4x2xi16>
  %q = pith.constant #pith.constant<w_abcd : tensor<2x4xf32>, [#pith.quantize<dense<[[0.5], [0.25]]> : tensor<2x1xf32>, dense<3> : tensor<i16>, signed>, #pith.transpose<[1, 0]>]> : tensor<4x2xi16>
  // CHECK: pith.constant #pith.constant<w_abcd : tensor<2x4xf32>, [#pith.quantize<dense<5.000000e-01> : tensor<f32>, dense<-56> : tensor<i8>, unsigned>]> : tensor<2x4xi8>
  %u = pith.constant #pith.constant<w_abcd : tensor<2x4xf32>, [#pith.quantize<dense<0.5> : tensor<f32>, dense<200> : tensor<i8>, unsigned>]> : tensor<2x4xi8>
  // CHECK: pith.constant #pith.constant<c_abcd : tensor<2x4xi8>, [#pith.unpack<4, signed, [2, 8]>, #pith.layout<pad [0, 0] to [0, 0], shape [2, 4, 2], order [1, 2, 0] bits 4>]> : tensor<4x2x1xi8>
  %k = pith.constant #pith.constant<c_abcd : tensor<2x4xi8>, [#pith.unpack<4, signed, [2, 8]>, #pith.layout<pad [0, 0] to [0, 0], shape [2, 4, 2], order [1, 2, 0] bits 4>]> : tensor<4x2x1xi8>
  // CHECK: pith.constant #pith.constant<c_abcd : tensor<2x4xi8>, [#pith.centre<dense<-128> : tensor<i8>, unsigned, i16>]> : tensor<2x4xi16>
  %c = pith.constant #pith.constant<c_abcd : tensor<2x4xi8>, [#pith.centre<dense<-128> : tensor<i8>, unsigned, i16>]> : tensor<2x4xi16>
  // CHECK: pith.constant dense<1.000000e+00> : tensor<4xf32> at 128 as memref<4xf32>
  %1 = pith.constant dense<1.0> : tensor<4xf32> at 128 as memref<4xf32>
  return %0 : tensor<3x2xf32>
}

// CHECK-LABEL: func @layouts
func.func @layouts(%x: tensor<1x3x3x2xi8>, %z: tensor<i8>) -> tensor<1x3x3x2xi8> {
  // CHECK: pith.to_layout %{{.+}} value(%{{.+}} : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x3x3x2xi8> -> tensor<1x5x6x2xi8>
  %p = pith.to_layout %x value(%z : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x3x3x2xi8> -> tensor<1x5x6x2xi8>
  // CHECK: pith.from_layout %{{.+}} layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x5x6x2xi8> -> tensor<1x3x3x2xi8>
  %r = pith.from_layout %p layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x5x6x2xi8> -> tensor<1x3x3x2xi8>
  // CHECK: pith.frame value(%{{.+}} : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x5x6x2xi8>
  %f = pith.frame value(%z : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x5x6x2xi8>
  // CHECK: pith.frame layout <pad [1] to [0]> : tensor<3xf32>
  %g = pith.frame layout <pad [1] to [0]> : tensor<3xf32>
  return %r : tensor<1x3x3x2xi8>
}

// CHECK-LABEL: func @pair_sums
func.func @pair_sums(%w: tensor<8x8xi8>, %p: tensor<8xi32>, %c: tensor<1x2x6xi32>) -> tensor<4x16xi8> {
  // CHECK: pith.from_pair_sums %{{.+}} at %{{.+}} counts %{{.+}} pitch 16 : tensor<8x8xi8>, tensor<8xi32>, tensor<1x2x6xi32> -> tensor<4x16xi8>
  %r = pith.from_pair_sums %w at %p counts %c pitch 16 : tensor<8x8xi8>, tensor<8xi32>, tensor<1x2x6xi32> -> tensor<4x16xi8>
  return %r : tensor<4x16xi8>
}

// CHECK-LABEL: func @integers
func.func @integers(%x: tensor<1x4x4x2xi8>, %w: tensor<3x3x3x2xi8>, %b: tensor<3xi32>, %z: tensor<i8>, %f: tensor<3x1x1x1xi8>, %m: tensor<3xf32>) -> tensor<1x4x4x3xi8> {
  // CHECK: pith.conv %{{.+}}, %{{.+}} bias(%{{.+}} : tensor<3xi32>) input_zero_point(%{{.+}} : tensor<i8>) filter_zero_point(%{{.+}} : tensor<3x1x1x1xi8>) strides {{.*}} {accumulator = i32, filter_signed}
  %s = pith.conv %x, %w bias(%b : tensor<3xi32>) input_zero_point(%z : tensor<i8>) filter_zero_point(%f : tensor<3x1x1x1xi8>) strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {accumulator = i32, filter_signed} : tensor<1x4x4x2xi8>, tensor<3x3x3x2xi8> -> tensor<1x4x4x3xi32>
  // CHECK: pith.requantize %{{.+}} scale(%{{.+}} : tensor<3xf32>) zero_point(%{{.+}} : tensor<i8>) {is_signed, pith.codes = #pith.codes<5.000000e-01 : f32, 3, signed>}
  %r = pith.requantize %s scale(%m : tensor<3xf32>) zero_point(%z : tensor<i8>) {is_signed, pith.codes = #pith.codes<0.5 : f32, 3, signed>} : tensor<1x4x4x3xi32> -> tensor<1x4x4x3xi8>
  return %r : tensor<1x4x4x3xi8>
}

// CHECK-LABEL: func @sums
func.func @sums(%x: tensor<1x4x4x2xi8>, %z: tensor<i8>) -> (tensor<1x2x2x2xi32>, tensor<1x2xi32>) {
  // CHECK: pith.pool sum %{{.+}} zero_point(%{{.+}} : tensor<i8>) window [2, 2]
  %p = pith.pool sum %x zero_point(%z : tensor<i8>) window [2, 2] strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1] {accumulator = i32} : tensor<1x4x4x2xi8> -> tensor<1x2x2x2xi32>
  // CHECK: pith.reduce sum %{{.+}} zero_point(%{{.+}} : tensor<i8>) dims [1, 2] {accumulator = i32}
  %r = pith.reduce sum %x zero_point(%z : tensor<i8>) dims [1, 2] {accumulator = i32} : tensor<1x4x4x2xi8> -> tensor<1x2xi32>
  return %p, %r : tensor<1x2x2x2xi32>, tensor<1x2xi32>
}

// CHECK-LABEL: func @dynamic
func.func @dynamic(%x: tensor<4x8xf32>, %w: tensor<20xi8>) -> tensor<4x5xi32> {
  // CHECK: %[[Q:.+]], %{{.+}}, %[[Z:.+]] = pith.dynamic_quantize
  %q, %s, %z = pith.dynamic_quantize %x : tensor<4x8xf32> -> tensor<4x8xi8>, tensor<f32>, tensor<i8>
  // CHECK: pith.from_lists %{{.+}} block_2x4 stride 64 {transposed} : tensor<20xi32> -> tensor<6x1x1x8xi8>
  %lists = arith.constant dense<0> : tensor<20xi32>
  %listed = pith.from_lists %lists block_2x4 stride 64 {transposed} : tensor<20xi32> -> tensor<6x1x1x8xi8>
  // CHECK: pith.unpack %{{.+}} width 4 {is_signed} : tensor<20xi8> -> tensor<8x5xi8>
  %u = pith.unpack %w width 4 {is_signed} : tensor<20xi8> -> tensor<8x5xi8>
  // CHECK: pith.matmul %[[Q]], %{{.+}} lhs_zero_point(%[[Z]] : tensor<i8>) {accumulator = i32, rhs_signed}
  %y = pith.matmul %q, %u lhs_zero_point(%z : tensor<i8>) {accumulator = i32, rhs_signed} : tensor<4x8xi8>, tensor<8x5xi8> -> tensor<4x5xi32>
  return %y : tensor<4x5xi32>
}

// CHECK: w_abcd: "0x
{-#
  dialect_resources: {
    pith: {
      w_abcd: "0x040000000000803F00000040000040400000804000A040400000C0400000E04000000041"
    }
  }
#-}
