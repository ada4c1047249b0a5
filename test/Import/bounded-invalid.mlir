// RUN: pith-opt %s --convert-onnx-to-pith --split-input-file --verify-diagnostics

func.func @many(%x: tensor<300x300xf32>) -> tensor<2x?xi64> {
  // expected-error@+2 {{node '' (NonZero): there may be up to 90000 results, and the model does not say for how many there is a place}}
  // expected-note@+1 {{give a bound, for example --dim y:1=1000; what is beyond it is cut off}}
  %y = onnx.node "NonZero"(%x) since 13 as ["y"] : (tensor<300x300xf32>) -> tensor<2x?xi64>
  return %y : tensor<2x?xi64>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @scalar(%x: tensor<f32>) -> tensor<*xi64> {
  // expected-note@+1 {{expected at least one dimension}}
  %y = onnx.node "NonZero"(%x) since 13 as ["y"] : (tensor<f32>) -> tensor<*xi64>
  return %y : tensor<*xi64>
}

// -----

// expected-error@+1 {{2 nodes are not supported}}
func.func @condition(%x: tensor<3x2xf32>, %c: tensor<3xi1>, %d: tensor<2x1xi1>) -> (tensor<*xf32>, tensor<*xf32>) {
  // expected-note@+1 {{expected a condition of one dimension with at most 2 elements; 2 nodes}}
  %a = onnx.node "Compress"(%x, %c) since 11 as ["a"] {axis = 1} : (tensor<3x2xf32>, tensor<3xi1>) -> tensor<*xf32>
  %b = onnx.node "Compress"(%x, %d) since 11 as ["b"] {axis = 1} : (tensor<3x2xf32>, tensor<2x1xi1>) -> tensor<*xf32>
  return %a, %b : tensor<*xf32>, tensor<*xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @boxes(%b: tensor<1x6x4xf32>, %s: tensor<1x2x5xf32>, %n: tensor<1xi64>) -> tensor<*xi64> {
  // expected-note@+1 {{expected boxes of shape [batches, boxes, 4] and scores of shape [batches, classes, boxes]}}
  %y = onnx.node "NonMaxSuppression"(%b, %s, %n) since 11 as ["y"] : (tensor<1x6x4xf32>, tensor<1x2x5xf32>, tensor<1xi64>) -> tensor<*xi64>
  return %y : tensor<*xi64>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @limits(%b: tensor<1x6x4xf32>, %s: tensor<1x2x6xf32>, %n: tensor<2xi64>) -> tensor<*xi64> {
  // expected-note@+1 {{expected one number in operand 2}}
  %y = onnx.node "NonMaxSuppression"(%b, %s, %n) since 11 as ["y"] : (tensor<1x6x4xf32>, tensor<1x2x6xf32>, tensor<2xi64>) -> tensor<*xi64>
  return %y : tensor<*xi64>
}

// -----

// expected-error@+1 {{output 'y': its number is to be an output 'y_count', but the model has one of that name}}
func.func @name(%x: tensor<5xf32>) -> (tensor<1x?xi64> {onnx.name = "y"}, tensor<5xf32> {onnx.name = "y_count"}) {
  %y = onnx.node "NonZero"(%x) since 13 as ["y"] : (tensor<5xf32>) -> tensor<1x?xi64>
  %z = onnx.node "Abs"(%x) since 13 as ["z"] : (tensor<5xf32>) -> tensor<5xf32>
  return %y, %z : tensor<1x?xi64>, tensor<5xf32>
}

// -----

func.func @many_unique(%x: tensor<300x300xf32>) -> tensor<?xf32> {
  // expected-error@+2 {{node '' (Unique): there may be up to 90000 results, and the model does not say for how many there is a place}}
  // expected-note@+1 {{give a bound, for example --dim y:0=1000; what is beyond it is cut off}}
  %y = onnx.node "Unique"(%x) since 11 as ["y"] : (tensor<300x300xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// expected-error@+1 {{1 node is not supported}}
func.func @unique_of_nothing(%x: tensor<0xf32>) -> tensor<*xf32> {
  // expected-note@+1 {{expected an input and a bound that are not empty}}
  %y = onnx.node "Unique"(%x) since 11 as ["y"] : (tensor<0xf32>) -> tensor<*xf32>
  return %y : tensor<*xf32>
}
