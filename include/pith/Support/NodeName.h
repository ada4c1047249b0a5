// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Locations carry the names of ONNX nodes.
#ifndef PITH_SUPPORT_NODENAME_H
#define PITH_SUPPORT_NODENAME_H

#include "mlir/IR/Location.h"

namespace pith {

/// The first name in a location; empty where there is none.
llvm::StringRef nodeName(mlir::Location location);

} // namespace pith

#endif
