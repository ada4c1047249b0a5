// RUN: pith-test-schedule %s --pith-select-kernels --pith-fold-zero-points --split-input-file | FileCheck %s

// An unsigned image with a zero point, padded: the halo holds the zero point, the
// bias makes up for it. 10 * (1 + ... + 8) = 360 and 10 * (9 + ... + 16) = 1000.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @zero_point_of_the_image
func.func @zero_point_of_the_image(%x: tensor<1x3x3x2xi8>) -> tensor<1x4x4x2xi32> {
  // CHECK: %[[P:.+]] = pith.group(%arg0, %{{.+}} : tensor<1x3x3x2xi8>, tensor<i8>) kernel <"test.nest"
  // CHECK: pith.to_layout %{{.+}} value(%{{.+}} : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]>
  // CHECK: %[[B:.+]] = pith.constant dense<[-353, -991]> : tensor<2xi32>
  // CHECK: pith.group({{.*}}%[[P]], %[[B]] :{{.*}}) kernel <"test.bytes"
  // CHECK-NEXT: ^bb0
  // CHECK-NEXT: pith.conv %{{.+}}, %{{.+}} bias(%{{.+}} : tensor<2xi32>) strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {accumulator = i32, filter_signed} : tensor<1x5x5x2xi8>
  %w = pith.constant dense<[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[9, 10], [11, 12]], [[13, 14], [15, 16]]]]> : tensor<2x2x2x2xi8>
  %b = pith.constant dense<[7, 9]> : tensor<2xi32>
  %z = pith.constant dense<10> : tensor<i8>
  %r = pith.group (%x, %w, %b, %z : tensor<1x3x3x2xi8>, tensor<2x2x2x2xi8>, tensor<2xi32>, tensor<i8>) -> (tensor<1x4x4x2xi32>) {
  ^bb0(%a: tensor<1x3x3x2xi8>, %f: tensor<2x2x2x2xi8>, %c: tensor<2xi32>, %o: tensor<i8>):
    %s = pith.conv %a, %f bias(%c : tensor<2xi32>) input_zero_point(%o : tensor<i8>) strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {accumulator = i32, filter_signed} : tensor<1x3x3x2xi8>, tensor<2x2x2x2xi8> -> tensor<1x4x4x2xi32>
    pith.yield %s : tensor<1x4x4x2xi32>
  }
  return %r : tensor<1x4x4x2xi32>
}
}

// -----

// A signed image whose zero point becomes 0: nothing to make up for, but the halo
// has to hold the zero point before its sign flips.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @flipped_halo
func.func @flipped_halo(%x: tensor<1x3x3x2xi8>) -> tensor<1x4x4x2xi32> {
  // CHECK: %[[P:.+]] = pith.group(%arg0, %{{.+}} : tensor<1x3x3x2xi8>, tensor<i8>) kernel <"test.nest"
  // CHECK: pith.to_layout %{{.+}} value(%{{.+}} : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]>
  // CHECK: pith.group({{.*}}%[[P]]{{.*}}) kernel <"test.bytes"
  // CHECK: %[[U:.+]] = pith.map(%{{.+}} : tensor<1x5x5x2xi8>)
  // CHECK: pith.conv %[[U]], %{{[^ ]+}} strides [1, 1] pad [0, 0] to [0, 0] dilations [1, 1] {accumulator = i32, filter_signed} : tensor<1x5x5x2xi8>
  %w = pith.constant dense<[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[9, 10], [11, 12]], [[13, 14], [15, 16]]]]> : tensor<2x2x2x2xi8>
  %z = pith.constant dense<-128> : tensor<i8>
  %r = pith.group (%x, %w, %z : tensor<1x3x3x2xi8>, tensor<2x2x2x2xi8>, tensor<i8>) -> (tensor<1x4x4x2xi32>) {
  ^bb0(%a: tensor<1x3x3x2xi8>, %f: tensor<2x2x2x2xi8>, %o: tensor<i8>):
    %s = pith.conv %a, %f input_zero_point(%o : tensor<i8>) strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {accumulator = i32, input_signed, filter_signed} : tensor<1x3x3x2xi8>, tensor<2x2x2x2xi8> -> tensor<1x4x4x2xi32>
    pith.yield %s : tensor<1x4x4x2xi32>
  }
  return %r : tensor<1x4x4x2xi32>
}
}

// -----

// Signed codes on the left are flipped, which is worth 128; unsigned weights with
// a zero point of 128 fit signed bytes. 128 * (1 + 2) = 384, 128 * (3 - 4) = -128.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @signs
func.func @signs(%x: tensor<3x2xi8>) -> tensor<3x2xi32> {
  // CHECK-DAG: %[[W:.+]] = pith.constant dense<{{\[\[}}1, 3], [2, -4]]> : tensor<2x2xi8>
  // CHECK-DAG: %[[B:.+]] = pith.constant dense<[-384, 128]> : tensor<2xi32>
  // CHECK: pith.group(%arg0, {{.*}}%[[W]], %[[B]] :
  // CHECK: %[[U:.+]] = pith.map(%{{.+}} : tensor<3x2xi8>)
  // CHECK: arith.constant -128 : i8
  // CHECK: arith.xori
  // CHECK: pith.matmul %[[U]], %{{.+}} bias(%{{.+}} : tensor<2xi32>) {accumulator = i32, rhs_signed}
  %w = pith.constant dense<[[129, 131], [130, 124]]> : tensor<2x2xi8>
  %z = pith.constant dense<128> : tensor<i8>
  %r = pith.group (%x, %w, %z : tensor<3x2xi8>, tensor<2x2xi8>, tensor<i8>) -> (tensor<3x2xi32>) {
  ^bb0(%a: tensor<3x2xi8>, %f: tensor<2x2xi8>, %o: tensor<i8>):
    %s = pith.matmul %a, %f rhs_zero_point(%o : tensor<i8>) {accumulator = i32, lhs_signed} : tensor<3x2xi8>, tensor<2x2xi8> -> tensor<3x2xi32>
    pith.yield %s : tensor<3x2xi32>
  }
  return %r : tensor<3x2xi32>
}
}

// -----

// A zero point that comes at run time: the bias does too.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @zero_point_at_run_time
func.func @zero_point_at_run_time(%x: tensor<3x2xi8>, %z: tensor<i8>) -> tensor<3x2xi32> {
  // CHECK: %[[S:.+]] = pith.constant dense<[4, 6]> : tensor<2xi32>
  // CHECK: %[[B:.+]] = pith.group(%[[S]], %arg1 : tensor<2xi32>, tensor<i8>) kernel <"test.nest"
  // CHECK: pith.map
  // CHECK: arith.constant 0 : i32
  // CHECK: arith.extui
  // CHECK: arith.muli
  // CHECK: arith.subi
  // CHECK: pith.group({{.*}}%[[B]]
  %w = pith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %r = pith.group (%x, %w, %z : tensor<3x2xi8>, tensor<2x2xi8>, tensor<i8>) -> (tensor<3x2xi32>) {
  ^bb0(%a: tensor<3x2xi8>, %f: tensor<2x2xi8>, %o: tensor<i8>):
    %s = pith.matmul %a, %f lhs_zero_point(%o : tensor<i8>) {accumulator = i32, rhs_signed} : tensor<3x2xi8>, tensor<2x2xi8> -> tensor<3x2xi32>
    pith.yield %s : tensor<3x2xi32>
  }
  return %r : tensor<3x2xi32>
}
}

// -----

// A row of 16 bits: both sides are less their zero points, weights at once. The
// bias and the padding stay.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+words">} {
// CHECK-LABEL: func @words
func.func @words(%x: tensor<1x4x2xi8>, %z: tensor<i8>) -> tensor<1x4x2xi32> {
  // CHECK: %[[W:.+]] = pith.constant dense<{{.*}}-200{{.*}}> : tensor<2x3x2xi16>
  // CHECK: %[[X:.+]] = pith.group(%arg0, %arg1 : tensor<1x4x2xi8>, tensor<i8>) kernel <"test.nest"
  // CHECK: arith.extui
  // CHECK: arith.subi {{.*}} : i16
  // CHECK: pith.group({{.*}}%[[W]], %[[X]]{{.*}}) kernel <"test.words"
  // CHECK: pith.conv {{.*}} strides [1] pad [1] to [1] dilations [1] {accumulator = i32, filter_signed, input_signed} : tensor<1x4x2xi16>, tensor<2x3x2xi16>
  %w = pith.constant dense<[[[0, 1], [2, 3], [4, 5]], [[255, 1], [2, 3], [4, 5]]]> : tensor<2x3x2xi8>
  %v = pith.constant dense<200> : tensor<i8>
  %r = pith.group (%x, %w, %z, %v : tensor<1x4x2xi8>, tensor<2x3x2xi8>, tensor<i8>, tensor<i8>) -> (tensor<1x4x2xi32>) {
  ^bb0(%a: tensor<1x4x2xi8>, %f: tensor<2x3x2xi8>, %o: tensor<i8>, %p: tensor<i8>):
    %s = pith.conv %a, %f input_zero_point(%o : tensor<i8>) filter_zero_point(%p : tensor<i8>) strides [1] pad [1] to [1] dilations [1] {accumulator = i32} : tensor<1x4x2xi8>, tensor<2x3x2xi8> -> tensor<1x4x2xi32>
    pith.yield %s : tensor<1x4x2xi32>
  }
  return %r : tensor<1x4x2xi32>
}
}

// -----

// Both sides at run time, unsigned, for an instruction of u8 x s8: the right side
// is flipped, its zero point 125 becomes -3. Rows of the left side count 3 times,
// columns of the right one less their zero point -7 times. What turns the right side
// is done where it is read.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @both_at_run_time
func.func @both_at_run_time(%x: tensor<2x3x4xi8>, %y: tensor<2x5x4xi8>) -> tensor<2x3x5xi32> {
  // CHECK: %[[R:.+]] = pith.group(%arg0 : tensor<2x3x4xi8>)
  // CHECK: pith.reduce sum %{{.+}} dims [2] {accumulator = i32} : tensor<2x3x4xi8> -> tensor<2x3xi32>
  // CHECK: arith.constant 3 : i32
  // CHECK: %[[ROWS:.+]] = tensor.expand_shape %[[R]] {{.+}} into tensor<2x3x1xi32>
  // CHECK: %[[C:.+]] = pith.group(%arg1 : tensor<2x5x4xi8>)
  // CHECK: linalg.transpose
  // CHECK: arith.constant dense<125> : tensor<i8>
  // CHECK: pith.reduce sum %{{.+}} zero_point(%{{.+}} : tensor<i8>) dims [1] {accumulator = i32} : tensor<2x4x5xi8> -> tensor<2x5xi32>
  // CHECK: arith.constant -7 : i32
  // CHECK: %[[COLUMNS:.+]] = tensor.expand_shape %[[C]] {{.+}} into tensor<2x1x5xi32>
  // CHECK: %[[F:.+]] = pith.group(%arg1 : tensor<2x5x4xi8>)
  // CHECK: linalg.transpose
  // CHECK: arith.xori
  // CHECK: pith.group(%arg0, %[[F]], %[[ROWS]], %[[COLUMNS]] :{{.*}}) kernel <"test.bytes"
  // CHECK: %[[S:.+]] = pith.matmul %{{.+}}, %{{.+}} {accumulator = i32, rhs_signed} : tensor<2x3x4xi8>, tensor<2x4x5xi8>
  // CHECK: pith.map(%[[S]], %{{.+}}, %{{.+}} : tensor<2x3x5xi32>, tensor<2x3x1xi32>, tensor<2x1x5xi32>)
  %v = pith.constant dense<7> : tensor<i8>
  %w = pith.constant dense<125> : tensor<i8>
  %t = pith.group (%y : tensor<2x5x4xi8>) -> (tensor<2x4x5xi8>) {
  ^bb0(%a: tensor<2x5x4xi8>):
    %e = tensor.empty() : tensor<2x4x5xi8>
    %0 = linalg.transpose ins(%a : tensor<2x5x4xi8>) outs(%e : tensor<2x4x5xi8>) permutation = [0, 2, 1]
    pith.yield %0 : tensor<2x4x5xi8>
  }
  %r = pith.group (%x, %t, %v, %w : tensor<2x3x4xi8>, tensor<2x4x5xi8>, tensor<i8>, tensor<i8>) -> (tensor<2x3x5xi32>) {
  ^bb0(%a: tensor<2x3x4xi8>, %b: tensor<2x4x5xi8>, %c: tensor<i8>, %d: tensor<i8>):
    %s = pith.matmul %a, %b lhs_zero_point(%c : tensor<i8>) rhs_zero_point(%d : tensor<i8>) {accumulator = i32} : tensor<2x3x4xi8>, tensor<2x4x5xi8> -> tensor<2x3x5xi32>
    pith.yield %s : tensor<2x3x5xi32>
  }
  return %r : tensor<2x3x5xi32>
}
}

// -----

// A zero point on the left that comes at run time: so does what columns count.
module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// CHECK-LABEL: func @unknown_point
func.func @unknown_point(%x: tensor<3x4xi8>, %y: tensor<5x4xi8>, %z: tensor<1xi8>) -> tensor<3x5xi32> {
  // CHECK: %[[Z:.+]] = tensor.collapse_shape %arg2 [] : tensor<1xi8> into tensor<i8>
  // CHECK: %[[C:.+]] = pith.group(%arg1, %[[Z]] : tensor<5x4xi8>, tensor<i8>)
  // CHECK: pith.reduce sum %{{.+}} dims [1] {accumulator = i32, is_signed} : tensor<5x4xi8> -> tensor<5xi32>
  // CHECK: arith.extui
  // CHECK: arith.subi
  // CHECK: tensor.expand_shape %[[C]] {{.+}} into tensor<1x5xi32>
  // CHECK: pith.matmul %{{.+}}, %{{.+}} {accumulator = i32, rhs_signed, transpose_rhs} : tensor<3x4xi8>, tensor<5x4xi8>
  %r = pith.group (%x, %y, %z : tensor<3x4xi8>, tensor<5x4xi8>, tensor<1xi8>) -> (tensor<3x5xi32>) {
  ^bb0(%a: tensor<3x4xi8>, %b: tensor<5x4xi8>, %c: tensor<1xi8>):
    %s = pith.matmul %a, %b lhs_zero_point(%c : tensor<1xi8>) {accumulator = i32, rhs_signed, transpose_rhs} : tensor<3x4xi8>, tensor<5x4xi8> -> tensor<3x5xi32>
    pith.yield %s : tensor<3x5xi32>
  }
  return %r : tensor<3x5xi32>
}
}
