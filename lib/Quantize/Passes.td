// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef QUANTIZE_PASSES
#define QUANTIZE_PASSES
include "mlir/Pass/PassBase.td"

def QuantizeConstants : Pass<"pith-quantize-constants"> {
  let summary = "fold quantize of constants into codes";
  let description = [{
    Rounds half to even, then saturates (quantize_c3). A map of constant 8-bit
    codes folds too. A large constant stays in its file and takes a step; a
    small one is evaluated.

    ```mlir
    %q = pith.quantize %w scale(%s : tensor<f32>) {is_signed} : tensor<2xf32> -> tensor<2xi8> // %w is [1.0, 0.25]
    // becomes, for a scale of 0.5
    %q = arith.constant dense<[2, 0]> : tensor<2xi8>
    ```
  }];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect"];
}

def MoveCodes : Pass<"pith-move-codes"> {
  let summary = "let data movement move codes";
  let description = [{
    Moves dequantize behind transposes, reshapes, slices, padding, concatenation
    and maxima, quantize in front of them, and clamps behind the quantize of a
    sum, where that gives the same codes for every input; moved constants become
    constants, large ones by a step; then drops each
    quantize that gives back the codes it came from.

    ```mlir
    %f = pith.dequantize %q ...
    %t = linalg.transpose ins(%f) ...
    // becomes
    %t = linalg.transpose ins(%q) ...
    %f = pith.dequantize %t ...
    ```
  }];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect", "::mlir::linalg::LinalgDialect"];
}

def FoldProducts : Pass<"pith-fold-products"> {
  let summary = "turn convolutions and products of dequantized codes into integer sums";
  let description = [{
    The sum is exact, in the narrowest type that holds it for all codes. A
    quantize of the result becomes a requantize with the multiplier
    f32(f32(s_a * s_w) / s_y); any other use gets f32(sum) * f32(s_a * s_w). A
    bias on the grid of the product's scales joins the sum, any other is added
    in f32. The rewrite is of class rounding: floats would have rounded each
    partial sum.

    ```mlir
    %x = pith.dequantize %q scale(%s) ...
    %w = pith.dequantize %c scale(%t) ...
    %y = pith.conv %x, %w ...
    %r = pith.quantize %y scale(%u) ...
    // becomes
    %y = pith.conv %q, %c ... {accumulator = i32}
    %r = pith.requantize %y scale(%m) ...
    ```
  }];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FoldSums : Pass<"pith-fold-sums"> {
  let summary = "turn averages and sums of dequantized codes into integer sums";
  let description = [{
    The sum of codes less their zero point is exact; one multiplication gives the
    average in the result's scale (average_pool_c1, sum_c1). Class rounding.

    ```mlir
    %f = pith.dequantize %q ...
    %a = pith.pool average %f ...
    %r = pith.quantize %a ...
    // becomes
    %a = pith.pool sum %q ... {accumulator = i32}
    %r = pith.requantize %a scale(%m) ...
    ```
  }];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect"];
}

def FuseCodes : Pass<"pith-fuse-codes"> {
  let summary = "let element-wise work read and write codes";
  let description = [{
    Dequantize and quantize move into the region of the `map` or nest that uses
    or makes their numbers, whose operations stay as they are (elementwise_c1).
    Maps of maps become one where that repeats no work; numbers that a quantize
    and other maps use are computed for each from the codes, so that no float
    tensor stays. Class exact.

    ```mlir
    %f = pith.dequantize %q ...
    %m = pith.map (%f : tensor<4xf32>) -> tensor<4xf32> {...}
    %r = pith.quantize %m ...
    // becomes
    %r = pith.map (%q : tensor<4xi8>) -> tensor<4xi8> {...}
    ```
  }];
  let dependentDialects = ["::pith::PithDialect", "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
}

def BoundSums : Pass<"pith-bound-sums"> {
  let summary = "bound the integer sums that import made";
  let description = [{
    From constant weights and all codes that the other operand can have. The
    bounds hold for every partial sum too, in any order. A sum in 64 bits that
    is only requantized goes to 32 where it fits.

    ```mlir
    %s = pith.conv %x, %w ... {accumulator = i64}
    // becomes
    %s = pith.conv %x, %w ... {accumulator = i32, pith.range = array<i64: -32640, 32385>}
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let statistics = [Statistic<"numBounded", "bounded", "sums with a bound">,
                    Statistic<"numNarrowed", "narrowed", "sums that went to 32 bits">];
}

def QuantizedIo : Pass<"pith-quantized-io", "::mlir::func::FuncOp"> {
  let summary = "let inputs and outputs that are quantized be codes";
  let description = [{
    An input that the model quantizes, by one scale and nothing else, becomes an
    argument of codes; an output that it dequantizes gives the codes. What they
    mean stands as `pith.codes` on the argument or result. Others stay floats,
    with a warning.

    ```mlir
    func.func @main(%x: tensor<4xf32> {pith.io = #pith.io<"x", f32>}) {
      %q = pith.quantize %x ...
    // becomes
    func.func @main(%q: tensor<4xi8> {pith.codes = #pith.codes<0.5 : f32, 128, unsigned>, pith.io = #pith.io<"x", ui8>}) {
    ```
  }];
  let statistics = [Statistic<"numCodes", "codes", "inputs and outputs that became codes">];
}

def ExplainQuantization : Pass<"pith-explain-quantization"> {
  let summary = "say why a quantize or dequantize was not folded";
  let description = [{
    Each one that is left gets the attribute `pith.reason`.
    ```mlir
    %q = pith.quantize %arg0 ... {pith.reason = "the model's input is a float; --io=quantized takes its codes"}
    ```
  }];
  let statistics = [Statistic<"numLeft", "left", "quantize and dequantize operators left">];
}

def VerifyQuantize : Pass<"pith-verify-quantize", "::mlir::ModuleOp"> {
  let summary = "check what the stage says of codes and sums";
  let description = [{
    The contract of the stage quantize, on which later stages rely:

    - quantize_s1: where anything was folded or explained, each quantize and
      dequantize that is left has a `pith.reason`.
    - quantize_s2: `pith.exactness` is `exact`, `rounding` or `approximate`.
    - quantize_s3: `pith.range` is two bounds, which the result's integers hold: a
      sum does not wrap, in any order of its terms.
    - quantize_s4: `pith.codes` stands on integers of 8 or 16 bits, which hold its
      zero point; its scale is an f32, positive and finite.
    - quantize_s5: constant scales of each `requantize` that the stage made are
      positive and finite.
    - quantize_s6: codes are plain integers; no type is of the quant dialect.
  }];
}

def SelectForms : Pass<"pith-select-forms", "::mlir::ModuleOp"> {
  let summary = "choose for each map on 8-bit codes the cheapest form that is identical";
  let description = [{
    Decides, by the attribute `pith.form`, how each `pith.map` whose operands and
    result are 8-bit codes is computed. The body, literally as it stands, is
    evaluated for all codes of one operand (256 cases) or two (65,536), in the
    arithmetic of the compiled code, elementary functions expanded. Then forms
    are tried in order of cost, and the first that is identical in every case is
    taken. The order, for one operand:

    1. `identity`;
    2. `clamp`, on bytes;
    3. `offset`, on 16 bits;
    4. `multiply`, one product and one rounding in f32;
    5. `fixed_point`, a product in i32: more cycles than one in f32 on most
       machines, and no rounding instruction;
    6. `reciprocal`, the literal body without its division, if it has at most 16
       operations: at 8 elements in a vector that is 2 for each;
    7. `table`, always identical; 2 or 3 instructions for each byte unless the
       machine shuffles whole tables. `literal` where the result has another shape.

    For two operands: `offset`, `multiply_add`, `product`, `reciprocal`,
    `literal`. A map of more operands is `literal`: it has too many cases.

    Constants are searched within bounds that follow from the values, a few units
    in the last place around the likeliest: for each choice of signs at most 3
    offsets, 17 multipliers for each pair of zero points, 33 fixed-point factors,
    343 + 169 sums and 17 reciprocals. Equal bodies are searched once. A map that
    has the attribute keeps it. Run the canonicalizer before: it moves operands
    that are one number everywhere into the body.

    ```mlir
    %r = pith.map (%x : tensor<4xi8>) -> tensor<4xi8> { ... }
    // becomes
    %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<multiply, (ui8) -> ui8, [...]>} -> tensor<4xi8> { ... }
    ```
  }];
}

def ApplyForms : Pass<"pith-apply-forms", "::mlir::ModuleOp"> {
  let summary = "rewrite each map on 8-bit codes into the form that was chosen for it";
  let description = [{
    Obeys the attribute `pith.form`: the map's body becomes that of the form, or
    the map a `pith.lookup` in a constant of 256 bytes. Attributes stay on the
    resulting operation. Every form is proved again here, whoever chose it: the
    new body has to give the old one's code in all cases.

    ```mlir
    %r = pith.map (%x : tensor<4xi8>) {pith.form = #pith.form<table, (ui8) -> ui8>} -> tensor<4xi8> { ... }
    // becomes
    %t = arith.constant dense<...> : tensor<256xi8>
    %r = pith.lookup %x, %t {pith.form = #pith.form<table, (ui8) -> ui8>} : tensor<4xi8>, tensor<256xi8> -> tensor<4xi8>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}
#endif
