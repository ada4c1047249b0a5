// RUN: pith-opt %s --pith-verify-quantize --split-input-file --verify-diagnostics

func.func @good(%x: tensor<2x3x!quant.uniform<i8:f32:1, {0.5, 0.25, 1.0}>>) {
  return
}

// -----

// The region's arguments count too.
// expected-error@+1 {{expected the quantized dimension 2 to be one of the shape's}}
func.func @axis(%x: tensor<2x3x!quant.uniform<i8:f32:2, {0.5, 0.25, 1.0}>>) {
  return
}

// -----

func.func @scales() {
  // expected-error@+1 {{expected 3 scales for dimension 1, got 2}}
  %x = tensor.empty() : tensor<2x3x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
  return
}
