// RUN: pith-test-schedule %s --pith-form-groups --pith-select-kernels --pith-require-precisions --split-input-file --verify-diagnostics

module attributes {pith.options = {require = "f32"}, pith.target = #pith.target<"test", triple = "", cpu = "old", features = "+floats">} {
func.func @lacks(%x: tensor<20x4xf32>, %w: tensor<4x2xf32>) -> tensor<20x2xf32> {
  // expected-error @+4 {{unsupported: no instruction for f32: target 'test' runs this pith.matmul on test.nest, for CPU 'old'}}
  // expected-note @+3 {{test.floats: needs +fused}}
  // expected-note @+2 {{test.fast: is not exact; --fast-float allows it}}
  // expected-note @+1 {{CPUs with f32: none; --fallback accepts slower code with the same results}}
  %0 = pith.matmul %x, %w : tensor<20x4xf32>, tensor<4x2xf32> -> tensor<20x2xf32>
  return %0 : tensor<20x2xf32>
}
}
