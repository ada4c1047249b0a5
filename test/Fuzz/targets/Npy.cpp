// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npy: whatever is read is written and read again as the same.
#include "pith/Support/Arrays.h"
#include "test/Fuzz/support/Target.h"

using namespace pith;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto array = parseNpy(fuzz::textOf(data, size), "x.npy");
  if (!array) {
    fuzz::expectMessage(array.takeError());
    return 0;
  }
  auto again = parseNpy(formatNpy(*array), "again.npy");
  fuzz::expect(bool(again), "an array is not read again");
  fuzz::expect(again->shape == array->shape && again->type == array->type &&
                   again->data == array->data,
               "an array is read again as another");
  return 0;
}
