// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file | FileCheck %s

// A number alone is counted once, pairs with what may lie between: three starts of neighbours, two of
// those with a number between. The pair has index 0, the numbers 2 and 1.
// CHECK-LABEL: func @skips
// CHECK-SAME: (%[[X:.+]]: tensor<4xi32>)
func.func @skips(%x: tensor<4xi32>) -> tensor<3xf32> {
  // CHECK-DAG: arith.constant dense<{{\[\[}}5, 7]]> : tensor<1x2xi64>
  // CHECK: arith.constant 4 : index
  // CHECK: scf.for
  // CHECK: arith.cmpi eq
  // CHECK: arith.constant dense<6> : tensor<1x1xi64>
  // CHECK: arith.constant 3 : index
  // CHECK: scf.for
  // CHECK: arith.andi
  // CHECK: arith.constant 2 : index
  // CHECK: scf.for
  // CHECK: arith.andi
  // CHECK-NOT: scf.for
  // CHECK: tensor.concat dim(1)
  %y = onnx.node "TfIdfVectorizer"(%x) since 9 as ["y"]
    {mode = "TF", min_gram_length = 1, max_gram_length = 2, max_skip_count = 1, ngram_counts = array<i64: 0, 2>,
     ngram_indexes = array<i64: 2, 1, 0>, pool_int64s = array<i64: 5, 7, 6, 7>} : (tensor<4xi32>) -> tensor<3xf32>
  return %y : tensor<3xf32>
}

// What is not counted has an index all the same; here the weights are of one that is.
// CHECK-LABEL: func @weights
func.func @weights(%x: tensor<2x4xi64>) -> tensor<2x2xf32> {
  // CHECK: arith.constant dense<{{\[\[}}5.000000e-01, 2.000000e+00]]> : tensor<1x2xf32>
  // CHECK: arith.cmpf olt
  // CHECK: arith.select
  %y = onnx.node "TfIdfVectorizer"(%x) since 9 as ["y"]
    {mode = "IDF", min_gram_length = 2, max_gram_length = 2, max_skip_count = 0, ngram_counts = array<i64: 0, 1>,
     ngram_indexes = array<i64: 1, 0>, pool_int64s = array<i64: 5, 6, 7>, weights = array<f32: 0.5, 2.0>} : (tensor<2x4xi64>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
