// RUN: pith-opt %s --pith-fuse-codes --split-input-file | FileCheck %s

// dequantize, operator, quantize: the same scalars in one region.
// CHECK-LABEL: func @unary
// CHECK-SAME: (%[[X:.+]]: tensor<4xi8>
func.func @unary(%x: tensor<4xi8>) -> tensor<4xi8> {
  // CHECK-NEXT: %[[R:.+]] = pith.map(%[[X]] : tensor<4xi8>) {pith.codes = #pith.codes<2.500000e-01 : f32, 5, unsigned>, pith.exactness = "exact"} -> tensor<4xi8>
  // CHECK: ^bb0(%[[Q:.+]]: i8)
  // CHECK: %[[W:.+]] = arith.extsi %[[Q]] : i8 to i32
  // CHECK: %[[D:.+]] = arith.subi %[[W]],
  // CHECK: %[[F:.+]] = arith.sitofp %[[D]] : i32 to f32
  // CHECK: %[[V:.+]] = arith.mulf %[[F]],
  // CHECK: %[[A:.+]] = math.absf %[[V]] : f32
  // CHECK: %[[P:.+]] = arith.divf %[[A]],
  // CHECK: %[[E:.+]] = math.roundeven %[[P]] : f32
  // CHECK: %[[M:.+]] = arith.addf %[[E]],
  // CHECK: %[[NAN:.+]] = arith.cmpf uno, %[[M]], %[[M]] : f32
  // CHECK: %[[N:.+]] = arith.select %[[NAN]], %{{.+}}, %[[M]] : f32
  // CHECK: arith.maximumf %[[N]],
  // CHECK: arith.minimumf
  // CHECK: arith.fptosi
  // CHECK: arith.trunci
  // CHECK: return %[[R]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %zx = arith.constant dense<3> : tensor<i8>
  %zy = arith.constant dense<5> : tensor<i8>
  %f = pith.dequantize %x scale(%s : tensor<f32>) zero_point(%zx : tensor<i8>) {is_signed} : tensor<4xi8> -> tensor<4xf32>
  %m = pith.map (%f : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%v: f32):
    %a = math.absf %v : f32
    pith.yield %a : f32
  }
  %q = pith.quantize %m scale(%t : tensor<f32>) zero_point(%zy : tensor<i8>) : tensor<4xf32> -> tensor<4xi8>
  return %q : tensor<4xi8>
}

// -----

// Two operands, one of them with a scale for each column, that broadcast; one
// dequantize that two maps share is in both.
// CHECK-LABEL: func @binary_and_shared
func.func @binary_and_shared(%x: tensor<2x3xi8>, %y: tensor<3xi8>) -> (tensor<2x3xi8>, tensor<2x3xi8>) {
  // CHECK: %[[S:.+]] = arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]> : tensor<3xf32>
  // CHECK-NEXT: pith.map(%arg0, %arg1, %[[S]] : tensor<2x3xi8>, tensor<3xi8>, tensor<3xf32>) {{.*}} -> tensor<2x3xi8>
  // CHECK-NOT: pith.dequantize
  // CHECK: pith.map(%arg0 : tensor<2x3xi8>) {{.*}} -> tensor<2x3xi8>
  // CHECK-NOT: pith.quantize
  // CHECK: return
  %s = arith.constant dense<0.5> : tensor<f32>
  %p = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<2x3xi8> -> tensor<2x3xf32>
  %g = pith.dequantize %y scale(%p : tensor<3xf32>) : tensor<3xi8> -> tensor<3xf32>
  %m = pith.map (%f, %g : tensor<2x3xf32>, tensor<3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32, %w: f32):
    %a = arith.mulf %v, %w : f32
    pith.yield %a : f32
  }
  %n = pith.map (%f : tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%v: f32):
    %a = arith.negf %v : f32
    pith.yield %a : f32
  }
  %q = pith.quantize %m scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  %r = pith.quantize %n scale(%s : tensor<f32>) : tensor<2x3xf32> -> tensor<2x3xi8>
  return %q, %r : tensor<2x3xi8>, tensor<2x3xi8>
}

// -----

// Sums that are quantized and feed the next sum unrounded: each quantize computes
// its own from codes, and no float tensor is left.
// CHECK-LABEL: func @sums_that_feed_sums
func.func @sums_that_feed_sums(%x: tensor<4xi8>, %y: tensor<4xi8>, %z: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
  // CHECK-NOT: tensor<4xf32>
  // CHECK: pith.map(%arg0, %arg1 : tensor<4xi8>, tensor<4xi8>)
  // CHECK-COUNT-1: arith.addf %{{.+}}, %{{.+}} : f32
  // CHECK: pith.map(%{{.*}} : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>)
  // CHECK-NOT: tensor<4xf32>
  // CHECK: return
  %s = arith.constant dense<0.5> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
  %g = pith.dequantize %y scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
  %h = pith.dequantize %z scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
  %m = pith.map (%f, %g : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%v: f32, %w: f32):
    %a = arith.addf %v, %w : f32
    pith.yield %a : f32
  }
  %n = pith.map (%m, %h : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%v: f32, %w: f32):
    %a = arith.addf %v, %w : f32
    pith.yield %a : f32
  }
  %q = pith.quantize %m scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %r = pith.quantize %n scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  return %q, %r : tensor<4xi8>, tensor<4xi8>
}

// -----

// Another scale: one map, whatever made the parameters and however wide the codes.
// CHECK-LABEL: func @rescaled
func.func @rescaled(%x: tensor<4xi8>, %y: tensor<4xi32>, %run: tensor<f32>) -> (tensor<4xi8>, tensor<4xi16>) {
  // CHECK: pith.map(%arg0, %arg2 : tensor<4xi8>, tensor<f32>) {pith.exactness = "exact"} -> tensor<4xi8>
  // CHECK: pith.map(%arg1 : tensor<4xi32>) {pith.codes = #pith.codes<5.000000e-01 : f32, 0, signed>, pith.exactness = "exact"} -> tensor<4xi16>
  // CHECK-NOT: quantize %
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.25> : tensor<f32>
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
  %g = pith.dequantize %y scale(%t : tensor<f32>) {is_signed} : tensor<4xi32> -> tensor<4xf32>
  %q = pith.quantize %f scale(%run : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %r = pith.quantize %g scale(%s : tensor<f32>) {is_signed} : tensor<4xf32> -> tensor<4xi16>
  return %q, %r : tensor<4xi8>, tensor<4xi16>
}

// -----

// The class of what is joined: a sum that was folded is of class rounding, and so is
// the map that takes it in; codes stay codes in between when there are two operands.
// CHECK-LABEL: func @classes
func.func @classes(%x: tensor<4xi8>, %y: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xi8>) {
  // CHECK: pith.map(%arg0 : tensor<4xi8>) {{.*}}pith.exactness = "rounding"
  // CHECK: %[[A:.+]] = pith.map(%arg0, %arg1 : tensor<4xi8>, tensor<4xi8>)
  // CHECK: pith.map(%[[A]] : tensor<4xi8>)
  // CHECK-NOT: pith.map
  %s = arith.constant dense<0.5> : tensor<f32>
  %m = pith.map (%x : tensor<4xi8>) {pith.exactness = "rounding"} -> tensor<4xf32> {
  ^bb0(%v: i8):
    %a = arith.sitofp %v : i8 to f32
    pith.yield %a : f32
  }
  %n = pith.map (%m : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%v: f32):
    %a = arith.negf %v : f32
    pith.yield %a : f32
  }
  %q = pith.quantize %n scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %b = pith.map (%x, %y : tensor<4xi8>, tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%v: i8, %w: i8):
    %a = arith.addi %v, %w : i8
    pith.yield %a : i8
  }
  %c = pith.map (%b : tensor<4xi8>) -> tensor<4xi8> {
  ^bb0(%v: i8):
    %a = arith.muli %v, %v : i8
    pith.yield %a : i8
  }
  return %q, %c : tensor<4xi8>, tensor<4xi8>
}

// -----

#id = affine_map<(d0) -> (d0)>

// Linear resize in small: reads of codes, dequantized each; the result quantized.
// CHECK-LABEL: func @computing_nest
// CHECK-SAME: (%[[X:.+]]: tensor<5xi8>, %[[I:.+]]: tensor<4xindex>
func.func @computing_nest(%x: tensor<5xi8>, %i: tensor<4xindex>) -> tensor<4xi8> {
  // CHECK: %[[N:.+]] = linalg.generic {{.*}} ins(%[[I]] : tensor<4xindex>) outs(%{{.+}} : tensor<4xi8>) attrs = {pith.codes = #pith.codes<2.500000e-01 : f32, 0, unsigned>, pith.exactness = "exact"}
  // CHECK: tensor.extract %[[X]][%{{.+}}] : tensor<5xi8>
  // CHECK: arith.mulf
  // CHECK: tensor.extract %[[X]][%{{.+}}] : tensor<5xi8>
  // CHECK: arith.mulf
  // CHECK: arith.addf
  // CHECK: arith.divf
  // CHECK: linalg.yield %{{.+}} : i8
  // CHECK: return %[[N]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %t = arith.constant dense<0.25> : tensor<1xf32>
  %one = arith.constant 1 : index
  %f = pith.dequantize %x scale(%s : tensor<f32>) : tensor<5xi8> -> tensor<5xf32>
  %e = tensor.empty() : tensor<4xf32>
  %n = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]} ins(%i : tensor<4xindex>) outs(%e : tensor<4xf32>) {
  ^bb0(%at: index, %o: f32):
    %next = arith.addi %at, %one : index
    %v = tensor.extract %f[%at] : tensor<5xf32>
    %w = tensor.extract %f[%next] : tensor<5xf32>
    %a = arith.addf %v, %w : f32
    linalg.yield %a : f32
  } -> tensor<4xf32>
  %q = pith.quantize %n scale(%t : tensor<1xf32>) : tensor<4xf32> -> tensor<4xi8>
  return %q : tensor<4xi8>
}

// -----

// Left alone: numbers of floats that others use too, and the ends of the model.
// CHECK-LABEL: func @left_alone
func.func @left_alone(%x: tensor<4xf32>, %y: tensor<4xi8>) -> (tensor<4xi8>, tensor<4xf32>, tensor<4xi8>, tensor<4xf32>) {
  // CHECK: %[[M:.+]] = pith.map(%arg0
  // CHECK: %[[Q:.+]] = pith.quantize %[[M]]
  // CHECK: %[[R:.+]] = pith.quantize %arg0
  // CHECK: %[[F:.+]] = pith.dequantize %arg1
  // CHECK: return %[[Q]], %[[M]], %[[R]], %[[F]]
  %s = arith.constant dense<0.5> : tensor<f32>
  %m = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%v: f32):
    %a = math.absf %v : f32
    pith.yield %a : f32
  }
  %q = pith.quantize %m scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %r = pith.quantize %x scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  %f = pith.dequantize %y scale(%s : tensor<f32>) : tensor<4xi8> -> tensor<4xf32>
  return %q, %m, %r, %f : tensor<4xi8>, tensor<4xf32>, tensor<4xi8>, tensor<4xf32>
}

// -----

// A map has at most 8 operands: the ninth is a tensor of its own.
// CHECK-LABEL: func @most_operands
func.func @most_operands(%x: tensor<4xi8>, %a: tensor<f32>, %b: tensor<f32>, %c: tensor<f32>, %d: tensor<f32>, %e: tensor<f32>, %f: tensor<f32>, %g: tensor<f32>, %h: tensor<f32>) -> tensor<4xf32> {
  // CHECK: %[[M:.+]] = pith.map(%arg0, %arg1, %arg2, %arg3, %arg4 :
  // CHECK: pith.map(%[[M]], %arg5, %arg6, %arg7, %arg8 :
  %m = pith.map (%x, %a, %b, %c, %d : tensor<4xi8>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<4xf32> {
  ^bb0(%v: i8, %k: f32, %l: f32, %n: f32, %o: f32):
    %0 = arith.sitofp %v : i8 to f32
    %1 = arith.mulf %0, %k : f32
    %2 = arith.addf %1, %l : f32
    %3 = arith.mulf %2, %n : f32
    %4 = arith.addf %3, %o : f32
    pith.yield %4 : f32
  }
  %r = pith.map (%m, %e, %f, %g, %h : tensor<4xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<4xf32> {
  ^bb0(%v: f32, %k: f32, %l: f32, %n: f32, %o: f32):
    %1 = arith.mulf %v, %k : f32
    %2 = arith.addf %1, %l : f32
    %3 = arith.mulf %2, %n : f32
    %4 = arith.addf %3, %o : f32
    pith.yield %4 : f32
  }
  return %r : tensor<4xf32>
}

// -----

// More than 4 that vary repeat too many reads: two maps.
// CHECK-LABEL: func @most_varying
func.func @most_varying(%a: tensor<4xi8>, %b: tensor<4xi8>, %c: tensor<4xi8>, %d: tensor<4xi8>, %e: tensor<4xi8>) -> tensor<4xf32> {
  // CHECK: %[[M:.+]] = pith.map(%arg0, %arg1, %arg2, %arg3 :
  // CHECK: pith.map(%[[M]], %arg4 :
  %m = pith.map (%a, %b, %c, %d : tensor<4xi8>, tensor<4xi8>, tensor<4xi8>, tensor<4xi8>) -> tensor<4xf32> {
  ^bb0(%k: i8, %l: i8, %n: i8, %o: i8):
    %1 = arith.addi %k, %l : i8
    %2 = arith.addi %n, %o : i8
    %3 = arith.muli %1, %2 : i8
    %4 = arith.sitofp %3 : i8 to f32
    pith.yield %4 : f32
  }
  %r = pith.map (%m, %e : tensor<4xf32>, tensor<4xi8>) -> tensor<4xf32> {
  ^bb0(%v: f32, %k: i8):
    %1 = arith.sitofp %k : i8 to f32
    %2 = arith.addf %v, %1 : f32
    pith.yield %2 : f32
  }
  return %r : tensor<4xf32>
}

// -----

// Parameters of a norm are floats at once: (3 - 1) * 0.5, (-4 - 1) * 0.25.
// CHECK-LABEL: func @constant_codes
func.func @constant_codes(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %c = arith.constant dense<[3, -4]> : tensor<2xi8>
  %s = arith.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %z = arith.constant dense<1> : tensor<i8>
  // CHECK: %[[G:.+]] = arith.constant dense<[1.000000e+00, -1.250000e+00]> : tensor<2xf32>
  // CHECK-NOT: pith.dequantize
  // CHECK: pith.norm layer %arg0 scale(%[[G]]
  %g = pith.dequantize %c scale(%s : tensor<2xf32>) zero_point(%z : tensor<i8>) {is_signed} : tensor<2xi8> -> tensor<2xf32>
  %r = pith.norm layer %x scale(%g : tensor<2xf32>) dims [1] epsilon 1.0e-05 : tensor<1x2xf32> -> tensor<1x2xf32>
  return %r : tensor<1x2xf32>
}

// -----

// x * sigmoid(x) behind an integer sum: one region from the sum to codes.
// CHECK-LABEL: func @silu_of_a_sum
func.func @silu_of_a_sum(%sum: tensor<4xi32>) -> tensor<4xi8> {
  %s = arith.constant dense<0.5> : tensor<f32>
  // CHECK: %[[R:.+]] = pith.map(%arg0 : tensor<4xi32>) {{.*}}-> tensor<4xi8>
  // CHECK: math.exp
  // CHECK-NOT: pith.map
  // CHECK: return %[[R]]
  %x = pith.map (%sum : tensor<4xi32>) -> tensor<4xf32> {
  ^bb0(%a: i32):
    %r = arith.sitofp %a : i32 to f32
    pith.yield %r : f32
  }
  %g = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    %one = arith.constant 1.0 : f32
    %n = arith.negf %a : f32
    %e = math.exp %n : f32
    %d = arith.addf %e, %one : f32
    %r = arith.divf %one, %d : f32
    pith.yield %r : f32
  }
  %y = pith.map (%x, %g : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32, %b: f32):
    %r = arith.mulf %a, %b : f32
    pith.yield %r : f32
  }
  %q = pith.quantize %y scale(%s : tensor<f32>) : tensor<4xf32> -> tensor<4xi8>
  return %q : tensor<4xi8>
}

// -----

// Of floats alone nothing is fused here: groups do that.
// CHECK-LABEL: func @floats_alone
func.func @floats_alone(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK-COUNT-2: pith.map
  %g = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32):
    %r = math.exp %a : f32
    pith.yield %r : f32
  }
  %y = pith.map (%x, %g : tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: f32, %b: f32):
    %r = arith.mulf %a, %b : f32
    pith.yield %r : f32
  }
  return %y : tensor<4xf32>
}
