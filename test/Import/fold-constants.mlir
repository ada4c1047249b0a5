// RUN: pith-opt %s --pith-fold-constants --split-input-file | FileCheck %s

// A chain of shape arithmetic: the last step sees the constants of the first.
// CHECK-LABEL: func @shape_arithmetic
func.func @shape_arithmetic() -> tensor<3xi64> {
  // CHECK-NEXT: %[[C:.+]] = arith.constant dense<[1, 12, 5]> : tensor<3xi64>
  // CHECK-NEXT: return %[[C]]
  %shape = arith.constant dense<[1, 3, 4, 5]> : tensor<4xi64>
  %a = tensor.extract_slice %shape[1] [2] [1] : tensor<4xi64> to tensor<2xi64>
  %b = pith.reduce product %a dims [0] {keep_dims} : tensor<2xi64> -> tensor<1xi64>
  %c = tensor.extract_slice %shape[0] [2] [3] : tensor<4xi64> to tensor<2xi64>
  %d = tensor.extract_slice %c[0] [1] [1] : tensor<2xi64> to tensor<1xi64>
  %e = tensor.extract_slice %c[1] [1] [1] : tensor<2xi64> to tensor<1xi64>
  %f = tensor.concat dim(0) %d, %b, %e : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  return %f : tensor<3xi64>
}

// -----

// CHECK-LABEL: func @map_broadcasts
func.func @map_broadcasts() -> tensor<2x3xf32> {
  // CHECK-NEXT: arith.constant dense<{{\[\[}}1.100000e+01, 2.100000e+01, 3.100000e+01], [1.200000e+01, 2.200000e+01, 3.200000e+01]]>
  // CHECK-NEXT: return
  %a = arith.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %b = arith.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
  %r = pith.map (%a, %b : tensor<2x1xf32>, tensor<3xf32>) -> tensor<2x3xf32> {
  ^bb0(%l: f32, %r: f32):
    %0 = arith.addf %l, %r : f32
    pith.yield %0 : f32
  }
  return %r : tensor<2x3xf32>
}

// -----

// Ties go to even; the root is correctly rounded; fma rounds once.
// CHECK-LABEL: func @exact_math
func.func @exact_math() -> (tensor<4xf32>, tensor<2xf32>, tensor<1xf32>) {
  // CHECK-DAG: dense<[0.000000e+00, 2.000000e+00, -2.000000e+00, 3.000000e+00]>
  // CHECK-DAG: dense<[1.41421354, 3.000000e+00]>
  // CHECK-DAG: dense<1.42108547E-14> : tensor<1xf32>
  %a = arith.constant dense<[0.5, 1.5, -2.5, 3.25]> : tensor<4xf32>
  %0 = pith.map (%a : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%x: f32):
    %y = math.roundeven %x : f32
    pith.yield %y : f32
  }
  %b = arith.constant dense<[2.0, 9.0]> : tensor<2xf32>
  %1 = pith.map (%b : tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%x: f32):
    %y = math.sqrt %x : f32
    pith.yield %y : f32
  }
  // (1 + 2^-23)^2 - (1 + 2^-22) = 2^-46
  %c = arith.constant dense<0x3F800001> : tensor<1xf32>
  %2 = pith.map (%c : tensor<1xf32>) -> tensor<1xf32> {
  ^bb0(%x: f32):
    %m = arith.constant 0xBF800002 : f32
    %y = math.fma %x, %x, %m : f32
    pith.yield %y : f32
  }
  return %0, %1, %2 : tensor<4xf32>, tensor<2xf32>, tensor<1xf32>
}

// -----

// 16 partial sums: lane 0 holds 2^24 + 1 + 1, which rounds to 2^24 twice, and lane 1
// holds 1 + 1. In one row it would be 2^24; exactly, 2^24 + 4.
// CHECK-LABEL: func @sum_in_order
func.func @sum_in_order() -> (tensor<f32>, tensor<2x1xi8>) {
  // CHECK-DAG: dense<0x4B800001> : tensor<f32>
  // CHECK-DAG: dense<{{\[\[}}3], [-2]]> : tensor<2x1xi8>
  %a = arith.constant dense<[16777216.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
                             1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
                             1.0]> : tensor<33xf32>
  %0 = pith.reduce sum %a dims [0] : tensor<33xf32> -> tensor<f32>
  %b = arith.constant dense<[[3, -1], [-2, -3]]> : tensor<2x2xi8>
  %1 = pith.reduce max %b dims [1] {keep_dims, is_signed} : tensor<2x2xi8> -> tensor<2x1xi8>
  return %0, %1 : tensor<f32>, tensor<2x1xi8>
}

// -----

// The host's exp is not ours, half-precision sums are not defined here, and
// division by zero has no value.
// CHECK-LABEL: func @left_alone
func.func @left_alone() -> (tensor<2xf32>, tensor<f16>, tensor<2xi32>) {
  // CHECK: math.exp
  // CHECK: pith.reduce sum
  // CHECK: arith.divsi
  %a = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = pith.map (%a : tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%x: f32):
    %y = math.exp %x : f32
    pith.yield %y : f32
  }
  %h = arith.constant dense<[1.0, 2.0]> : tensor<2xf16>
  %1 = pith.reduce sum %h dims [0] : tensor<2xf16> -> tensor<f16>
  %b = arith.constant dense<[0, 2]> : tensor<2xi32>
  %2 = pith.map (%b : tensor<2xi32>) -> tensor<2xi32> {
  ^bb0(%x: i32):
    %y = arith.divsi %x, %x : i32
    pith.yield %y : i32
  }
  return %0, %1, %2 : tensor<2xf32>, tensor<f16>, tensor<2xi32>
}

// -----

// CHECK-LABEL: func @movement
func.func @movement() -> (tensor<3x2xi8>, tensor<4xi8>, tensor<2x1x3xi8>, tensor<4xi8>) {
  // CHECK-DAG: dense<{{\[\[}}1, 4], [2, 5], [3, 6]]> : tensor<3x2xi8>
  // CHECK-DAG: dense<[9, 9, 1, 9]> : tensor<4xi8>
  // CHECK-DAG: dense<{{\[\[\[}}1, 2, 3]], {{\[\[}}4, 5, 6]]]> : tensor<2x1x3xi8>
  // CHECK-DAG: dense<[7, 1, 7, 4]> : tensor<4xi8>
  %a = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi8>
  %e = tensor.empty() : tensor<3x2xi8>
  %0 = linalg.transpose ins(%a : tensor<2x3xi8>) outs(%e : tensor<3x2xi8>) permutation = [1, 0]
  %s = tensor.extract_slice %a[0, 0] [1, 1] [1, 1] : tensor<2x3xi8> to tensor<1xi8>
  %nine = arith.constant 9 : i8
  %1 = tensor.pad %s low[2] high[1] {
  ^bb0(%i: index):
    tensor.yield %nine : i8
  } : tensor<1xi8> to tensor<4xi8>
  %2 = tensor.expand_shape %a [[0, 1], [2]] output_shape [2, 1, 3] : tensor<2x3xi8> into tensor<2x1x3xi8>
  %d = arith.constant dense<7> : tensor<4xi8>
  %c = tensor.extract_slice %a[0, 0] [2, 1] [1, 1] : tensor<2x3xi8> to tensor<2xi8>
  %3 = tensor.insert_slice %c into %d[1] [2] [2] : tensor<2xi8> into tensor<4xi8>
  return %0, %1, %2, %3 : tensor<3x2xi8>, tensor<4xi8>, tensor<2x1x3xi8>, tensor<4xi8>
}

// -----

// A gather through a table, and a read outside of it that stays as it is.
#id = affine_map<(i) -> (i)>
// CHECK-LABEL: func @tables
func.func @tables() -> (tensor<3xf32>, tensor<3xf32>) {
  // CHECK-DAG: dense<[3.000000e+00, 1.000000e+00, 2.000000e+00]>
  // CHECK: linalg.generic
  %data = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %table = arith.constant dense<[2, 0, 1]> : tensor<3xi64>
  %beyond = arith.constant dense<[2, 3, 1]> : tensor<3xi64>
  %e = tensor.empty() : tensor<3xf32>
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%table : tensor<3xi64>) outs(%e : tensor<3xf32>) {
  ^bb0(%t: i64, %o: f32):
    %i = arith.index_cast %t : i64 to index
    %x = tensor.extract %data[%i] : tensor<3xf32>
    linalg.yield %x : f32
  } -> tensor<3xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%beyond : tensor<3xi64>) outs(%e : tensor<3xf32>) {
  ^bb0(%t: i64, %o: f32):
    %i = arith.index_cast %t : i64 to index
    %x = tensor.extract %data[%i] : tensor<3xf32>
    linalg.yield %x : f32
  } -> tensor<3xf32>
  return %0, %1 : tensor<3xf32>, tensor<3xf32>
}

// -----

// 4 KiB of floats fold, 64 KiB of integers; one value everywhere always does.
#id = affine_map<(i) -> (i)>
// CHECK-LABEL: func @sizes
func.func @sizes() -> (tensor<1024xi64>, tensor<8192xi64>, tensor<8193xi64>, tensor<1000000xf32>) {
  // CHECK-COUNT-1: linalg.generic
  // CHECK-SAME: tensor<8193xi64>
  // CHECK-NOT: linalg.generic
  %e0 = tensor.empty() : tensor<1024xi64>
  %0 = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%e0 : tensor<1024xi64>) {
  ^bb0(%o: i64):
    %i = linalg.index 0 : index
    %x = arith.index_cast %i : index to i64
    linalg.yield %x : i64
  } -> tensor<1024xi64>
  %e1 = tensor.empty() : tensor<8192xi64>
  %1 = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%e1 : tensor<8192xi64>) {
  ^bb0(%o: i64):
    %i = linalg.index 0 : index
    %x = arith.index_cast %i : index to i64
    linalg.yield %x : i64
  } -> tensor<8192xi64>
  %e2 = tensor.empty() : tensor<8193xi64>
  %2 = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel"]} outs(%e2 : tensor<8193xi64>) {
  ^bb0(%o: i64):
    %i = linalg.index 0 : index
    %x = arith.index_cast %i : index to i64
    linalg.yield %x : i64
  } -> tensor<8193xi64>
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %3 = pith.map (%one : tensor<1xf32>) -> tensor<1000000xf32> {
  ^bb0(%x: f32):
    pith.yield %x : f32
  }
  return %0, %1, %2, %3 : tensor<1024xi64>, tensor<8192xi64>, tensor<8193xi64>, tensor<1000000xf32>
}

// -----

// A constant in its file gains a step.
// CHECK-LABEL: func @large
func.func @large() -> tensor<2x2xf32> {
  // CHECK-NEXT: pith.constant #pith.constant<w : tensor<2x3xf32>, [#pith.transpose<[1, 0]>, #pith.slice<[1, 0] [2, 2] [1, 1]>]> : tensor<2x2xf32>
  // CHECK-NEXT: return
  %w = pith.constant #pith.constant<w : tensor<2x3xf32>> : tensor<2x3xf32>
  %e = tensor.empty() : tensor<3x2xf32>
  %0 = linalg.transpose ins(%w : tensor<2x3xf32>) outs(%e : tensor<3x2xf32>) permutation = [1, 0]
  %1 = tensor.extract_slice %0[1, 0] [2, 2] [1, 1] : tensor<3x2xf32> to tensor<2x2xf32>
  return %1 : tensor<2x2xf32>
}
