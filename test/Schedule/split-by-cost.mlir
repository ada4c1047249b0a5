// RUN: pith-test-schedule %s --pith-select-kernels | FileCheck %s

// The fast row for floats fuses nothing. Its gain on a large product pays for
// groups of what stood around it.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+floats,+fused">} {
// CHECK-LABEL: func @tail_comes_off
func.func @tail_comes_off(%x: tensor<16x32xf32>, %w: tensor<32x16xf32>) -> tensor<16x16xf32> {
  // CHECK: %[[P:.+]] = pith.group(%arg0, %arg1 : {{.*}}) kernel <"test.floats"
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: pith.matmul
  // CHECK-NEXT: pith.yield
  // CHECK: %[[T:.+]] = pith.group(%[[P]] : tensor<16x16xf32>) kernel <"test.nest"
  // CHECK: arith.negf
  // CHECK: math.absf
  // CHECK: return %[[T]]
  %r = pith.group (%x, %w : tensor<16x32xf32>, tensor<32x16xf32>) -> (tensor<16x16xf32>) {
  ^bb0(%a: tensor<16x32xf32>, %b: tensor<32x16xf32>):
    %0 = pith.matmul %a, %b : tensor<16x32xf32>, tensor<32x16xf32> -> tensor<16x16xf32>
    %1 = pith.map (%0 : tensor<16x16xf32>) -> tensor<16x16xf32> {
    ^bb0(%e: f32):
      %3 = arith.negf %e : f32
      pith.yield %3 : f32
    }
    %2 = pith.map (%1 : tensor<16x16xf32>) -> tensor<16x16xf32> {
    ^bb0(%e: f32):
      %3 = math.absf %e : f32
      pith.yield %3 : f32
    }
    pith.yield %2 : tensor<16x16xf32>
  }
  return %r : tensor<16x16xf32>
}

// CHECK-LABEL: func @front_comes_off
func.func @front_comes_off(%x: tensor<16x32xf32>, %y: tensor<16x16xf32>, %w: tensor<32x16xf32>) -> tensor<16x16xf32> {
  // CHECK: %[[F:.+]] = pith.group(%arg0 : tensor<16x32xf32>) kernel <"test.nest"
  // CHECK: arith.negf
  // CHECK: %[[P:.+]] = pith.group(%[[F]], %arg2 : {{.*}}) kernel <"test.floats"
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: pith.matmul
  // CHECK: pith.group(%arg1, %[[P]] : {{.*}}) kernel <"test.nest"
  // CHECK: math.absf
  // CHECK: arith.addf
  %r = pith.group (%x, %y, %w : tensor<16x32xf32>, tensor<16x16xf32>, tensor<32x16xf32>) -> (tensor<16x16xf32>) {
  ^bb0(%a: tensor<16x32xf32>, %d: tensor<16x16xf32>, %b: tensor<32x16xf32>):
    %0 = pith.map (%a : tensor<16x32xf32>) -> tensor<16x32xf32> {
    ^bb0(%e: f32):
      %4 = arith.negf %e : f32
      pith.yield %4 : f32
    }
    %1 = pith.matmul %0, %b : tensor<16x32xf32>, tensor<32x16xf32> -> tensor<16x16xf32>
    %2 = pith.map (%d : tensor<16x16xf32>) -> tensor<16x16xf32> {
    ^bb0(%e: f32):
      %4 = math.absf %e : f32
      pith.yield %4 : f32
    }
    %3 = pith.map (%1, %2 : tensor<16x16xf32>, tensor<16x16xf32>) -> tensor<16x16xf32> {
    ^bb0(%e: f32, %f: f32):
      %4 = arith.addf %e, %f : f32
      pith.yield %4 : f32
    }
    pith.yield %3 : tensor<16x16xf32>
  }
  return %r : tensor<16x16xf32>
}
}
