// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-schedule --pith-x86-lower | sed -e 's/^module attributes.*/module {/' | mlir-translate --mlir-to-llvmir \
// RUN:   | sed -e "s/define internal void @main/define void @main/" | opt -O2 -S -mcpu=x86-64-v4 | llc -O2 -mcpu=x86-64-v4 | FileCheck %s

// The whole loop: nothing is called, no register goes to the stack.
// CHECK-LABEL: k0_quantize:
// CHECK-NOT: {{call|rsp}}
// CHECK: vdivps {{.*}}%zmm
// CHECK-NOT: {{call|rsp}}
// CHECK: vmaxps {{.*}}%zmm
// CHECK-NOT: {{call|rsp}}
// CHECK: vminps {{.*}}%zmm
// CHECK-NOT: {{call|rsp|vrndscale}}
// CHECK: vcvtps2dq {{.*}}%zmm
// CHECK-NOT: {{call|rsp}}
// CHECK: vpmovdb %zmm
// CHECK-NOT: {{call|rsp}}
// CHECK: retq

// A window of bytes, 64 channels at a time.
// CHECK-LABEL: k1_pool:
// CHECK: vpmaxub {{.*}}%zmm
// CHECK-NOT: {{call|pmaxub .*%[xy]mm}}
// CHECK: retq

module attributes {pith.model = "m", pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4",
    features = "+avx2,+avx512bw,+avx512vl">} {
  func.func @main(%x: tensor<1x16x16x64xf32> {pith.io = #pith.io<"x", f32>}, %s: tensor<f32> {pith.io = #pith.io<"s", f32>},
                  %z: tensor<i8> {pith.io = #pith.io<"z", ui8>}) -> (tensor<1x8x8x64xi8> {pith.io = #pith.io<"y", ui8>}) {
    %q = pith.quantize %x scale(%s : tensor<f32>) zero_point(%z : tensor<i8>)
      : tensor<1x16x16x64xf32> -> tensor<1x16x16x64xi8> loc("quantize")
    %p = pith.pool max %q window [3, 3] strides [2, 2] pad [1, 1] to [1, 1] dilations [1, 1]
      : tensor<1x16x16x64xi8> -> tensor<1x8x8x64xi8> loc("pool")
    return %p : tensor<1x8x8x64xi8>
  }
}
