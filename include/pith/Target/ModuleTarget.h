// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What modules and their kernels say of the target that they are made for.
#ifndef PITH_TARGET_MODULETARGET_H
#define PITH_TARGET_MODULETARGET_H

#include "pith/Target/Target.h"
#include "mlir/IR/BuiltinOps.h"

namespace pith {

/// The target that the attribute `pith.target` names; null: none that is known.
const Target *findTarget(mlir::ModuleOp module);

/// The same; null after an error.
const Target *requireTarget(mlir::ModuleOp module);

/// On kernels, by the end of schedule: a dictionary for those who report, since
/// lowering replaces the operators that it tells of.
///   op, precision  of the operator that the kernel is for: "conv", "u8s8"
///   exactness      "exact", "rounding" or "approximate": the weakest of all
///   operators      every operator of the kernel, in order
///   forms          cheaper forms that were proved, each once
///   surviving      where the kernel does nothing but quantize, dequantize and
///                  move: a dictionary of op and reason for each of them, and
///                  of its name where that is not the call's
inline constexpr llvm::StringLiteral descriptionAttrName = "pith.description";

} // namespace pith

#endif
