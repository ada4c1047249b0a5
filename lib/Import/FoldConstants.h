// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates small constant computations while a model is imported, so that
// shape arithmetic disappears as it is met.
#ifndef PITH_LIB_IMPORT_FOLDCONSTANTS_H
#define PITH_LIB_IMPORT_FOLDCONSTANTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

namespace pith::import {

/// Whether a tensor of this type may stand in the IR as `dense<>`. Integers get
/// more room than floats, since shapes and index tables are made of them.
bool isFoldable(mlir::RankedTensorType type);

/// A constant of `type` whose element `i` is the one of `input` at `place(i)`; null
/// where there is none. The bytes move: MLIR would keep an attribute for each element
/// as long as its context.
mlir::DenseElementsAttr moveElements(mlir::DenseElementsAttr input, mlir::RankedTensorType type,
                                     llvm::function_ref<std::optional<int64_t>(int64_t)> place);

/// Replaces `op` by a constant, and erases it, when it computes one tensor from
/// constants, has one exactly defined value, and the result is small or the
/// same everywhere. Transpose, reshape and slice of a constant that stays in
/// its file become a step of the constant. Other operations stay as they are.
/// Returns whether `op` is gone. Offer operations in order, so that chains fold.
bool foldConstants(mlir::Operation *op);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_FOLDCONSTANTS_H
