// RUN: pith-opt %s --pith-describe-kernels | FileCheck %s

// What stands in a kernel, the weakest class and each form once; signs come from the operator.
// CHECK-LABEL: func.func private @conv
// CHECK-SAME: pith.description = {bytes = 86 : i64, exactness = "rounding", forms = ["clamp"], op = "conv", operations = 192 : i64, operators = ["conv", "map", "requantize"], precision = "u8s8", products = 96 : i64}
func.func private @conv(%x: memref<1x4x4x2xi8>, %w: memref<3x1x1x2xi8>, %y: memref<1x4x4x3xi8>, %b: index, %e: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test", cost = 1>, pith.items = 16} {
  %0 = bufferization.to_tensor %x restrict : memref<1x4x4x2xi8> to tensor<1x4x4x2xi8>
  %1 = bufferization.to_tensor %w restrict : memref<3x1x1x2xi8> to tensor<3x1x1x2xi8>
  %s = arith.constant dense<5.000000e-01> : tensor<f32>
  %2 = pith.conv %0, %1 strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {filter_signed, accumulator = i32, pith.exactness = "exact"}
       : tensor<1x4x4x2xi8>, tensor<3x1x1x2xi8> -> tensor<1x4x4x3xi32>
  %3 = pith.map (%2 : tensor<1x4x4x3xi32>) {pith.form = #pith.form<clamp, (ui8) -> ui8, [0 : i32, 9 : i32]>, pith.exactness = "rounding"} -> tensor<1x4x4x3xi32> {
  ^bb0(%a: i32):
    pith.yield %a : i32
  }
  %4 = pith.requantize %3 scale(%s : tensor<f32>) : tensor<1x4x4x3xi32> -> tensor<1x4x4x3xi8>
  bufferization.materialize_in_destination %4 in restrict writable %y : (tensor<1x4x4x3xi8>, memref<1x4x4x3xi8>) -> ()
  return
}

// Only quantization and movement: the operators survive, with their reasons.
// CHECK-LABEL: func.func private @left
// CHECK-SAME: op = "dequantize", operations = 24 : i64, operators = ["quantize", "dequantize", "expand_shape"], precision = "s8", products = 0 : i64, surviving = [{name = "q", op = "quantize", reason = "its scale is computed"}, {name = "d", op = "dequantize", reason = "runs as the file has it"}]}
func.func private @left(%x: memref<4xf32>, %y: memref<2x2xf32>, %b: index, %e: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test", cost = 1>, pith.items = 16} {
  %0 = bufferization.to_tensor %x restrict : memref<4xf32> to tensor<4xf32>
  %s = arith.constant dense<5.000000e-01> : tensor<f32>
  %1 = pith.quantize %0 scale(%s : tensor<f32>) {is_signed, pith.reason = "its scale is computed"} : tensor<4xf32> -> tensor<4xi8> loc("q")
  %2 = pith.dequantize %1 scale(%s : tensor<f32>) {is_signed} : tensor<4xi8> -> tensor<4xf32> loc("d")
  %3 = tensor.expand_shape %2 [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
  bufferization.materialize_in_destination %3 in restrict writable %y : (tensor<2x2xf32>, memref<2x2xf32>) -> ()
  return
}

// With work in the kernel, or where only sums become codes, none does.
// CHECK-LABEL: func.func private @fused
// CHECK-SAME: op = "map", operations = 12 : i64, operators = ["dequantize", "map"], precision = "f32", products = 0 : i64}
func.func private @fused(%x: memref<4xi8>, %y: memref<4xf32>, %b: index, %e: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test", cost = 1>, pith.items = 16} {
  %0 = bufferization.to_tensor %x restrict : memref<4xi8> to tensor<4xi8>
  %s = arith.constant dense<5.000000e-01> : tensor<f32>
  %1 = pith.dequantize %0 scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
  %2 = pith.map (%1 : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    %r = arith.negf %a : f32
    pith.yield %r : f32
  }
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4xf32>, memref<4xf32>) -> ()
  return
}

// Codes say their sign; a function that is no kernel is left alone.
// CHECK-LABEL: func.func private @codes
// CHECK-SAME: precision = "s8", products = 0 : i64}
func.func private @codes(%x: memref<4xi8>, %y: memref<4xi8>, %b: index, %e: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test", cost = 1>, pith.items = 16} {
  %0 = bufferization.to_tensor %x restrict : memref<4xi8> to tensor<4xi8>
  %1 = pith.map (%0 : tensor<4xi8>) {pith.codes = #pith.codes<5.000000e-01 : f32, 0, signed>} -> tensor<4xi8> {
  ^bb0(%a: i8):
    pith.yield %a : i8
  }
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<4xi8>, memref<4xi8>) -> ()
  return
}
// CHECK-LABEL: func.func private @other
// CHECK-NOT: pith.description
func.func private @other()

// What a proof of sums in 16 bits found: windows in blocks of one to four, and wide.
// CHECK-LABEL: func.func private @proved
// CHECK-SAME: forms = ["pair_sums 10/20/0/60%, wide 10%"]
func.func private @proved(%x: memref<4x40xi8>, %w: memref<40x2xi8>, %y: memref<4x2xi32>, %b: index, %e: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test", cost = 1>, pith.items = 4} {
  %0 = bufferization.to_tensor %x restrict : memref<4x40xi8> to tensor<4x40xi8>
  %1 = bufferization.to_tensor %w restrict : memref<40x2xi8> to tensor<40x2xi8>
  %2 = pith.matmul %0, %1 {rhs_signed, accumulator = i32, pith.pair_sums = {blocks = array<i64: 1, 2, 0, 6>, channels = 2 : i64, wide = 1 : i64}}
       : tensor<4x40xi8>, tensor<40x2xi8> -> tensor<4x2xi32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<4x2xi32>, memref<4x2xi32>) -> ()
  return
}

// A kernel that runs others: what they compute, for each of its three blocks, and what it reads and writes itself.
// CHECK-LABEL: func.func private @blocks
// CHECK-SAME: pith.description = {bytes = 132 : i64, exactness = "rounding", forms = [], op = "matmul", operations = 9 : i64, operators = ["map", "matmul"], precision = "f32", products = 36 : i64}
func.func private @blocks(%x: memref<3x1x3xf32>, %w: memref<3x4xf32>, %y: memref<3x1x4xf32>, %b: index, %e: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test", cost = 1>, pith.items = 3} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %between = memref.view %scratch[%c0][] : memref<?xi8> to memref<1x3xf32>
  scf.for %i = %b to %e step %c1 {
    %a = memref.subview %x[%i, 0, 0] [1, 1, 3] [1, 1, 1] : memref<3x1x3xf32> to memref<1x3xf32, strided<[3, 1], offset: ?>>
    %c = memref.subview %y[%i, 0, 0] [1, 1, 4] [1, 1, 1] : memref<3x1x4xf32> to memref<1x4xf32, strided<[4, 1], offset: ?>>
    pith.call @blocks_0 ins(%a : memref<1x3xf32, strided<[3, 1], offset: ?>>) outs(%between : memref<1x3xf32>)
    pith.call @blocks_1 ins(%between, %w : memref<1x3xf32>, memref<3x4xf32>) outs(%c : memref<1x4xf32, strided<[4, 1], offset: ?>>)
  }
  return
}
// CHECK-LABEL: func.func private @blocks_0
// CHECK-SAME: operations = 3 : i64, operators = ["map"], precision = "f32", products = 0 : i64}
func.func private @blocks_0(%x: memref<1x3xf32>, %y: memref<1x3xf32>, %b: index, %e: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test", cost = 1>, pith.items = 1} {
  %0 = bufferization.to_tensor %x restrict : memref<1x3xf32> to tensor<1x3xf32>
  %1 = pith.map (%0 : tensor<1x3xf32>) {pith.exactness = "rounding"} -> tensor<1x3xf32> {
  ^bb0(%a: f32):
    %r = arith.negf %a : f32
    pith.yield %r : f32
  }
  bufferization.materialize_in_destination %1 in restrict writable %y : (tensor<1x3xf32>, memref<1x3xf32>) -> ()
  return
}
func.func private @blocks_1(%x: memref<1x3xf32>, %w: memref<3x4xf32>, %y: memref<1x4xf32>, %b: index, %e: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"test", cost = 1>, pith.items = 1} {
  %0 = bufferization.to_tensor %x restrict : memref<1x3xf32> to tensor<1x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x4xf32> to tensor<3x4xf32>
  %2 = pith.matmul %0, %1 : tensor<1x3xf32>, tensor<3x4xf32> -> tensor<1x4xf32>
  bufferization.materialize_in_destination %2 in restrict writable %y : (tensor<1x4xf32>, memref<1x4xf32>) -> ()
  return
}
