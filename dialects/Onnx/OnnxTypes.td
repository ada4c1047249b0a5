// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_DIALECTS_ONNX_TYPES
#define PITH_DIALECTS_ONNX_TYPES

include "dialects/Onnx/OnnxDialect.td"
include "mlir/IR/AttrTypeBase.td"

def Onnx_OpaqueType : TypeDef<Onnx_Dialect, "Opaque"> {
  let mnemonic = "opaque";
  let summary = "an ONNX type that has no tensor form here";
  let description = [{
    Names a type by ONNX's own text: `!onnx.opaque<"seq(tensor(float))">`.
    `!onnx.opaque<"string">` is the element type of string tensors, and
    `!onnx.opaque<"unknown">` the type of a value about which nothing is known.
    - opaque_c1: the text is not empty.
  }];
  let parameters = (ins StringRefParameter<"the type as ONNX writes it">:$text);
  let assemblyFormat = "`<` $text `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    static OpaqueType getUnknown(::mlir::MLIRContext *context) {
      return get(context, "unknown");
    }
    static OpaqueType getString(::mlir::MLIRContext *context) {
      return get(context, "string");
    }
    bool isUnknown() const { return getText() == "unknown"; }
    bool isString() const { return getText() == "string"; }
  }];
}

#endif // PITH_DIALECTS_ONNX_TYPES
