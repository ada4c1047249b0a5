// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %pith-opt %s --pith-plan-memory --accel-encode-kernels --split-input-file --verify-diagnostics
#target = #pith.target<"accel", triple = "", cpu = "", features = "",
  host = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">>

// Two tiles are alive at once and do not fit.
module attributes {pith.target = #target} {
func.func @main() attributes {pith.results = 0 : i64} {
  return
}
// expected-error@unknown {{node 'conv1': kernel 'k0' needs 80000 bytes of memory space 'scratchpad', which has 65536}}
func.func private @k0(%x: memref<64xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"accel.conv", cost = 1>, pith.items = 1 : i64} {
  // expected-note@+1 {{the largest of its 2 tiles has 40000; the kernel's row must make smaller tiles or refuse the group, and --target=reference runs it}}
  %a = memref.alloc() : memref<40000xi8, 1>
  %b = memref.alloc() : memref<40000xi8, 1>
  accel.fill 0 to %a : memref<40000xi8, 1>
  accel.fill 0 to %b : memref<40000xi8, 1>
  accel.fill 1 to %a : memref<40000xi8, 1>
  return
} loc("conv1")
}

// -----

module attributes {pith.target = #pith.target<"accel", triple = "", cpu = "", features = "",
  host = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">>} {
func.func @main() attributes {pith.results = 0 : i64} {
  return
}
func.func private @k0(%x: memref<64xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"accel.conv", cost = 1>, pith.items = 1 : i64} {
  // expected-error@+1 {{expected a memory space of the target, got 3}}
  %a = memref.alloc() : memref<64xi8, 3>
  return
}
}

// -----

module attributes {pith.target = #pith.target<"accel", triple = "", cpu = "", features = "",
  host = #pith.target<"reference", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">>} {
func.func @main() attributes {pith.results = 0 : i64} {
  return
}
func.func private @k0(%x: memref<64xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"accel.conv", cost = 1>, pith.items = 1 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{expected a loop from 0 to a constant that carries nothing}}
  scf.for %i = %c0 to %end step %c1 {
  }
  return
}
}

// -----

func.func @fill(%t: memref<64xi32>) {
  // expected-error@+1 {{expected a tile in memory space 1 [fill_c1]}}
  accel.fill 0 to %t : memref<64xi32>
  return
}

// -----

func.func @load(%x: memref<4x4xi8>, %t: memref<64xi8, 1>, %i: index) {
  // expected-error@+1 {{expected one to five dimensions, as many in all lists [load_c1]}}
  accel.load %x[%i] extents [4, 4] strides [4, 1] box [4, 4] steps [1, 1] fill 0 to %t : memref<4x4xi8>, memref<64xi8, 1>
  return
}

// -----

func.func @load(%x: memref<4x4xi8>, %t: memref<64xi8, 1>, %i: index) {
  // expected-error@+1 {{expected a tensor inside of the memory, of the tile's element type [load_c2]}}
  accel.load %x[%i, %i] extents [5, 4] strides [4, 1] box [4, 4] steps [1, 1] fill 0 to %t : memref<4x4xi8>, memref<64xi8, 1>
  return
}

// -----

func.func @load(%x: memref<4x4xi8>, %t: memref<64xi8, 1>, %i: index) {
  // expected-error@+1 {{expected a box that fits into the tile, in memory space 1 [load_c3]}}
  accel.load %x[%i, %i] extents [4, 4] strides [4, 1] box [16, 5] steps [1, 1] fill 0 to %t : memref<4x4xi8>, memref<64xi8, 1>
  return
}

// -----

func.func @store(%x: memref<4x4xi8>, %t: memref<64xi8, 1>, %i: index) {
  // expected-error@+1 {{expected one to five dimensions, as many in all lists [store_c1]}}
  accel.store %t to %x[%i] extents [4, 4] strides [4, 1] box [4, 4] : memref<64xi8, 1>, memref<4x4xi8>
  return
}

// -----

func.func @store(%x: memref<4x4xi32>, %t: memref<64xi8, 1>, %i: index) {
  // expected-error@+1 {{expected a tensor inside of the memory, of the tile's element type [store_c2]}}
  accel.store %t to %x[%i, %i] extents [4, 4] strides [4, 1] box [4, 4] : memref<64xi8, 1>, memref<4x4xi32>
  return
}

// -----

func.func @store(%x: memref<4x4xi8>, %t: memref<64xi8>, %i: index) {
  // expected-error@+1 {{expected a box that fits into the tile, in memory space 1 [store_c3]}}
  accel.store %t to %x[%i, %i] extents [4, 4] strides [4, 1] box [4, 4] : memref<64xi8>, memref<4x4xi8>
  return
}

// -----

func.func @multiply(%t: memref<64xi8, 1>, %s: memref<32xi32, 1>, %i: index) {
  // expected-error@+1 {{expected 64 sums of i32, and all tiles in memory space 1 [multiply_c1]}}
  accel.multiply %t[%i] stride 4, %t[%i] stride 16 zero_points [0, 0] into %s : memref<64xi8, 1>, memref<64xi8, 1>, memref<32xi32, 1>
  return
}

// -----

func.func @multiply(%t: memref<64xi8, 1>, %s: memref<64xi32, 1>, %i: index) {
  // expected-error@+1 {{expected two zero points, values of their sides [multiply_c2]}}
  accel.multiply %t[%i] stride 4, %t[%i] stride 16 zero_points [0, 200] into %s {rhs_signed} : memref<64xi8, 1>, memref<64xi8, 1>, memref<64xi32, 1>
  return
}
