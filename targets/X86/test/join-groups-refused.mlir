// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-join-groups --split-input-file | FileCheck %s

// Products that stay kernels of their own, with what lies between.

// The scores are a result too, or tapped.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @returned
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @returned(%q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>) -> (tensor<4x128x32xf32>, tensor<4x128x128xf32>) {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  return %r, %s : tensor<4x128x32xf32>, tensor<4x128x128xf32>
}
}

// -----

// A product outside of the chain reads the probabilities.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @two_products
// CHECK-COUNT-4: pith.group
// CHECK: return
func.func @two_products(%q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>) -> (tensor<4x128x32xf32>, tensor<4x128x32xf32>) {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  %x = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 300, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  return %r, %x : tensor<4x128x32xf32>, tensor<4x128x32xf32>
}
}

// -----

// A row of probabilities is computed from all rows of scores.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @columns
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @columns(%q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>) -> tensor<4x128x32xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [1] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  return %r : tensor<4x128x32xf32>
}
}

// -----

// Each block of the result would compute all scores again.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @right_side
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @right_side(%q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x32x128xf32>) -> tensor<4x32x128xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%v, %p : tensor<4x32x128xf32>, tensor<4x128x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x32x128xf32>) {
  ^bb0(%left: tensor<4x32x128xf32>, %right: tensor<4x128x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x32x128xf32>, tensor<4x128x128xf32> -> tensor<4x32x128xf32>
    pith.yield %0 : tensor<4x32x128xf32>
  }
  return %r : tensor<4x32x128xf32>
}
}

// -----

// Right sides that a second cache does not hold are read for each block.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @large
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @large(%q: tensor<4x128x32xf32>, %k: tensor<4x32x4096xf32>, %v: tensor<4x4096x32xf32>) -> tensor<4x128x32xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x4096xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x4096xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x4096xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x4096xf32> -> tensor<4x128x4096xf32>
    pith.yield %0 : tensor<4x128x4096xf32>
  }
  %p = pith.group (%s : tensor<4x128x4096xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x4096xf32>) {
  ^bb0(%a: tensor<4x128x4096xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x4096xf32> -> tensor<4x128x4096xf32>
    pith.yield %0 : tensor<4x128x4096xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x4096xf32>, tensor<4x4096x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x4096xf32>, %right: tensor<4x4096x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x4096xf32>, tensor<4x4096x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  return %r : tensor<4x128x32xf32>
}
}

// -----

// All of it is near.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @small
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @small(%q: tensor<1x64x32xf32>, %k: tensor<1x32x64xf32>, %v: tensor<1x64x32xf32>) -> tensor<1x64x32xf32> {
  %s = pith.group (%q, %k : tensor<1x64x32xf32>, tensor<1x32x64xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<1x64x64xf32>) {
  ^bb0(%left: tensor<1x64x32xf32>, %right: tensor<1x32x64xf32>):
    %0 = pith.matmul %left, %right : tensor<1x64x32xf32>, tensor<1x32x64xf32> -> tensor<1x64x64xf32>
    pith.yield %0 : tensor<1x64x64xf32>
  }
  %p = pith.group (%s : tensor<1x64x64xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<1x64x64xf32>) {
  ^bb0(%a: tensor<1x64x64xf32>):
    %0 = pith.softmax %a dims [2] : tensor<1x64x64xf32> -> tensor<1x64x64xf32>
    pith.yield %0 : tensor<1x64x64xf32>
  }
  %r = pith.group (%p, %v : tensor<1x64x64xf32>, tensor<1x64x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<1x64x32xf32>) {
  ^bb0(%left: tensor<1x64x64xf32>, %right: tensor<1x64x32xf32>):
    %0 = pith.matmul %left, %right : tensor<1x64x64xf32>, tensor<1x64x32xf32> -> tensor<1x64x32xf32>
    pith.yield %0 : tensor<1x64x32xf32>
  }
  return %r : tensor<1x64x32xf32>
}
}

// -----

// The rows of what is read lie in a larger tensor.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @slice
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @slice(%all: tensor<4x256x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>) -> tensor<4x128x32xf32> {
  %q = tensor.extract_slice %all[0, 0, 0] [4, 128, 32] [1, 1, 1] : tensor<4x256x32xf32> to tensor<4x128x32xf32>
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  return %r : tensor<4x128x32xf32>
}
}

// -----

// So do those of the result.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @inserted
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @inserted(%all: tensor<4x256x32xf32>, %q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>) -> tensor<4x256x32xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  %i = tensor.insert_slice %r into %all[0, 128, 0] [4, 128, 32] [1, 1, 1] : tensor<4x128x32xf32> into tensor<4x256x32xf32>
  return %i : tensor<4x256x32xf32>
}
}

// -----

// A block's rows of the mask do not lie side by side.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @gaps
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @gaps(%q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>, %m: tensor<128x4x128xf32>) -> tensor<4x128x32xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s, %m : tensor<4x128x128xf32>, tensor<128x4x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>, %b: tensor<128x4x128xf32>):
    %0 = tensor.empty() : tensor<4x128x128xf32>
    %1 = linalg.transpose ins(%b : tensor<128x4x128xf32>) outs(%0 : tensor<4x128x128xf32>) permutation = [1, 0, 2]
    %2 = pith.map (%a, %1 : tensor<4x128x128xf32>, tensor<4x128x128xf32>) -> tensor<4x128x128xf32> {
    ^bb0(%x: f32, %y: f32):
      %4 = arith.addf %x, %y : f32
      pith.yield %4 : f32
    }
    %3 = pith.softmax %2 dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %3 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  return %r : tensor<4x128x32xf32>
}
}

// -----

// Nor do those of a result in another layout: no rule says what a block of it is.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @layout
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @layout(%q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>) -> tensor<4x32x128xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x32x128xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    %1 = pith.to_layout %0 layout <pad [0, 0, 0] to [0, 0, 0], shape [4, 128, 32], order [0, 2, 1]> : tensor<4x128x32xf32> -> tensor<4x32x128xf32>
    pith.yield %1 : tensor<4x32x128xf32>
  }
  return %r : tensor<4x32x128xf32>
}
}

// -----

// A loop reads the scores each time.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @loop
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @loop(%q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>) -> tensor<4x128x32xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %r = scf.for %i = %c0 to %c2 step %c1 iter_args(%before = %v) -> (tensor<4x128x32xf32>) {
    %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
    ^bb0(%a: tensor<4x128x128xf32>):
      %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
      pith.yield %0 : tensor<4x128x128xf32>
    }
    %n = pith.group (%p, %before : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
    ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
      %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
      pith.yield %0 : tensor<4x128x32xf32>
    }
    scf.yield %n : tensor<4x128x32xf32>
  }
  return %r : tensor<4x128x32xf32>
}
}

// -----

// Zeros among weights are counted by layers.
module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512f,+avx512vl,+avx512bw,+avx512dq,+fma,+avx2">} {
// CHECK-LABEL: func @counted
// CHECK-COUNT-3: pith.group
// CHECK: return
func.func @counted(%q: tensor<4x128x32xf32>, %k: tensor<4x32x128xf32>, %v: tensor<4x128x32xf32>) -> tensor<4x128x32xf32> {
  %s = pith.group (%q, %k : tensor<4x128x32xf32>, tensor<4x32x128xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x128xf32>) {
  ^bb0(%left: tensor<4x128x32xf32>, %right: tensor<4x32x128xf32>):
    %0 = pith.matmul %left, %right {pith.sparsity = {zeros = 1 : i64}} : tensor<4x128x32xf32>, tensor<4x32x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %p = pith.group (%s : tensor<4x128x128xf32>) kernel <"x86.elements.softmax", cost = 50> -> (tensor<4x128x128xf32>) {
  ^bb0(%a: tensor<4x128x128xf32>):
    %0 = pith.softmax %a dims [2] : tensor<4x128x128xf32> -> tensor<4x128x128xf32>
    pith.yield %0 : tensor<4x128x128xf32>
  }
  %r = pith.group (%p, %v : tensor<4x128x128xf32>, tensor<4x128x32xf32>) kernel <"x86.fma512", cost = 200, tile = [6, 4]> -> (tensor<4x128x32xf32>) {
  ^bb0(%left: tensor<4x128x128xf32>, %right: tensor<4x128x32xf32>):
    %0 = pith.matmul %left, %right : tensor<4x128x128xf32>, tensor<4x128x32xf32> -> tensor<4x128x32xf32>
    pith.yield %0 : tensor<4x128x32xf32>
  }
  return %r : tensor<4x128x32xf32>
}
}
