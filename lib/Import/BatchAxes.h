// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows the batch through operations: which dimension of each value counts
// samples, as long as no operation mixes them.
#ifndef PITH_LIB_IMPORT_BATCHAXES_H
#define PITH_LIB_IMPORT_BATCHAXES_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace pith::import {

/// Dimension `dim` is three dimensions in one: something, the samples, and
/// `inner` entries of each.
struct BatchAxis {
  int64_t dim, inner;
  bool operator==(const BatchAxis &) const = default;
};

/// What an operation does with the batch.
struct BatchStep {
  /// Of the result; nothing when the result is the same for all samples.
  std::optional<BatchAxis> result;
  /// Operands without a batch that stand beside one: all samples must find the
  /// same numbers there.
  llvm::SmallVector<std::pair<mlir::OpOperand *, BatchAxis>> repeated;
};

using AxisOf = llvm::function_ref<std::optional<BatchAxis>(mlir::Value)>;

/// For an operation with one result; nothing when it mixes samples, or when that
/// is not known. `samples` is their number. `scf.for` is left to the caller.
std::optional<BatchStep> followBatch(mlir::Operation *op, int64_t samples, AxisOf axisOf);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_BATCHAXES_H
