// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_ATTRS_TD
#define PITH_ATTRS_TD
include "dialects/Pith/PithDialect.td"
include "dialects/Pith/PithInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpAsmInterface.td"

class Pith_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Pith_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Pith_TransposeAttr : Pith_Attr<"Transpose", "transpose",
    [DeclareAttrInterfaceMethods<ConstantTransformInterface>]> {
  let summary = "dimension i of the result is dimension permutation[i] of the input";
  let parameters = (ins ArrayRefParameter<"int64_t">:$permutation);
  let assemblyFormat = "`<` `[` $permutation `]` `>`";
}

def Pith_ReshapeAttr : Pith_Attr<"Reshape", "reshape",
    [DeclareAttrInterfaceMethods<ConstantTransformInterface>]> {
  let summary = "the same elements in the same order under another shape";
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape);
  let assemblyFormat = "`<` `[` $shape `]` `>`";
}

def Pith_SliceAttr : Pith_Attr<"Slice", "slice",
    [DeclareAttrInterfaceMethods<ConstantTransformInterface>]> {
  let summary = "the box of `sizes` elements at `offsets`, one in `strides`";
  let parameters = (ins ArrayRefParameter<"int64_t">:$offsets,
                        ArrayRefParameter<"int64_t">:$sizes,
                        ArrayRefParameter<"int64_t">:$strides);
  let assemblyFormat = "`<` `[` $offsets `]` `[` $sizes `]` `[` $strides `]` `>`";
}

def Pith_QuantizeAttr : Pith_Attr<"Quantize", "quantize",
    [DeclareAttrInterfaceMethods<ConstantTransformInterface, ["mapElements"]>]> {
  let summary = "codes of f32 numbers, as the operator quantize makes them";
  let description = [{
    `scale` (f32) and `zeroPoint` (of the codes' type) broadcast to the input.
  }];
  let parameters = (ins "::mlir::DenseElementsAttr":$scale, "::mlir::DenseElementsAttr":$zeroPoint,
                        DefaultValuedParameter<"bool", "false">:$isSigned);
  let assemblyFormat = "`<` $scale `,` $zeroPoint `,` custom<Signedness>($isSigned) `>`";
}

def Pith_RecodeAttr : Pith_Attr<"Recode", "recode",
    [DeclareAttrInterfaceMethods<ConstantTransformInterface, ["mapElements"]>]> {
  let summary = "8-bit codes for 8-bit codes, by a table of 256";
  let description = [{
    Entry `i` stands for the code whose bits are `i`, as in `pith.lookup`.
  }];
  let parameters = (ins "::mlir::DenseElementsAttr":$table);
  let assemblyFormat = "`<` $table `>`";
}

def Pith_CentreAttr : Pith_Attr<"Centre", "centre",
    [DeclareAttrInterfaceMethods<ConstantTransformInterface, ["mapElements"]>]> {
  let summary = "8-bit codes less their zero points, in `element`";
  let description = [{
    `zeroPoint` broadcasts to the input; `isSigned` says how the bits of both
    count. `element`, i8 or i16, holds the differences, which wrap.
    ```mlir
    #pith.centre<dense<-128> : tensor<i8>, unsigned, i8>
    ```
  }];
  let parameters = (ins "::mlir::DenseElementsAttr":$zeroPoint,
                        "bool":$isSigned, "::mlir::Type":$element);
  let assemblyFormat = "`<` $zeroPoint `,` custom<Signedness>($isSigned) `,` $element `>`";
}

def Pith_UnpackAttr : Pith_Attr<"Unpack", "unpack",
    [DeclareAttrInterfaceMethods<ConstantTransformInterface, ["mapElements"]>]> {
  let summary = "bytes from packed codes, as the operator unpack makes them";
  let description = [{
    `width` is 4 or 2; the input has as many bytes as codes of `shape` need.
    ```mlir
    #pith.unpack<4, signed, [8, 8]>
    ```
  }];
  let parameters = (ins "int64_t":$width, "bool":$isSigned, ArrayRefParameter<"int64_t">:$shape);
  let assemblyFormat = "`<` $width `,` custom<Signedness>($isSigned) `,` `[` $shape `]` `>`";
}

def Pith_LayoutAttr : Pith_Attr<"Layout", "layout",
    [DeclareAttrInterfaceMethods<ConstantTransformInterface, ["fanIn", "mapElements"]>]> {
  let summary = "the form in which a kernel wants a tensor to be stored";
  let description = [{
    `stored = transpose(reshape(pad(logical)))`: `low` and `high` elements are
    added in front of and behind each dimension, the result takes `shape`, and
    dimension i of what is stored is dimension `order[i]` of that. Without
    `shape` and `order` the tensor is only padded. So halos, channels padded to a
    multiple, and blocked and packed layouts are all layouts.

    With `bits` the elements are signed codes of so many bits, and neighbours are
    packed into bytes, low bits first: only constants can be stored so.

    As a step of a constant, and without a value given, padding is zero.

    - layout_attr_c1: `low` and `high` have one entry for each dimension, at
      least one, none negative.
    - layout_attr_c2: `shape` is positive, and `order` a permutation of its dimensions.
    - layout_attr_c3: the tensor has the dimensions that are padded and is not
      empty, and `shape` has as many elements as it has behind the padding.
    - layout_attr_c4: `bits` is 4 and stands on elements of 8 bits, with a `shape`;
      the last dimension of what is stored fills whole bytes.

    ```mlir
    // 30 x 40 weights, in panels of 32 rows by groups of four columns.
    #pith.layout<pad [0, 0] to [2, 0], shape [1, 32, 10, 4], order [0, 2, 1, 3]>
    // One pixel around an image.
    #pith.layout<pad [0, 1, 1, 0] to [0, 1, 1, 0]>
    // Of each column of a 64 x 16 matrix, two neighbours in a byte.
    #pith.layout<pad [0, 0] to [0, 0], shape [32, 2, 16], order [0, 2, 1] bits 4>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$low, ArrayRefParameter<"int64_t">:$high,
                        OptionalArrayRefParameter<"int64_t">:$shape,
                        OptionalArrayRefParameter<"int64_t">:$order,
                        DefaultValuedParameter<"int64_t", "0">:$bits);
  let assemblyFormat = [{
    `<` `pad` ` ` `[` $low `]` `to` ` ` `[` $high `]`
    (`,` `shape` ` ` `[` $shape^ `]` `,` `order` ` ` `[` $order `]`)?
    (` ` `bits` $bits^)? `>`
  }];
  let genVerifyDecl = 1;
  let builders = [AttrBuilder<(ins "::llvm::ArrayRef<int64_t>":$low,
                                   "::llvm::ArrayRef<int64_t>":$high), [{
    return $_get($_ctxt, low, high, ::llvm::ArrayRef<int64_t>(), ::llvm::ArrayRef<int64_t>(), 0);
  }]>, AttrBuilder<(ins "::llvm::ArrayRef<int64_t>":$low, "::llvm::ArrayRef<int64_t>":$high,
                        "::llvm::ArrayRef<int64_t>":$shape,
                        "::llvm::ArrayRef<int64_t>":$order), [{
    return $_get($_ctxt, low, high, shape, order, 0);
  }]>];
  let extraClassDeclaration = [{
    /// Whether elements keep their order: nothing but padding, perhaps none.
    bool onlyPads() const { return getShape().empty(); }
    /// Whether no element is added.
    bool addsNothing() const;
    /// Elements in one of what is stored.
    int64_t perElement() const { return getBits() ? 8 / getBits() : 1; }
    /// The shape behind the padding.
    ::llvm::SmallVector<int64_t> paddedShape(::llvm::ArrayRef<int64_t> shape) const;
  }];
}

def Pith_ConstantAttr : Pith_Attr<"Constant", "constant", [TypedAttrInterface]> {
  let summary = "a large constant: bytes of a source, and what is done to them";
  let description = [{
    `source` is a blob of the dialect's resource manager, usually a mapping of
    the model file; files name it by a hash of its content (ConstantManager.h).
    `steps` are applied in order by the emitter, tile by tile. The bytes are little-endian, row-major,
    one byte at least for each element.

    - constant_attr_c1: the source's size is that of `sourceType`.
    - constant_attr_c2: the steps lead from `sourceType` to `type`, which may have
      an encoding besides.

    ```mlir
    #pith.constant<w_0123 : tensor<8x3x3x3xf32>, [#pith.transpose<[0, 2, 3, 1]>]> : tensor<8x3x3x3xf32>
    ```
  }];
  let parameters = (ins
    ResourceHandleParameter<"ConstantHandle">:$source,
    "::mlir::RankedTensorType":$sourceType,
    OptionalArrayRefParameter<"::pith::ConstantTransformInterface">:$steps,
    AttributeSelfTypeParameter<"", "::mlir::RankedTensorType">:$type);
  let assemblyFormat = "`<` $source `:` $sourceType (`,` `[` $steps^ `]`)? `>`";
  let genVerifyDecl = 1;
  let builders = [
    AttrBuilderWithInferredContext<(ins "::mlir::RankedTensorType":$type,
      "ConstantHandle":$source), [{
      return $_get(type.getContext(), source, type,
                   ::llvm::ArrayRef<::pith::ConstantTransformInterface>(), type);
    }]>];
  let extraClassDeclaration = [{
    /// The same constant behind one more step.
    ::mlir::FailureOr<ConstantAttr>
    then(::pith::ConstantTransformInterface step,
         ::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError) const;
    /// The mapped bytes of the source; empty when the blob is not loaded.
    ::llvm::ArrayRef<char> getSourceBytes() const;
  }];
}

def Pith_IoAttr : Pith_Attr<"Io", "io"> {
  let summary = "name and ONNX element type of a model input or output";
  let description = [{
    Integers are signless inside, so the element type (`ui8`, `i1`, ...) of the
    file is kept here.
    ```mlir
    func.func @main(%x: tensor<1x28x28xi8> {pith.io = #pith.io<"image", ui8>})
    ```
  }];
  let parameters = (ins StringRefParameter<>:$name, "::mlir::Type":$elementType);
  let assemblyFormat = "`<` $name `,` $elementType `>`";
}

def Pith_BatchAttr : Pith_Attr<"Batch", "batch"> {
  let summary = "a leading dimension of run-time size between 1 and `max`";
  let description = [{
    Stands on the model's function. The function computes one sample; samples
    are independent, so that `model_run` repeats it (docs/decisions/0006).
  }];
  let parameters = (ins StringRefParameter<>:$name, "int64_t":$max);
  let assemblyFormat = "`<` $name `,` $max `>`";
}

def Pith_TargetAttr : Pith_Attr<"Target", "target"> {
  let summary = "what the module is compiled for";
  let description = [{
    A device that needs a CPU beside it has that as `host`: it calls the
    device's kernels and runs those that the device has no row for.

    - target_attr_c1: a host has no host of its own.

    ```mlir
    #pith.target<"reference", triple = "aarch64-unknown-linux-gnu", cpu = "generic", features = "">
    ```
  }];
  let parameters = (ins StringRefParameter<>:$name, StringRefParameter<>:$triple,
                        StringRefParameter<>:$cpu, StringRefParameter<>:$features,
                        OptionalParameter<"::pith::TargetAttr">:$host);
  let assemblyFormat = [{
    `<` $name `,` `triple` `=` $triple `,` `cpu` `=` $cpu `,` `features` `=` $features
    (`,` `host` `=` $host^)? `>`
  }];
  let genVerifyDecl = 1;
  let builders = [
    AttrBuilder<(ins "::llvm::StringRef":$name, "::llvm::StringRef":$triple,
      "::llvm::StringRef":$cpu, "::llvm::StringRef":$features), [{
      return $_get($_ctxt, name, triple, cpu, features, ::pith::TargetAttr());
    }]>];
  let extraClassDeclaration = [{
    /// What the object's code is for: the host where there is one, else this.
    TargetAttr getMachine() const { return getHost() ? getHost() : *this; }
  }];
}

def Pith_KernelAttr : Pith_Attr<"Kernel", "kernel"> {
  let summary = "the row of a target's kernel table that runs a group";
  let description = [{
    `cost` is in cycles, `tile` the one of the row's tiles that was chosen: rows
    and columns of results that a kernel's innermost loop holds. `rejected` lists
    the other rows of the table that were considered, each with the reason. `next`
    is the cheapest of those that could run the group too, with its cost.
    ```mlir
    #pith.kernel<"fast.conv", cost = 4096, tile = [7, 4], rejected = ["fast.fma: needs +fma"], next = "fast.nest", next_cost = 9000>
    ```
  }];
  let parameters = (ins StringRefParameter<>:$row, "int64_t":$cost,
                        OptionalArrayRefParameter<"int64_t">:$tile,
                        OptionalArrayRefParameter<"::mlir::StringAttr">:$rejected,
                        OptionalParameter<"::mlir::StringAttr">:$next,
                        DefaultValuedParameter<"int64_t", "0">:$nextCost);
  let assemblyFormat = [{
    `<` $row `,` `cost` `=` custom<KernelDetails>($cost, $tile, $rejected, $next, $nextCost) `>`
  }];
}

def Pith_CodesAttr : Pith_Attr<"Codes", "codes"> {
  let summary = "what the codes of a value mean: (code - zero_point) * scale";
  let description = [{
    Stands as `pith.codes` on operators that make codes with constant
    parameters, for those who look at values: comparison and reports.
    ```mlir
    %q = pith.requantize ... {pith.codes = #pith.codes<2.000000e-01 : f32, 128, unsigned>}
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$scale, "int64_t":$zeroPoint,
                        DefaultValuedParameter<"bool", "false">:$isSigned);
  let assemblyFormat = "`<` $scale `,` $zeroPoint `,` custom<Signedness>($isSigned) `>`";
}

class Pith_Enum<string name, list<I32EnumAttrCase> cases> : I32EnumAttr<name, "", cases> {
  let cppNamespace = "::pith";
  let genSpecializedAttr = 0;
}
class Pith_EnumAttr<I32EnumAttr cases, string attrMnemonic>
    : EnumAttr<Pith_Dialect, cases, attrMnemonic> {
  let assemblyFormat = "$value";
}

def Pith_PoolKind : Pith_Enum<"PoolKind", [
  I32EnumAttrCase<"Max", 0, "max">, I32EnumAttrCase<"Average", 1, "average">,
  I32EnumAttrCase<"Sum", 2, "sum">]>;
def Pith_PoolKindAttr : Pith_EnumAttr<Pith_PoolKind, "pool_kind">;

def Pith_ReduceKind : Pith_Enum<"ReduceKind", [
  I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Product", 1, "product">,
  I32EnumAttrCase<"Max", 2, "max">, I32EnumAttrCase<"Min", 3, "min">]>;
def Pith_ReduceKindAttr : Pith_EnumAttr<Pith_ReduceKind, "reduce_kind">;

def Pith_NormKind : Pith_Enum<"NormKind", [
  I32EnumAttrCase<"Layer", 0, "layer">, I32EnumAttrCase<"Rms", 1, "rms">]>;
def Pith_NormKindAttr : Pith_EnumAttr<Pith_NormKind, "norm_kind">;

def Pith_NormForm : Pith_Enum<"NormForm", [
  I32EnumAttrCase<"Multiplied", 0, "multiplied">, I32EnumAttrCase<"Divided", 1, "divided">,
  I32EnumAttrCase<"Affine", 2, "affine">]>;
def Pith_NormFormAttr : Pith_EnumAttr<Pith_NormForm, "norm_form">;

def Pith_SparsityPattern : Pith_Enum<"SparsityPattern", [
  I32EnumAttrCase<"Dense", 0, "dense">, I32EnumAttrCase<"Unstructured", 1, "unstructured">,
  I32EnumAttrCase<"Structured", 2, "structured">, I32EnumAttrCase<"Block1x4", 3, "block_1x4">,
  I32EnumAttrCase<"Block2x4", 4, "block_2x4">]>;

def Pith_SparsityPatternAttr : Pith_EnumAttr<Pith_SparsityPattern, "sparsity_pattern">;

def Pith_SparsityAttr : Pith_Attr<"Sparsity", "sparsity"> {
  let summary = "where the zeros of a product's weights are, counted";
  let description = [{
    Stands as `pith.sparsity` on `conv` and `matmul` with constant weights, and
    later on the call of their kernel. `pattern` is the encoding in the type of
    the weights; `dense`: none is worth using.

    A 1x4 block is four consecutive input channels of one output channel, a 2x4
    block the same of two neighbouring output channels; the last ones of a row or
    column may be smaller. A block is stored where one of its elements is not
    zero. `structured n of m`: of each m consecutive input channels at most n are
    not zero; 4 of 4 where that is not so for half of 4, 8 or 16. Minus zero is
    zero.

    - sparsity_attr_c1: no count exceeds what it is counted in.

    ```mlir
    #pith.sparsity<block_1x4, zeros 48 of 64, blocks_1x4 4 of 16, blocks_2x4 3 of 8, structured 4 of 4>
    ```
  }];
  let parameters = (ins EnumParameter<Pith_SparsityPattern>:$pattern,
                        "int64_t":$zeros, "int64_t":$elements,
                        "int64_t":$stored1x4, "int64_t":$blocks1x4,
                        "int64_t":$stored2x4, "int64_t":$blocks2x4, "int64_t":$n, "int64_t":$m);
  let assemblyFormat = [{
    `<` $pattern `,` `zeros` $zeros `of` $elements `,` `blocks_1x4` $stored1x4 `of` $blocks1x4
    `,` `blocks_2x4` $stored2x4 `of` $blocks2x4 `,` `structured` $n `of` $m `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The same counts.
    SparsityAttr withPattern(::pith::SparsityPattern pattern) const;
    /// The share of the products that are left with the pattern, from 0 to 1.
    double getStoredShare() const;
  }];
}

def Pith_FormKind : Pith_Enum<"FormKind", [
  I32EnumAttrCase<"Identity", 0, "identity">, I32EnumAttrCase<"Clamp", 1, "clamp">,
  I32EnumAttrCase<"Offset", 2, "offset">, I32EnumAttrCase<"Multiply", 3, "multiply">,
  I32EnumAttrCase<"MultiplyAdd", 4, "multiply_add">, I32EnumAttrCase<"Product", 5, "product">,
  I32EnumAttrCase<"FixedPoint", 6, "fixed_point">, I32EnumAttrCase<"Reciprocal", 7, "reciprocal">,
  I32EnumAttrCase<"Table", 8, "table">, I32EnumAttrCase<"Literal", 9, "literal">]>;

def Pith_FormAttr : Pith_Attr<"Form", "form"> {
  let summary = "how a map on 8-bit codes is computed";
  let description = [{
    Stands on a `pith.map` whose operands and result are 8-bit codes, and stays
    on what the map becomes. `type` says which codes count as signed. In the
    formulas `x`, `y` are codes as integers; `rne` rounds half to even; `sat`
    limits to `low` and `high`; the constants are listed in this order:

    | kind | computes | constants |
    |---|---|---|
    | `identity` | `x` | |
    | `clamp` | `sat(x)` | low, high |
    | `offset` | `sat(x + d)` or `sat(x + y + d)`, in i16 | d, low, high |
    | `multiply` | `sat(rne(f32(x - zx) * m) + z)` | zx, m, z, low, high |
    | `multiply_add` | `sat(rne(fma(f32(x - zx), mx, fma(f32(y - zy), my, c))) + z)` | zx, mx, zy, my, c, z, low, high |
    | `product` | `sat(rne(f32((x - zx) * (y - zy)) * m) + z)` | zx, zy, m, z, low, high |
    | `fixed_point` | `sat((x * m + c) >> s)`, in i32 | m, c, s, low, high |
    | `reciprocal` | the map's own operations, the last division by a constant a multiplication by r | r |
    | `table` | `table[x]` | |
    | `literal` | the map's own operations | |

    - form_attr_c1: the type is that of a function of 8-bit codes, `ui8` or `si8`, to one.
    - form_attr_c2: the kind takes the number of codes that the type has.
    - form_attr_c3: the constants are those of the kind: f32 for m, c of a float sum and r, else i32.

    ```mlir
    #pith.form<multiply, (ui8) -> si8, [128 : i32, 2.500000e-01 : f32, 3 : i32, -128 : i32, 127 : i32]>
    ```
  }];
  let parameters = (ins EnumParameter<Pith_FormKind>:$kind, "::mlir::FunctionType":$type,
                        OptionalArrayRefParameter<"::mlir::TypedAttr">:$constants);
  let assemblyFormat = "`<` $kind `,` $type (`,` `[` $constants^ `]`)? `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    ::llvm::StringRef getName() const { return stringifyFormKind(getKind()); }
    /// The constant as a number; f32 widens.
    double getNumber(unsigned index) const;
  }];
}
#endif
