// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Planes/PlanesLayout.h"

using namespace mlir;
using namespace pith;

LayoutAttr pith::planesLayout(RankedTensorType type) {
  Type element = type.getElementType();
  unsigned bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 0;
  if (type.getRank() == 0 || (bits != 8 && bits != 16 && bits != 32))
    return {};
  int64_t channels = type.getShape().back(), packed = 32 / bits;
  if (type.getNumElements() == 0 || channels % packed)
    return {};
  SmallVector<int64_t> none(type.getRank(), 0);
  return LayoutAttr::get(type.getContext(), none, none,
                         {type.getNumElements() / channels, channels / packed, packed}, {1, 0, 2});
}
