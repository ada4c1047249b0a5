// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Channels from planes that are far apart, twelve beside each other: LLVM's vectors
// of pixels are not scattered into memory, which takes longer than single stores.
// RUN: rm -rf %t && pith compile %s --target=x86 --cpu=avx512vnni --triple=x86_64-unknown-linux-gnu -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t/planes.o | FileCheck %s
// CHECK-LABEL: <{{.*}}k0{{.*}}>:
// CHECK: vmov{{sd|q}}
// CHECK-NOT: vscatter
module attributes {pith.model = "planes", pith.stage = "sparsify"} {
  func.func @main(%x: tensor<1x3x416x416xf64> {pith.io = #pith.io<"x", f64>}) -> (tensor<1x208x208x12xf64> {pith.io = #pith.io<"y", f64>}) {
    %a = tensor.extract_slice %x[0, 0, 0, 0] [1, 3, 208, 208] [1, 1, 2, 2] : tensor<1x3x416x416xf64> to tensor<1x3x208x208xf64>
    %b = tensor.extract_slice %x[0, 0, 1, 0] [1, 3, 208, 208] [1, 1, 2, 2] : tensor<1x3x416x416xf64> to tensor<1x3x208x208xf64>
    %c = tensor.extract_slice %x[0, 0, 0, 1] [1, 3, 208, 208] [1, 1, 2, 2] : tensor<1x3x416x416xf64> to tensor<1x3x208x208xf64>
    %d = tensor.extract_slice %x[0, 0, 1, 1] [1, 3, 208, 208] [1, 1, 2, 2] : tensor<1x3x416x416xf64> to tensor<1x3x208x208xf64>
    %e = tensor.concat dim(1) %a, %b, %c, %d : (tensor<1x3x208x208xf64>, tensor<1x3x208x208xf64>, tensor<1x3x208x208xf64>, tensor<1x3x208x208xf64>) -> tensor<1x12x208x208xf64>
    %o = tensor.empty() : tensor<1x208x208x12xf64>
    %t = linalg.transpose ins(%e : tensor<1x12x208x208xf64>) outs(%o : tensor<1x208x208x12xf64>) permutation = [0, 2, 3, 1]
    return %t : tensor<1x208x208x12xf64>
  }
}
