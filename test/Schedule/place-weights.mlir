// RUN: pith-opt %s --pith-place-weights | FileCheck %s

// Equal constants share a place; each begins at a multiple of 64.
// CHECK: pith.weights = 128 : i64
// CHECK-LABEL: func @main
func.func @main() {
  // CHECK: dense<1.000000e+00> : tensor<3xf32> at 0 as
  // CHECK: dense<2.000000e+00> : tensor<3xf32> at 64 as
  // CHECK: dense<1.000000e+00> : tensor<3xf32> at 0 as
  %0 = pith.constant dense<1.0> : tensor<3xf32> at 0 as memref<3xf32>
  %1 = pith.constant dense<2.0> : tensor<3xf32> at 0 as memref<3xf32>
  %2 = pith.constant dense<1.0> : tensor<3xf32> at 0 as memref<3xf32>
  return
}
