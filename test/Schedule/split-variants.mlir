// RUN: pith-opt %s --pith-split-variants --split-input-file | FileCheck %s

// Each target gets a module of its name with a copy of everything, and of the options.
// CHECK: module attributes {pith.model = "m", pith.options = {row = "r"}, pith.targets = [#pith.target<"t", triple = "x", cpu = "new", features = "">, #pith.target<"t", triple = "x", cpu = "old", features = "+a">, #pith.target<"t", triple = "x", cpu = "old", features = "">]} {
// CHECK-NEXT: module @new attributes {pith.options = {row = "r"}, pith.target = #pith.target<"t", triple = "x", cpu = "new", features = "">} {
// CHECK-NEXT: func.func @main(%{{.*}}: tensor<4xf32>)
// CHECK: module @old attributes {pith.options = {row = "r"}, pith.target = #pith.target<"t", triple = "x", cpu = "old", features = "+a">} {
// CHECK-NEXT: func.func @main
// CHECK: module @old_0 attributes {pith.options = {row = "r"}, pith.target = #pith.target<"t", triple = "x", cpu = "old", features = "">} {
// CHECK-NEXT: func.func @main
// CHECK-NOT: func.func
module attributes {pith.model = "m", pith.options = {row = "r"}, pith.targets = [
    #pith.target<"t", triple = "x", cpu = "new", features = "">,
    #pith.target<"t", triple = "x", cpu = "old", features = "+a">,
    #pith.target<"t", triple = "x", cpu = "old", features = "">]} {
  func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
}

// -----

// One target: left alone.
// CHECK: module attributes {pith.target = #pith.target<"t", triple = "x", cpu = "c", features = "">} {
// CHECK-NEXT: func.func @main
module attributes {pith.target = #pith.target<"t", triple = "x", cpu = "c", features = "">} {
  func.func @main() {
    return
  }
}
