// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slice and Pad with operands that only the run knows: results have the stated shape, and
// each element computes where it comes from.
#ifndef PITH_LIB_IMPORT_OPS_RUNTIMEMOVEMENT_H
#define PITH_LIB_IMPORT_OPS_RUNTIMEMOVEMENT_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// The first operand from `first` on that is there but not known; nothing where all are.
std::optional<unsigned> firstUnknown(NodeConversion &node, unsigned first);

/// Elements that the slice does not have are 0. Along one dimension there is a count of
/// those that it has.
mlir::LogicalResult sliceAtRunTime(NodeConversion &node, unsigned unknown);

/// `padding`, a tensor of one element, is what mode "constant" pads with.
mlir::LogicalResult padAtRunTime(NodeConversion &node, unsigned unknown, mlir::Value padding);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_RUNTIMEMOVEMENT_H
