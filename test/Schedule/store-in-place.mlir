// RUN: pith-test-schedule %s --pith-store-in-place | FileCheck %s
// RUN: sed -e s/+frames// %s | pith-test-schedule --pith-store-in-place | FileCheck %s --check-prefix=NONE
// RUN: sed -e s/test.parts/test.nest/ %s | pith-test-schedule --pith-store-in-place | FileCheck %s --check-prefix=WHOLE

// A result that is padded by nothing but its only reader goes into the frame, which
// is there before it; the padding's number is known by then. A target without a row
// for frames, or a kernel that cannot write to a part of a tensor, leaves the copy.
// NONE: pith.to_layout
// NONE-NOT: insert_slice %{{.+}} : tensor<1x4x4x32xf32>
// WHOLE-NOT: insert_slice
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+frames">} {
// CHECK-LABEL: func @padded
func.func @padded(%x: tensor<1x4x4x32xf32>) -> tensor<1x6x7x32xf32> {
  // CHECK: %[[Z:.+]] = pith.constant dense<3.000000e+00> : tensor<f32>
  // CHECK: %[[F:.+]] = pith.group(%[[Z]] : tensor<f32>) kernel <"test.frame"
  // CHECK: pith.frame value(%{{.+}} : tensor<f32>) layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x6x7x32xf32>
  // CHECK: %[[R:.+]] = pith.group(%arg0 : tensor<1x4x4x32xf32>)
  // CHECK: %[[P:.+]] = tensor.insert_slice %[[R]] into %[[F]][0, 1, 1, 0] [1, 4, 4, 32] [1, 1, 1, 1]
  // CHECK: return %[[P]]
  %r = pith.group (%x : tensor<1x4x4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<1x4x4x32xf32>) {
  ^bb0(%a: tensor<1x4x4x32xf32>):
    %m = arith.addf %a, %a : tensor<1x4x4x32xf32>
    pith.yield %m : tensor<1x4x4x32xf32>
  }
  %z = pith.constant dense<3.0> : tensor<f32>
  %p = pith.group (%r, %z : tensor<1x4x4x32xf32>, tensor<f32>) kernel <"test.parts", cost = 1> -> (tensor<1x6x7x32xf32>) {
  ^bb0(%a: tensor<1x4x4x32xf32>, %b: tensor<f32>):
    %l = pith.to_layout %a value(%b : tensor<f32>) layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<1x4x4x32xf32> -> tensor<1x6x7x32xf32>
    pith.yield %l : tensor<1x6x7x32xf32>
  }
  return %p : tensor<1x6x7x32xf32>
}

// Another kernel that can read the result with its padding does; one that cannot, or
// not so much of it, keeps the copy.
// CHECK-LABEL: func @read_padded
func.func @read_padded(%x: tensor<1x4x4x32xf32>) -> (tensor<1x6x6x32xf32>, tensor<1x4x4x32xf32>) {
  // CHECK: %[[R:.+]] = pith.group(%arg0 : tensor<1x4x4x32xf32>)
  // CHECK: %[[P:.+]] = tensor.insert_slice %[[R]] into %{{.+}}[0, 1, 1, 0] [1, 4, 4, 32] [1, 1, 1, 1]
  // CHECK: %[[S:.+]] = pith.group(%[[P]] : tensor<1x6x6x32xf32>) kernel <"test.padded"
  // CHECK: ^bb0(%[[A:.+]]: tensor<1x6x6x32xf32>):
  // CHECK: %[[OWN:.+]] = pith.from_layout %[[A]] layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]> : tensor<1x6x6x32xf32> -> tensor<1x4x4x32xf32>
  // CHECK: arith.mulf %[[OWN]], %[[OWN]]
  // CHECK: return %[[P]], %[[S]]
  %r = pith.group (%x : tensor<1x4x4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<1x4x4x32xf32>) {
  ^bb0(%a: tensor<1x4x4x32xf32>):
    %m = arith.addf %a, %a : tensor<1x4x4x32xf32>
    pith.yield %m : tensor<1x4x4x32xf32>
  }
  %p = pith.group (%r : tensor<1x4x4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<1x6x6x32xf32>) {
  ^bb0(%a: tensor<1x4x4x32xf32>):
    %l = pith.to_layout %a layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]> : tensor<1x4x4x32xf32> -> tensor<1x6x6x32xf32>
    pith.yield %l : tensor<1x6x6x32xf32>
  }
  %s = pith.group (%r : tensor<1x4x4x32xf32>) kernel <"test.padded", cost = 1> -> (tensor<1x4x4x32xf32>) {
  ^bb0(%a: tensor<1x4x4x32xf32>):
    %m = arith.mulf %a, %a : tensor<1x4x4x32xf32>
    pith.yield %m : tensor<1x4x4x32xf32>
  }
  return %p, %s : tensor<1x6x6x32xf32>, tensor<1x4x4x32xf32>
}

// CHECK-LABEL: func @read_padded_too_much
// CHECK: pith.to_layout
// CHECK-NOT: pith.from_layout
// CHECK: return
func.func @read_padded_too_much(%x: tensor<1x4x4x32xf32>) -> (tensor<1x7x7x32xf32>, tensor<1x4x4x32xf32>) {
  %r = pith.group (%x : tensor<1x4x4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<1x4x4x32xf32>) {
  ^bb0(%a: tensor<1x4x4x32xf32>):
    %m = arith.addf %a, %a : tensor<1x4x4x32xf32>
    pith.yield %m : tensor<1x4x4x32xf32>
  }
  %p = pith.group (%r : tensor<1x4x4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<1x7x7x32xf32>) {
  ^bb0(%a: tensor<1x4x4x32xf32>):
    %l = pith.to_layout %a layout <pad [0, 0, 0, 0] to [0, 3, 3, 0]> : tensor<1x4x4x32xf32> -> tensor<1x7x7x32xf32>
    pith.yield %l : tensor<1x7x7x32xf32>
  }
  %s = pith.group (%r : tensor<1x4x4x32xf32>) kernel <"test.padded", cost = 1> -> (tensor<1x4x4x32xf32>) {
  ^bb0(%a: tensor<1x4x4x32xf32>):
    %m = arith.mulf %a, %a : tensor<1x4x4x32xf32>
    pith.yield %m : tensor<1x4x4x32xf32>
  }
  return %p, %s : tensor<1x7x7x32xf32>, tensor<1x4x4x32xf32>
}

// What stands twice in a concatenation has one place to be written to: it is copied.
// CHECK-LABEL: func @twice
// CHECK-NOT: tensor.insert_slice
// CHECK: tensor.concat
func.func @twice(%x: tensor<4x32xf32>) -> tensor<4x64xf32> {
  %a = pith.group (%x : tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x32xf32>) {
  ^bb0(%v: tensor<4x32xf32>):
    %m = arith.addf %v, %v : tensor<4x32xf32>
    pith.yield %m : tensor<4x32xf32>
  }
  %c = pith.group (%a : tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x64xf32>) {
  ^bb0(%v: tensor<4x32xf32>):
    %j = tensor.concat dim(1) %v, %v : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x64xf32>
    pith.yield %j : tensor<4x64xf32>
  }
  return %c : tensor<4x64xf32>
}

// Parts of a concatenation, in the order of the groups that make them.
// CHECK-LABEL: func @parts
func.func @parts(%x: tensor<4x32xf32>) -> tensor<4x64xf32> {
  // CHECK: %[[E:.+]] = tensor.empty() : tensor<4x64xf32>
  // CHECK: %[[A:.+]] = pith.group(%arg0
  // CHECK: %[[H:.+]] = tensor.insert_slice %[[A]] into %[[E]][0, 32] [4, 32] [1, 1]
  // CHECK: %[[B:.+]] = pith.group(%arg0
  // CHECK: %[[W:.+]] = tensor.insert_slice %[[B]] into %[[H]][0, 0] [4, 32] [1, 1]
  // CHECK: return %[[W]]
  %a = pith.group (%x : tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x32xf32>) {
  ^bb0(%v: tensor<4x32xf32>):
    %m = arith.addf %v, %v : tensor<4x32xf32>
    pith.yield %m : tensor<4x32xf32>
  }
  %b = pith.group (%x : tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x32xf32>) {
  ^bb0(%v: tensor<4x32xf32>):
    %m = arith.mulf %v, %v : tensor<4x32xf32>
    pith.yield %m : tensor<4x32xf32>
  }
  %c = pith.group (%b, %a : tensor<4x32xf32>, tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x64xf32>) {
  ^bb0(%v: tensor<4x32xf32>, %w: tensor<4x32xf32>):
    %j = tensor.concat dim(1) %v, %w : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x64xf32>
    pith.yield %j : tensor<4x64xf32>
  }
  return %c : tensor<4x64xf32>
}

// Another kernel that can read a part of a tensor finds the result there, as it is
// before the other part is written.
// CHECK-LABEL: func @read_besides
func.func @read_besides(%x: tensor<4x32xf32>) -> tensor<4x64xf32> {
  // CHECK: %[[E:.+]] = tensor.empty() : tensor<4x64xf32>
  // CHECK: %[[A:.+]] = pith.group(%arg0
  // CHECK: %[[H:.+]] = tensor.insert_slice %[[A]] into %[[E]][0, 32] [4, 32] [1, 1]
  // CHECK: %[[S:.+]] = tensor.extract_slice %[[H]][0, 32] [4, 32] [1, 1]
  // CHECK: %[[V:.+]] = tensor.expand_shape %[[S]] {{.+}} output_shape [4, 1, 32]
  // CHECK: %[[T:.+]] = pith.group(%[[V]]
  // CHECK: %[[B:.+]] = pith.group(%[[T]]
  // CHECK: %[[W:.+]] = tensor.insert_slice %[[B]] into %[[H]][0, 0] [4, 32] [1, 1]
  // CHECK: return %[[W]]
  %a = pith.group (%x : tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x32xf32>) {
  ^bb0(%v: tensor<4x32xf32>):
    %m = arith.addf %v, %v : tensor<4x32xf32>
    pith.yield %m : tensor<4x32xf32>
  }
  %e = tensor.expand_shape %a [[0, 1], [2]] output_shape [4, 1, 32] : tensor<4x32xf32> into tensor<4x1x32xf32>
  %t = pith.group (%e : tensor<4x1x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x1x32xf32>) {
  ^bb0(%v: tensor<4x1x32xf32>):
    %m = arith.mulf %v, %v : tensor<4x1x32xf32>
    pith.yield %m : tensor<4x1x32xf32>
  }
  %b = pith.group (%t : tensor<4x1x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x32xf32>) {
  ^bb0(%v: tensor<4x1x32xf32>):
    %l = tensor.collapse_shape %v [[0, 1], [2]] : tensor<4x1x32xf32> into tensor<4x32xf32>
    %m = arith.addf %l, %l : tensor<4x32xf32>
    pith.yield %m : tensor<4x32xf32>
  }
  %c = pith.group (%b, %a : tensor<4x32xf32>, tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x64xf32>) {
  ^bb0(%v: tensor<4x32xf32>, %w: tensor<4x32xf32>):
    %j = tensor.concat dim(1) %v, %w : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x64xf32>
    pith.yield %j : tensor<4x64xf32>
  }
  return %c : tensor<4x64xf32>
}

// A part with more dimensions is written to the larger tensor seen with as many.
// CHECK-LABEL: func @more_dimensions
func.func @more_dimensions(%x: tensor<4x2x32xf32>, %y: tensor<8x32xf32>) -> tensor<8x64xf32> {
  // CHECK: %[[E:.+]] = tensor.empty() : tensor<8x64xf32>
  // CHECK: %[[L:.+]] = tensor.expand_shape %[[E]] {{\[\[}}0, 1], [2]] output_shape [4, 2, 64]
  // CHECK: %[[A:.+]] = pith.group(%arg0
  // CHECK: %[[I:.+]] = tensor.insert_slice %[[A]] into %[[L]][0, 0, 0] [4, 2, 32] [1, 1, 1]
  // CHECK: %[[H:.+]] = tensor.collapse_shape %[[I]] {{\[\[}}0, 1], [2]]
  // CHECK: %[[B:.+]] = pith.group(%arg1
  // CHECK: %[[W:.+]] = tensor.insert_slice %[[B]] into %[[H]][0, 32] [8, 32] [1, 1]
  // CHECK: return %[[W]]
  %a = pith.group (%x : tensor<4x2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x2x32xf32>) {
  ^bb0(%v: tensor<4x2x32xf32>):
    %m = arith.addf %v, %v : tensor<4x2x32xf32>
    pith.yield %m : tensor<4x2x32xf32>
  }
  %l = tensor.collapse_shape %a [[0, 1], [2]] : tensor<4x2x32xf32> into tensor<8x32xf32>
  %b = pith.group (%y : tensor<8x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<8x32xf32>) {
  ^bb0(%v: tensor<8x32xf32>):
    %m = arith.mulf %v, %v : tensor<8x32xf32>
    pith.yield %m : tensor<8x32xf32>
  }
  %c = pith.group (%l, %b : tensor<8x32xf32>, tensor<8x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<8x64xf32>) {
  ^bb0(%v: tensor<8x32xf32>, %w: tensor<8x32xf32>):
    %j = tensor.concat dim(1) %v, %w : (tensor<8x32xf32>, tensor<8x32xf32>) -> tensor<8x64xf32>
    pith.yield %j : tensor<8x64xf32>
  }
  return %c : tensor<8x64xf32>
}

// Concatenations of concatenations: each part goes to its place in the whole, seen
// there as its own concatenation is.
// CHECK-LABEL: func @nested
func.func @nested(%x: tensor<2x2x32xf32>, %y: tensor<2x32xf32>) -> tensor<6x64xf32> {
  // CHECK: %[[E:.+]] = tensor.empty() : tensor<6x64xf32>
  // CHECK: %[[O:.+]] = tensor.cast %[[E]] : tensor<6x64xf32> to tensor<6x64xf32>
  // CHECK: %[[S:.+]] = tensor.extract_slice %[[O]][0, 0] [4, 64] [1, 1]
  // CHECK: %[[V:.+]] = tensor.expand_shape %[[S]] {{\[\[}}0, 1], [2]] output_shape [2, 2, 64]
  // CHECK: %[[A:.+]] = pith.group(%arg0
  // CHECK: %[[I:.+]] = tensor.insert_slice %[[A]] into %[[V]][0, 0, 0] [2, 2, 32] [1, 1, 1]
  // CHECK: %[[C:.+]] = tensor.collapse_shape %[[I]] {{\[\[}}0, 1], [2]]
  // CHECK: %[[P:.+]] = tensor.insert_slice %[[C]] into %[[O]][0, 0] [4, 64] [1, 1]
  // CHECK: %[[T:.+]] = tensor.extract_slice %[[P]][0, 0] [4, 64] [1, 1]
  // CHECK: %[[B:.+]] = pith.group(%arg0
  // CHECK: tensor.insert_slice %[[B]] into %{{.+}}[0, 0, 32] [2, 2, 32] [1, 1, 1]
  // CHECK: %[[Q:.+]] = tensor.insert_slice %{{.+}} into %[[P]][0, 0] [4, 64] [1, 1]
  // CHECK: tensor.extract_slice %[[Q]][4, 0] [2, 64] [1, 1]
  // CHECK: pith.group(%arg1
  // CHECK: tensor.extract_slice %{{.+}}[4, 0] [2, 64] [1, 1]
  // CHECK: pith.group(%arg1
  // CHECK: %[[W:.+]] = tensor.insert_slice %{{.+}} into %{{.+}}[4, 0] [2, 64] [1, 1]
  // CHECK-NOT: concat
  // CHECK: return %[[W]]
  %0 = pith.group (%x : tensor<2x2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x2x32xf32>) {
  ^bb0(%v: tensor<2x2x32xf32>):
    %m = arith.addf %v, %v : tensor<2x2x32xf32>
    pith.yield %m : tensor<2x2x32xf32>
  }
  %1 = pith.group (%x : tensor<2x2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x2x32xf32>) {
  ^bb0(%v: tensor<2x2x32xf32>):
    %m = arith.mulf %v, %v : tensor<2x2x32xf32>
    pith.yield %m : tensor<2x2x32xf32>
  }
  %2 = pith.group (%y : tensor<2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x32xf32>) {
  ^bb0(%v: tensor<2x32xf32>):
    %m = arith.addf %v, %v : tensor<2x32xf32>
    pith.yield %m : tensor<2x32xf32>
  }
  %3 = pith.group (%y : tensor<2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x32xf32>) {
  ^bb0(%v: tensor<2x32xf32>):
    %m = arith.mulf %v, %v : tensor<2x32xf32>
    pith.yield %m : tensor<2x32xf32>
  }
  %r = pith.group (%0, %1, %2, %3 : tensor<2x2x32xf32>, tensor<2x2x32xf32>, tensor<2x32xf32>, tensor<2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<6x64xf32>) {
  ^bb0(%a: tensor<2x2x32xf32>, %b: tensor<2x2x32xf32>, %c: tensor<2x32xf32>, %d: tensor<2x32xf32>):
    %i = tensor.concat dim(2) %a, %b : (tensor<2x2x32xf32>, tensor<2x2x32xf32>) -> tensor<2x2x64xf32>
    %l = tensor.collapse_shape %i [[0, 1], [2]] : tensor<2x2x64xf32> into tensor<4x64xf32>
    %k = tensor.concat dim(1) %c, %d : (tensor<2x32xf32>, tensor<2x32xf32>) -> tensor<2x64xf32>
    %j = tensor.concat dim(0) %l, %k : (tensor<4x64xf32>, tensor<2x64xf32>) -> tensor<6x64xf32>
    pith.yield %j : tensor<6x64xf32>
  }
  return %r : tensor<6x64xf32>
}

// Who else reads a part of these would have to find it there; what is computed in
// between has to be copied.
// CHECK-LABEL: func @nested_left_alone
// CHECK-NOT: insert_slice
// CHECK: return
func.func @nested_left_alone(%x: tensor<2x2x32xf32>, %y: tensor<2x32xf32>) -> (tensor<4x64xf32>, tensor<2x2x32xf32>, tensor<4x64xf32>) {
  %0 = pith.group (%x : tensor<2x2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x2x32xf32>) {
  ^bb0(%v: tensor<2x2x32xf32>):
    %m = arith.addf %v, %v : tensor<2x2x32xf32>
    pith.yield %m : tensor<2x2x32xf32>
  }
  %1 = pith.group (%x : tensor<2x2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x2x32xf32>) {
  ^bb0(%v: tensor<2x2x32xf32>):
    %m = arith.mulf %v, %v : tensor<2x2x32xf32>
    pith.yield %m : tensor<2x2x32xf32>
  }
  %2 = pith.group (%y : tensor<2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x32xf32>) {
  ^bb0(%v: tensor<2x32xf32>):
    %m = arith.addf %v, %v : tensor<2x32xf32>
    pith.yield %m : tensor<2x32xf32>
  }
  %3 = pith.group (%y : tensor<2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x32xf32>) {
  ^bb0(%v: tensor<2x32xf32>):
    %m = arith.mulf %v, %v : tensor<2x32xf32>
    pith.yield %m : tensor<2x32xf32>
  }
  %t = pith.group (%1 : tensor<2x2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<2x2x32xf32>) {
  ^bb0(%a: tensor<2x2x32xf32>):
    %m = arith.addf %a, %a : tensor<2x2x32xf32>
    pith.yield %m : tensor<2x2x32xf32>
  }
  %r = pith.group (%0, %1, %2 : tensor<2x2x32xf32>, tensor<2x2x32xf32>, tensor<2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x64xf32>) {
  ^bb0(%a: tensor<2x2x32xf32>, %b: tensor<2x2x32xf32>, %c: tensor<2x32xf32>):
    %i = tensor.concat dim(2) %a, %b : (tensor<2x2x32xf32>, tensor<2x2x32xf32>) -> tensor<2x2x64xf32>
    %l = tensor.collapse_shape %i [[0, 1], [2]] : tensor<2x2x64xf32> into tensor<4x64xf32>
    %j = tensor.concat dim(0) %l : (tensor<4x64xf32>) -> tensor<4x64xf32>
    pith.yield %j : tensor<4x64xf32>
  }
  %s = pith.group (%2, %3 : tensor<2x32xf32>, tensor<2x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x64xf32>) {
  ^bb0(%c: tensor<2x32xf32>, %d: tensor<2x32xf32>):
    %k = tensor.concat dim(1) %c, %d : (tensor<2x32xf32>, tensor<2x32xf32>) -> tensor<2x64xf32>
    %n = arith.negf %k : tensor<2x64xf32>
    %j = tensor.concat dim(0) %n, %k : (tensor<2x64xf32>, tensor<2x64xf32>) -> tensor<4x64xf32>
    pith.yield %j : tensor<4x64xf32>
  }
  return %r, %t, %s : tensor<4x64xf32>, tensor<2x2x32xf32>, tensor<4x64xf32>
}

// Who else reads the result would find it with gaps; what comes from outside has
// no kernel that could write elsewhere.
// CHECK-LABEL: func @left_alone
func.func @left_alone(%x: tensor<4x32xf32>) -> (tensor<4x64xf32>, tensor<6x32xf32>, tensor<4x32xf32>) {
  // CHECK-NOT: insert_slice
  // CHECK: tensor.concat
  // CHECK-NOT: insert_slice
  // CHECK: pith.to_layout
  // CHECK-NOT: insert_slice
  // CHECK: return
  %a = pith.group (%x : tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x32xf32>) {
  ^bb0(%v: tensor<4x32xf32>):
    %m = arith.addf %v, %v : tensor<4x32xf32>
    pith.yield %m : tensor<4x32xf32>
  }
  %c = pith.group (%x, %a : tensor<4x32xf32>, tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<4x64xf32>) {
  ^bb0(%v: tensor<4x32xf32>, %w: tensor<4x32xf32>):
    %j = tensor.concat dim(1) %v, %w : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x64xf32>
    pith.yield %j : tensor<4x64xf32>
  }
  %p = pith.group (%a : tensor<4x32xf32>) kernel <"test.parts", cost = 1> -> (tensor<6x32xf32>) {
  ^bb0(%v: tensor<4x32xf32>):
    %l = pith.to_layout %v layout <pad [1, 0] to [1, 0]> : tensor<4x32xf32> -> tensor<6x32xf32>
    pith.yield %l : tensor<6x32xf32>
  }
  return %c, %p, %a : tensor<4x64xf32>, tensor<6x32xf32>, tensor<4x32xf32>
}
}
