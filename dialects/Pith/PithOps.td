// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators: value semantics, tensors of static shape.
#ifndef PITH_OPS_TD
#define PITH_OPS_TD
include "dialects/Pith/PithAttrs.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Pith_Tensor : StaticShapeTensorOf<[AnyType]>;
def Pith_FloatTensor : StaticShapeTensorOf<[AnyFloat]>;
def Pith_NumberTensor : StaticShapeTensorOf<[AnyFloat, AnySignlessInteger]>;

class Pith_InferredOp<string mnemonic, list<Trait> traits = []>
    : Pith_Op<mnemonic, !listconcat([Pure, InferTypeOpAdaptor], traits)> {
  let results = (outs Pith_Tensor:$result);
}

def Pith_ConvOp : Pith_InferredOp<"conv", [AttrSizedOperandSegments]> {
  let summary = "convolution over N spatial dimensions, channels last";
  let description = [{
    `result[n, o.., f] = sum over k.., c of input[n, o * stride + k * dilation - low, g * C/G + c] * filter[f, k.., c] + bias[f]`
    where `g = f / (F / groups)`. The padding of floats is +0, which takes part;
    that of integers contributes nothing. The order of the sum is floats_c2: k
    row-major, then c, ascending, one accumulator, fused multiply-add, then the bias.
    With `absent_zeros` entries of the filter that are zero take no part (floats_c8).

    On integers the sum is that of `(input - input_zero_point) * (filter -
    filter_zero_point)`, held in `accumulator`, which wraps (conv_c1 of
    test/spec); `input_signed` and `filter_signed` say how bits count.

    - conv_c1: `input` and `filter` have one rank, 3 or more.
    - conv_c2: `filter` has `C / groups` input channels.
    - conv_c3: `groups` divides the number of filters.
    - conv_c4: `strides`, `dilations`, `low`, `high` have one entry for each
      spatial dimension; strides and dilations are positive, paddings not negative.
    - conv_c5: the padded input is at least as large as the dilated filter.
    - conv_c6: `bias` has one entry for each filter.
    - conv_c7: floats have one element type, that of the result, and no zero points.
    - conv_c8: integers have an `accumulator` at least as wide as they, the
      element type of bias and result.
    - conv_c9: a zero point has its operand's element type and broadcasts to it;
      that of the filter is one number, or one for each filter.
    - conv_c10: `absent_zeros` stands on floats only.

    ```mlir
    %r = pith.conv %x, %w bias(%b : tensor<8xf32>) strides [1, 1] pad [1, 1] to [1, 1] dilations [1, 1]
         : tensor<1x28x28x1xf32>, tensor<8x3x3x1xf32> -> tensor<1x28x28x8xf32>
    %s = pith.conv %q, %v input_zero_point(%z : tensor<i8>) strides [1, 1] pad [1, 1] to [1, 1]
         dilations [1, 1] {filter_signed, accumulator = i32}
         : tensor<1x28x28x1xi8>, tensor<8x3x3x1xi8> -> tensor<1x28x28x8xi32>
    ```
  }];
  let arguments = (ins Pith_NumberTensor:$input, Pith_NumberTensor:$filter,
    Optional<Pith_NumberTensor>:$bias,
    Optional<Pith_NumberTensor>:$input_zero_point, Optional<Pith_NumberTensor>:$filter_zero_point,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
    DenseI64ArrayAttr:$dilations, DefaultValuedAttr<I64Attr, "1">:$groups,
    UnitAttr:$input_signed, UnitAttr:$filter_signed, OptionalAttr<TypeAttr>:$accumulator,
    UnitAttr:$absent_zeros);
  let assemblyFormat = [{
    $input `,` $filter (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`input_zero_point` `(` $input_zero_point^ `:` type($input_zero_point) `)`)?
    (`filter_zero_point` `(` $filter_zero_point^ `:` type($filter_zero_point) `)`)?
    `strides` $strides `pad` $low `to` $high `dilations` $dilations
    attr-dict `:` type($input) `,` type($filter) `->` type($result)
  }];
  // Of floats.
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$input,
    "::mlir::Value":$filter, "::mlir::Value":$bias, "::llvm::ArrayRef<int64_t>":$strides,
    "::llvm::ArrayRef<int64_t>":$low, "::llvm::ArrayRef<int64_t>":$high,
    "::llvm::ArrayRef<int64_t>":$dilations, "int64_t":$groups), [{
      build($_builder, $_state, result, input, filter, bias, ::mlir::Value(), ::mlir::Value(),
            strides, low, high, dilations, groups, /*input_signed=*/false,
            /*filter_signed=*/false, ::mlir::TypeAttr(), /*absent_zeros=*/false);
    }]>];
}

def Pith_MatmulOp : Pith_InferredOp<"matmul", [AttrSizedOperandSegments]> {
  let summary = "matrix product, batched, either side transposed";
  let description = [{
    `result[b.., m, n] = sum_k lhs[b.., m, k] * rhs[b.., k, n] + bias[n]`; the order of
    the sum is floats_c1: k ascending, one accumulator, fused multiply-add, then
    the bias. f16 and bf16 operands are widened to f32 and the result rounded once.
    With `absent_zeros` entries of `rhs` that are zero take no part (floats_c8).

    On integers the sum is that of `(lhs - lhs_zero_point) * (rhs -
    rhs_zero_point)`, held in `accumulator`, which wraps (matmul_c1 and wrap_c1
    of test/spec); `lhs_signed` and `rhs_signed` say how bits count.

    - matmul_c1: both sides have one rank, 2 or more.
    - matmul_c2: the inner dimensions are equal.
    - matmul_c3: each leading dimension is equal on both sides, or 1 on one.
    - matmul_c4: `bias` has N entries.
    - matmul_c5: floats have one element type, that of the result, and no zero points.
    - matmul_c6: integers have an `accumulator` at least as wide as they, the
      element type of bias and result.
    - matmul_c7: a zero point has its operand's element type and broadcasts to
      it, and does not vary along the summed dimension.
    - matmul_c8: `absent_zeros` stands on floats only.

    ```mlir
    %r = pith.matmul %a, %b {transpose_rhs} : tensor<2x4x8xf32>, tensor<2x5x8xf32> -> tensor<2x4x5xf32>
    %s = pith.matmul %q, %w lhs_zero_point(%z : tensor<i8>) {rhs_signed, accumulator = i32}
         : tensor<4x8xi8>, tensor<8x5xi8> -> tensor<4x5xi32>
    ```
  }];
  let arguments = (ins Pith_NumberTensor:$lhs, Pith_NumberTensor:$rhs,
    Optional<Pith_NumberTensor>:$bias,
    Optional<Pith_NumberTensor>:$lhs_zero_point, Optional<Pith_NumberTensor>:$rhs_zero_point,
    UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs,
    UnitAttr:$lhs_signed, UnitAttr:$rhs_signed, OptionalAttr<TypeAttr>:$accumulator,
    UnitAttr:$absent_zeros);
  let assemblyFormat = [{
    $lhs `,` $rhs (`bias` `(` $bias^ `:` type($bias) `)`)?
    (`lhs_zero_point` `(` $lhs_zero_point^ `:` type($lhs_zero_point) `)`)?
    (`rhs_zero_point` `(` $rhs_zero_point^ `:` type($rhs_zero_point) `)`)?
    attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
  // Of floats.
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$lhs,
    "::mlir::Value":$rhs, "::mlir::Value":$bias, "bool":$transpose_lhs, "bool":$transpose_rhs), [{
      build($_builder, $_state, result, lhs, rhs, bias, ::mlir::Value(), ::mlir::Value(),
            transpose_lhs, transpose_rhs, /*lhs_signed=*/false, /*rhs_signed=*/false,
            ::mlir::TypeAttr(), /*absent_zeros=*/false);
    }]>];
}

def Pith_PoolOp : Pith_InferredOp<"pool"> {
  let summary = "maximum, average or sum over windows, channels last";
  let description = [{
    `max`: the IEEE maximum of the taps inside the image (NaN wins). `average`:
    the taps inside, window row-major, are added to one accumulator that starts
    at 0, and the sum is divided by their number; with `count_padding` by the
    number of taps inside the image padded by `low` and `high`. `sum`: the exact
    sum of `input - zero_point` over the taps inside, in `accumulator`, of
    integers; an average of integers is that and `requantize`
    (average_pool_c1).

    - pool_c1: `input` has rank 3 or more.
    - pool_c2: `window`, `strides`, `dilations`, `low`, `high` have one entry
      for each spatial dimension, the first three positive, paddings not negative.
    - pool_c3: the padded input is at least as large as the dilated window.
    - pool_c4: `average` is on floats.
    - pool_c5: every window has a tap inside the image.
    - pool_c6: `sum` is on integers, with an `accumulator` at least as wide, the
      result's element type; nothing else has one.
    - pool_c7: only `sum` has a zero point: one number of the input's element type.

    ```mlir
    %r = pith.pool max %x window [2, 2] strides [2, 2] pad [0, 0] to [0, 0] dilations [1, 1]
         : tensor<1x28x28x8xf32> -> tensor<1x14x14x8xf32>
    ```
  }];
  let arguments = (ins Pith_PoolKindAttr:$kind, Pith_NumberTensor:$input,
    Optional<Pith_NumberTensor>:$zero_point,
    DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high, DenseI64ArrayAttr:$dilations,
    UnitAttr:$count_padding, UnitAttr:$is_signed, OptionalAttr<TypeAttr>:$accumulator);
  let assemblyFormat = [{
    $kind $input (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)? `window` $window `strides` $strides `pad` $low `to` $high
    `dilations` $dilations attr-dict `:` type($input) `->` type($result)
  }];
  // Without zero point and accumulator.
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::pith::PoolKind":$kind,
    "::mlir::Value":$input, "::llvm::ArrayRef<int64_t>":$window,
    "::llvm::ArrayRef<int64_t>":$strides, "::llvm::ArrayRef<int64_t>":$low,
    "::llvm::ArrayRef<int64_t>":$high, "::llvm::ArrayRef<int64_t>":$dilations,
    "bool":$count_padding, "bool":$is_signed), [{
      build($_builder, $_state, result, kind, input, ::mlir::Value(), window, strides, low, high,
            dilations, count_padding, is_signed, ::mlir::TypeAttr());
    }]>];
}

def Pith_ReduceOp : Pith_InferredOp<"reduce"> {
  let summary = "sum, product, maximum or minimum over dimensions";
  let description = [{
    The reduced elements, row-major, go to 16 interleaved partial results that a
    fixed tree joins (floats_c3). Reduced dimensions stay with size 1 when
    `keep_dims` is set. Integers wrap; `is_signed` orders them for max and min.

    A sum of integers with an `accumulator` is that of `input - zero_point`,
    exact where it fits (sum_c1).

    - reduce_c1: `dims` is ascending, without repetition, and within the rank.
    - reduce_c2: only a sum of integers has an `accumulator`, at least as wide.
    - reduce_c3: only a sum with an accumulator has a zero point: one number of
      the input's element type.

    ```mlir
    %r = pith.reduce sum %x dims [1, 2] : tensor<1x7x7x64xf32> -> tensor<1x64xf32>
    ```
  }];
  let arguments = (ins Pith_ReduceKindAttr:$kind, Pith_NumberTensor:$input,
    Optional<Pith_NumberTensor>:$zero_point,
    DenseI64ArrayAttr:$dims, UnitAttr:$keep_dims, UnitAttr:$is_signed,
    OptionalAttr<TypeAttr>:$accumulator);
  let assemblyFormat = [{
    $kind $input (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)? `dims` $dims attr-dict `:` type($input) `->` type($result)
  }];
  // Without zero point and accumulator.
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::pith::ReduceKind":$kind,
    "::mlir::Value":$input, "::llvm::ArrayRef<int64_t>":$dims, "bool":$keep_dims,
    "bool":$is_signed), [{
      build($_builder, $_state, result, kind, input, ::mlir::Value(), dims, keep_dims, is_signed,
            ::mlir::TypeAttr());
    }]>];
  let hasFolder = 1;
}

def Pith_SoftmaxOp : Pith_InferredOp<"softmax"> {
  let summary = "softmax or log-softmax over dimensions";
  let description = [{
    `m = max(x)`, `e = exp(x - m)`, `s = sum(e)`, result `e / s`; with `log`
    `(x - m) - log(s)`. Maximum and sum as in `reduce` (floats_c4).

    - softmax_c1: `dims` is ascending, without repetition, and within the rank.

    ```mlir
    %r = pith.softmax %x dims [1] : tensor<1x10xf32> -> tensor<1x10xf32>
    ```
  }];
  let arguments = (ins Pith_FloatTensor:$input, DenseI64ArrayAttr:$dims, UnitAttr:$log);
  let assemblyFormat = [{
    $input `dims` $dims attr-dict `:` type($input) `->` type($result)
  }];
}

def Pith_NormOp : Pith_InferredOp<"norm", [AttrSizedOperandSegments]> {
  let summary = "layer or root-mean-square normalization over dimensions";
  let description = [{
    `layer`: `m = sum(x)/n`, `d = x - m`; `rms`: `d = x`. Then `v = sum(d*d)/n`,
    `r = 1/sqrt(v + epsilon)`, and by its form, each step rounded (floats_c5):

    - `multiplied`, if no form is written: `d * r`, `* scale`, `+ bias`.
    - `divided`: `d / sqrt(v + epsilon)`, `* scale`, `+ bias`.
    - `affine`: `f = r * scale`, `x * f + (bias - m * f)`.

    Sums as in `reduce`. Instance and group normalization are `layer` over the
    dimensions of one group. The last two forms are what exporters write.

    - norm_c1: `dims` is ascending, without repetition, and within the rank.
    - norm_c2: `scale` and `bias` broadcast to the input.
    - norm_c3: all operands have one element type.
    - norm_c4: the form `affine` is that of `layer` with scale and bias.

    ```mlir
    %r = pith.norm layer %x scale(%s : tensor<64xf32>) bias(%b : tensor<64xf32>) dims [2] epsilon 1.0e-05
         : tensor<1x16x64xf32> -> tensor<1x16x64xf32>
    ```
  }];
  let arguments = (ins Pith_NormKindAttr:$kind, Pith_FloatTensor:$input,
    Optional<Pith_FloatTensor>:$scale, Optional<Pith_FloatTensor>:$bias,
    DenseI64ArrayAttr:$dims, F32Attr:$epsilon,
    DefaultValuedAttr<Pith_NormFormAttr, "::pith::NormForm::Multiplied">:$form);
  let assemblyFormat = [{
    $kind $input (`scale` `(` $scale^ `:` type($scale) `)`)? (`bias` `(` $bias^ `:` type($bias) `)`)?
    `dims` $dims `epsilon` $epsilon (`form` $form^)? attr-dict `:` type($input) `->` type($result)
  }];
}

def Pith_LookupOp : Pith_InferredOp<"lookup"> {
  let summary = "a table of 256 entries, indexed by a byte";
  let description = [{
    `result[i] = table[input[i] as unsigned]`

    - lookup_c1: `input` has 8-bit elements.
    - lookup_c2: `table` is one-dimensional with 256 entries.

    ```mlir
    %r = pith.lookup %x, %t : tensor<4xi8>, tensor<256xi8> -> tensor<4xi8>
    ```
  }];
  let arguments = (ins Pith_Tensor:$input, Pith_Tensor:$table);
  let assemblyFormat = "$input `,` $table attr-dict `:` type($input) `,` type($table) `->` type($result)";
}

def Pith_MapOp : Pith_Op<"map", [IsolatedFromAbove, Pure, SingleBlock]> {
  let summary = "an element-wise computation";
  let description = [{
    The region computes one element of the result from one element of each
    operand. Operands broadcast to the result: aligned at the last dimension,
    each dimension equal to the result's, or 1, or absent. The region holds
    scalar operations without side effects.

    - map_c1: each operand broadcasts to the result.
    - map_c2: the region has one argument for each operand, of its element type.
    - map_c3: the region yields one value of the result's element type.
    - map_c4: operations in the region are free of side effects and of regions.

    ```mlir
    %r = pith.map (%x, %b : tensor<1x4x8xf32>, tensor<8xf32>) -> tensor<1x4x8xf32> {
    ^bb0(%l: f32, %r: f32):
      %0 = arith.addf %l, %r : f32
      pith.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins Variadic<Pith_Tensor>:$inputs);
  let results = (outs Pith_Tensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `(` ($inputs^ `:` type($inputs))? `)` attr-dict `->` type($result) $body
  }];
  let builders = [OpBuilder<(ins "::mlir::RankedTensorType":$result, "::mlir::ValueRange":$inputs,
    "::llvm::function_ref<::mlir::Value(::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange)>":$body)>];
  let skipDefaultBuilders = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let hasFolder = 1;
}

def Pith_ScatterOp : Pith_Op<"scatter", [IsolatedFromAbove, Pure, SingleBlock]> {
  let summary = "what stands at given places, joined with updates in order";
  let description = [{
    The result is `data`; then, for i ascending and each e, with
    `p = min(max(positions[i], 0), places - 1)`,
    `result[p, e] = region(result[p, e], updates[i, e])` (scatter_c1 of test/spec).
    One thread does it all, so that the order is that of the updates.

    - scatter_op_c1: `data` is [places, elements] with at least one place, `updates` is
      [count, elements], `positions` is [count] and i64.
    - scatter_op_c2: `data`, `updates` and the result have one element type, and the
      result the shape of `data`.
    - scatter_op_c3: the region has two arguments of the element type and yields one
      value of it.
    - scatter_op_c4: operations in the region are free of side effects and of regions.

    ```mlir
    %r = pith.scatter %x, %p, %u : tensor<9x4xf32>, tensor<3xi64>, tensor<3x4xf32> -> tensor<9x4xf32> {
    ^bb0(%old: f32, %new: f32):
      %0 = arith.addf %old, %new : f32
      pith.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins Pith_NumberTensor:$data, Pith_NumberTensor:$positions,
                       Pith_NumberTensor:$updates);
  let results = (outs Pith_NumberTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $data `,` $positions `,` $updates attr-dict `:` type($data) `,` type($positions) `,`
    type($updates) `->` type($result) $body
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$data, "::mlir::Value":$positions,
    "::mlir::Value":$updates,
    "::llvm::function_ref<::mlir::Value(::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange)>":$body)>];
  let skipDefaultBuilders = 1;
  let hasVerifier = 1;
}

def Pith_QuantizeOp : Pith_Op<"quantize", [Pure]> {
  let summary = "saturate(round_half_to_even(x / scale) + zero_point)";
  let description = [{
    In f32: a true division, rounded half to even, then the zero point is added,
    then the sum saturates to the result's element type (quantize_c1 to c3); NaN
    gives the zero point. `is_signed` says how the result's bits count.

    - quantize_op_c1: `scale` and `zero_point` broadcast to the input.
    - quantize_op_c2: the result has the input's shape and 8- or 16-bit elements.
    - quantize_op_c3: `zero_point` has the result's element type.
  }];
  let arguments = (ins Pith_FloatTensor:$input, Pith_FloatTensor:$scale,
                       Optional<Pith_Tensor>:$zero_point, UnitAttr:$is_signed);
  let results = (outs Pith_Tensor:$result);
  let assemblyFormat = [{
    $input `scale` `(` $scale `:` type($scale) `)` (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)?
    attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Pith_DequantizeOp : Pith_Op<"dequantize", [Pure]> {
  let summary = "(q - zero_point) * scale";
  let description = [{
    The subtraction is in i32, converted to f32, multiplied once (dequantize_c1).

    - dequantize_op_c1: `scale` and `zero_point` broadcast to the input.
    - dequantize_op_c2: the result has the input's shape and the scale's element type.
    - dequantize_op_c3: `zero_point` has the input's element type, of at most 32 bits.
  }];
  let arguments = (ins Pith_Tensor:$input, Pith_FloatTensor:$scale,
                       Optional<Pith_Tensor>:$zero_point, UnitAttr:$is_signed);
  let results = (outs Pith_FloatTensor:$result);
  let assemblyFormat = [{
    $input `scale` `(` $scale `:` type($scale) `)` (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)?
    attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Pith_RequantizeOp : Pith_Op<"requantize", [Pure]> {
  let summary = "saturate(round_half_to_even(f32(sum) * scale) + zero_point)";
  let description = [{
    From an integer sum to codes: converted to f32 (rounded once, half to even),
    multiplied once, rounded half to even, the zero point added, saturated
    (requantize_c1). `is_signed` says how the result's bits count.

    - requantize_op_c1: `scale` and `zero_point` broadcast to the input.
    - requantize_op_c2: the result has the input's shape and 8- or 16-bit elements.
    - requantize_op_c3: `zero_point` has the result's element type.

    ```mlir
    %q = pith.requantize %sum scale(%m : tensor<8xf32>) zero_point(%z : tensor<i8>) {is_signed}
         : tensor<1x4x8xi32> -> tensor<1x4x8xi8>
    ```
  }];
  let arguments = (ins StaticShapeTensorOf<[I32, I64]>:$input, StaticShapeTensorOf<[F32]>:$scale,
                       Optional<Pith_Tensor>:$zero_point, UnitAttr:$is_signed);
  let results = (outs Pith_Tensor:$result);
  let assemblyFormat = [{
    $input `scale` `(` $scale `:` type($scale) `)` (`zero_point` `(` $zero_point^ `:` type($zero_point) `)`)?
    attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Pith_DynamicQuantizeOp : Pith_Op<"dynamic_quantize", [Pure]> {
  let summary = "unsigned bytes, with scale and zero point from the data";
  let description = [{
    `low = min(0, min x)`, `high = max(0, max x)`, `scale = (high - low) / 255`
    (1 where that is 0), `zero_point = saturate(rne((0 - low) / scale))`, and `quantize` with these
    (dynamic_quantize_c1). A NaN among the data gives codes of the zero point.

    - dynamic_quantize_op_c1: `codes` has the input's shape and 8-bit elements;
      scale and zero point are one number each.

    ```mlir
    %q, %s, %z = pith.dynamic_quantize %x : tensor<4x8xf32> -> tensor<4x8xi8>, tensor<f32>, tensor<i8>
    ```
  }];
  let arguments = (ins StaticShapeTensorOf<[F32]>:$input);
  let results = (outs StaticShapeTensorOf<[I8]>:$codes, StaticShapeTensorOf<[F32]>:$scale,
                      StaticShapeTensorOf<[I8]>:$zero_point);
  let assemblyFormat = [{
    $input attr-dict `:` type($input) `->` type($codes) `,` type($scale) `,` type($zero_point)
  }];
  let hasVerifier = 1;
}

def Pith_UnpackOp : Pith_Op<"unpack", [Pure]> {
  let summary = "bytes from packed codes of 4 or 2 bits";
  let description = [{
    Element `i` of the result, row-major, is `width` bits of the packed bytes,
    from bit `i * width` on, low bits first; `is_signed` extends the sign. In
    memory only the packed bytes exist.

    - unpack_c1: `width` is 4 or 2.
    - unpack_c2: the input has as many bytes as the result needs.

    ```mlir
    %w = pith.unpack %bytes width 4 {is_signed} : tensor<32xi8> -> tensor<8x8xi8>
    ```
  }];
  let arguments = (ins StaticShapeTensorOf<[I8]>:$input, I64Attr:$width, UnitAttr:$is_signed);
  let results = (outs StaticShapeTensorOf<[I8]>:$result);
  let assemblyFormat = [{
    $input `width` $width attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Pith_FromListsOp : Pith_Op<"from_lists", [Pure]> {
  let summary = "weights of which only the blocks that are not zero are listed";
  let description = [{
    Entry `r` of the lists says where list `r` begins, entry `r + 1` where it
    ends; lists are sequences of an offset and the weights at it, in ascending
    order. Offset `o` stands for block `o / stride` along the summed dimension;
    what no list has is zero.

    - `unstructured`: list `r` is of output channel `r`, a block is one element.
    - `block_1x4`: the same, of four bytes, the first in the lowest bits.
    - `block_2x4`: list `r` is of the output channels `2 * r` and `2 * r + 1`, an
      offset has two such blocks, one for each.

    The result is `F x .. x C` with `transposed`, where `F` are the output
    channels; otherwise `C x F`. All dimensions between are 1.

    - from_lists_c1: the pattern is one of those three, on elements of 32 bits for
      `unstructured` and 8 for blocks.
    - from_lists_c2: there are more entries than lists.
    - from_lists_c3: the result has two dimensions that are not 1 at most, its
      first and last; without `transposed` it has no others.

    ```mlir
    %w = pith.from_lists %l block_1x4 stride 256 {transposed} : tensor<3510xi32> -> tensor<128x1x1x512xi8>
    ```
  }];
  let arguments = (ins StaticShapeTensorOf<[I32]>:$lists, Pith_SparsityPatternAttr:$pattern,
                       I64Attr:$stride, UnitAttr:$transposed);
  let results = (outs Pith_NumberTensor:$result);
  let assemblyFormat = [{
    $lists $pattern `stride` $stride attr-dict `:` type($lists) `->` type($result)
  }];
  let extraClassDeclaration = [{
    /// Output channels, and the length of the sum.
    int64_t getRows();
    int64_t getDepth();
  }];
  let hasVerifier = 1;
}
#endif
