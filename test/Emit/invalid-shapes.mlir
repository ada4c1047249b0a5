// What the emitter refuses of modules with several shapes.
// RUN: rm -rf %t && mkdir -p %t && split-file %s %t
// RUN: not pith-test-emit %t/missing.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: expected nothing but a named module, for the same targets, for each of 'pith.shapes'
// RUN: not pith-test-emit %t/unnamed.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=UNNAMED
// UNNAMED: error: expected nothing but a named module, for the same targets, for each of 'pith.shapes'
// RUN: not pith-test-emit %t/targets.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=TARGETS
// TARGETS: error: expected nothing but a named module, for the same targets, for each of 'pith.shapes'
// RUN: not pith-test-emit %t/types.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=TYPES
// TYPES: error: expected inputs and outputs that differ from those of the other shapes in their sizes alone
// RUN: not pith-test-emit %t/names.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=NAMES
// NAMES: error: expected inputs and outputs that differ from those of the other shapes in their sizes alone
// RUN: not pith-test-emit %t/count.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=COUNT
// COUNT: error: expected inputs and outputs that differ from those of the other shapes in their sizes alone
// RUN: not pith-test-emit %t/weights.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// WEIGHTS: error: expected the attribute 'pith.weights' of all variants, 64 : i64
// RUN: not pith-test-emit %t/identifier.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=IDENTIFIER
// IDENTIFIER: error: expected the name of a shape to be part of identifiers of C

// None of them has left a bundle.
// RUN: not ls %t/b

// Sizes may differ; dimensions get members with names that the inputs leave free.
// RUN: pith-test-emit %t/good.mlir -o %t/good && FileCheck %s --check-prefix=HEADER < %t/good/m.h
// HEADER: - a: batch = 1, x = 3
// HEADER-NEXT: - b: batch = 2, x = 3
// HEADER: #define M_INPUT_x_BYTES 8
// HEADER-NEXT: #define M_OUTPUT_y_BYTES 16
// HEADER: #define M_INPUT_x_BYTES_a 4
// HEADER: #define M_OUTPUT_y_BYTES_b 16
// HEADER: #define M_SIZES_batch {1, 2}
// HEADER-NEXT: #define M_SIZES_x_2 {3, 3}
// HEADER: const float *x; /* x: f32 [1] or [2] */
// HEADER-NEXT: size_t batch; /* of this run: 1 or 2 */
// HEADER-NEXT: size_t x_2; /* of this run: 3 */
// RUN: %cc -std=c99 -pedantic -Wall -Wextra -Werror -c -x c %t/good/m.h -o %t/m.o

//--- missing.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{n = 1 : i64}, {n = 2 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- unnamed.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{n = 1 : i64}, {n = 2 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- targets.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{n = 1 : i64}, {n = 2 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- types.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{n = 1 : i64}, {n = 2 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = [{name = "y", type = f32, shape = array<i64: 1>}]} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = [{name = "y", type = f64, shape = array<i64: 2>}]} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- names.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{n = 1 : i64}, {n = 2 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = [{name = "y", type = f32, shape = array<i64: 1>}]} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = [{name = "z", type = f32, shape = array<i64: 2>}]} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- count.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{n = 1 : i64}, {n = 2 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = [{name = "y", type = f32, shape = array<i64: 1>}]} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- weights.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{n = 1 : i64}, {n = 2 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = [], pith.weights = 64 : i64} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = [], pith.weights = 128 : i64} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- identifier.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{n = 1 : i64}, {n = 2 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @"b-c" attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- good.mlir
module attributes {pith.model = "m", pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.shapes = [{batch = 1 : i64, x = 3 : i64}, {batch = 2 : i64, x = 3 : i64}]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [{name = "x", type = f32, shape = array<i64: 1>}], pith.outputs = [{name = "y", type = f64, shape = array<i64: 1>}]} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [{name = "x", type = f32, shape = array<i64: 2>}], pith.outputs = [{name = "y", type = f64, shape = array<i64: 2>}]} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
