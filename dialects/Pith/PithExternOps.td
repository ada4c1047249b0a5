// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators of the user, computed by C functions.
#ifndef PITH_EXTERN_OPS_TD
#define PITH_EXTERN_OPS_TD
include "dialects/Pith/PithOps.td"

def Pith_ExternOp : Pith_Op<"extern", [Pure]> {
  let summary = "what a C function that the caller links computes";
  let description = [{
    The results are those of the function `symbol` on the operands
    (docs/custom-operators.md). It is taken to be pure: equal operands give equal
    results, and where nobody reads them it is not called.

    `input_types` and `output_types` are ONNX's element types, which the function
    is told of: they know signs and codes of less than a byte. `none` stands for an
    operand or a result that the node leaves out. `node_attributes` are those of the
    node, as a JSON object.

    - extern_c1: `symbol` is an identifier of C that the generated header can declare.
    - extern_c2: `input_types` has, besides `none`, one type for each operand, which
      has the elements that hold this type in memory: signless, of whole bytes.
    - extern_c3: the same of `output_types` and the results, of which there is one.
    - extern_c4: `node_attributes` is the text of a JSON object.
    - extern_c5: there are at most 256 operands and results, counting `none`.

    ```mlir
    %y = pith.extern "scale" "{\"by\":2}" ins(%x, %i : tensor<1x4xf32>, tensor<2xi8>) of [f32, none, ui8]
         -> (tensor<1x4xf32>) of [f32]
    ```
  }];
  let arguments = (ins StrAttr:$symbol, StrAttr:$node_attributes, Variadic<Pith_NumberTensor>:$inputs,
                       TypeArrayAttr:$input_types, TypeArrayAttr:$output_types);
  let results = (outs Variadic<Pith_NumberTensor>:$outputs);
  let assemblyFormat = [{
    $symbol $node_attributes `ins` `(` ($inputs^ `:` type($inputs))? `)` `of` $input_types
    `->` `(` type($outputs) `)` `of` $output_types attr-dict
  }];
  let hasVerifier = 1;
}
#endif
