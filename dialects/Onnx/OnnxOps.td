// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_DIALECTS_ONNX_OPS
#define PITH_DIALECTS_ONNX_OPS

include "dialects/Onnx/OnnxDialect.td"
include "dialects/Onnx/OnnxTypes.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Onnx_Op<string mnemonic, list<Trait> traits = []>
    : Op<Onnx_Dialect, mnemonic, traits>;

def Onnx_NodeOp : Onnx_Op<"node", [
    Pure, DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "one node of an ONNX graph";
  let description = [{
    An operator of any domain, by name. `version` is the operator's
    since-version under the opset that the node was read with; for a domain
    that has no schemas, the imported version of that domain. The name of the
    node is its location.

    Attributes keep their ONNX names: integers are `i64`, floats `f32`, lists
    `array<i64: ...>`, `array<f32: ...>` or lists of strings, tensors elements
    attributes, types type attributes. A graph attribute is a region with the
    graph's inputs as block arguments and `onnx.yield` at its end; it may use
    values of the graphs around it.

    An absent optional operand is the result of `onnx.absent`, of type `none`;
    an output that the node does not produce has an empty name and type `none`.
    Unsigned element types are `ui8`, `ui16` and so on.

    - node_c1: `op_type` is not empty.
    - node_c2: `version` is at least 1.
    - node_c3: there is one name for each result.
    - node_c4: a result has type `none` exactly when its name is empty.
    - node_c5: results that have names have different ones.
    - node_c6: there is one name for each body.
    - node_c7: the names of the bodies are not empty, differ from each other and
      from the names of the attributes.
    - node_c8: each body has one block, which ends in `onnx.yield`.

    ```mlir
    %y = onnx.node "Relu"(%x) since 14 as ["y"] : (tensor<4xf32>) -> tensor<4xf32>
    %z = onnx.node "com.example" "Sum"(%x, %y) since 1 as ["z"] {scale = 2 : i64}
      : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %w = onnx.node "If"(%c) since 25 as ["w"] with "then_branch" {
      onnx.yield %x : tensor<4xf32>
    }, "else_branch" {
      onnx.yield %y : tensor<4xf32>
    } : (tensor<i1>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins StrAttr:$op_type,
                   DefaultValuedStrAttr<StrAttr, "">:$domain, I64Attr:$version,
                   DictionaryAttr:$node_attributes,
                   StrArrayAttr:$result_names,
                   DefaultValuedAttr<StrArrayAttr, "{}">:$body_names,
                   Variadic<AnyType>:$inputs);
  let results = (outs Variadic<AnyType>:$outputs);
  let regions = (region VariadicRegion<AnyRegion>:$bodies);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The attribute as the node states it, or null; defaults are not applied.
    ::mlir::Attribute getStated(::llvm::StringRef name) {
      return getNodeAttributes().get(name);
    }
    /// The graph attribute, or null.
    ::mlir::Region *getBody(::llvm::StringRef name);
    /// True when operand `index` exists and is not absent.
    bool hasInput(unsigned index);
    /// The operand, or null when it is absent or beyond the end.
    ::mlir::Value getInputOrNull(unsigned index);
    /// The ONNX name of a result; empty when the output is omitted.
    ::llvm::StringRef getResultName(unsigned index);
    /// The name of the node, which its location holds.
    ::llvm::StringRef getNodeName();
    /// True for the operator `name` of the standard domain.
    bool isStandard(::llvm::StringRef name) {
      return getDomain().empty() && getOpType() == name;
    }
  }];
}

def Onnx_ConstantOp : Onnx_Op<"constant", [
    Pure, ConstantLike, AllTypesMatch<["value", "result"]>,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "an initializer";
  let description = [{
    The value is any attribute that has a type; the result has that type.

    ```mlir
    %w = onnx.constant as "w" dense<[1.0, 2.0]> : tensor<2xf32>
    ```
  }];
  let arguments = (ins TypedAttrInterface:$value, StrAttr:$result_name);
  let results = (outs AnyType:$result);
  let assemblyFormat = "`as` $result_name attr-dict $value";
  let hasFolder = 1;
}

def Onnx_AbsentOp : Onnx_Op<"absent", [
    Pure, DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "an optional operand that is not there";
  let description = [{
    ```mlir
    %absent = onnx.absent : none
    ```
  }];
  let results = (outs NoneType:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}

def Onnx_YieldOp : Onnx_Op<"yield", [
    Pure, Terminator, ReturnLike, HasParent<"NodeOp">]> {
  let summary = "the outputs of a graph attribute";
  let description = [{
    ```mlir
    onnx.yield %y : tensor<4xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$operands);
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
}

#endif // PITH_DIALECTS_ONNX_OPS
