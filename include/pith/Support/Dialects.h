// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dialects that may occur in a module of any stage.
#ifndef PITH_SUPPORT_DIALECTS_H
#define PITH_SUPPORT_DIALECTS_H

#include "mlir/IR/DialectRegistry.h"

namespace pith {

void registerDialects(mlir::DialectRegistry &registry);

} // namespace pith

#endif
