// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_DIALECT_TD
#define PITH_DIALECT_TD
include "mlir/IR/OpBase.td"

def Pith_Dialect : Dialect {
  let name = "pith";
  let cppNamespace = "::pith";
  let summary = "neural-network operators that a kernel table can match";
  let description = [{
    Operators with value semantics on tensors of static shape; constants that
    stay in the file they came from; and the structure that a schedule adds:
    groups, kernel calls, taps.

    Attributes of modules:
    - targets_c1: `pith.targets` is an array of at least two different targets
      without host that differ in CPU and features alone, and stands in the place
      of `pith.target`.
    - shapes_c1: `pith.shapes` is an array of at least two different dictionaries
      from the names of the same dimensions to sizes, each an i64 above 0.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

class Pith_Op<string mnemonic, list<Trait> traits = []>
    : Op<Pith_Dialect, mnemonic, traits>;
#endif
