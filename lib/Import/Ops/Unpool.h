// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The places of maxima in windows.
#ifndef PITH_LIB_IMPORT_OPS_UNPOOL_H
#define PITH_LIB_IMPORT_OPS_UNPOOL_H

#include "lib/Import/Ops/Window.h"

namespace pith::import {

/// For each window of operand 0 [N, C, ...] the place of its maximum in the whole
/// tensor, in the shape `places`.
mlir::FailureOr<mlir::Value> placesOfMaxima(NodeConversion &node, const Window &window,
                                            Shape places);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_UNPOOL_H
