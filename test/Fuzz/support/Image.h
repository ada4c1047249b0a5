// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What holds of every image that is read.
#ifndef PITH_TEST_FUZZ_SUPPORT_IMAGE_H
#define PITH_TEST_FUZZ_SUPPORT_IMAGE_H

#include "lib/Data/Image.h"
#include "test/Fuzz/support/Target.h"

namespace pith::fuzz {

inline void readImage(decltype(decodePng) &decode, llvm::ArrayRef<uint8_t> bytes) {
  DataLimits limits;
  limits.pixels = 1 << 18; // the time goes with them
  auto image = decode(bytes, "x", limits);
  if (!image)
    expectMessage(image.takeError());
  else
    expect(image->data.size() == uint64_t(image->numElements()) &&
               image->data.size() <= 3 * limits.pixels,
           "an image does not have the bytes of its shape");
}

} // namespace pith::fuzz

#endif
