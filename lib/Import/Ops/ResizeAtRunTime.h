// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resize by scales, sizes or a region that only the run knows: the tables of ResizeTables
// are made by the program, with the same roundings.
#ifndef PITH_LIB_IMPORT_OPS_RESIZEATRUNTIME_H
#define PITH_LIB_IMPORT_OPS_RESIZEATRUNTIME_H

#include "lib/Import/Ops/NodeConversion.h"
#include "lib/Import/Ops/ResizeTables.h"

namespace pith::import {

/// Operands of a Resize; the numbers of one that is not there are ~0u.
struct ResizeOperands {
  unsigned scales, sizes = ~0u, region = ~0u;
};

/// `axes`: dimensions, one for each number of scales or sizes. The result has the stated
/// shape; `unknown` is the operand that is missed where there is none.
mlir::LogicalResult resizeAtRunTime(NodeConversion &node, const ResizeMode &mode,
                                    llvm::ArrayRef<int64_t> axes, const ResizeOperands &operands,
                                    unsigned unknown);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_RESIZEATRUNTIME_H
