// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls of C functions that the caller links, as kernels of every target.
#ifndef PITH_KERNELS_EXTERNAL_H
#define PITH_KERNELS_EXTERNAL_H

#include "pith/Target/Kernel.h"

namespace pith {

namespace skeletons {
/// A call of the function, on memory without gaps.
extern const Skeleton external;
} // namespace skeletons

/// Rows that every target has behind its own.
llvm::ArrayRef<KernelRow> sharedRows();

} // namespace pith

#endif // PITH_KERNELS_EXTERNAL_H
