// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Canonical elementary functions as IR: fixed sequences of single roundings,
// the same bits on every target. test/spec states each one in NumPy. Operands
// are f32, or vectors or static tensors of f32; exp and log also take f64. All
// other functions, and f16 and bf16: write `math` operations and run
// pith-expand-math.
#ifndef PITH_KERNELS_MATH_H
#define PITH_KERNELS_MATH_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"
#include <memory>

namespace mlir {
class Pass;
}

namespace pith {

mlir::Value buildExp(mlir::OpBuilder &, mlir::Location, mlir::Value x);
/// The same for f32 from -104 to 89: what lies outside has no bounds.
mlir::Value buildExpWithin(mlir::OpBuilder &, mlir::Location, mlir::Value x);
mlir::Value buildLog(mlir::OpBuilder &, mlir::Location, mlir::Value x);
mlir::Value buildTanh(mlir::OpBuilder &, mlir::Location, mlir::Value x);
mlir::Value buildErf(mlir::OpBuilder &, mlir::Location, mlir::Value x);
/// 1 / (1 + e^-x). The math dialect has no such operation.
mlir::Value buildSigmoid(mlir::OpBuilder &, mlir::Location, mlir::Value x);
mlir::Value buildSin(mlir::OpBuilder &, mlir::Location, mlir::Value x);
mlir::Value buildCos(mlir::OpBuilder &, mlir::Location, mlir::Value x);
/// x^y with the special cases of IEEE 754 pow.
mlir::Value buildPow(mlir::OpBuilder &, mlir::Location, mlir::Value x, mlir::Value y);

/// Replaces every elementary function inside `root` by its arithmetic, as the
/// pass does; returns their number, or fails after an error that names one.
llvm::FailureOr<int64_t> expandMath(mlir::Operation *root);

/// The pass pith-expand-math: no operation needs a library afterwards.
std::unique_ptr<mlir::Pass> createExpandMath();

/// The pass pith-expand-primitives: nor does one that the module's target lacks.
std::unique_ptr<mlir::Pass> createExpandPrimitives();
/// The same, of a machine that lacks them all.
std::unique_ptr<mlir::Pass> createExpandAllPrimitives();

} // namespace pith

#endif
