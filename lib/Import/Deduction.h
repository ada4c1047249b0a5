// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operands that decide shapes and are known at run time only. The stated shapes of the
// results leave one value for most of them, and a few for others: the node is converted
// for each of these, and the run chooses.
#ifndef PITH_LIB_IMPORT_DEDUCTION_H
#define PITH_LIB_IMPORT_DEDUCTION_H

#include "lib/Import/Ops/ConverterTable.h"

namespace pith::import {

/// What an operand may be.
struct Candidates {
  llvm::SmallVector<llvm::SmallVector<int64_t>> values = {};
  /// Above 0: the values are axes of a tensor of this rank, in any order, and negative
  /// ones count from the end.
  int64_t rank = 0;
  /// Axes that change nothing, and may stand beside those of each candidate.
  llvm::SmallVector<int64_t> neutral = {};
};

struct Deduction {
  unsigned operand;
  Candidates candidates; ///< at least one
};

/// The first operand that has to be deduced, and what it may be; fails where the
/// shapes do not tell.
mlir::FailureOr<std::optional<Deduction>> deduceOperand(NodeConversion &node);

/// The rule of an operand; null where the operand itself is needed.
using DeductionRule = std::optional<Candidates> (*)(NodeConversion &);
DeductionRule deductionRule(llvm::StringRef opType, unsigned operand);

/// A value as the operand would be, if it were known.
mlir::DenseElementsAttr deducedValue(NodeConversion &node, unsigned operand,
                                     llvm::ArrayRef<int64_t> value);

/// `convert`, on operands that are known as far as it is possible.
mlir::LogicalResult convertDeduced(NodeConversion &node, Convert convert);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_DEDUCTION_H
