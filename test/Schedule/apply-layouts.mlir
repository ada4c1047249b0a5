// RUN: pith-test-schedule %s --pith-apply-layouts --split-input-file | FileCheck %s

module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// The image is stored with its halo and one column more; the convolution takes
// its padding from there. The weights are packed here, a sum of them at run time.
// CHECK-LABEL: func @operands
func.func @operands(%x: tensor<2x3x3x2xi8>, %m: tensor<3xf32>) -> tensor<2x3x3x3xi8> {
  // CHECK: %[[P:.+]] = pith.group(%arg0 : tensor<2x3x3x2xi8>) kernel <"test.nest"
  // CHECK: pith.to_layout %{{.+}} layout <pad [0, 1, 1, 0] to [0, 1, 2, 0]> : tensor<2x3x3x2xi8> -> tensor<2x5x6x2xi8>
  // CHECK: %[[W:.+]] = pith.constant dense<{{.+}}> : tensor<1x3x3x1x4x4xi8>
  // CHECK: %[[M:.+]] = pith.group(%arg1 : tensor<3xf32>) kernel <"test.nest"
  // CHECK: pith.to_layout {{.*}} -> tensor<4x1xf32>
  // CHECK: pith.group(%[[P]], %[[W]], %[[M]] : {{.*}}) kernel <"test.bytes", cost = 1> -> (tensor<2x3x3x3xi8>)
  // CHECK: %[[S:.+]] = pith.from_layout %{{.+}} layout <pad [0] to [1], shape [1, 4], order [1, 0]> : tensor<4x1xf32> -> tensor<3xf32>
  // CHECK: %[[F:.+]] = pith.from_layout %{{.+}} : tensor<1x3x3x1x4x4xi8> -> tensor<3x3x3x2xi8>
  // CHECK: %[[X:.+]] = pith.from_layout %{{.+}} layout <pad [0, 0, 0, 0] to [0, 0, 1, 0]> : tensor<2x5x6x2xi8> -> tensor<2x5x5x2xi8>
  // CHECK: pith.conv %[[X]], %[[F]] strides [1, 1] pad [0, 0] to [0, 0]
  // CHECK: pith.requantize %{{.+}} scale(%[[S]]
  %w = pith.constant dense<[[[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]], [[1, 1], [1, 1], [1, 1]]],
    [[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]], [[1, 1], [1, 1], [1, 1]]],
    [[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]], [[1, 1], [1, 1], [1, 1]]]]> : tensor<3x3x3x2xi8>
  %r = pith.group (%x, %w, %m : tensor<2x3x3x2xi8>, tensor<3x3x3x2xi8>, tensor<3xf32>) kernel <"test.bytes", cost = 1> {pith.layouts = [#pith.layout<pad [0, 1, 1, 0] to [0, 1, 2, 0]>, #pith.layout<pad [0, 0, 0, 0] to [1, 0, 0, 2], shape [1, 4, 3, 3, 1, 4], order [0, 2, 3, 4, 1, 5]>, #pith.layout<pad [0] to [1], shape [1, 4], order [1, 0]>]} -> (tensor<2x3x3x3xi8>) {
  ^bb0(%a: tensor<2x3x3x2xi8>, %f: tensor<3x3x3x2xi8>, %s: tensor<3xf32>):
    %0 = pith.conv %a, %f strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1] {accumulator = i32, filter_signed} : tensor<2x3x3x2xi8>, tensor<3x3x3x2xi8> -> tensor<2x3x3x3xi32>
    %1 = pith.requantize %0 scale(%s : tensor<3xf32>) : tensor<2x3x3x3xi32> -> tensor<2x3x3x3xi8>
    pith.yield %1 : tensor<2x3x3x3xi8>
  }
  return %r : tensor<2x3x3x3xi8>
}

// What is padded already is padded more, at once; and what two kernels want in one
// layout is stored once.
// CHECK-LABEL: func @padded_more
func.func @padded_more(%x: tensor<3xi8>, %y: tensor<3xi8>, %z: tensor<i8>) -> (tensor<4xi8>, tensor<5xi8>, tensor<5xi8>) {
  // CHECK: %[[P:.+]] = pith.group(%arg0, %arg2 : tensor<3xi8>, tensor<i8>)
  // CHECK: pith.to_layout %{{.+}} value(%{{.+}} : tensor<i8>) layout <pad [1] to [2]> : tensor<3xi8> -> tensor<6xi8>
  // CHECK: pith.group(%[[P]] : tensor<6xi8>)
  // CHECK: pith.from_layout %{{.+}} layout <pad [0] to [2]> : tensor<6xi8> -> tensor<4xi8>
  %p = pith.group (%x, %z : tensor<3xi8>, tensor<i8>) kernel <"test.nest", cost = 1> -> (tensor<4xi8>) {
  ^bb0(%a: tensor<3xi8>, %b: tensor<i8>):
    %0 = pith.to_layout %a value(%b : tensor<i8>) layout <pad [1] to [0]> : tensor<3xi8> -> tensor<4xi8>
    pith.yield %0 : tensor<4xi8>
  }
  %q = pith.group (%p : tensor<4xi8>) kernel <"test.nest", cost = 1> {pith.layouts = [#pith.layout<pad [0] to [2]>]} -> (tensor<4xi8>) {
  ^bb0(%a: tensor<4xi8>):
    %0 = pith.map (%a : tensor<4xi8>) -> tensor<4xi8> {
    ^bb0(%e: i8):
      %1 = arith.addi %e, %e : i8
      pith.yield %1 : i8
    }
    pith.yield %0 : tensor<4xi8>
  }
  // CHECK: %[[Y:.+]] = pith.group(%arg1 : tensor<3xi8>)
  // CHECK-COUNT-2: pith.group(%[[Y]] : tensor<5xi8>)
  %r:2 = scf.execute_region -> (tensor<5xi8>, tensor<5xi8>) {
    %s = pith.group (%y : tensor<3xi8>) kernel <"test.nest", cost = 1> {pith.layouts = [#pith.layout<pad [1] to [1]>]} -> (tensor<5xi8>) {
    ^bb0(%a: tensor<3xi8>):
      %0 = pith.to_layout %a layout <pad [0] to [2]> : tensor<3xi8> -> tensor<5xi8>
      pith.yield %0 : tensor<5xi8>
    }
    %t = pith.group (%y : tensor<3xi8>) kernel <"test.nest", cost = 1> {pith.layouts = [#pith.layout<pad [1] to [1]>]} -> (tensor<5xi8>) {
    ^bb0(%a: tensor<3xi8>):
      %0 = pith.to_layout %a layout <pad [2] to [0]> : tensor<3xi8> -> tensor<5xi8>
      pith.yield %0 : tensor<5xi8>
    }
    scf.yield %s, %t : tensor<5xi8>, tensor<5xi8>
  }
  return %q, %r#0, %r#1 : tensor<4xi8>, tensor<5xi8>, tensor<5xi8>
}

// The result is stored for its reader; %p is in the reader's layout already, and what
// is to be in that of the result is the result.
// CHECK-LABEL: func @results
// CHECK-SAME: %[[P:.+]]: tensor<3x2xf32>, %[[W:.+]]: tensor<3x3xf32>
func.func @results(%p: tensor<3x2xf32>, %w: tensor<3x3xf32>) -> (tensor<3x2xf32>, tensor<2x3xf32>) {
  // CHECK-NEXT: %[[R:.+]] = pith.group(%[[P]], %[[W]] : {{.*}} kernel <"test.columns", cost = 1> -> (tensor<3x2xf32>) {
  // CHECK: %[[X:.+]] = pith.from_layout %{{.+}} : tensor<3x2xf32> -> tensor<2x3xf32>
  // CHECK: %[[S:.+]] = pith.matmul %[[X]]
  // CHECK: %[[L:.+]] = pith.to_layout %[[S]] layout <pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]> : tensor<2x3xf32> -> tensor<3x2xf32>
  // CHECK: pith.yield %[[L]]
  // CHECK: %[[T:.+]] = pith.group(%[[R]], %[[W]] : tensor<3x2xf32>, tensor<3x3xf32>)
  // CHECK: return %[[R]], %[[T]]
  %x = pith.group (%p : tensor<3x2xf32>) kernel <"test.nest", cost = 1> -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<3x2xf32>):
    %0 = pith.from_layout %a layout <pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]> : tensor<3x2xf32> -> tensor<2x3xf32>
    pith.yield %0 : tensor<2x3xf32>
  }
  %r = pith.group (%x, %w : tensor<2x3xf32>, tensor<3x3xf32>) kernel <"test.columns", cost = 1> {pith.layouts = [#pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>, unit], pith.result_layout = #pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>} -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x3xf32>):
    %0 = pith.matmul %a, %b : tensor<2x3xf32>, tensor<3x3xf32> -> tensor<2x3xf32>
    pith.yield %0 : tensor<2x3xf32>
  }
  %l = pith.group (%r : tensor<2x3xf32>) kernel <"test.nest", cost = 1> -> (tensor<3x2xf32>) {
  ^bb0(%a: tensor<2x3xf32>):
    %0 = pith.to_layout %a layout <pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]> : tensor<2x3xf32> -> tensor<3x2xf32>
    pith.yield %0 : tensor<3x2xf32>
  }
  %t = pith.group (%r, %w : tensor<2x3xf32>, tensor<3x3xf32>) kernel <"test.columns", cost = 1> {pith.layouts = [#pith.layout<pad [0, 0] to [0, 0], shape [2, 3], order [1, 0]>, unit]} -> (tensor<2x3xf32>) {
  ^bb0(%a: tensor<2x3xf32>, %b: tensor<3x3xf32>):
    %0 = pith.matmul %a, %b : tensor<2x3xf32>, tensor<3x3xf32> -> tensor<2x3xf32>
    pith.yield %0 : tensor<2x3xf32>
  }
  return %l, %t : tensor<3x2xf32>, tensor<2x3xf32>
}
}

// -----

module attributes {pith.target = #pith.target<"test", triple = "", cpu = "", features = "+bytes">} {
// What is only moved is packed from where it was, though others read it; what is
// computed for this reader is packed where it is made. Of what others read too, a
// pass over memory is not repeated.
// CHECK-LABEL: func @packed_where_made
func.func @packed_where_made(%x: tensor<2x3xi8>, %y: tensor<3x2xi8>) -> (tensor<3x2xi8>, tensor<3x2xi8>, tensor<3x2xi8>) {
  // CHECK: %[[M:.+]] = pith.group(%arg0 : tensor<2x3xi8>) {{.+}} -> (tensor<3x2xi8>)
  // CHECK: %[[P:.+]] = pith.group(%arg0 : tensor<2x3xi8>) {{.+}} -> (tensor<2x3xi8>)
  // CHECK: linalg.transpose
  // CHECK: pith.to_layout
  // CHECK: pith.group(%[[M]], %[[P]] :
  %e = pith.group (%x : tensor<2x3xi8>) kernel <"test.nest", cost = 1> -> (tensor<3x2xi8>) {
  ^bb0(%a: tensor<2x3xi8>):
    %0 = tensor.empty() : tensor<3x2xi8>
    %1 = linalg.transpose ins(%a : tensor<2x3xi8>) outs(%0 : tensor<3x2xi8>) permutation = [1, 0]
    pith.yield %1 : tensor<3x2xi8>
  }
  %r = pith.group (%e, %e : tensor<3x2xi8>, tensor<3x2xi8>) kernel <"test.nest", cost = 1> {pith.layouts = [unit, #pith.layout<pad [0, 0] to [0, 0], shape [3, 2], order [1, 0]>]} -> (tensor<3x2xi8>) {
  ^bb0(%a: tensor<3x2xi8>, %b: tensor<3x2xi8>):
    %0 = pith.map (%a, %b : tensor<3x2xi8>, tensor<3x2xi8>) -> tensor<3x2xi8> {
    ^bb0(%c: i8, %d: i8):
      %1 = arith.addi %c, %d : i8
      pith.yield %1 : i8
    }
    pith.yield %0 : tensor<3x2xi8>
  }
  // CHECK: %[[Q:.+]] = pith.group(%arg1 : tensor<3x2xi8>) {{.+}} -> (tensor<2x3xi8>)
  // CHECK: pith.map
  // CHECK: pith.to_layout
  // CHECK: pith.group(%[[Q]] :
  %f = pith.group (%y : tensor<3x2xi8>) kernel <"test.nest", cost = 1> -> (tensor<3x2xi8>) {
  ^bb0(%a: tensor<3x2xi8>):
    %0 = pith.map (%a : tensor<3x2xi8>) -> tensor<3x2xi8> {
    ^bb0(%c: i8):
      %1 = arith.addi %c, %c : i8
      pith.yield %1 : i8
    }
    pith.yield %0 : tensor<3x2xi8>
  }
  %s = pith.group (%f : tensor<3x2xi8>) kernel <"test.nest", cost = 1> {pith.layouts = [#pith.layout<pad [0, 0] to [0, 0], shape [3, 2], order [1, 0]>]} -> (tensor<3x2xi8>) {
  ^bb0(%a: tensor<3x2xi8>):
    %0 = pith.map (%a : tensor<3x2xi8>) -> tensor<3x2xi8> {
    ^bb0(%c: i8):
      %1 = arith.muli %c, %c : i8
      pith.yield %1 : i8
    }
    pith.yield %0 : tensor<3x2xi8>
  }
  // CHECK: %[[G:.+]] = pith.group(%arg1 : tensor<3x2xi8>) {{.+}} -> (tensor<3x2xi8>)
  // CHECK: %[[O:.+]] = pith.group(%[[G]] : tensor<3x2xi8>) {{.+}} -> (tensor<2x3xi8>)
  // CHECK-NOT: arith
  // CHECK: pith.to_layout
  // CHECK: pith.group(%[[G]], %[[O]] :
  %g = pith.group (%y : tensor<3x2xi8>) kernel <"test.nest", cost = 1> -> (tensor<3x2xi8>) {
  ^bb0(%a: tensor<3x2xi8>):
    %0 = pith.map (%a : tensor<3x2xi8>) -> tensor<3x2xi8> {
    ^bb0(%c: i8):
      %1 = arith.subi %c, %c : i8
      pith.yield %1 : i8
    }
    pith.yield %0 : tensor<3x2xi8>
  }
  %t = pith.group (%g, %g : tensor<3x2xi8>, tensor<3x2xi8>) kernel <"test.nest", cost = 1> {pith.layouts = [unit, #pith.layout<pad [0, 0] to [0, 0], shape [3, 2], order [1, 0]>]} -> (tensor<3x2xi8>) {
  ^bb0(%a: tensor<3x2xi8>, %b: tensor<3x2xi8>):
    %0 = pith.map (%a, %b : tensor<3x2xi8>, tensor<3x2xi8>) -> tensor<3x2xi8> {
    ^bb0(%c: i8, %d: i8):
      %1 = arith.addi %c, %d : i8
      pith.yield %1 : i8
    }
    pith.yield %0 : tensor<3x2xi8>
  }
  return %r, %s, %t : tensor<3x2xi8>, tensor<3x2xi8>, tensor<3x2xi8>
}
}
