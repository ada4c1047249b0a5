// RUN: pith-test-schedule %s --pith-merge-siblings | FileCheck %s
// RUN: sed -e s/+vectors// %s | pith-test-schedule --pith-merge-siblings | FileCheck %s --check-prefix=DEARER

// A kernel that takes each channel by itself gains nothing.
// DEARER-COUNT-2: pith.conv
// DEARER-LABEL: func @same_work
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+vectors">} {
// Three and two channels fill a vector as badly as five. Only the last two are
// negated: each channel takes what was behind its own convolution. What is
// concatenated besides stays where it was.
// CHECK-LABEL: func @other_work(
// CHECK-SAME: %[[X:.+]]: tensor<1x2x2x2xf32>, %[[Z:.+]]: tensor<1x2x2x4xf32>
func.func @other_work(%x: tensor<1x2x2x2xf32>, %z: tensor<1x2x2x4xf32>) -> tensor<1x2x2x9xf32> {
  // CHECK: %[[W:.+]] = pith.constant dense<{{\[\[}}{{.*}}1.000000e+00, 2.000000e+00{{.*}}3.000000e+00, 4.000000e+00{{.*}}5.000000e+00, 6.000000e+00{{.*}}7.000000e+00, 8.000000e+00{{.*}}9.000000e+00, 1.000000e+01{{.*}}> : tensor<5x1x1x2xf32>
  // CHECK: %[[B:.+]] = pith.constant dense<[5.000000e-01, 5.000000e-01, 5.000000e-01, 1.000000e+00, 2.000000e+00]> : tensor<5xf32>
  // CHECK: %[[O:.+]] = pith.constant dense<[0, 0, 0, 1, 1]> : tensor<5xi32>
  // CHECK: %[[G:.+]] = pith.group(%[[X]], %[[W]], %[[B]], %[[O]] :
  // CHECK: ^bb0(%[[A:.+]]: tensor<1x2x2x2xf32>, %[[V:.+]]: tensor<5x1x1x2xf32>, %[[C:.+]]: tensor<5xf32>, %[[N:.+]]: tensor<5xi32>)
  // CHECK: %[[S:.+]] = pith.conv %[[A]], %[[V]] bias(%[[C]] : tensor<5xf32>) {{.*}} -> tensor<1x2x2x5xf32>
  // CHECK: %[[M:.+]] = pith.map(%[[S]] : tensor<1x2x2x5xf32>)
  // CHECK: arith.negf
  // CHECK: %[[R:.+]] = pith.map(%[[S]], %[[M]], %[[N]] :
  // CHECK-NEXT: ^bb0(%[[FIRST:.+]]: f32, %[[SECOND:.+]]: f32, %[[OWNER:.+]]: i32):
  // CHECK-NEXT: %[[ONE:.+]] = arith.constant 1 : i32
  // CHECK-NEXT: %[[IS:.+]] = arith.cmpi eq, %[[OWNER]], %[[ONE]]
  // CHECK-NEXT: arith.select %[[IS]], %[[SECOND]], %[[FIRST]]
  // CHECK: pith.yield %[[R]]
  // CHECK: pith.group(%[[Z]], %[[G]] : tensor<1x2x2x4xf32>, tensor<1x2x2x5xf32>)
  // CHECK: tensor.concat dim(3) %{{.+}}, %{{.+}} : (tensor<1x2x2x5xf32>, tensor<1x2x2x4xf32>)
  // CHECK-NOT: pith.conv
  %v = pith.constant dense<[[[[1.0, 2.0]]], [[[3.0, 4.0]]], [[[5.0, 6.0]]]]> : tensor<3x1x1x2xf32>
  %c = pith.constant dense<0.5> : tensor<3xf32>
  %w = pith.constant dense<[[[[7.0, 8.0]]], [[[9.0, 10.0]]]]> : tensor<2x1x1x2xf32>
  %d = pith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = pith.group (%x, %v, %c : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>, tensor<3xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>, %e: tensor<3xf32>):
    %s = pith.conv %a, %b bias(%e : tensor<3xf32>) strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %1 = pith.group (%x, %w, %d : tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> (tensor<1x2x2x2xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<2x1x1x2xf32>, %e: tensor<2xf32>):
    %s = pith.conv %a, %b bias(%e : tensor<2xf32>) strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<2x1x1x2xf32> -> tensor<1x2x2x2xf32>
    %m = pith.map (%s : tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
    ^bb0(%g: f32):
      %n = arith.negf %g : f32
      pith.yield %n : f32
    }
    pith.yield %m : tensor<1x2x2x2xf32>
  }
  %r = pith.group (%0, %1, %z : tensor<1x2x2x3xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x4xf32>) -> (tensor<1x2x2x9xf32>) {
  ^bb0(%a: tensor<1x2x2x3xf32>, %b: tensor<1x2x2x2xf32>, %e: tensor<1x2x2x4xf32>):
    %j = tensor.concat dim(3) %a, %b, %e : (tensor<1x2x2x3xf32>, tensor<1x2x2x2xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x9xf32>
    pith.yield %j : tensor<1x2x2x9xf32>
  }
  return %r : tensor<1x2x2x9xf32>
}

// The same work is done once. The third would need another vector.
// CHECK-LABEL: func @same_work
func.func @same_work(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x10xf32> {
  // CHECK: %[[F:.+]] = pith.group
  // CHECK: %[[S:.+]] = pith.conv {{.*}} -> tensor<1x2x2x6xf32>
  // CHECK: %[[M:.+]] = pith.map(%[[S]] : tensor<1x2x2x6xf32>)
  // CHECK: arith.negf
  // CHECK-NOT: pith.map
  // CHECK: pith.yield %[[M]]
  // CHECK: pith.group
  // CHECK: pith.conv {{.*}} -> tensor<1x2x2x4xf32>
  // CHECK: tensor.concat dim(3) %{{.+}}, %{{.+}} : (tensor<1x2x2x6xf32>, tensor<1x2x2x4xf32>)
  %v = pith.constant dense<1.0> : tensor<3x1x1x2xf32>
  %u = pith.constant dense<2.0> : tensor<4x1x1x2xf32>
  %0 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    %m = pith.map (%s : tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32> {
    ^bb0(%g: f32):
      %n = arith.negf %g : f32
      pith.yield %n : f32
    }
    pith.yield %m : tensor<1x2x2x3xf32>
  }
  %1 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    %m = pith.map (%s : tensor<1x2x2x3xf32>) -> tensor<1x2x2x3xf32> {
    ^bb0(%g: f32):
      %n = arith.negf %g : f32
      pith.yield %n : f32
    }
    pith.yield %m : tensor<1x2x2x3xf32>
  }
  %2 = pith.group (%x, %u : tensor<1x2x2x2xf32>, tensor<4x1x1x2xf32>) -> (tensor<1x2x2x4xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<4x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<4x1x1x2xf32> -> tensor<1x2x2x4xf32>
    pith.yield %s : tensor<1x2x2x4xf32>
  }
  %r = pith.group (%0, %1, %2 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> (tensor<1x2x2x10xf32>) {
  ^bb0(%a: tensor<1x2x2x3xf32>, %b: tensor<1x2x2x3xf32>, %e: tensor<1x2x2x4xf32>):
    %j = tensor.concat dim(3) %a, %b, %e : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32>
    pith.yield %j : tensor<1x2x2x10xf32>
  }
  return %r : tensor<1x2x2x10xf32>
}

// What is not of one image, or not of one window, stays.
// CHECK-LABEL: func @other_images
// CHECK-COUNT-2: pith.conv
func.func @other_images(%x: tensor<1x2x2x2xf32>, %y: tensor<1x2x2x2xf32>, %z: tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32> {
  %v = pith.constant dense<1.0> : tensor<3x1x1x2xf32>
  %0 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %1 = pith.group (%y, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %r = pith.group (%0, %1, %z : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> (tensor<1x2x2x10xf32>) {
  ^bb0(%a: tensor<1x2x2x3xf32>, %b: tensor<1x2x2x3xf32>, %e: tensor<1x2x2x4xf32>):
    %j = tensor.concat dim(3) %a, %b, %e : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32>
    pith.yield %j : tensor<1x2x2x10xf32>
  }
  return %r : tensor<1x2x2x10xf32>
}

// CHECK-LABEL: func @other_windows
// CHECK-COUNT-2: pith.conv
func.func @other_windows(%x: tensor<1x2x2x2xf32>, %z: tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32> {
  %v = pith.constant dense<1.0> : tensor<3x1x1x2xf32>
  %k = pith.constant dense<1.0> : tensor<3x1x2x2xf32>
  %0 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %1 = pith.group (%x, %k : tensor<1x2x2x2xf32>, tensor<3x1x2x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x2x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 1] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x2x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %r = pith.group (%0, %1, %z : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> (tensor<1x2x2x10xf32>) {
  ^bb0(%a: tensor<1x2x2x3xf32>, %b: tensor<1x2x2x3xf32>, %e: tensor<1x2x2x4xf32>):
    %j = tensor.concat dim(3) %a, %b, %e : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32>
    pith.yield %j : tensor<1x2x2x10xf32>
  }
  return %r : tensor<1x2x2x10xf32>
}

// So does what is read elsewhere,
// CHECK-LABEL: func @read_elsewhere
// CHECK-COUNT-2: pith.conv
func.func @read_elsewhere(%x: tensor<1x2x2x2xf32>, %z: tensor<1x2x2x4xf32>) -> (tensor<1x2x2x10xf32>, tensor<1x2x2x3xf32>) {
  %v = pith.constant dense<1.0> : tensor<3x1x1x2xf32>
  %0 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %1 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %r = pith.group (%0, %1, %z : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> (tensor<1x2x2x10xf32>) {
  ^bb0(%a: tensor<1x2x2x3xf32>, %b: tensor<1x2x2x3xf32>, %e: tensor<1x2x2x4xf32>):
    %j = tensor.concat dim(3) %a, %b, %e : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32>
    pith.yield %j : tensor<1x2x2x10xf32>
  }
  return %r, %1 : tensor<1x2x2x10xf32>, tensor<1x2x2x3xf32>
}

// is all of the concatenation,
// CHECK-LABEL: func @whole
// CHECK-COUNT-2: pith.conv
func.func @whole(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x6xf32> {
  %v = pith.constant dense<1.0> : tensor<3x1x1x2xf32>
  %0 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %1 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %r = pith.group (%0, %1 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>) -> (tensor<1x2x2x6xf32>) {
  ^bb0(%a: tensor<1x2x2x3xf32>, %b: tensor<1x2x2x3xf32>):
    %j = tensor.concat dim(3) %a, %b : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>) -> tensor<1x2x2x6xf32>
    pith.yield %j : tensor<1x2x2x6xf32>
  }
  return %r : tensor<1x2x2x6xf32>
}

// or has work behind it that depends on the channel.
// CHECK-LABEL: func @work_by_channel
// CHECK-COUNT-2: pith.conv
func.func @work_by_channel(%x: tensor<1x2x2x2xf32>, %z: tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32> {
  %v = pith.constant dense<1.0> : tensor<3x1x1x2xf32>
  %p = pith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %1 = pith.group (%x, %v, %p : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>, tensor<3xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>, %e: tensor<3xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    %m = pith.map (%s, %e : tensor<1x2x2x3xf32>, tensor<3xf32>) -> tensor<1x2x2x3xf32> {
    ^bb0(%g: f32, %h: f32):
      %n = arith.addf %g, %h : f32
      pith.yield %n : f32
    }
    pith.yield %m : tensor<1x2x2x3xf32>
  }
  %r = pith.group (%0, %1, %z : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> (tensor<1x2x2x10xf32>) {
  ^bb0(%a: tensor<1x2x2x3xf32>, %b: tensor<1x2x2x3xf32>, %e: tensor<1x2x2x4xf32>):
    %j = tensor.concat dim(3) %a, %b, %e : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32>
    pith.yield %j : tensor<1x2x2x10xf32>
  }
  return %r : tensor<1x2x2x10xf32>
}

// Weights have to be known,
// CHECK-LABEL: func @unknown_weights
// CHECK-COUNT-2: pith.conv
func.func @unknown_weights(%x: tensor<1x2x2x2xf32>, %w: tensor<3x1x1x2xf32>, %z: tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32> {
  %v = pith.constant dense<1.0> : tensor<3x1x1x2xf32>
  %0 = pith.group (%x, %v : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %1 = pith.group (%x, %w : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32>) -> (tensor<1x2x2x3xf32>) {
  ^bb0(%a: tensor<1x2x2x2xf32>, %b: tensor<3x1x1x2xf32>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] : tensor<1x2x2x2xf32>, tensor<3x1x1x2xf32> -> tensor<1x2x2x3xf32>
    pith.yield %s : tensor<1x2x2x3xf32>
  }
  %r = pith.group (%0, %1, %z : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> (tensor<1x2x2x10xf32>) {
  ^bb0(%a: tensor<1x2x2x3xf32>, %b: tensor<1x2x2x3xf32>, %e: tensor<1x2x2x4xf32>):
    %j = tensor.concat dim(3) %a, %b, %e : (tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x10xf32>
    pith.yield %j : tensor<1x2x2x10xf32>
  }
  return %r : tensor<1x2x2x10xf32>
}

// and floats: codes may mean different numbers.
// CHECK-LABEL: func @codes
// CHECK-COUNT-2: pith.conv
func.func @codes(%x: tensor<1x2x2x2xi8>, %z: tensor<1x2x2x4xi32>) -> tensor<1x2x2x10xi32> {
  %v = pith.constant dense<1> : tensor<3x1x1x2xi8>
  %0 = pith.group (%x, %v : tensor<1x2x2x2xi8>, tensor<3x1x1x2xi8>) -> (tensor<1x2x2x3xi32>) {
  ^bb0(%a: tensor<1x2x2x2xi8>, %b: tensor<3x1x1x2xi8>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {accumulator = i32} : tensor<1x2x2x2xi8>, tensor<3x1x1x2xi8> -> tensor<1x2x2x3xi32>
    pith.yield %s : tensor<1x2x2x3xi32>
  }
  %1 = pith.group (%x, %v : tensor<1x2x2x2xi8>, tensor<3x1x1x2xi8>) -> (tensor<1x2x2x3xi32>) {
  ^bb0(%a: tensor<1x2x2x2xi8>, %b: tensor<3x1x1x2xi8>):
    %s = pith.conv %a, %b strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {accumulator = i32} : tensor<1x2x2x2xi8>, tensor<3x1x1x2xi8> -> tensor<1x2x2x3xi32>
    pith.yield %s : tensor<1x2x2x3xi32>
  }
  %r = pith.group (%0, %1, %z : tensor<1x2x2x3xi32>, tensor<1x2x2x3xi32>, tensor<1x2x2x4xi32>) -> (tensor<1x2x2x10xi32>) {
  ^bb0(%a: tensor<1x2x2x3xi32>, %b: tensor<1x2x2x3xi32>, %e: tensor<1x2x2x4xi32>):
    %j = tensor.concat dim(3) %a, %b, %e : (tensor<1x2x2x3xi32>, tensor<1x2x2x3xi32>, tensor<1x2x2x4xi32>) -> tensor<1x2x2x10xi32>
    pith.yield %j : tensor<1x2x2x10xi32>
  }
  return %r : tensor<1x2x2x10xi32>
}
}
