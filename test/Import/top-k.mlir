// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics | FileCheck %s

// A step finds the greatest key behind the last one, and then its first place. The
// values are read at the places.
// CHECK-LABEL: func @largest
// CHECK: %[[KEYS:.+]] = pith.map(%arg0 : tensor<2x5xf32>) -> tensor<2x5xi64>
// CHECK: arith.bitcast
// CHECK: scf.for
// CHECK: pith.reduce max {{.*}} -> tensor<2x1xi64>
// CHECK: pith.reduce min {{.*}} -> tensor<2x1xi64>
// CHECK: scf.yield
// CHECK: tensor.extract %arg0
func.func @largest(%x: tensor<2x5xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>) {
  %k = onnx.constant as "k" dense<3> : tensor<1xi64>
  %v:2 = onnx.node "TopK"(%x, %k) since 24 as ["v", "i"] : (tensor<2x5xf32>, tensor<1xi64>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  return %v#0, %v#1 : tensor<2x3xf32>, tensor<2x3xi64>
}

// -----

// How many is known at run time only: the model states the shape, and there are counts. The greatest of
// unsigned numbers is not negative; for the smallest all bits are turned.
// CHECK-LABEL: func @smallest
// CHECK: %[[TOP:.+]] = arith.constant -9223372036854775808 : i64
// CHECK: arith.xori %{{.+}}, %[[TOP]]
// CHECK: arith.xori %{{.+}}, %c-1_i64
// CHECK: pith.reduce max {{.*}} -> tensor<1x4xi64>
// CHECK: arith.minsi %{{.+}}, %c2_i64
// CHECK: return %{{.+}}, %{{.+}}, %[[COUNT:.+]], %[[COUNT]] : tensor<2x4xi64>, tensor<2x4xi64>, tensor<1xi64>, tensor<1xi64>
func.func @smallest(%x: tensor<3x4xui64>, %k: tensor<1xi64>) -> (tensor<2x4xui64> {onnx.name = "v"}, tensor<2x4xi64> {onnx.name = "i"}) {
  %v:2 = onnx.node "TopK"(%x, %k) since 24 as ["v", "i"] {axis = 0, largest = 0} : (tensor<3x4xui64>, tensor<1xi64>) -> (tensor<2x4xui64>, tensor<2x4xi64>)
  return %v#0, %v#1 : tensor<2x4xui64>, tensor<2x4xi64>
}

// -----

// CHECK-LABEL: func @none
// CHECK-NOT: scf.for
func.func @none(%x: tensor<2x5xf32>) -> (tensor<2x0xf32>, tensor<2x0xi64>) {
  %k = onnx.constant as "k" dense<0> : tensor<1xi64>
  %v:2 = onnx.node "TopK"(%x, %k) since 24 as ["v", "i"] : (tensor<2x5xf32>, tensor<1xi64>) -> (tensor<2x0xf32>, tensor<2x0xi64>)
  return %v#0, %v#1 : tensor<2x0xf32>, tensor<2x0xi64>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @too_many(%x: tensor<2x5xf32>) -> (tensor<*xf32>, tensor<*xi64>) {
  %k = onnx.constant as "k" dense<6> : tensor<1xi64>
  // expected-note@+1 {{expected K from 0 to 5, got 6}}
  %v:2 = onnx.node "TopK"(%x, %k) since 24 as ["v", "i"] : (tensor<2x5xf32>, tensor<1xi64>) -> (tensor<*xf32>, tensor<*xi64>)
  return %v#0, %v#1 : tensor<*xf32>, tensor<*xi64>
}
