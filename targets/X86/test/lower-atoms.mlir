// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --split-input-file --pith-x86-lower-atoms | FileCheck %s

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512bw,+avx512vl,+avx512vnni">} {
  // CHECK-LABEL: func @widths_with_vnni
  func.func @widths_with_vnni(%s: vector<16xi32>, %a: vector<64xi8>, %t: vector<8xi32>, %b: vector<32xi8>, %u: vector<4xi32>, %c: vector<16xi8>)
      -> (vector<16xi32>, vector<8xi32>, vector<4xi32>) {
    // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%{{[^,]+}}, %[[A:[^,]+]], %[[A]])
    %0 = pith.dot %s, %a by %a {rhs_signed} : vector<64xi8> by vector<64xi8> -> vector<16xi32>
    // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
    %1 = pith.dot %t, %b by %b {rhs_signed} : vector<32xi8> by vector<32xi8> -> vector<8xi32>
    // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.128"
    %2 = pith.dot %u, %c by %c {rhs_signed} : vector<16xi8> by vector<16xi8> -> vector<4xi32>
    return %0, %1, %2 : vector<16xi32>, vector<8xi32>, vector<4xi32>
  }

  // Each pair of operands is a step.
  // CHECK-LABEL: func @two_steps_of_words
  func.func @two_steps_of_words(%s: vector<16xi32>, %a: vector<32xi16>, %b: vector<32xi16>) -> vector<16xi32> {
    // CHECK: %[[R:[^ ]+]] = llvm.call_intrinsic "llvm.x86.avx512.vpdpwssd.512"(%[[S:[^,]+]], %[[A:[^,]+]], %[[B:[^)]+]])
    // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpwssd.512"(%[[R]], %[[B]], %[[A]])
    %0 = pith.dot %s, %a, %b by %b, %a {lhs_signed, rhs_signed} : vector<32xi16>, vector<32xi16> by vector<32xi16>, vector<32xi16> -> vector<16xi32>
    return %0 : vector<16xi32>
  }

  // There is no instruction for two signed sides, nor for a width of its own.
  // CHECK-LABEL: func @left_alone
  func.func @left_alone(%s: vector<16xi32>, %a: vector<64xi8>, %t: vector<6xi32>, %b: vector<24xi8>) -> (vector<16xi32>, vector<6xi32>) {
    // CHECK: pith.dot
    %0 = pith.dot %s, %a by %a {lhs_signed, rhs_signed} : vector<64xi8> by vector<64xi8> -> vector<16xi32>
    // CHECK: pith.dot
    %1 = pith.dot %t, %b by %b {rhs_signed} : vector<24xi8> by vector<24xi8> -> vector<6xi32>
    return %0, %1 : vector<16xi32>, vector<6xi32>
  }

  // CHECK-LABEL: func @four_vectors_narrow
  func.func @four_vectors_narrow(%v: vector<16xi32>, %z: i8) -> vector<64xi8> {
    // CHECK: %[[Z:.+]] = arith.extui
    // CHECK: "llvm.x86.avx512.packssdw.512"
    // CHECK: vector.broadcast %[[Z]] : i16 to vector<32xi16>
    // CHECK: llvm.intr.sadd.sat
    // CHECK: "llvm.x86.avx512.packssdw.512"
    // CHECK: "llvm.x86.avx512.packuswb.512"
    %0 = pith.narrow %v, %v, %v, %v zero_point %z : vector<16xi32>, vector<16xi32>, vector<16xi32>, vector<16xi32> -> vector<64xi8>
    return %0 : vector<64xi8>
  }

  // CHECK-LABEL: func @three_vectors_narrow
  func.func @three_vectors_narrow(%v: vector<16xi32>, %z: i8) -> vector<48xi8> {
    // CHECK: arith.extsi
    // CHECK: "llvm.x86.avx512.packsswb.512"
    // CHECK: vector.shuffle %{{.+}} [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14]
    %0 = pith.narrow %v, %v, %v zero_point %z {is_signed} : vector<16xi32>, vector<16xi32>, vector<16xi32> -> vector<48xi8>
    return %0 : vector<48xi8>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64", features = "+sse2">} {
  // CHECK-LABEL: func @baseline
  func.func @baseline(%u: vector<4xi32>, %c: vector<8xi16>, %t: vector<8xi32>, %d: vector<16xi16>, %z: i8) -> (vector<4xi32>, vector<8xi32>, vector<16xi8>) {
    // CHECK: %[[P:.+]] = llvm.call_intrinsic "llvm.x86.sse2.pmadd.wd"
    // CHECK: arith.addi %{{.+}}, %[[P]]
    %0 = pith.dot %u, %c by %c {lhs_signed, rhs_signed} : vector<8xi16> by vector<8xi16> -> vector<4xi32>
    // CHECK: pith.dot
    %1 = pith.dot %t, %d by %d {lhs_signed, rhs_signed} : vector<16xi16> by vector<16xi16> -> vector<8xi32>
    // CHECK: "llvm.x86.sse2.packssdw.128"
    // CHECK: "llvm.x86.sse2.packuswb.128"
    %2 = pith.narrow %u, %u, %u, %u zero_point %z : vector<4xi32>, vector<4xi32>, vector<4xi32>, vector<4xi32> -> vector<16xi8>
    return %0, %1, %2 : vector<4xi32>, vector<8xi32>, vector<16xi8>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "+avx2,+avxvnni">} {
  // CHECK-LABEL: func @vnni_without_avx512
  func.func @vnni_without_avx512(%s: vector<16xi32>, %a: vector<64xi8>, %t: vector<8xi32>, %b: vector<32xi8>) -> (vector<16xi32>, vector<8xi32>) {
    // CHECK: pith.dot
    %0 = pith.dot %s, %a by %a {rhs_signed} : vector<64xi8> by vector<64xi8> -> vector<16xi32>
    // CHECK: "llvm.x86.avx512.vpdpbusd.256"
    %1 = pith.dot %t, %b by %b {rhs_signed} : vector<32xi8> by vector<32xi8> -> vector<8xi32>
    return %0, %1 : vector<16xi32>, vector<8xi32>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx512bf16,+avx512bw,+avx512vl">} {
  // CHECK-LABEL: func @bf16_and_words_without_vnni
  func.func @bf16_and_words_without_vnni(%s: vector<16xf32>, %a: vector<32xbf16>, %t: vector<16xi32>, %b: vector<32xi16>) -> (vector<16xf32>, vector<16xi32>) {
    // CHECK: "llvm.x86.avx512bf16.dpbf16ps.512"
    %0 = pith.dot %s, %a by %a : vector<32xbf16> by vector<32xbf16> -> vector<16xf32>
    // CHECK: "llvm.x86.avx512.pmaddw.d.512"
    %1 = pith.dot %t, %b by %b {lhs_signed, rhs_signed} : vector<32xi16> by vector<32xi16> -> vector<16xi32>
    return %0, %1 : vector<16xf32>, vector<16xi32>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = "+ssse3,+avx2">} {
  // The proof allows pairs in 16 bits, and their sums.
  // CHECK-LABEL: func @pairs_that_fit
  func.func @pairs_that_fit(%s: vector<8xi32>, %a: vector<32xi8>, %b: vector<32xi8>) -> vector<8xi32> {
    // CHECK: %[[P0:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"(%[[A:[^,]+]], %[[B:[^)]+]])
    // CHECK: %[[P1:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"(%[[B]], %[[A]])
    // CHECK: %[[P:.+]] = arith.addi %[[P0]], %[[P1]] : vector<16xi16>
    // CHECK: %[[ONES:.+]] = arith.constant dense<1> : vector<16xi16>
    // CHECK: %[[D:.+]] = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%[[P]], %[[ONES]])
    // CHECK: arith.addi %{{.+}}, %[[D]] : vector<8xi32>
    %0 = pith.dot %s, %a, %b by %b, %a {rhs_signed, fits_i16} : vector<32xi8>, vector<32xi8> by vector<32xi8>, vector<32xi8> -> vector<8xi32>
    return %0 : vector<8xi32>
  }

  // CHECK-LABEL: func @pairs_without_proof
  // CHECK-NOT: pmadd.ub.sw
  func.func @pairs_without_proof(%s: vector<8xi32>, %a: vector<32xi8>) -> vector<8xi32> {
    // CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
    // CHECK-NOT: pith.dot
    %0 = pith.dot %s, %a by %a {rhs_signed} : vector<32xi8> by vector<32xi8> -> vector<8xi32>
    return %0 : vector<8xi32>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "haswell", features = "+ssse3,+avx2">} {
  // Sixteen entries at a time, chosen by the low half of each code; the bits of
  // the high half choose between two in turn.
  // CHECK-LABEL: func @bytes_of_a_table
  func.func @bytes_of_a_table(%t: memref<256xi8>, %x: vector<32xi8>) -> vector<32xi8> {
    %c0 = arith.constant 0 : index
    %all = arith.constant dense<true> : vector<32xi1>
    %none = arith.constant dense<0> : vector<32xi8>
    %i = arith.extui %x : vector<32xi8> to vector<32xi32>
    // CHECK: %[[LOW:.+]] = arith.andi
    // CHECK-COUNT-4: arith.cmpi eq
    // CHECK: vector.load {{.*}} : memref<256xi8>, vector<16xi8>
    // CHECK: vector.shuffle
    // CHECK-COUNT-16: llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"({{.*}}, %[[LOW]])
    // CHECK: arith.select
    // CHECK-NOT: vector.gather
    %0 = vector.gather %t[%c0] [%i], %all, %none : memref<256xi8>, vector<32xi32>, vector<32xi1>, vector<32xi8> into vector<32xi8>
    return %0 : vector<32xi8>
  }

  // Several registers, and a part of one.
  // CHECK-LABEL: func @registers
  func.func @registers(%t: memref<256xi8>, %x: vector<64xi8>, %y: vector<8xi8>) -> (vector<64xi8>, vector<8xi8>) {
    %c0 = arith.constant 0 : index
    %all = arith.constant dense<true> : vector<64xi1>
    %none = arith.constant dense<0> : vector<64xi8>
    %i = arith.extui %x : vector<64xi8> to vector<64xi32>
    %some = arith.constant dense<true> : vector<8xi1>
    %zero = arith.constant dense<0> : vector<8xi8>
    %j = arith.extui %y : vector<8xi8> to vector<8xi32>
    // CHECK-COUNT-32: llvm.x86.avx2.pshuf.b
    // CHECK-COUNT-16: llvm.x86.ssse3.pshuf.b.128
    // CHECK-NOT: vector.gather
    %0 = vector.gather %t[%c0] [%i], %all, %none : memref<256xi8>, vector<64xi32>, vector<64xi1>, vector<64xi8> into vector<64xi8>
    %1 = vector.gather %t[%c0] [%j], %some, %zero : memref<256xi8>, vector<8xi32>, vector<8xi1>, vector<8xi8> into vector<8xi8>
    return %0, %1 : vector<64xi8>, vector<8xi8>
  }

  // Other tables stay.
  // CHECK-LABEL: func @other_tables
  // CHECK-COUNT-2: vector.gather
  func.func @other_tables(%t: memref<512xi8>, %u: memref<256xi8>, %i: vector<8xi32>, %x: vector<8xi8>) -> (vector<8xi8>, vector<8xi8>) {
    %c0 = arith.constant 0 : index
    %all = arith.constant dense<true> : vector<8xi1>
    %none = arith.constant dense<0> : vector<8xi8>
    %j = arith.extui %x : vector<8xi8> to vector<8xi32>
    %0 = vector.gather %u[%c0] [%i], %all, %none : memref<256xi8>, vector<8xi32>, vector<8xi1>, vector<8xi8> into vector<8xi8>
    %1 = vector.gather %t[%c0] [%j], %all, %none : memref<512xi8>, vector<8xi32>, vector<8xi1>, vector<8xi8> into vector<8xi8>
    return %0, %1 : vector<8xi8>, vector<8xi8>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx2,+avx512bw,+avx512vl">} {
  // Words of two entries, for bytes at even and at odd places; a bit of each code
  // chooses. Fewer codes lie in a part of a register.
  // CHECK-LABEL: func @words_of_a_table
  func.func @words_of_a_table(%t: memref<256xi8>, %x: vector<64xi8>, %y: vector<16xi8>) -> (vector<64xi8>, vector<16xi8>) {
    %c0 = arith.constant 0 : index
    %all = arith.constant dense<true> : vector<64xi1>
    %none = arith.constant dense<0> : vector<64xi8>
    %i = arith.extui %x : vector<64xi8> to vector<64xi32>
    %some = arith.constant dense<true> : vector<16xi1>
    %zero = arith.constant dense<0> : vector<16xi8>
    %j = arith.extui %y : vector<16xi8> to vector<16xi32>
    // CHECK: arith.shrui
    // CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.hi.512"
    // CHECK: arith.select
    // CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.hi.512"
    // CHECK-COUNT-2: vector.shuffle {{.*}}[0, 65, 2, 67,
    // CHECK: arith.select
    // CHECK: vector.shuffle %arg2
    // CHECK-COUNT-4: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.hi.512"
    // CHECK-NOT: vector.gather
    %0 = vector.gather %t[%c0] [%i], %all, %none : memref<256xi8>, vector<64xi32>, vector<64xi1>, vector<64xi8> into vector<64xi8>
    %1 = vector.gather %t[%c0] [%j], %some, %zero : memref<256xi8>, vector<16xi32>, vector<16xi1>, vector<16xi8> into vector<16xi8>
    return %0, %1 : vector<64xi8>, vector<16xi8>
  }
}

// -----

module attributes {pith.target = #pith.target<"x86", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "+avx2,+avx512bw,+avx512vbmi,+avx512vl">} {
  // CHECK-LABEL: func @quarters_of_a_table
  func.func @quarters_of_a_table(%t: memref<256xi8>, %x: vector<64xi8>) -> vector<64xi8> {
    %c0 = arith.constant 0 : index
    %all = arith.constant dense<true> : vector<64xi1>
    %none = arith.constant dense<0> : vector<64xi8>
    %i = arith.extui %x : vector<64xi8> to vector<64xi32>
    // CHECK: arith.cmpi slt
    // CHECK-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.qi.512"
    // CHECK: arith.select
    // CHECK-NOT: vector.gather
    %0 = vector.gather %t[%c0] [%i], %all, %none : memref<256xi8>, vector<64xi32>, vector<64xi1>, vector<64xi8> into vector<64xi8>
    return %0 : vector<64xi8>
  }
}
