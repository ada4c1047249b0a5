// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef LIB_SCHEDULE_PASSES_H
#define LIB_SCHEDULE_PASSES_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace pith {
#define GEN_PASS_DECL
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

#endif
