// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics | FileCheck %s

// Two tests for one of two numbers each: as many steps as the longest chain has.
// CHECK-LABEL: func @members
func.func @members(%x: tensor<6x1xf32>) -> tensor<6x2xf32> {
  // CHECK-DAG: arith.constant dense<[8.000000e+00, 9.000000e+00]> : tensor<2xf32>
  // CHECK-COUNT-2: arith.cmpf oeq
  // CHECK-NOT: arith.cmpf oeq
  // CHECK: pith.reduce sum {{.*}} dims [1] {is_signed} : tensor<6x1x2xf32> -> tensor<6x2xf32>
  %y = onnx.node "ai.onnx.ml" "TreeEnsemble"(%x) since 5 as ["y"] {n_targets = 2, nodes_featureids = array<i64: 0>, nodes_modes = dense<6> : tensor<1xui8>, nodes_splits = dense<0.0> : tensor<1xf32>, nodes_truenodeids = array<i64: 0>, nodes_falsenodeids = array<i64: 1>, nodes_trueleafs = array<i64: 1>, nodes_falseleafs = array<i64: 1>, leaf_targetids = array<i64: 0, 1>, leaf_weights = dense<[1.0, 2.0]> : tensor<2xf32>, tree_roots = array<i64: 0>, membership_values = dense<[8.0, 9.0, 0x7FC00000]> : tensor<3xf32>} : (tensor<6x1xf32>) -> tensor<6x2xf32>
  return %y : tensor<6x2xf32>
}

// -----

// Keys in order, found by halving.
// CHECK-LABEL: func @labels
func.func @labels(%x: tensor<2xi64>) -> tensor<2xf32> {
  // CHECK-NOT: scf.for
  // CHECK: dense<[-4, 7]> : tensor<2xi64>
  // CHECK: arith.cmpi sle
  // CHECK: arith.cmpi eq
  %y = onnx.node "ai.onnx.ml" "LabelEncoder"(%x) since 4 as ["y"] {keys_int64s = array<i64: 7, -4>, values_floats = array<f32: 0.5, 1.5>, default_float = -1.0 : f32} : (tensor<2xi64>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// expected-error@+1 {{3 nodes are not supported}}
func.func @refused(%x: tensor<2x3xf32>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected one offset and one scale, or one for each of 3 features}}
  %a = onnx.node "ai.onnx.ml" "Scaler"(%x) since 1 as ["a"] {offset = array<f32: 1.0, 2.0>} : (tensor<2x3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a norm MAX, L1 or L2 of rows}}
  %b = onnx.node "ai.onnx.ml" "Normalizer"(%x) since 1 as ["b"] {norm = "L3"} : (tensor<2x3xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected samples of [count, features], a coefficient for each feature and result, and an intercept for each result}}
  %c = onnx.node "ai.onnx.ml" "LinearRegressor"(%x) since 1 as ["c"] {coefficients = array<f32: 1.0, 2.0>} : (tensor<2x3xf32>) -> tensor<*xf32>
  return %a, %b, %c : tensor<*xf32>, tensor<*xf32>, tensor<*xf32>
}
