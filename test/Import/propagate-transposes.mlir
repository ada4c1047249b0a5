// RUN: pith-opt %s --pith-propagate-transposes --split-input-file | FileCheck %s

// Between two channels-last operators nothing is left.
// CHECK-LABEL: func @cancel
func.func @cancel(%x: tensor<1x8x8x4xf32>, %y: tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32> {
  // CHECK-NOT: linalg.transpose
  // CHECK: %[[R:.+]] = pith.map(%arg0, %arg1 : tensor<1x8x8x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
  // CHECK: return %[[R]]
  %e = tensor.empty() : tensor<1x4x8x8xf32>
  %f = tensor.empty() : tensor<1x8x8x4xf32>
  %a = linalg.transpose ins(%x : tensor<1x8x8x4xf32>) outs(%e : tensor<1x4x8x8xf32>) permutation = [0, 3, 1, 2]
  %b = linalg.transpose ins(%y : tensor<1x8x8x4xf32>) outs(%e : tensor<1x4x8x8xf32>) permutation = [0, 3, 1, 2]
  %c = pith.map(%a, %b : tensor<1x4x8x8xf32>, tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32> {
  ^bb0(%l: f32, %r: f32):
    %s = arith.addf %l, %r : f32
    pith.yield %s : f32
  }
  %d = linalg.transpose ins(%c : tensor<1x4x8x8xf32>) outs(%f : tensor<1x8x8x4xf32>) permutation = [0, 2, 3, 1]
  return %d : tensor<1x8x8x4xf32>
}

// -----

// Constants and values beside the channels follow, and cost nothing.
// CHECK-LABEL: func @channels
func.func @channels(%x: tensor<1x8x8x2xf32>, %s: tensor<2x1x1xf32>) -> tensor<1x8x8x2xf32> {
  // CHECK: %[[C:.+]] = arith.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00]]]]> : tensor<1x1x1x2xf32>
  // CHECK-NOT: linalg.transpose
  // CHECK: pith.map(%arg0, %{{.+}}, %[[C]] : tensor<1x8x8x2xf32>, tensor<1x1x1x2xf32>, tensor<1x1x1x2xf32>)
  %k = arith.constant dense<[[[[1.0]], [[2.0]]]]> : tensor<1x2x1x1xf32>
  %e = tensor.empty() : tensor<1x2x8x8xf32>
  %f = tensor.empty() : tensor<1x8x8x2xf32>
  %a = linalg.transpose ins(%x : tensor<1x8x8x2xf32>) outs(%e : tensor<1x2x8x8xf32>) permutation = [0, 3, 1, 2]
  %c = pith.map(%a, %s, %k : tensor<1x2x8x8xf32>, tensor<2x1x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x2x8x8xf32> {
  ^bb0(%l: f32, %m: f32, %r: f32):
    %p = arith.mulf %l, %m : f32
    %q = arith.addf %p, %r : f32
    pith.yield %q : f32
  }
  %d = linalg.transpose ins(%c : tensor<1x2x8x8xf32>) outs(%f : tensor<1x8x8x2xf32>) permutation = [0, 2, 3, 1]
  return %d : tensor<1x8x8x2xf32>
}

// -----

// Dimensions named by attributes follow: concat, pad, slice, softmax, reduce.
// CHECK-LABEL: func @attributes
func.func @attributes(%x: tensor<1x8x6x4xf32>) -> tensor<1x1x1x8xf32> {
  // CHECK-NOT: linalg.transpose
  // CHECK: tensor.concat dim(3) %arg0, %arg0
  // CHECK: tensor.pad %{{.+}} low[0, 0, 1, 0] high[0, 0, 0, 0]
  // CHECK: tensor.extract_slice %{{.+}}[0, 1, 0, 0] [1, 7, 7, 8] [1, 1, 1, 1]
  // CHECK: pith.softmax %{{.+}} dims [3]
  // CHECK: pith.reduce max %{{.+}} dims [1, 2] {keep_dims}
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x4x8x6xf32>
  %f = tensor.empty() : tensor<1x1x1x8xf32>
  %a = linalg.transpose ins(%x : tensor<1x8x6x4xf32>) outs(%e : tensor<1x4x8x6xf32>) permutation = [0, 3, 1, 2]
  %c = tensor.concat dim(1) %a, %a : (tensor<1x4x8x6xf32>, tensor<1x4x8x6xf32>) -> tensor<1x8x8x6xf32>
  %p = tensor.pad %c low[0, 0, 0, 1] high[0, 0, 0, 0] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %zero : f32
  } : tensor<1x8x8x6xf32> to tensor<1x8x8x7xf32>
  %s = tensor.extract_slice %p[0, 0, 1, 0] [1, 8, 7, 7] [1, 1, 1, 1] : tensor<1x8x8x7xf32> to tensor<1x8x7x7xf32>
  %m = pith.softmax %s dims [1] : tensor<1x8x7x7xf32> -> tensor<1x8x7x7xf32>
  %r = pith.reduce max %m dims [2, 3] {keep_dims} : tensor<1x8x7x7xf32> -> tensor<1x8x1x1xf32>
  %d = linalg.transpose ins(%r : tensor<1x8x1x1xf32>) outs(%f : tensor<1x1x1x8xf32>) permutation = [0, 2, 3, 1]
  return %d : tensor<1x1x1x8xf32>
}

// -----

// One transpose in front is as good as one behind: nothing changes.
// CHECK-LABEL: func @no_gain
func.func @no_gain(%x: tensor<4x8xf32>) -> tensor<8x4xf32> {
  // CHECK: %[[T:.+]] = linalg.transpose ins(%arg0
  // CHECK: %[[R:.+]] = pith.map(%[[T]]
  // CHECK: return %[[R]]
  %e = tensor.empty() : tensor<8x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x8xf32>) outs(%e : tensor<8x4xf32>) permutation = [1, 0]
  %r = pith.map(%t : tensor<8x4xf32>) -> tensor<8x4xf32> {
  ^bb0(%l: f32):
    %s = arith.negf %l : f32
    pith.yield %s : f32
  }
  return %r : tensor<8x4xf32>
}

// -----

// The order in which a sum adds stays: columns first here.
// CHECK-LABEL: func @order_of_sum
func.func @order_of_sum(%x: tensor<1x4x8xf32>) -> tensor<1x1x1xf32> {
  // CHECK: %[[T:.+]] = linalg.transpose ins(%arg0
  // CHECK: pith.reduce sum %[[T]] dims [1, 2]
  %e = tensor.empty() : tensor<1x8x4xf32>
  %t = linalg.transpose ins(%x : tensor<1x4x8xf32>) outs(%e : tensor<1x8x4xf32>) permutation = [0, 2, 1]
  %r = pith.reduce sum %t dims [1, 2] {keep_dims} : tensor<1x8x4xf32> -> tensor<1x1x1xf32>
  return %r : tensor<1x1x1xf32>
}

// -----

// Only unit dimensions move: a reshape.
// CHECK-LABEL: func @reshape
func.func @reshape(%x: tensor<1x1x28x28xf32>) -> tensor<1x28x28x1xf32> {
  // CHECK-NOT: linalg.transpose
  // CHECK: tensor.expand_shape
  %e = tensor.empty() : tensor<1x28x28x1xf32>
  %t = linalg.transpose ins(%x : tensor<1x1x28x28xf32>) outs(%e : tensor<1x28x28x1xf32>) permutation = [0, 2, 3, 1]
  return %t : tensor<1x28x28x1xf32>
}

// -----

// Behind reshapes, where the parts stay together: tokens of an image are its
// pixels.
// CHECK-LABEL: func @tokens
func.func @tokens(%x: tensor<1x8x6x4xf32>) -> tensor<1x48x4xf32> {
  // CHECK-NOT: linalg.transpose
  // CHECK: %[[R:.+]] = tensor.collapse_shape %arg0 {{\[\[}}0], [1, 2], [3]]
  // CHECK-NOT: linalg.transpose
  // CHECK: return %[[R]]
  %e = tensor.empty() : tensor<1x4x8x6xf32>
  %f = tensor.empty() : tensor<1x48x4xf32>
  %a = linalg.transpose ins(%x : tensor<1x8x6x4xf32>) outs(%e : tensor<1x4x8x6xf32>) permutation = [0, 3, 1, 2]
  %c = tensor.collapse_shape %a [[0], [1], [2, 3]] : tensor<1x4x8x6xf32> into tensor<1x4x48xf32>
  %d = linalg.transpose ins(%c : tensor<1x4x48xf32>) outs(%f : tensor<1x48x4xf32>) permutation = [0, 2, 1]
  return %d : tensor<1x48x4xf32>
}

// -----

// Flattening channels-first is data movement: it stays.
// CHECK-LABEL: func @flatten
func.func @flatten(%x: tensor<1x8x6x4xf32>) -> tensor<1x192xf32> {
  // CHECK: %[[T:.+]] = linalg.transpose ins(%arg0
  // CHECK: tensor.collapse_shape %[[T]]
  %e = tensor.empty() : tensor<1x4x8x6xf32>
  %a = linalg.transpose ins(%x : tensor<1x8x6x4xf32>) outs(%e : tensor<1x4x8x6xf32>) permutation = [0, 3, 1, 2]
  %c = tensor.collapse_shape %a [[0], [1, 2, 3]] : tensor<1x4x8x6xf32> into tensor<1x192xf32>
  return %c : tensor<1x192xf32>
}

// -----

// Flags of a product, indices of a generic nest, dimensions of a reduction.
// CHECK: #[[$SWAP:.+]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: func @absorbed
func.func @absorbed(%x: tensor<4x8xf32>, %y: tensor<4x6xf32>) -> (tensor<8x6xf32>, tensor<8x4xf32>, tensor<8xf32>) {
  // CHECK-NOT: linalg.transpose
  // CHECK: pith.matmul %arg0, %arg1 {transpose_lhs}
  // CHECK: linalg.generic {indexing_maps = [#[[$SWAP]], {{.*}} ins(%arg0 : tensor<4x8xf32>)
  // CHECK: pith.reduce sum %arg0 dims [0]
  %e = tensor.empty() : tensor<8x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x8xf32>) outs(%e : tensor<8x4xf32>) permutation = [1, 0]
  %m = pith.matmul %t, %y : tensor<8x4xf32>, tensor<4x6xf32> -> tensor<8x6xf32>
  %g = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
    ins(%t : tensor<8x4xf32>) outs(%e : tensor<8x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    %n = arith.negf %a : f32
    linalg.yield %n : f32
  } -> tensor<8x4xf32>
  %r = pith.reduce sum %t dims [1] : tensor<8x4xf32> -> tensor<8xf32>
  return %m, %g, %r : tensor<8x6xf32>, tensor<8x4xf32>, tensor<8xf32>
}

// -----

// A large constant takes it as a step.
// CHECK-LABEL: func @large
func.func @large() -> tensor<64x32xf32> {
  // CHECK: pith.constant #pith.constant<w : tensor<32x64xf32>, [#pith.transpose<[1, 0]>]> : tensor<64x32xf32>
  // CHECK-NEXT: return
  %w = pith.constant #pith.constant<w : tensor<32x64xf32>> : tensor<32x64xf32>
  %e = tensor.empty() : tensor<64x32xf32>
  %t = linalg.transpose ins(%w : tensor<32x64xf32>) outs(%e : tensor<64x32xf32>) permutation = [1, 0]
  return %t : tensor<64x32xf32>
}
