// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PNG images.
#include "lib/Data/Image.h"
#include "test/Fuzz/support/Target.h"

using namespace pith;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DataLimits limits;
  limits.pixels = 1 << 18; // the time goes with them
  auto image = decodePng({data, size}, "x", limits);
  if (!image)
    fuzz::expectMessage(image.takeError());
  else
    fuzz::expect(image->data.size() == uint64_t(image->numElements()) &&
                     image->data.size() <= 3 * limits.pixels,
                 "an image does not have the bytes of its shape");
  return 0;
}
