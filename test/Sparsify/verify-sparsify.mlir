// RUN: pith-opt %s --pith-verify-sparsify --split-input-file --verify-diagnostics

#half = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : dense, j mod 4 : structured[2, 4]) }>

// Minus zero is zero, and the last group of a row is short.
func.func @good() {
  %w = pith.constant dense<[[1.0, 0.0, 2.0, -0.0, 3.0, 4.0], [0.0, 0.0, 0.0, 5.0, 6.0, 0.0]]> : tensor<2x6xf32, #half>
  return
}

// -----

#half = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : dense, j mod 4 : structured[2, 4]) }>

func.func @three_of_four() {
  // expected-error@+1 {{expected at most 2 nonzero values in each 4 along dimension 1, got more at element 7 [sparsify_s1]}}
  %w = pith.constant dense<[[1.0, 0.0, 2.0, 0.0], [7.0, 0.0, 8.0, 9.0]]> : tensor<2x4xf32, #half>
  return
}

// -----

#tall = #sparse_tensor.encoding<{ map = (i, j) -> (j : dense, i floordiv 4 : dense, i mod 4 : structured[1, 4]) }>

func.func @along_the_first_dimension() {
  // expected-error@+1 {{expected at most 1 nonzero values in each 4 along dimension 0, got more at element 6 [sparsify_s1]}}
  %w = pith.constant dense<[[1, 0, 0], [0, 0, 0], [2, 0, 0], [0, 1, 0]]> : tensor<4x3xi8, #tall>
  return
}

// -----

#half = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : dense, j mod 4 : structured[2, 4]) }>

func.func @not_a_constant() {
  // expected-error@+1 {{expected only constants to have an encoding [sparsify_s1]}}
  %x = tensor.empty() : tensor<2x4xf32, #half>
  return
}

// -----

#block = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : compressed, j mod 4 : dense) }>

// Whatever kernels are to leave out must be counted.
func.func @counts_of_other_bytes(%x: tensor<5x8xi8>) -> tensor<5x2xi32> {
  %w = pith.constant dense<[[1, 2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 3]]> : tensor<2x8xi8, #block>
  // expected-error@+1 {{expected the counts of its weights, #pith.sparsity<dense, zeros 13 of 16, blocks_1x4 2 of 4, blocks_2x4 2 of 2, structured 2 of 4>, got #pith.sparsity<block_1x4, zeros 13 of 16, blocks_1x4 1 of 4, blocks_2x4 2 of 2, structured 2 of 4> [sparsify_s2]}}
  %r = pith.matmul %x, %w {transpose_rhs, accumulator = i32, pith.sparsity = #pith.sparsity<block_1x4, zeros 13 of 16, blocks_1x4 1 of 4, blocks_2x4 2 of 2, structured 2 of 4>}
       : tensor<5x8xi8>, tensor<2x8xi8, #block> -> tensor<5x2xi32>
  return %r : tensor<5x2xi32>
}

// -----

#block = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : compressed, j mod 4 : dense) }>

func.func @encoding_of_another_pattern(%x: tensor<5x8xi8>) -> tensor<5x2xi32> {
  %w = pith.constant dense<[[1, 2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 3]]> : tensor<2x8xi8, #block>
  // expected-error@+1 {{expected weights with the encoding of the pattern 'block_2x4' [sparsify_s3]}}
  %r = pith.matmul %x, %w {transpose_rhs, accumulator = i32, pith.sparsity = #pith.sparsity<block_2x4, zeros 13 of 16, blocks_1x4 2 of 4, blocks_2x4 2 of 2, structured 2 of 4>}
       : tensor<5x8xi8>, tensor<2x8xi8, #block> -> tensor<5x2xi32>
  return %r : tensor<5x2xi32>
}

// -----

#block = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : compressed, j mod 4 : dense) }>

func.func @encoding_without_counts(%x: tensor<5x8xi8>) -> tensor<5x2xi32> {
  %w = pith.constant dense<[[1, 2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 3]]> : tensor<2x8xi8, #block>
  // expected-error@+1 {{expected pith.sparsity beside an encoding of its weights [sparsify_s3]}}
  %r = pith.matmul %x, %w {transpose_rhs, accumulator = i32} : tensor<5x8xi8>, tensor<2x8xi8, #block> -> tensor<5x2xi32>
  return %r : tensor<5x2xi32>
}

// -----

func.func @counts_of_no_constant(%x: tensor<5x8xi8>, %w: tensor<2x8xi8>) -> tensor<5x2xi32> {
  // expected-error@+1 {{expected pith.sparsity to be counts, on a product of one group with constant weights and zero point 0 [sparsify_s2]}}
  %r = pith.matmul %x, %w {transpose_rhs, accumulator = i32, pith.sparsity = #pith.sparsity<dense, zeros 13 of 16, blocks_1x4 2 of 4, blocks_2x4 2 of 2, structured 2 of 4>}
       : tensor<5x8xi8>, tensor<2x8xi8> -> tensor<5x2xi32>
  return %r : tensor<5x2xi32>
}
