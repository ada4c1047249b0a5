// RUN: pith-opt %s --pith-split-variants --verify-diagnostics

// expected-error @+1 {{expected no modules in a module with several targets}}
module attributes {pith.targets = [#pith.target<"t", triple = "x", cpu = "new", features = "">,
                                   #pith.target<"t", triple = "x", cpu = "old", features = "">]} {
  module @old {
  }
}
