// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

// expected-error@+1 {{1 node is not supported}}
func.func @shapes(%c: tensor<i1>, %x: tensor<2xf32>, %z: tensor<3xf32>) -> tensor<*xf32> {
  // expected-note@+1 {{expected a result of one type and shape whatever the run chooses, got tensor<2xf32> and tensor<3xf32>; make the condition a constant, or pad the smaller one in the model}}
  %y = onnx.node "If"(%c) since 25 as ["y"] with "then_branch" {
    onnx.yield %x : tensor<2xf32>
  }, "else_branch" {
    onnx.yield %z : tensor<3xf32>
  } : (tensor<i1>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @conditions(%c: tensor<2xi1>, %x: tensor<2xf32>) -> tensor<*xf32> {
  // expected-note@+1 {{expected one condition}}
  %y = onnx.node "If"(%c) since 25 as ["y"] with "then_branch" {
    onnx.yield %x : tensor<2xf32>
  }, "else_branch" {
    onnx.yield %x : tensor<2xf32>
  } : (tensor<2xi1>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

// A result that grows from one iteration to the next has no shape.
// expected-error@+1 {{1 node is not supported}}
func.func @grows(%c: tensor<i1>, %x: tensor<2xf32>) -> tensor<*xf32> {
  %n = onnx.constant as "n" dense<2> : tensor<i64>
  // expected-note@+1 {{whatever the run chooses, got tensor<4xf32> and tensor<2xf32>}}
  %y = onnx.node "Loop"(%n, %c, %x) since 25 as ["y"] with "body" {
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %v: tensor<2xf32>):
    %a = onnx.node "Concat"(%v, %v) since 13 as ["a"] {axis = 0} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
    onnx.yield %k, %a : tensor<i1>, tensor<4xf32>
  } : (tensor<i64>, tensor<i1>, tensor<2xf32>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

// expected-error@+1 {{2 nodes are not supported}}
func.func @endless(%c: tensor<i1>, %n: tensor<i64>, %x: tensor<2xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  %none = onnx.absent : none
  // expected-note@+1 {{expected a condition known at compile time, or a number of iterations that is}}
  %y = onnx.node "Loop"(%none, %c, %x) since 25 as ["y"] with "body" {
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %v: tensor<2xf32>):
    onnx.yield %k, %v : tensor<i1>, tensor<2xf32>
  } : (none, tensor<i1>, tensor<2xf32>) -> tensor<*xf32>
  // expected-note@+1 {{expected a number of iterations that is known at compile time, or a stated shape of a scan output, which bounds it}}
  %z = onnx.node "Loop"(%n, %c, %x) since 25 as ["z"] with "body" {
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %v: tensor<2xf32>):
    onnx.yield %k, %v : tensor<i1>, tensor<2xf32>
  } : (tensor<i64>, tensor<i1>, tensor<2xf32>) -> tensor<*xf32>
  return %y, %z : tensor<*xf32>, tensor<*xf32>
}

// -----

// Short loops inside of each other are long.
// expected-error@+1 {{1 node is not supported}}
func.func @nested(%c: tensor<i1>, %x: tensor<2xf32>) -> tensor<2xf32> {
  %n = onnx.constant as "n" dense<1000> : tensor<i64>
  %y = onnx.node "Loop"(%n, %c, %x) since 25 as ["y"] with "body" {
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %v: tensor<2xf32>):
    // expected-note@+1 {{expected graphs inside of nodes that become at most 262144 nodes, each for every iteration; export the model with shorter loops}}
    %a = onnx.node "Loop"(%n, %k, %v) since 25 as ["a"] with "body" {
    ^bb1(%j: tensor<i64>, %l: tensor<i1>, %w: tensor<2xf32>):
      %b = onnx.node "Sin"(%w) since 22 as ["b"] : (tensor<2xf32>) -> tensor<2xf32>
      onnx.yield %l, %b : tensor<i1>, tensor<2xf32>
    } : (tensor<i64>, tensor<i1>, tensor<2xf32>) -> tensor<2xf32>
    onnx.yield %k, %a : tensor<i1>, tensor<2xf32>
  } : (tensor<i64>, tensor<i1>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// Inside of functions ONNX does not check what a condition is.
// expected-error@+1 {{1 node is not supported}}
func.func @number(%x: tensor<2xf32>) -> tensor<2xf32> {
  %n = onnx.constant as "n" dense<2> : tensor<i64>
  %c = onnx.constant as "c" dense<1.0> : tensor<bf16>
  // expected-note@+1 {{expected one condition}}
  %y = onnx.node "Loop"(%n, %c, %x) since 25 as ["y"] with "body" {
  ^bb0(%i: tensor<i64>, %k: tensor<bf16>, %v: tensor<2xf32>):
    onnx.yield %k, %v : tensor<bf16>, tensor<2xf32>
  } : (tensor<i64>, tensor<bf16>, tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @trips(%n: tensor<2xf32>, %c: tensor<i1>, %x: tensor<2xf32>) -> tensor<3x2xf32> {
  // expected-note@+1 {{expected one number of iterations}}
  %y:2 = onnx.node "Loop"(%n, %c, %x) since 25 as ["y", "z"] with "body" {
  ^bb0(%i: tensor<i64>, %k: tensor<i1>, %v: tensor<2xf32>):
    onnx.yield %k, %v, %v : tensor<i1>, tensor<2xf32>, tensor<2xf32>
  } : (tensor<2xf32>, tensor<i1>, tensor<2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>)
  return %y#1 : tensor<3x2xf32>
}
