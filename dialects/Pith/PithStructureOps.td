// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Structure: constants, groups, kernel calls, taps.
#ifndef PITH_STRUCTURE_OPS_TD
#define PITH_STRUCTURE_OPS_TD
include "dialects/Pith/PithOps.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"

def Pith_ConstantOp : Pith_Op<"constant", [Pure, ConstantLike]> {
  let summary = "a constant that a kernel reads from the weights";
  let description = [{
    Before bufferization a tensor, afterwards a memory reference into the
    weights at `offset` bytes.

    - constant_c1: `value` has the result's shape and element type.
    - constant_c2: `offset` stands exactly where the result is a memory reference,
      and is a multiple of 64.

    ```mlir
    %w = pith.constant dense<1.0> : tensor<1024xf32>
    %m = pith.constant dense<1.0> : tensor<1024xf32> at 64 as memref<1024xf32>
    ```
  }];
  let arguments = (ins TypedAttrInterface:$value, OptionalAttr<I64Attr>:$offset);
  let results = (outs AnyTypeOf<[Pith_Tensor, AnyStaticShapeMemRef]>:$result);
  let assemblyFormat = "custom<ConstantValue>($value, $offset, type($result)) attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Pith_TapOp : Pith_Op<"tap", [AllTypesMatch<["input", "result"]>]> {
  let summary = "observe a value";
  let description = [{
    The result is the operand. The value is visible to observers under `name`:
    comparison, calibration, bisection, self-test.
    ```mlir
    %1 = pith.tap "conv1" %0 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, Pith_Tensor:$input);
  let results = (outs Pith_Tensor:$result);
  let assemblyFormat = "$name $input attr-dict `:` type($input)";
}

def Pith_ToLayoutOp : Pith_Op<"to_layout", [Pure]> {
  let summary = "a tensor in the form in which a kernel wants it stored";
  let description = [{
    `result = transpose(reshape(pad(input, value)))`, as #pith.layout says; without
    `value` padding is zero.

    - to_layout_c1: the result is what the layout makes of the input.
    - to_layout_c2: `value` is one number of the input's element type.
    - to_layout_c3: the layout packs no codes.

    ```mlir
    %p = pith.to_layout %x value(%z : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]>
         : tensor<1x8x8x4xi8> -> tensor<1x10x10x4xi8>
    ```
  }];
  let arguments = (ins Pith_NumberTensor:$input, Optional<Pith_NumberTensor>:$value,
                       Pith_LayoutAttr:$layout);
  let results = (outs Pith_NumberTensor:$result);
  let assemblyFormat = [{
    $input (`value` `(` $value^ `:` type($value) `)`)? `layout` $layout attr-dict
    `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Pith_FromLayoutOp : Pith_Op<"from_layout", [Pure]> {
  let summary = "a tensor of which the operand is the stored form";
  let description = [{
    The inverse of `to_layout`: every element of the result is read where the
    layout puts it; what padding holds does not matter. A kernel's body says with
    it how its operands lie in memory.

    - from_layout_c1: the operand is what the layout makes of the result.

    ```mlir
    %x = pith.from_layout %p layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]>
         : tensor<1x10x10x4xi8> -> tensor<1x8x8x4xi8>
    ```
  }];
  let arguments = (ins Pith_NumberTensor:$input, Pith_LayoutAttr:$layout);
  let results = (outs Pith_NumberTensor:$result);
  let assemblyFormat = [{
    $input `layout` $layout attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Pith_FrameOp : Pith_Op<"frame", [Pure]> {
  let summary = "what lies around a tensor that is stored with padding";
  let description = [{
    Elements in the layout's padding are `value`, or zero without it. Those that the
    padding surrounds are unspecified: another kernel writes them, in place.

    - frame_c1: the layout pads and does nothing else, and leaves room inside.
    - frame_c2: `value` is one number of the result's element type.

    ```mlir
    %f = pith.frame value(%z : tensor<i8>) layout <pad [0, 1, 1, 0] to [0, 1, 1, 0]>
         : tensor<1x10x10x4xi8>
    %p = tensor.insert_slice %x into %f[0, 1, 1, 0] [1, 8, 8, 4] [1, 1, 1, 1]
         : tensor<1x8x8x4xi8> into tensor<1x10x10x4xi8>
    ```
  }];
  let arguments = (ins Optional<Pith_NumberTensor>:$value, Pith_LayoutAttr:$layout);
  let results = (outs Pith_NumberTensor:$result);
  let assemblyFormat = [{
    (`value` `(` $value^ `:` type($value) `)`)? `layout` $layout attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def Pith_FromPairSumsOp : Pith_Op<"from_pair_sums", [Pure]> {
  let summary = "the weights of a product of which the operands are proved lists";
  let description = [{
    The right side of a product, stored as blocks of windows whose sums fit 16
    bits (docs/saturation-proof.md). A window is four neighbours of the sum; a row
    of `weights` has its weights in each channel of a panel. `places` says which
    window a row belongs to: its number in its part of the sum, times `pitch`. A
    row of `counts`, for each part of the sum and each panel, has the first row of
    its list, and the numbers of its blocks of four, three, two and one windows
    that fit together, and of windows that are left to the wide form. A window
    that is in no list has the weight 0 in all channels of the panel.

    - from_pair_sums_c1: `weights` is [rows, 4 * channels of a panel] of i8, `places`
      [rows] of i32, `counts` [parts, panels, 6] of i32.
    - from_pair_sums_c2: the result is of i8, `pitch` at least 1.

    ```mlir
    %w = pith.from_pair_sums %weights at %places counts %counts pitch 64
         : tensor<32x8xi8>, tensor<32xi32>, tensor<1x4x6xi32> -> tensor<8x1x1x32xi8>
    ```
  }];
  let arguments = (ins Pith_NumberTensor:$weights, Pith_NumberTensor:$places,
                       Pith_NumberTensor:$counts, I64Attr:$pitch);
  let results = (outs Pith_NumberTensor:$result);
  let assemblyFormat = [{
    $weights `at` $places `counts` $counts `pitch` $pitch attr-dict `:` type($weights) `,`
    type($places) `,` type($counts) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Pith_YieldOp : Pith_Op<"yield", [Pure, Terminator, ReturnLike,
    ParentOneOf<["MapOp", "GroupOp", "ScatterOp"]>]> {
  let summary = "the results of a region";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

def Pith_GroupOp : Pith_Op<"group", [IsolatedFromAbove, SingleBlock, Pure]> {
  let summary = "one kernel-to-be: the operators that it computes";
  let description = [{
    The body holds the very operators that were fused, so that fusion cannot
    change a bit. `kernel` names the row that runs it, once one is selected.

    - group_c1: the body has one argument for each operand, of its type.
    - group_c2: the body yields values of the result types.

    ```mlir
    %r = pith.group (%x : tensor<4xf32>) -> (tensor<4xf32>) {
    ^bb0(%a: tensor<4xf32>):
      %0 = pith.map (%a : tensor<4xf32>) -> tensor<4xf32> { ... }
      pith.yield %0 : tensor<4xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<Pith_Tensor>:$inputs, OptionalAttr<Pith_KernelAttr>:$kernel);
  let results = (outs Variadic<Pith_Tensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `(` ($inputs^ `:` type($inputs))? `)` (`kernel` $kernel^)? attr-dict
    `->` `(` type($outputs) `)` $body
  }];
  let hasVerifier = 1;
}

def Pith_CallOp : Pith_Op<"call", [DestinationStyleOpInterface, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface, ["getEffects"]>]> {
  let summary = "runs an outlined kernel over all its items";
  let description = [{
    Destination-passing: on tensors each result is the value of the destination
    `outs` after the call; on memory references there are no results. The
    callee has the signature `(ins..., outs..., begin: index, end: index, scratch)`
    on memory references and computes its items `[begin, end)`.

    - call_c1: the operands are all tensors, with one result for each of `outs`
      and of its type, or all memory references without results.
    - call_c2: the callee is a function of this module with `pith.kernel` and
      `pith.items`, whose leading arguments have the shapes and element types of
      `ins` and `outs`.

    ```mlir
    %r = pith.call @conv1 ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<AnyType>:$inputs, Variadic<AnyType>:$outputs);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $callee `ins` `(` ($inputs^ `:` type($inputs))? `)` `outs` `(` ($outputs^ `:` type($outputs))? `)`
    attr-dict (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputsMutable(); }
  }];
}
#endif
