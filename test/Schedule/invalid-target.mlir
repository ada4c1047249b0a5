// RUN: pith-opt %s --pith-form-groups --split-input-file --verify-diagnostics

// expected-error @+1 {{expected the attribute 'pith.target' with the name of a known target}}
module {
}

// -----

// expected-error @+2 {{expected the attribute 'pith.target' with the name of a known target}}
// expected-note @+1 {{'pith-split-variants' makes a module for each of several targets}}
module attributes {pith.targets = [#pith.target<"reference", triple = "x", cpu = "new", features = "">,
                                   #pith.target<"reference", triple = "x", cpu = "old", features = "">]} {
}
