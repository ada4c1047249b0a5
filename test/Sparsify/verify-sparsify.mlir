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
  // expected-error@+1 {{expected at most 2 nonzero values in each 4 along dimension 1, got more at element 7}}
  %w = pith.constant dense<[[1.0, 0.0, 2.0, 0.0], [7.0, 0.0, 8.0, 9.0]]> : tensor<2x4xf32, #half>
  return
}

// -----

#tall = #sparse_tensor.encoding<{ map = (i, j) -> (j : dense, i floordiv 4 : dense, i mod 4 : structured[1, 4]) }>

func.func @along_the_first_dimension() {
  // expected-error@+1 {{expected at most 1 nonzero values in each 4 along dimension 0, got more at element 6}}
  %w = pith.constant dense<[[1, 0, 0], [0, 0, 0], [2, 0, 0], [0, 1, 0]]> : tensor<4x3xi8, #tall>
  return
}

// -----

#half = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : dense, j mod 4 : structured[2, 4]) }>

func.func @not_a_constant() {
  // expected-error@+1 {{expected only constants to have an encoding}}
  %x = tensor.empty() : tensor<2x4xf32, #half>
  return
}
