// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: pith-opt %s --pith-lower-model --split-input-file --verify-diagnostics

// expected-error@+1 {{expected one public function, the model's, without results}}
module {
}

// -----

module {
  // expected-error@+1 {{expected argument 0 to have a static row-major memory reference and the attribute pith.io}}
  func.func @main(%x: memref<4xf32>) attributes {pith.results = 0 : i64} {
    return
  }
}

// -----

module {
  // expected-error@+1 {{expected the number of results in the attribute pith.results}}
  func.func @main() {
    return
  }
}

// -----

module attributes {pith.arena = 64 : i64} {
  func.func @main() attributes {pith.results = 0 : i64} {
    // expected-error@+1 {{expected an allocation of static shape with a place in the arena}}
    %0 = memref.alloc() : memref<4xf32>
    return
  }
}

// -----

// 16 floats at 32 end behind 64 bytes.
module attributes {pith.arena = 64 : i64} {
  func.func @main() attributes {pith.results = 0 : i64} {
    // expected-error@+1 {{expected an allocation of static shape with a place in the arena}}
    %0 = memref.alloc() {pith.offset = 32 : i64} : memref<16xf32>
    return
  }
}

// -----

module {
  func.func @main(%x: memref<4x4xf32> {pith.io = #pith.io<"x", f32>}) attributes {pith.results = 0 : i64} {
    %c = memref.subview %x[0, 0] [4, 2] [1, 1] : memref<4x4xf32> to memref<4x2xf32, strided<[4, 1]>>
    // expected-error@+1 {{expected an operand with the strides of 'memref<4x2xf32>', got 'memref<4x2xf32, strided<[4, 1]>>'}}
    pith.call @k0 ins(%c : memref<4x2xf32, strided<[4, 1]>>) outs(%c : memref<4x2xf32, strided<[4, 1]>>)
    return
  }
  func.func private @k0(%x: memref<4x2xf32>, %o: memref<4x2xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
      attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 4 : i64} {
    return
  }
}

// -----

// How much scratch memory a chain of calls needs is not counted.
module {
  func.func @main(%x: memref<4xf32> {pith.io = #pith.io<"x", f32>}) attributes {pith.results = 0 : i64} {
    return
  }
  func.func private @inner(%x: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
      attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 4 : i64} {
    return
  }
  func.func private @middle(%x: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
      attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 4 : i64} {
    pith.call @inner ins() outs(%x : memref<4xf32>)
    return
  }
  func.func private @outer(%x: memref<4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
      attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 4 : i64} {
    // expected-error@+1 {{expected a kernel to call kernels with a body, which call none}}
    pith.call @middle ins() outs(%x : memref<4xf32>)
    return
  }
}

// -----

module {
  func.func @main(%x: memref<4xf32> {pith.io = #pith.io<"x", f32>}) attributes {pith.results = 0 : i64} {
    return
  }
  func.func private @part(%x: memref<4x2xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
      attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 4 : i64} {
    return
  }
  func.func private @blocks(%x: memref<4x4xf32>, %begin: index, %end: index, %scratch: memref<?xi8>)
      attributes {pith.kernel = #pith.kernel<"some.row", cost = 1>, pith.items = 4 : i64} {
    %c = memref.subview %x[0, 0] [4, 2] [1, 1] : memref<4x4xf32> to memref<4x2xf32, strided<[4, 1]>>
    // expected-error@+1 {{expected an operand with the strides of 'memref<4x2xf32>', got 'memref<4x2xf32, strided<[4, 1]>>'}}
    pith.call @part ins() outs(%c : memref<4x2xf32, strided<[4, 1]>>)
    return
  }
}
