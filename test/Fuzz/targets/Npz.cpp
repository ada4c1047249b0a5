// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npz: whatever is read is written and read again as the same.
#include "pith/Support/Arrays.h"
#include "test/Fuzz/support/Target.h"

using namespace pith;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ArrayLimits limits;
  limits.bytes = 64 << 20; // deflated data grow a thousand times
  auto arrays = parseNpz(fuzz::textOf(data, size), "x.npz", limits);
  if (!arrays) {
    fuzz::expectMessage(arrays.takeError());
    return 0;
  }
  auto bytes = formatNpz(*arrays);
  if (!bytes) { // of names that have no room for .npy behind them
    fuzz::expectMessage(bytes.takeError());
    return 0;
  }
  auto again = parseNpz(*bytes, "again.npz");
  fuzz::expect(bool(again), "arrays are not read again");
  fuzz::expect(again->size() == arrays->size(), "another number of arrays is read again");
  for (size_t i = 0; i < arrays->size(); ++i) {
    const Array &first = (*arrays)[i], &second = (*again)[i];
    fuzz::expect(first.name == second.name && first.shape == second.shape &&
                     first.data == second.data,
                 "an array is read again as another");
  }
  return 0;
}
