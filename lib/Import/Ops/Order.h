// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of numbers, and tensors put into it.
#ifndef PITH_LIB_IMPORT_OPS_ORDER_H
#define PITH_LIB_IMPORT_OPS_ORDER_H

#include "lib/Import/Ops/Scalars.h"
#include "lib/Import/TensorBuilders.h"

namespace pith::import {

/// An i64 in the order of the numbers: NaN is the greatest, both zeros are one.
mlir::Value orderOf(Scalars s, mlir::Value x, bool isUnsigned);

/// The places of `keys` (i64, one dimension) in ascending order; equal ones stay as
/// they are. Runs that are sorted are merged, two at a time: each place of a merged
/// run finds its source by itself, in time of the logarithm.
mlir::Value ascendingPlaces(TensorBuilder &builder, mlir::Value keys);

/// result[i] = input[places[i]]: of one dimension each, and all places are there.
mlir::Value gatherAt(TensorBuilder &builder, mlir::Value input, mlir::Value places);

/// For each number of `values` how many of `sorted`, which ascends, are at most it.
mlir::Value countUpTo(TensorBuilder &builder, mlir::Value sorted, mlir::Value values);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_ORDER_H
