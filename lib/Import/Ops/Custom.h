// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nodes that the user binds to C functions.
#ifndef PITH_LIB_IMPORT_OPS_CUSTOM_H
#define PITH_LIB_IMPORT_OPS_CUSTOM_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// Makes a call of the C function `symbol` of the node.
mlir::LogicalResult convertCustom(NodeConversion &node, llvm::StringRef symbol);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_CUSTOM_H
