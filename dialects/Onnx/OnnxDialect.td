// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_DIALECTS_ONNX_DIALECT
#define PITH_DIALECTS_ONNX_DIALECT

include "mlir/IR/OpBase.td"

def Onnx_Dialect : Dialect {
  let name = "onnx";
  let cppNamespace = "::pith::onnx";
  let summary = "any ONNX graph, as it is";
  let description = [{
    One operation stands for every ONNX operator, so that any legal graph can
    be printed, edited and stored before a single operator is implemented. The
    ONNX library has checked the operators; this dialect checks its own form.

    An argument or result of a function may carry `onnx.name`, a string: the
    name of that graph input or output.
    - name_c1: `onnx.name` is a string and not empty.
  }];
  let useDefaultTypePrinterParser = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    /// The version that bytecode carries; readers refuse newer ones.
    static constexpr uint64_t version = 1;
    /// Attribute of arguments and results with the ONNX name.
    static constexpr llvm::StringLiteral nameAttr = "onnx.name";
    void registerTypes();
  }];
}

#endif // PITH_DIALECTS_ONNX_DIALECT
