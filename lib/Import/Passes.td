// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_IMPORT_PASSES
#define PITH_LIB_IMPORT_PASSES
include "mlir/Pass/PassBase.td"

def ConvertOnnxToPith : Pass<"convert-onnx-to-pith", "::mlir::ModuleOp"> {
  let summary = "turn ONNX nodes into operators with static shapes";
  let description = [{
    Walks each function in order. A node goes through the converter of its
    operator and version; one that has none, but a function body in the
    standard, is expanded and its nodes converted in turn. Small constant
    computations are evaluated at once, so that later converters see numbers.
    Integers become signless; names and element types of arguments and results
    stay in `pith.io`. All unsupported nodes are reported in one error.

    The module's `pith.custom_ops`, a dictionary from "domain::Operator" to
    symbols, says which nodes C functions compute: they become `pith.extern`.

    ```mlir
    %y = onnx.node "Relu"(%x) since 14 as ["y"] : (tensor<4xf32>) -> tensor<4xf32>
    // becomes
    %y = pith.map (%x : tensor<4xf32>) -> tensor<4xf32> { ... arith.maximumf ... }
    ```
  }];
  let dependentDialects = [
    "::pith::PithDialect", "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"];
}

def FoldConstants : Pass<"pith-fold-constants"> {
  let summary = "evaluate operations on small constants";
  let description = [{
    Covers element-wise operations whose scalar body is exactly defined,
    reductions in the kernels' order, and data movement. Results stay below 4 KiB, those of integers
    below 64 KiB. Transcendental functions are left to the kernels, whose bits
    they must have. Transposing, reshaping and slicing a constant that lies in
    the model file adds a step to it. Dead operations are removed.

    ```mlir
    %r = tensor.concat dim(0) %a, %b : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
    // becomes
    %r = arith.constant dense<[1, 2]> : tensor<2xi64>
    ```
  }];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect"];
}

def RecogniseFormulas : Pass<"pith-recognise-formulas", "::mlir::func::FuncOp"> {
  let summary = "find the operators that exporters write as several";
  let description = [{
    Reads what maps compute, however their work is split, and replaces what pith
    has an operator for, if nothing else reads what lies inside. No bit changes:

    - Layer and RMS normalization by means, squares and a root: `pith.norm`, with
      the form whose order of rounding is that of the file. Scale and bias stay
      maps, but for the form `affine`. `pith.recognised` names the family.
    - A conversion to a wider type and back goes.

    ```mlir
    %s = pith.map(%x) { mulf }
    %t = pith.reduce sum %s dims [1] {keep_dims}
    %v = pith.map(%t) { divf by 64 }
    %e = pith.map(%v) { addf 1.0e-05 }
    %d = pith.map(%e) { math.sqrt }
    %y = pith.map(%x, %d) { divf }
    // becomes
    %y = pith.norm rms %x dims [1] epsilon 1.0e-05 form divided {pith.recognised = "rms_norm"}
    ```
  }];
  let dependentDialects = ["::pith::PithDialect"];
}

def PropagateTransposes : Pass<"pith-propagate-transposes", "::mlir::func::FuncOp"> {
  let summary = "move and cancel transposes of data";
  let description = [{
    Operations that work in any order of dimensions form regions; each region
    takes the order with the fewest transposes at its border (then the fewest
    elements in them), never with more than it had. Regions that do not border on
    each other do so at once. Transposes compose, cancel,
    become steps of constants, flags of products, other indices in generic
    nests, and move behind reshapes and reductions. One that only moves
    dimensions of size 1 ends as a reshape.

    The order in which a reduction adds is never changed.

    ```mlir
    %t = linalg.transpose ins(%x) outs(%e) permutation = [0, 3, 1, 2]
    %r = pith.map(%t) ...
    %u = linalg.transpose ins(%r) outs(%f) permutation = [0, 2, 3, 1]
    // becomes
    %u = pith.map(%x) ...
    ```
  }];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"numReordered", "reordered", "regions that took another order">];
}

def OneSample : Pass<"pith-one-sample", "::mlir::func::FuncOp"> {
  let summary = "from a program for a batch to that for one sample";
  let description = [{
    Follows the leading dimension of every argument through all operations. If
    none mixes samples, and every result has the samples in its leading
    dimension, the function is made anew for one of them and says so in
    `pith.batch`. Otherwise the error names the node that mixes.

    ```mlir
    func.func @main(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {...}
    // becomes, for name=N samples=8
    func.func @main(%x: tensor<1x4xf32>) -> tensor<1x4xf32>
        attributes {pith.batch = #pith.batch<"N", 8>} {...}
    ```
  }];
  let options = [
    Option<"name", "name", "std::string", "\"N\"", "the dimension's name in the model">,
    Option<"samples", "samples", "int64_t", "1", "the size that the program has">];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def VerifyImport : Pass<"pith-verify-import", "::mlir::ModuleOp"> {
  let summary = "check the contract of the stage import";
  let description = [{
    - import_s1: the module has one function, `main`, of one block, whose arguments
      and results are tensors in memory (no `i1`) with a `pith.io`.
    - import_s2: no operation of the onnx dialect is left.
    - import_s3: tensors are made by pith operators, but for those that schedule
      makes (groups, calls, frames, lists), data movement of `tensor`,
      `linalg.transpose`, `linalg.generic` with parallel loops and one result in
      their order, `scf.for`, and constants.
    - import_s4: shapes are static, integers signless.
    - import_s5: a large constant is a `pith.constant`.

    All of this holds until schedule, but for encodings, which sparsify gives to
    constants.
  }];
  let options = [
    Option<"encodings", "encodings", "bool", "false", "types may have an encoding">,
  ];
}

#endif
