// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Range analysis: between which bounds an integer sum lies, from the weights,
// which are constant, and the codes that the other operand can have.
#ifndef PITH_LIB_QUANTIZE_SUMRANGE_H
#define PITH_LIB_QUANTIZE_SUMRANGE_H

#include "dialects/Pith/PithOps.h"

namespace pith::quantize {

/// Both inclusive; held wide enough that sums do not overflow.
struct SumRange {
  __int128 low = 0, high = 0;
  bool fits(unsigned bits) const {
    __int128 limit = __int128(1) << (bits - 1);
    return low >= -limit && high < limit;
  }
};

/// The range of all partial sums too, in any order of the terms: so that a
/// kernel may hold them in the same type.
SumRange rangeOf(ConvOp op);
SumRange rangeOf(MatmulOp op);
SumRange rangeOf(PoolOp op);
SumRange rangeOf(ReduceOp op);

/// The range as attribute, or null where it does not fit 64 bits.
mlir::DenseI64ArrayAttr toAttribute(mlir::MLIRContext *context, const SumRange &range);

} // namespace pith::quantize

#endif
