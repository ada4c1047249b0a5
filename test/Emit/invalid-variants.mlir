// What the emitter refuses of modules with several variants.
// RUN: rm -rf %t && mkdir -p %t && split-file %s %t
// RUN: not pith-test-emit %t/missing.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: expected nothing but a named module for each of 'pith.targets'
// RUN: not pith-test-emit %t/swapped.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=SWAPPED
// SWAPPED: error: expected nothing but a named module for each of 'pith.targets'
// RUN: not pith-test-emit %t/unnamed.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=UNNAMED
// UNNAMED: error: expected nothing but a named module for each of 'pith.targets'
// RUN: not pith-test-emit %t/more.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=MORE
// MORE: error: expected nothing but a named module for each of 'pith.targets'
// RUN: not pith-test-emit %t/order.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=ORDER
// ORDER: error: variant 'x86-64-v3' would never be chosen: 'x86-64-v2' stands in front of it and needs no other features
// RUN: not pith-test-emit %t/outputs.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=OUTPUTS
// OUTPUTS: error: expected the attribute 'pith.outputs' of all variants, {{\[\]}}
// RUN: not pith-test-emit %t/weights.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// WEIGHTS: error: expected the attribute 'pith.weights' of all variants, 64 : i64
// RUN: not pith-test-emit %t/places.mlir -o %t/b 2>&1 | FileCheck %s --check-prefix=PLACES
// PLACES: error: weights at 0, 32 bytes, overlap others

// None of them has left a bundle.
// RUN: not ls %t/b

//--- missing.mlir
module attributes {pith.model = "m", pith.targets = [#pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- swapped.mlir
module attributes {pith.model = "m", pith.targets = [#pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">]} {
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- unnamed.mlir
module attributes {pith.model = "m", pith.targets = [#pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module  attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- more.mlir
module attributes {pith.model = "m", pith.targets = [#pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
    llvm.func internal @f(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
}
//--- order.mlir
module attributes {pith.model = "m", pith.targets = [#pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">]} {
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- outputs.mlir
module attributes {pith.model = "m", pith.targets = [#pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.inputs = [], pith.outputs = [{name = "y", type = f32, shape = array<i64: 1>}]} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- weights.mlir
module attributes {pith.model = "m", pith.targets = [#pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, pith.weights = 64 : i64, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.weights = 128 : i64, pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
//--- places.mlir
module attributes {pith.model = "m", pith.targets = [#pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">]} {
  module @a attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v3", features = "">, pith.weights = 64 : i64, pith.weight_table = [[0, dense<1.0> : tensor<8xf32>]], pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
  module @b attributes {pith.target = #pith.target<"t", triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v2", features = "">, pith.weights = 64 : i64, pith.weight_table = [[0, dense<2.0> : tensor<8xf32>]], pith.inputs = [], pith.outputs = []} {
    llvm.func internal @main(%i: !llvm.ptr, %o: !llvm.ptr, %a: !llvm.ptr, %w: !llvm.ptr, %d: !llvm.ptr, %s: !llvm.ptr) {
      llvm.return
    }
  }
}
