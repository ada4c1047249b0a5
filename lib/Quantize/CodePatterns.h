// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Patterns of pith-move-codes and pith-fuse-codes that have files of their own.
#ifndef PITH_LIB_QUANTIZE_CODEPATTERNS_H
#define PITH_LIB_QUANTIZE_CODEPATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace pith::quantize {

/// Moves elements without a value of its own: what it does to numbers it does to
/// codes.
bool isPlainMovement(mlir::Operation *op);

/// pith-move-codes: clamps in front of a quantize become clamps of codes.
void populateClampPatterns(mlir::RewritePatternSet &patterns);

/// pith-move-codes: nests that only move elements move codes.
void populateMovingNestPatterns(mlir::RewritePatternSet &patterns);

/// pith-move-codes: reshapes move away from integer products.
void populateReshapePatterns(mlir::RewritePatternSet &patterns);

/// pith-move-codes: movement of a constant becomes a constant.
void populateConstantPatterns(mlir::RewritePatternSet &patterns);

/// pith-fuse-codes: nests compute from codes to codes.
void populateNestPatterns(mlir::RewritePatternSet &patterns);

} // namespace pith::quantize

#endif
