// RUN: pith-opt %s --pith-share-weights --split-input-file | FileCheck %s

// Equal constants of two variants share a place; the table is one.
// CHECK: module @new attributes {pith.weights = 192 : i64}
// CHECK: dense<1.000000e+00> : tensor<3xf32> at 0 as
// CHECK: dense<2.000000e+00> : tensor<3xf32> at 64 as
// CHECK: module @old attributes {pith.weights = 192 : i64}
// CHECK: dense<2.000000e+00> : tensor<3xf32> at 64 as
// CHECK: dense<3.000000e+00> : tensor<3xf32> at 128 as
// CHECK: dense<1.000000e+00> : tensor<3xf32> at 0 as
module {
  module @new attributes {pith.weights = 128 : i64} {
    func.func @main() {
      %0 = pith.constant dense<1.0> : tensor<3xf32> at 0 as memref<3xf32>
      %1 = pith.constant dense<2.0> : tensor<3xf32> at 64 as memref<3xf32>
      return
    }
  }
  module @old attributes {pith.weights = 192 : i64} {
    func.func @main() {
      %0 = pith.constant dense<2.0> : tensor<3xf32> at 0 as memref<3xf32>
      %1 = pith.constant dense<3.0> : tensor<3xf32> at 64 as memref<3xf32>
      %2 = pith.constant dense<1.0> : tensor<3xf32> at 128 as memref<3xf32>
      return
    }
  }
}

// -----

// Variants of several shapes lie deeper. A module without weights of its own stays so.
// CHECK: module @short {
// CHECK: module @new attributes {pith.weights = 192 : i64}
// CHECK: dense<1.000000e+00> : tensor<3xf32> at 0 as
// CHECK: module @old attributes {pith.weights = 192 : i64}
// CHECK: dense<2.000000e+00> : tensor<3xf32> at 64 as
// CHECK: module @long {
// CHECK: module @new attributes {pith.weights = 192 : i64}
// CHECK: dense<3.000000e+00> : tensor<3xf32> at 128 as
// CHECK: module @old attributes {pith.weights = 192 : i64}
// CHECK: dense<1.000000e+00> : tensor<3xf32> at 0 as
module {
  module @short {
    module @new attributes {pith.weights = 64 : i64} {
      func.func @main() {
        %0 = pith.constant dense<1.0> : tensor<3xf32> at 0 as memref<3xf32>
        return
      }
    }
    module @old attributes {pith.weights = 64 : i64} {
      func.func @main() {
        %0 = pith.constant dense<2.0> : tensor<3xf32> at 0 as memref<3xf32>
        return
      }
    }
  }
  module @long {
    module @new attributes {pith.weights = 64 : i64} {
      func.func @main() {
        %0 = pith.constant dense<3.0> : tensor<3xf32> at 0 as memref<3xf32>
        return
      }
    }
    module @old attributes {pith.weights = 64 : i64} {
      func.func @main() {
        %0 = pith.constant dense<1.0> : tensor<3xf32> at 0 as memref<3xf32>
        return
      }
    }
  }
}
