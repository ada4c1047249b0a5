// RUN: not pith-opt %s --pass-pipeline='builtin.module(func.func(pith-one-sample{name=N samples=4}))' --split-input-file 2>&1 | FileCheck %s

func.func @sum_of_samples(%x: tensor<4x3xf32>) -> tensor<1x3xf32> {
  // CHECK: error: {{.*}}node 'total': mixes the samples of dimension 'N'
  // CHECK: note: {{.*}}give the dimension one size, for example --dim N=4
  %r = pith.reduce sum %x dims [0] {keep_dims} : tensor<4x3xf32> -> tensor<1x3xf32> loc("total")
  return %r : tensor<1x3xf32>
}

// -----

// Every sample would find another number.
func.func @positions(%x: tensor<4x1xf32>) -> tensor<4x1xf32> {
  %k = arith.constant dense<[[0.0], [1.0], [2.0], [3.0]]> : tensor<4x1xf32>
  // CHECK: error: {{.*}}node 'add': mixes the samples of dimension 'N'
  %r = pith.map(%x, %k : tensor<4x1xf32>, tensor<4x1xf32>) -> tensor<4x1xf32> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    pith.yield %s : f32
  } loc("add")
  return %r : tensor<4x1xf32>
}

// -----

func.func @first_sample(%x: tensor<4x3xf32>) -> tensor<1x3xf32> {
  // CHECK: error: {{.*}}node 'first': mixes the samples of dimension 'N'
  %r = tensor.extract_slice %x[0, 0] [1, 3] [1, 1] : tensor<4x3xf32> to tensor<1x3xf32> loc("first")
  return %r : tensor<1x3xf32>
}

// -----

// CHECK: error: output 'y': expected dimension 'N' as the leading one
func.func @moved(%x: tensor<4x3xf32>) -> (tensor<3x4xf32> {pith.io = #pith.io<"y", f32>}) {
  %e = tensor.empty() : tensor<3x4xf32>
  %t = linalg.transpose ins(%x : tensor<4x3xf32>) outs(%e : tensor<3x4xf32>) permutation = [1, 0]
  return %t : tensor<3x4xf32>
}

// -----

// CHECK: error: input 'x': expected dimension 'N' as the leading one
func.func @shared(%x: tensor<3x3xf32> {pith.io = #pith.io<"x", f32>}) -> tensor<3x3xf32> {
  return %x : tensor<3x3xf32>
}

// -----

func.func @carried(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: error: {{.*}}node 'loop': mixes the samples of dimension 'N'
  %r = scf.for %i = %c0 to %c1 step %c1 iter_args(%h = %x) -> (tensor<4x2xf32>) {
    %s = pith.softmax %h dims [0] : tensor<4x2xf32> -> tensor<4x2xf32>
    scf.yield %s : tensor<4x2xf32>
  } loc("loop")
  return %r : tensor<4x2xf32>
}
