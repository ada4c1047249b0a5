// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Patterns of the pass pith-move-codes that have files of their own.
#ifndef PITH_LIB_QUANTIZE_MOVEPATTERNS_H
#define PITH_LIB_QUANTIZE_MOVEPATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace pith::quantize {

/// Clamps in front of a quantize become clamps of codes.
void populateClampPatterns(mlir::RewritePatternSet &patterns);

} // namespace pith::quantize

#endif
