// RUN: pith-opt %s --pass-pipeline='builtin.module(func.func(pith-one-sample{name=N samples=4}))' --split-input-file | FileCheck %s

// The leading dimension is followed through transposes, reshapes and products;
// constants that say the same to every sample shrink.
// CHECK-LABEL: func @follows
// CHECK-SAME: {{.*}}-> tensor<1x3x5xf32> attributes {pith.batch = #pith.batch<"N", 4>}
func.func @follows(%x: tensor<4x3x2xf32>) -> tensor<4x3x5xf32> {
  // CHECK: linalg.transpose ins(%arg0 : tensor<1x3x2xf32>) outs(%{{.+}} : tensor<3x1x2xf32>)
  // CHECK: tensor.collapse_shape {{.*}} into tensor<3x2xf32>
  // CHECK: pith.matmul {{.*}} -> tensor<3x5xf32>
  // CHECK: tensor.expand_shape {{.*}} output_shape [3, 1, 5]
  // CHECK: %[[K:.+]] = arith.constant dense<1.000000e+00> : tensor<1x1x1xf32>
  // CHECK: pith.map(%{{.+}}, %[[K]] : tensor<1x3x5xf32>, tensor<1x1x1xf32>) -> tensor<1x3x5xf32>
  %w = arith.constant dense<0.5> : tensor<2x5xf32>
  %k = arith.constant dense<[[[1.0]], [[1.0]], [[1.0]], [[1.0]]]> : tensor<4x1x1xf32>
  %e = tensor.empty() : tensor<3x4x2xf32>
  %t = linalg.transpose ins(%x : tensor<4x3x2xf32>) outs(%e : tensor<3x4x2xf32>) permutation = [1, 0, 2]
  %c = tensor.collapse_shape %t [[0, 1], [2]] : tensor<3x4x2xf32> into tensor<12x2xf32>
  %m = pith.matmul %c, %w : tensor<12x2xf32>, tensor<2x5xf32> -> tensor<12x5xf32>
  %d = tensor.expand_shape %m [[0, 1], [2]] output_shape [3, 4, 5] : tensor<12x5xf32> into tensor<3x4x5xf32>
  %f = tensor.empty() : tensor<4x3x5xf32>
  %u = linalg.transpose ins(%d : tensor<3x4x5xf32>) outs(%f : tensor<4x3x5xf32>) permutation = [1, 0, 2]
  %r = pith.map(%u, %k : tensor<4x3x5xf32>, tensor<4x1x1xf32>) -> tensor<4x3x5xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.mulf %a, %b : f32
    pith.yield %s : f32
  }
  return %r : tensor<4x3x5xf32>
}

// -----

// What a loop carries is batched as what it yields, whatever it starts from.
// CHECK-LABEL: func @loop
func.func @loop(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  // CHECK: %[[Z:.+]] = arith.constant dense<0.000000e+00> : tensor<1x2xf32>
  // CHECK: scf.for {{.*}} iter_args(%{{.+}} = %[[Z]]) -> (tensor<1x2xf32>)
  // CHECK: pith.map
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%h = %z) -> (tensor<4x2xf32>) {
    %s = pith.map(%h, %x : tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32> {
    ^bb0(%a: f32, %b: f32):
      %p = arith.addf %a, %b : f32
      pith.yield %p : f32
    }
    scf.yield %s : tensor<4x2xf32>
  }
  return %r : tensor<4x2xf32>
}

// -----

// A loop nest reads every sample at its own index.
// CHECK-LABEL: func @generic
func.func @generic(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  // CHECK: tensor.empty() : tensor<1x2xf32>
  // CHECK: linalg.generic
  // CHECK: tensor.extract %arg0[%{{.+}}, %{{.+}}] : tensor<1x2xf32>
  // CHECK: -> tensor<1x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %c1 = arith.constant 1 : index
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
    outs(%e : tensor<4x2xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %k = arith.subi %c1, %j : index
    %v = tensor.extract %x[%i, %k] : tensor<4x2xf32>
    linalg.yield %v : f32
  } -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}
