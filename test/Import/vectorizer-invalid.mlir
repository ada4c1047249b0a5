// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{11 nodes are not supported}}
func.func @f(%x: tensor<4xi32>, %f: tensor<4xf32>, %cube: tensor<1x1x4xi32>) {
  // expected-note@+1 {{expected mode TF, IDF or TFIDF, got ''}}
  %0 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["a"] : (tensor<4xi32>) -> tensor<?xf32>
  // expected-note@+1 {{expected numbers of type i32 or i64, and no pool_strings}}
  %1 = onnx.node "TfIdfVectorizer"(%f) since 9 as ["b"] {mode = "TF"} : (tensor<4xf32>) -> tensor<?xf32>
  // expected-note@+1 {{expected one or two dimensions, and at least one row}}
  %2 = onnx.node "TfIdfVectorizer"(%cube) since 9 as ["c"] {mode = "TF"} : (tensor<1x1x4xi32>) -> tensor<?xf32>
  // expected-note@+1 {{expected 1 <= min_gram_length <= max_gram_length and a max_skip_count that is not negative}}
  %3 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["d"] {mode = "TF", min_gram_length = 2, max_gram_length = 1} : (tensor<4xi32>) -> tensor<?xf32>
  // expected-note@+1 {{expected ngram_counts that part the pool into whole n-grams}}
  %4 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["e"] {mode = "TF", min_gram_length = 1, max_gram_length = 1,
    ngram_counts = array<i64: 9223372036854775807, -1>, ngram_indexes = array<i64: 0>, pool_int64s = array<i64: 1>} : (tensor<4xi32>) -> tensor<?xf32>
  // expected-note@+1 {{expected n-grams that differ from each other}}
  %5 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["f"] {mode = "TF", min_gram_length = 1, max_gram_length = 1,
    ngram_counts = array<i64: 0>, ngram_indexes = array<i64: 0, 1>, pool_int64s = array<i64: 1, 1>} : (tensor<4xi32>) -> tensor<?xf32>
  // expected-note@+1 {{expected as many ngram_indexes as n-grams, got 2 for 1}}
  %6 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["g"] {mode = "TF", min_gram_length = 1, max_gram_length = 1,
    ngram_counts = array<i64: 0>, ngram_indexes = array<i64: 0, 1>, pool_int64s = array<i64: 1>} : (tensor<4xi32>) -> tensor<?xf32>
  // expected-note@+1 {{expected ngram_indexes of at least 0}}
  %7 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["h"] {mode = "TF", min_gram_length = 1, max_gram_length = 1,
    ngram_counts = array<i64: 0>, ngram_indexes = array<i64: -1>, pool_int64s = array<i64: 1>} : (tensor<4xi32>) -> tensor<?xf32>
  // expected-note@+1 {{expected ngram_indexes below 4194304, got 9223372036854775807}}
  %8 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["i"] {mode = "TF", min_gram_length = 1, max_gram_length = 1,
    ngram_counts = array<i64: 0>, ngram_indexes = array<i64: 9223372036854775807>, pool_int64s = array<i64: 1>} : (tensor<4xi32>) -> tensor<?xf32>
  // expected-note@+1 {{expected a weight for each of 2 indexes, got 1}}
  %9 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["j"] {mode = "IDF", min_gram_length = 1, max_gram_length = 1, weights = array<f32: 1.0>,
    ngram_counts = array<i64: 0>, ngram_indexes = array<i64: 0, 1>, pool_int64s = array<i64: 1, 2>} : (tensor<4xi32>) -> tensor<?xf32>
  // Of the same kind as the fifth.
  %10 = onnx.node "TfIdfVectorizer"(%x) since 9 as ["k"] {mode = "TF", min_gram_length = 1, max_gram_length = 9223372036854775807,
    max_skip_count = 9223372036854775807, ngram_counts = array<i64: -9223372036854775808>, ngram_indexes = array<i64: 0>, pool_int64s = array<i64: 1>} : (tensor<4xi32>) -> tensor<?xf32>
  return
}
