// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  func.func @no_shape(%x: tensor<4xf32>) -> tensor<?xf32> {
    // expected-error @+2 {{expected the model to state type and shape of its output 'y', got tensor<?xf32>}}
    // expected-note @+1 {{add them to the value_info of the graph or function that has the node}}
    %y = onnx.node "my.domain" "Foo"(%x) since 1 as ["y"] : (tensor<4xf32>) -> tensor<?xf32>
    return %y : tensor<?xf32>
  }
}

// -----

module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  func.func @no_type(%x: tensor<4xf32>) -> !onnx.opaque<"?"> {
    // expected-error @+2 {{expected the model to state type and shape of its output 'y', got no tensor type}}
    // expected-note @+1 {{value_info}}
    %y = onnx.node "my.domain" "Foo"(%x) since 1 as ["y"] : (tensor<4xf32>) -> !onnx.opaque<"?">
    return %y : !onnx.opaque<"?">
  }
}

// -----

module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  // expected-error @below {{1 node is not supported}}
  func.func @tensor_attribute(%x: tensor<4xf32>) -> tensor<4xf32> {
    // expected-note @+1 {{expected integers, floats and strings in UTF-8 in the attributes of a custom operator, got something else in 't'}}
    %y = onnx.node "my.domain" "Foo"(%x) since 1 as ["y"] {t = dense<1.0> : tensor<2xf32>} : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}

// -----

module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  // expected-error @below {{1 node is not supported}}
  func.func @text_of_unknown_bytes(%x: tensor<4xf32>) -> tensor<4xf32> {
    // expected-note @+1 {{expected integers, floats and strings in UTF-8 in the attributes of a custom operator, got something else in 's'}}
    %y = onnx.node "my.domain" "Foo"(%x) since 1 as ["y"] {s = "\FF"} : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}

// -----

module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  // expected-error @below {{1 node is not supported}}
  func.func @unknown_numbers(%x: tensor<4xf32>) -> tensor<4xcomplex<f32>> {
    // expected-note @+1 {{expected numbers that C can be given in its output 'y'}}
    %y = onnx.node "my.domain" "Foo"(%x) since 1 as ["y"] : (tensor<4xf32>) -> tensor<4xcomplex<f32>>
    return %y : tensor<4xcomplex<f32>>
  }
}

// -----

module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  // expected-error @below {{1 node is not supported}}
  func.func @no_output(%x: tensor<4xf32>) -> tensor<4xf32> {
    // expected-note @+1 {{expected at least one output}}
    %y = onnx.node "my.domain" "Foo"(%x) since 1 as [""] : (tensor<4xf32>) -> none
    return %x : tensor<4xf32>
  }
}

// -----

module attributes {pith.custom_ops = {"my.domain::Foo" = "foo"}} {
  // expected-error @below {{1 node is not supported}}
  func.func @graph(%x: tensor<4xf32>) -> tensor<4xf32> {
    // expected-note @+1 {{expected no graphs in the attributes of a custom operator}}
    %y = onnx.node "my.domain" "Foo"(%x) since 1 as ["y"] with "g" {
      onnx.yield %x : tensor<4xf32>
    } : (tensor<4xf32>) -> tensor<4xf32>
    return %y : tensor<4xf32>
  }
}
