// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the families of recognisers are made of.
#ifndef PITH_LIB_IMPORT_RECOGNISE_RECOGNISE_H
#define PITH_LIB_IMPORT_RECOGNISE_RECOGNISE_H

#include "mlir/IR/PatternMatch.h"

namespace pith::import {

/// Layer and root-mean-square normalization, written as means, differences and roots.
void populateNormPatterns(mlir::RewritePatternSet &patterns);

/// Conversions to a wider type and back.
void populateCastPatterns(mlir::RewritePatternSet &patterns);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_RECOGNISE_RECOGNISE_H
