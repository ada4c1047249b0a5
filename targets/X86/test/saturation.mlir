// The proof matters: with the narrow form forced on weights that saturate, results change;
// proved, they are those of Reference.
// RUN: pith run %s --target=reference --inputs=random:1 --outputs=%t.npz
// RUN: pith run %s --target=x86 --cpu=avx2 --row=x86.pairs256 --inputs=random:1 --expect=%t.npz --rtol=0 --atol=0
// RUN: not pith run %s --target=x86 --cpu=avx2 --row=x86.pairs256 --inputs=random:1 --expect=%t.npz --rtol=0 --atol=0 "--pass-at=schedule@pith-prove-pair-sums:pith-prove-pair-sums{lists assume-safe}" 2>&1 | FileCheck %s
// CHECK: y: differs
module attributes {pith.model = "saturation", pith.stage = "sparsify"} {
  func.func @main(%x: tensor<32x16xi8> {pith.io = #pith.io<"x", ui8>}) -> (tensor<32x8xi8> {pith.io = #pith.io<"y", ui8>}) {
    %w = pith.constant dense<[[9, 127, 127, 127, 127, 127, 127, 127], [9, 127, 127, 127, 127, 127, 127, 127],
                              [9, 127, 127, 127, 127, 127, 127, 127], [9, 127, 127, 127, 127, 127, 127, 127],
                              [100, 127, 127, 127, 127, 127, 127, 127], [100, 127, 127, 127, 127, 127, 127, 127],
                              [100, 127, 127, 127, 127, 127, 127, 127], [100, 127, 127, 127, 127, 127, 127, 127],
                              [100, 127, 127, 127, 127, 127, 127, 127], [100, 127, 127, 127, 127, 127, 127, 127],
                              [100, 127, 127, 127, 127, 127, 127, 127], [100, 127, 127, 127, 127, 127, 127, 127],
                              [100, 127, 127, 127, 127, 127, 127, 127], [100, 127, 127, 127, 127, 127, 127, 127],
                              [100, 127, 127, 127, 127, 127, 127, 127], [100, 127, 127, 127, 127, 127, 127, 127]]> : tensor<16x8xi8>
    %m = arith.constant dense<6.0e-04> : tensor<f32>
    %s = pith.matmul %x, %w {rhs_signed, accumulator = i32} : tensor<32x16xi8>, tensor<16x8xi8> -> tensor<32x8xi32>
    %q = pith.requantize %s scale(%m : tensor<f32>) : tensor<32x8xi32> -> tensor<32x8xi8>
    return %q : tensor<32x8xi8>
  }
}
