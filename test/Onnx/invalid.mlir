// RUN: pith-opt %s --split-input-file --verify-diagnostics

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected the name of an operator [node_c1]}}
  onnx.node ""() since 1 as [] : () -> ()
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected a version of at least 1, got 0 [node_c2]}}
  onnx.node "Op"() since 0 as [] : () -> ()
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected 1 result names, got 0 [node_c3]}}
  %0 = onnx.node "Op"() since 1 as [] : () -> tensor<f32>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected type 'none' exactly for results without a name, got 'tensor<f32>' for "" [node_c4]}}
  %0 = onnx.node "Op"() since 1 as [""] : () -> tensor<f32>
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected type 'none' exactly for results without a name, got 'none' for "a" [node_c4]}}
  %0 = onnx.node "Op"() since 1 as ["a"] : () -> none
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op has two results named "a" [node_c5]}}
  %0:2 = onnx.node "Op"() since 1 as ["a", "a"] : () -> (tensor<f32>, tensor<f32>)
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected 1 body names, got 0 [node_c6]}}
  "onnx.node"() <{op_type = "Op", version = 1 : i64, node_attributes = {}, result_names = []}> ({
    onnx.yield
  }) : () -> ()
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected a name of its own for each body, got "a" [node_c7]}}
  onnx.node "Op"() since 1 as [] {a = 1 : i64} with "a" {
    onnx.yield
  } : () -> ()
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected a name of its own for each body, got "b" [node_c7]}}
  onnx.node "Op"() since 1 as [] with "b" {
    onnx.yield
  }, "b" {
    onnx.yield
  } : () -> ()
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{'onnx.node' op expected body "b" to be one block that ends in onnx.yield [node_c8]}}
  onnx.node "Op"() since 1 as [] with "b" {
  } : () -> ()
  return
}

// -----

func.func @f() {
  // expected-error @+1 {{expected a list of strings}}
  onnx.node "Op"() since 1 as [1] : () -> ()
  return
}

// -----

// expected-error @+1 {{expected the text of an ONNX type [opaque_c1]}}
func.func private @f(!onnx.opaque<"">)

// -----

// expected-error @+1 {{'func.func' op expected 'onnx.name' to be a string that is not empty [name_c1]}}
func.func private @f(tensor<f32> {onnx.name = 1 : i64})

// -----

// expected-error @+1 {{'func.func' op expected 'onnx.name' to be a string that is not empty [name_c1]}}
func.func private @f() -> (tensor<f32> {onnx.name = ""})

// -----

// expected-error @+1 {{'func.func' op has the unknown attribute "onnx.other"}}
func.func private @f(tensor<f32> {onnx.other})
