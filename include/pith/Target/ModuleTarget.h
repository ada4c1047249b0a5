// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What modules and their kernels say of the target that they are made for.
#ifndef PITH_TARGET_MODULETARGET_H
#define PITH_TARGET_MODULETARGET_H

#include "pith/Target/Target.h"
#include "mlir/IR/BuiltinOps.h"

namespace pith {

/// The target that the attribute `pith.target` names; null: none that is known.
const Target *findTarget(mlir::ModuleOp module);

/// The same; null after an error. A host that it names is known too.
const Target *requireTarget(mlir::ModuleOp module);

/// What a module is compiled for: its `pith.target` or, where a bundle has
/// several variants of the program, its `pith.targets`, the preferred one first.
/// They differ in CPU and features alone. Empty: the module does not say.
llvm::SmallVector<TargetAttr> targetsOf(mlir::ModuleOp module);
void setTargets(mlir::ModuleOp module, llvm::ArrayRef<TargetAttr> targets);

/// What every stage works on: the module itself or, where a bundle has the program
/// for several shapes, the modules in it that import made, one for each dictionary
/// of sizes in its `pith.shapes`, in their order. Fails where they are not there.
mlir::FailureOr<llvm::SmallVector<mlir::ModuleOp>> shapesOf(mlir::ModuleOp module);

/// What stage schedule and those behind it work on: the module itself or, with
/// `pith.targets`, the modules that pith-split-variants made in it, in their
/// order. Fails where they are not there.
mlir::FailureOr<llvm::SmallVector<mlir::ModuleOp>> variantsOf(mlir::ModuleOp module);

/// The variants, each a module for every shape. Fails where they are not there.
mlir::FailureOr<llvm::SmallVector<llvm::SmallVector<mlir::ModuleOp>>>
programsOf(mlir::ModuleOp module);

/// How users call it: a variant that the target names, else the CPU.
std::string variantName(TargetAttr target);

/// The CPU target beside a device; null: the target is a CPU, or it is unknown.
const Target *hostOf(const Target &target);
/// The CPU target whose code the object has: the host, or the target itself.
const Target &machineOf(const Target &target);

/// The rows that kernels may name: the target's own, those of its host, those of all.
llvm::SmallVector<KernelRow> rowsOf(const Target &target);

/// On kernels, by the end of schedule: a dictionary for those who report, since
/// lowering replaces the operators that it tells of.
///   op, precision  of the operator that the kernel is for: "conv", "u8s8"
///   exactness      "exact", "rounding" or "approximate": the weakest of all
///   operators      every operator of the kernel, in order
///   products       multiplications of its products
///   bytes          that it reads and writes, each once
///   forms          cheaper forms that were proved, each once
///   surviving      where the kernel does nothing but quantize, dequantize and
///                  move: a dictionary of op and reason for each of them, and
///                  of its name where that is not the call's
inline constexpr llvm::StringLiteral descriptionAttrName = "pith.description";

/// On products, and then on the calls of their kernels: those of the precisions
/// asked for that they have no instruction for, a string such as "int8".
inline constexpr llvm::StringLiteral fallbackAttrName = "pith.fallback";

/// On a device's kernel, by the end of lower: its program, a DenseI8ArrayAttr.
inline constexpr llvm::StringLiteral programAttrName = "pith.program";
/// On the module, by pith-lower-model: {name, bytes} of each program, in the
/// order in which kernels launch them by number.
inline constexpr llvm::StringLiteral programsAttrName = "pith.programs";
/// On the module, by the plan: {number, name, bytes, capacity} of each of the
/// target's memory spaces; bytes is what the largest kernel needs.
inline constexpr llvm::StringLiteral spacesAttrName = "pith.memory_spaces";

} // namespace pith

#endif
