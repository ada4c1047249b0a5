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

// -----

// expected-error @+1 {{expected the host of target 'reference' to be '', a known target, got 'x'}}
module attributes {pith.target = #pith.target<"reference", triple = "t", cpu = "c", features = "",
    host = #pith.target<"x", triple = "t", cpu = "c", features = "">>} {
}

// -----

// expected-error @+1 {{expected the host 'a' to have no host of its own [target_attr_c1]}}
module attributes {pith.target = #pith.target<"reference", triple = "t", cpu = "c", features = "",
    host = #pith.target<"a", triple = "t", cpu = "c", features = "", host = #pith.target<"b", triple = "t", cpu = "c", features = "">>>} {
}
