// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Images in planes of words: channels that one instruction multiplies lie
// together, and neighbouring pixels of them side by side.
#ifndef PITH_LIB_KERNELS_PLANES_PLANESLAYOUT_H
#define PITH_LIB_KERNELS_PLANES_PLANESLAYOUT_H

#include "dialects/Pith/PithOps.h"

namespace pith {

/// The layout [C / n][pixels][n] of a tensor whose last dimension are C channels
/// and all others pixels, where n elements fill 32 bits. Null where the channels
/// do not fill whole words, or an element is wider than one.
LayoutAttr planesLayout(mlir::RankedTensorType type);

} // namespace pith

#endif
