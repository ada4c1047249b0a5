// RUN: pith-opt %s --pith-form-groups --pith-select-kernels | FileCheck %s

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// CHECK-LABEL: func @rows_by_anchor
func.func @rows_by_anchor(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8xf32>) {
  // CHECK: pith.group{{.+}} kernel <"reference.matmul", cost = {{[0-9]+}}
  // CHECK: pith.matmul
  %c = pith.matmul %x, %x : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
  // CHECK: pith.group{{.+}} kernel <"reference.reduce", cost = {{[0-9]+}}
  %r = pith.reduce sum %c dims [1] : tensor<8x8xf32> -> tensor<8xf32>
  return %c, %r : tensor<8x8xf32>, tensor<8xf32>
}

}
