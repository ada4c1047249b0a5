// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Atoms: steps of kernels on vectors, which targets turn into instructions.
#ifndef PITH_VECTOR_OPS_TD
#define PITH_VECTOR_OPS_TD
include "dialects/Pith/PithDialect.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

/// A number, or vectors or tensors of them.
def F32Like : TypeOrValueSemanticsContainer<F32, "f32-like">;

def Pith_DotOp : Pith_Op<"dot", [Pure, AttrSizedOperandSegments,
                                 AllTypesMatch<["sum", "result"]>]> {
  let summary = "sums of short products, added to sums";
  let description = [{
    `result[i] = sum[i] + sum over the pairs of operands, and t < P, of
    lhs[P * i + t] * rhs[P * i + t]`, where P is the number of elements for each
    sum. On integers the products are exact and the sum wraps; `lhs_signed` and
    `rhs_signed` say how bits count. On bf16 the products and sums are f32, in an
    order that the target chooses: not canonical.

    `fits_i16` is a promise that whoever writes it has proved: for each i and each
    pair of neighbours, t even, the sum of the products at t and t + 1 of each
    pair of operands fits 16 bits, signed, and so does the sum of these over all
    operands (docs/saturation-proof.md). The target may compute these sums in 16
    bits: what wraps on the way to the last one comes back.

    - dot_c1: there are as many right as left operands, at least one of each.
    - dot_c2: all operands have one type, a vector of i8, i16 or bf16.
    - dot_c3: sums of integers are i32, of floats f32; each has the same number of
      elements, at least one.
    - dot_c4: `fits_i16` stands on an even number of i8 for each sum.

    ```mlir
    %r = pith.dot %s, %a by %b {rhs_signed} : vector<64xi8> by vector<64xi8> -> vector<16xi32>
    %q = pith.dot %s, %a0, %a1 by %b0, %b1 {rhs_signed, fits_i16}
         : vector<32xi8>, vector<32xi8> by vector<32xi8>, vector<32xi8> -> vector<8xi32>
    ```
  }];
  let arguments = (ins VectorOfRankAndType<[1], [I32, F32]>:$sum,
    Variadic<VectorOfRankAndType<[1], [I8, I16, BF16]>>:$lhs,
    Variadic<VectorOfRankAndType<[1], [I8, I16, BF16]>>:$rhs,
    UnitAttr:$lhs_signed, UnitAttr:$rhs_signed, UnitAttr:$fits_i16);
  let results = (outs VectorOfRankAndType<[1], [I32, F32]>:$result);
  let assemblyFormat = [{
    $sum `,` $lhs `by` $rhs attr-dict `:` type($lhs) `by` type($rhs) `->` type($result)
  }];
  let extraClassDeclaration = [{
    /// Products that are added to one sum, of each pair of operands.
    int64_t getProducts();
  }];
  let hasVerifier = 1;
}

def Pith_NarrowOp : Pith_Op<"narrow", [Pure]> {
  let summary = "bytes from sums, saturated, in the order of interleaved blocks of four";
  let description = [{
    `result[4 * (n * l + j) + t] = saturate(v_j[4 * l + t] + zero_point)` for the n
    vectors `v_j`, saturated to 8 bits, signed or not; the sum does not wrap.

    Blocks of four elements, in turn from each vector: vectors of any width then
    narrow without an instruction that crosses them. A kernel that computes sums
    in this order stores its result as it stands.

    - narrow_c1: the vectors have one type, with a multiple of four elements.
    - narrow_c2: the result has an element for each element of the vectors.

    ```mlir
    %r = pith.narrow %v0, %v1 zero_point %z {is_signed} : vector<16xi32>, vector<16xi32> -> vector<32xi8>
    ```
  }];
  let arguments = (ins Variadic<VectorOfRankAndType<[1], [I32]>>:$inputs, I8:$zero_point,
                       UnitAttr:$is_signed);
  let results = (outs VectorOfRankAndType<[1], [I8]>:$result);
  let assemblyFormat = [{
    $inputs `zero_point` $zero_point attr-dict `:` type($inputs) `->` type($result)
  }];
  let hasVerifier = 1;
}

def Pith_LdexpOp : Pith_Op<"ldexp", [Pure, AllTypesMatch<["value", "power", "result"]>]> {
  let summary = "a number times a power of two, rounded once";
  let description = [{
    `result = value * 2^power` for powers that are whole numbers between -252 and
    254, or NaN; a NaN among the operands makes one of the result. Some machines
    have it as one instruction on vectors; pith-expand-primitives writes it out
    for the others.

    ```mlir
    %r = pith.ldexp %p, %n : vector<16xf32>
    ```
  }];
  let arguments = (ins F32Like:$value, F32Like:$power);
  let results = (outs F32Like:$result);
  let assemblyFormat = "$value `,` $power attr-dict `:` type($result)";
}
#endif
