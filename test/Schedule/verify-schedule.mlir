// RUN: pith-opt %s --pith-verify-schedule --split-input-file --verify-diagnostics

module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64} {
func.func @main(%x: memref<4xf32>) {
  %c = arith.constant 0 : index
  // expected-error @+1 {{expected computation in kernel calls only [schedule_s1]}}
  %0 = memref.load %x[%c] : memref<4xf32>
  return
}
}

// -----

module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64} {
func.func @main() {
  // expected-error @+1 {{expected a place inside the arena [schedule_s2]}}
  %0 = memref.alloc() {pith.offset = 64 : i64} : memref<4xf32>
  return
}
}

// -----

// expected-error @+1 {{expected the sizes of arena and weights [schedule_s2]}}
module {
func.func @main() {
  return
}
}

// -----

module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64} {
func.func @main() {
  // expected-error @+1 {{expected a place inside the weights [schedule_s2]}}
  %0 = pith.constant dense<1.0> : tensor<32xf32> at 0 as memref<32xf32>
  return
}
}

// -----

// Sums of offset and size that overflow.
module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64} {
func.func @main() {
  // expected-error @+1 {{expected a place inside the arena [schedule_s2]}}
  %0 = memref.alloc() {pith.offset = 9223372036854775744 : i64} : memref<64xf32>
  return
}
}

// -----

module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64} {
func.func @main() {
  // expected-error @+1 {{expected a place inside the weights [schedule_s2]}}
  %0 = pith.constant dense<1.0> : tensor<64xf32> at 9223372036854775744 as memref<64xf32>
  return
}
}

// -----

module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64} {
func.func @main(%n: index) {
  // expected-error @+1 {{expected a place inside the arena [schedule_s2]}}
  %0 = memref.alloc(%n) {pith.offset = 0 : i64} : memref<?xf32>
  return
}
}

// -----

module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64} {
func.func @main() {
  return
}
// expected-error @+1 {{expected a row, items, and arguments in memory [schedule_s3]}}
func.func private @k(%x: tensor<4xf32>) {
  return
}
}

// -----

module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64} {
func.func @main() {
  return
}
func.func private @k(%x: memref<4xi8>, %y: memref<4xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"reference.map", cost = 4>, pith.items = 1 : i64} {
  // expected-error @+1 {{expected no encoding and no quantized type [schedule_s4]}}
  %0 = tensor.empty() : tensor<4x!quant.uniform<i8:f32, 0.5>>
  return
}
}

// -----

// A tile ends behind what the plan has given to kernels of its memory space.
module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64,
    pith.memory_spaces = [{bytes = 64 : i64, capacity = 4096 : i64, name = "tiles", number = 1 : i64}]} {
func.func @main() {
  return
}
func.func private @k(%x: memref<4xi8>, %y: memref<4xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 4>, pith.items = 1 : i64} {
  %0 = memref.alloc() {pith.offset = 0 : i64} : memref<64xi8, 1>
  // expected-error @+1 {{expected a place inside a memory space of the target [schedule_s5]}}
  %1 = memref.alloc() {pith.offset = 32 : i64} : memref<64xi8, 1>
  return
}
}

// -----

// A memory space that is no number.
module attributes {pith.arena = 64 : i64, pith.weights = 64 : i64,
    pith.memory_spaces = [{bytes = 64 : i64, capacity = 4096 : i64, name = "tiles", number = 1 : i64}]} {
func.func @main() {
  return
}
func.func private @k(%x: memref<4xi8>, %y: memref<4xi8>, %begin: index, %end: index, %scratch: memref<?xi8>)
    attributes {pith.kernel = #pith.kernel<"some.row", cost = 4>, pith.items = 1 : i64} {
  // expected-error @+1 {{expected a place inside a memory space of the target [schedule_s5]}}
  %0 = memref.alloc() {pith.offset = 0 : i64} : memref<16xi8, "tiles">
  return
}
}
