// RUN: pith-opt %s --pith-form-groups --pith-select-kernels --split-input-file | FileCheck %s
// RUN: pith-opt %s --pith-form-groups=fusion=false --pith-select-kernels --split-input-file | FileCheck %s --check-prefix=OFF

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// Packed weights with scales and zero points of blocks: only what is packed, and
// the scales, go into the group.
// CHECK-LABEL: func @blocks
// OFF-LABEL: func @blocks
func.func @blocks(%x: tensor<2x4xf32>) -> tensor<2x6xf32> {
  // CHECK: pith.group(%{{.+}}, %{{.+}}, %{{.+}}, %arg0 : tensor<{{.+}}xi8>, tensor<{{.+}}xi8>, tensor<2x1x6xf32>, tensor<2x4xf32>) kernel <"reference.matmul"
  // CHECK: pith.unpack
  // CHECK: pith.unpack
  // CHECK: pith.dequantize
  // CHECK-NEXT: tensor.collapse_shape
  // CHECK-NEXT: pith.matmul
  // CHECK-NEXT: pith.yield
  // CHECK-NOT: pith.group
  // OFF-COUNT-4: pith.group
  // OFF-NOT: pith.group
  // OFF: return
  %w = pith.constant dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]> : tensor<12xi8>
  %z = pith.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi8>
  %s = pith.constant dense<[[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]], [[7.0, 8.0, 9.0, 10.0, 11.0, 12.0]]]> : tensor<2x1x6xf32>
  %0 = pith.unpack %w width 4 {is_signed} : tensor<12xi8> -> tensor<4x6xi8>
  %1 = pith.unpack %z width 4 {is_signed} : tensor<6xi8> -> tensor<2x6xi8>
  %2 = tensor.expand_shape %0 [[0, 1], [2]] output_shape [2, 2, 6] : tensor<4x6xi8> into tensor<2x2x6xi8>
  %3 = tensor.expand_shape %1 [[0, 1], [2]] output_shape [2, 1, 6] : tensor<2x6xi8> into tensor<2x1x6xi8>
  %4 = pith.dequantize %2 scale(%s : tensor<2x1x6xf32>) zero_point(%3 : tensor<2x1x6xi8>) {is_signed} : tensor<2x2x6xi8> -> tensor<2x2x6xf32>
  %5 = tensor.collapse_shape %4 [[0, 1], [2]] : tensor<2x2x6xf32> into tensor<4x6xf32>
  %6 = pith.matmul %x, %5 : tensor<2x4xf32>, tensor<4x6xf32> -> tensor<2x6xf32>
  return %6 : tensor<2x6xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// Codes that two anchors read are unpacked in each, transposed in one.
// CHECK-LABEL: func @shared
func.func @shared(%x: tensor<2x4xi8>, %y: tensor<2x6xi8>) -> (tensor<2x6xi32>, tensor<2x4xi32>) {
  // CHECK: pith.group
  // CHECK: pith.unpack
  // CHECK-NEXT: pith.matmul
  // CHECK: pith.group
  // CHECK: pith.unpack
  // CHECK-NEXT: linalg.transpose
  // CHECK: pith.matmul
  // CHECK-NOT: pith.group
  %w = pith.constant dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]> : tensor<12xi8>
  %0 = pith.unpack %w width 4 {is_signed} : tensor<12xi8> -> tensor<4x6xi8>
  %1 = pith.matmul %x, %0 {accumulator = i32, rhs_signed} : tensor<2x4xi8>, tensor<4x6xi8> -> tensor<2x6xi32>
  %e = tensor.empty() : tensor<6x4xi8>
  %t = linalg.transpose ins(%0 : tensor<4x6xi8>) outs(%e : tensor<6x4xi8>) permutation = [1, 0]
  %2 = pith.matmul %y, %t {accumulator = i32, rhs_signed} : tensor<2x6xi8>, tensor<6x4xi8> -> tensor<2x4xi32>
  return %1, %2 : tensor<2x6xi32>, tensor<2x4xi32>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// A table is decoded where it is read, whichever operand it is.
// CHECK-LABEL: func @gather
func.func @gather(%i: tensor<3xi64>) -> tensor<3x4xi8> {
  // CHECK: pith.group({{.*}}tensor<12xi8>
  // CHECK-SAME: kernel <"reference.nest"
  // CHECK: pith.unpack
  // CHECK-NEXT: linalg.generic
  // CHECK-NOT: pith.group
  %w = pith.constant dense<[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]> : tensor<12xi8>
  %0 = pith.unpack %w width 4 : tensor<12xi8> -> tensor<6x4xi8>
  %e = tensor.empty() : tensor<3x4xi8>
  %r = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x4xi8>) {
  ^bb0(%out: i8):
    %a = linalg.index 0 : index
    %b = linalg.index 1 : index
    %c = tensor.extract %i[%a] : tensor<3xi64>
    %d = arith.index_cast %c : i64 to index
    %v = tensor.extract %0[%d, %b] : tensor<6x4xi8>
    linalg.yield %v : i8
  } -> tensor<3x4xi8>
  return %r : tensor<3x4xi8>
}
}

// -----

module attributes {pith.target = #pith.target<"reference", triple = "", cpu = "", features = "">} {
// What comes from an input is computed once, and so is an elementary function.
// CHECK-LABEL: func @others_stay
func.func @others_stay(%x: tensor<2x4xf32>, %q: tensor<4x6xi8>, %s: tensor<f32>) -> (tensor<2x6xf32>, tensor<2x6xf32>) {
  // CHECK: pith.group
  // CHECK: pith.dequantize
  // CHECK: pith.group
  // CHECK: pith.matmul
  // CHECK: pith.group
  // CHECK: math.exp
  // CHECK: pith.group
  // CHECK: pith.matmul
  %0 = pith.dequantize %q scale(%s : tensor<f32>) : tensor<4x6xi8> -> tensor<4x6xf32>
  %1 = pith.matmul %x, %0 : tensor<2x4xf32>, tensor<4x6xf32> -> tensor<2x6xf32>
  %c = pith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]> : tensor<6xf32>
  %m = pith.map(%c : tensor<6xf32>) -> tensor<4x6xf32> {
  ^bb0(%a: f32):
    %e = math.exp %a : f32
    pith.yield %e : f32
  }
  %2 = pith.matmul %x, %m : tensor<2x4xf32>, tensor<4x6xf32> -> tensor<2x6xf32>
  return %1, %2 : tensor<2x6xf32>, tensor<2x6xf32>
}
}
