// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_DATA_RESIZE_H
#define PITH_LIB_DATA_RESIZE_H

#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace pith {

/// Bilinear with antialiasing, of 8-bit pixels [height x width x channels], in
/// integers, across and then down: what Pillow's Image.resize(size, BILINEAR)
/// computes in two calls, one for each direction.
std::vector<char> resizeBilinear(llvm::ArrayRef<char> from, int64_t height, int64_t width,
                                 int64_t channels, int64_t newHeight, int64_t newWidth);

} // namespace pith

#endif
