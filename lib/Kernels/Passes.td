// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_KERNELS_PASSES
#define PITH_LIB_KERNELS_PASSES

include "mlir/Pass/PassBase.td"

def ExpandMath : Pass<"pith-expand-math"> {
  let summary = "replace elementary functions by their canonical arithmetic";
  let description = [{
    After this pass no operation needs a mathematical library or a compiler's
    run-time library: `math` functions, `arith.remf` and narrowing conversions
    become sequences of single roundings (test/spec/README.md). f16 and bf16
    operands pass through f32, with one rounding on the way back. The code has
    no regions and no calls, so that it may stand in a `pith.map`.

    Run it before any fold: upstream folds `math` on constants with the
    compiling machine's library.
    ```mlir
    %z = math.rsqrt %x : f32
    // becomes
    %one = arith.constant 1.0 : f32
    %r = math.sqrt %x : f32
    %z = arith.divf %one, %r : f32
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect",
                           "pith::PithDialect"];
  let statistics = [Statistic<"numExpanded", "expanded", "operations replaced">];
}

def ExpandAtoms : Pass<"pith-expand-atoms"> {
  let summary = "replace the atoms that no instruction computes by vector arithmetic";
  let description = [{
    A target runs it behind its own patterns for `pith.dot` and `pith.narrow`.
    ```mlir
    %r = pith.dot %s, %a by %b {rhs_signed} : vector<16xi8> by vector<16xi8> -> vector<4xi32>
    // becomes
    %l = arith.extui %a : vector<16xi8> to vector<16xi32>
    %m = arith.extsi %b : vector<16xi8> to vector<16xi32>
    %p = arith.muli %l, %m : vector<16xi32>
    %p0 = vector.shuffle %p, %p [0, 4, 8, 12] : vector<16xi32>, vector<16xi32>
    %s0 = arith.addi %s, %p0 : vector<4xi32>
    ...
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::vector::VectorDialect"];
}

def ExpandPrimitives : Pass<"pith-expand-primitives", "::mlir::ModuleOp"> {
  let summary = "replace float instructions that the machine lacks by exact arithmetic";
  let description = [{
    Code generators call a run-time library for a fused multiply-add, a rounding
    to a whole number or a conversion of f16 that the machine has no instruction
    for. This pass writes the same bits out, on scalars and vectors: `fma` of f32
    through f64 with a rounding to odd between, `fma` of f64 in integers,
    rounding by adding and subtracting 2^23 or 2^52, f16 by its bits, `pith.ldexp`
    as two products. Everything
    else on f16 runs in f32. What the machine lacks is asked of the module's
    target; nothing is replaced in a module without one, but for `lacks`.

    Run it behind pith-expand-math.
    ```mlir
    %z = math.fma %a, %b, %c : f32
    // becomes, with lacks=fma
    %p = arith.mulf %wide_a, %wide_b : f64 // exact
    %s = arith.addf %p, %wide_c : f64
    ...                                    // %s rounded to odd: %o
    %z = arith.truncf %o : f64 to f32
    ```
  }];
  let options = [ListOption<"lacks", "lacks", "std::string",
                            "fma, rounding, half, ldexp: what is replaced besides what the target lacks">];
  // A target writes its own instructions as LLVM intrinsics.
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::LLVM::LLVMDialect",
                           "mlir::math::MathDialect", "mlir::vector::VectorDialect"];
  let statistics = [Statistic<"numExpanded", "expanded", "operations replaced">];
}

def LowerKernels : Pass<"pith-lower-kernels", "::mlir::ModuleOp"> {
  let summary = "make loops of the kernels, by the skeletons of their rows";
  let description = [{
    A kernel's row names a skeleton, which reads the operators of the body and
    puts loops in their place; kernels of rows without skeleton, and those that
    call others, stay as they are. The vectors are those of the module's target; a
    module without target gets scalar code.
    ```mlir
    func.func private @k0(%a: memref<4x8xf32>, %o: memref<4x8xf32>, %begin: index, %end: index,
                          %scratch: memref<?xi8>) attributes {pith.kernel = ..., pith.items = 4 : i64} {
      %0 = bufferization.to_tensor %a restrict : memref<4x8xf32> to tensor<4x8xf32>
      %1 = pith.map (%0 : tensor<4x8xf32>) -> tensor<4x8xf32> { ... math.sqrt ... }
      bufferization.materialize_in_destination %1 in restrict writable %o : ...
      return
    }
    // becomes
    scf.for %i = %begin to %end step %c1 {
      scf.for %j = %c0 to %c8 step %c1 {
        %x = memref.load %a[%i, %j] : memref<4x8xf32>
        %y = math.sqrt %x : f32
        memref.store %y, %o[%i, %j] : memref<4x8xf32>
    ```
  }];
  let options = [
    Option<"onlyNest", "only-nest", "bool", "false",
           "lower every kernel with the skeleton nest, as one item: to check others against">,
    Option<"vectorBits", "vector-bits", "unsigned", "0",
           "vectors of this many bits instead of the target's">,
    Option<"vectorRegisters", "vector-registers", "unsigned", "32", "their number">,
    Option<"scalable", "scalable", "bool", "false",
           "the hardware multiplies the number of bits">,
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::LLVM::LLVMDialect",
                           "mlir::math::MathDialect", "mlir::memref::MemRefDialect",
                           "mlir::scf::SCFDialect", "mlir::vector::VectorDialect"];
}

#endif
