// RUN: pith-opt %s --pith-select-kernels | FileCheck %s

// No row fuses element-wise work in front of a matmul: the group falls apart.
module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// CHECK-LABEL: func @no_row_takes_it
func.func @no_row_takes_it(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK: %[[M:.+]] = pith.group(%arg0 : tensor<8x8xf32>) kernel <"reference.map"
  // CHECK: pith.map
  // CHECK: %[[R:.+]] = pith.group({{.*}}%[[M]]{{.*}}) kernel <"reference.matmul"
  // CHECK: pith.matmul
  // CHECK: return %[[R]]
  %g = pith.group (%x : tensor<8x8xf32>) -> (tensor<8x8xf32>) {
  ^bb0(%a: tensor<8x8xf32>):
    %m = pith.map (%a : tensor<8x8xf32>) -> tensor<8x8xf32> {
    ^bb0(%e: f32):
      %0 = arith.negf %e : f32
      pith.yield %0 : f32
    }
    %c = pith.matmul %m, %a : tensor<8x8xf32>, tensor<8x8xf32> -> tensor<8x8xf32>
    pith.yield %c : tensor<8x8xf32>
  }
  return %g : tensor<8x8xf32>
}
}
