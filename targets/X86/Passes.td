// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_TARGETS_X86_PASSES
#define PITH_TARGETS_X86_PASSES

include "mlir/Pass/PassBase.td"

def LowerAtoms : Pass<"pith-x86-lower-atoms", "::mlir::ModuleOp"> {
  let summary = "make instructions of the atoms of kernels";
  let description = [{
    `pith.dot` and `pith.narrow` on vectors of 128, 256 or 512 bits become the
    instructions that the module's target has for them. Everything else stays for
    pith-expand-atoms.

    | operation | instruction | feature |
    |---|---|---|
    | `dot` of u8 and s8, four products | `vpdpbusd` | avx512vnni, avxvnni (128, 256 bits) |
    | the same with `fits_i16` | `pmaddubsw`, `paddw`, then `pmaddwd` by ones and `paddd` | avx512bw, avx2, ssse3 |
    | the same without | bytes at even and odd places as words, `pmaddwd` and `paddd` | avx512bw, avx2, - |
    | `dot` of s16, two products | `vpdpwssd`, else `pmaddwd` and `paddd` | the same; avx512bw, avx2, - |
    | `dot` of bf16, two products | `vdpbf16ps` | avx512bf16 |
    | `narrow` | `packssdw`, `paddsw`, `packuswb` or `packsswb` | avx512bw, avx2, - |
    | `vector.gather` of bytes from a table of 256 | 2 `vpermi2b`, a blend; 4 `vpermi2w`, shifts and blends; 16 `pshufb`, 15 blends | avx512vbmi; avx512bw; avx2, ssse3 |
    | `maximumf`, `minimumf` of two f32 that are no constants | `vrangeps`, and their sum where one is a NaN | avx512dq |
    | the same of a constant and a computed f32 | `maxps`, `minps`; a sum where the constant is 0 | - |
    | a sigmoid's -\|x\| held above -104, and what it divides | `vrangeps`, `vfixupimmps` | avx512dq |

    Steps between are exact: sums saturated to 16 bits, and again with the zero
    point added, saturate to the same byte.
    ```mlir
    %r = pith.dot %s, %a by %b {rhs_signed} : vector<64xi8> by vector<64xi8> -> vector<16xi32>
    // becomes
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%s, %a, %b)
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::LLVM::LLVMDialect",
                           "mlir::vector::VectorDialect"];
}

#endif
