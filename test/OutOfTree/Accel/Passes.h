// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCEL_PASSES_H
#define ACCEL_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace accel {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "Passes.h.inc"

/// Rows of the coprocessor have names that begin so.
inline constexpr llvm::StringLiteral rowPrefix = "accel.";
} // namespace accel

#endif
