// RUN: pith-opt %s --pith-form-groups --verify-diagnostics

// expected-error @+1 {{expected the attribute 'pith.target' with the name of a known target}}
module {
}
