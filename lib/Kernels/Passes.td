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
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect"];
  let statistics = [Statistic<"numExpanded", "expanded", "operations replaced">];
}

#endif
