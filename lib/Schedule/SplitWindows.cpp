// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The maximum over a window is that over its rows of the maxima along them.
#include "dialects/Pith/PithOps.h"
#include "lib/Schedule/Passes.h"

namespace pith {
#define GEN_PASS_DEF_SPLITWINDOWS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

/// A pass over memory has to be paid for: the split must save half of the taps.
constexpr int64_t saving = 2;

/// One pool for each dimension whose window has several taps, of the same image
/// in turn; empty where these have too many taps together.
SmallVector<PoolOp> split(PoolOp pool, OpBuilder &b) {
  auto result = cast<RankedTensorType>(pool.getResult().getType());
  unsigned rank = unsigned(pool.getWindow().size());
  SmallVector<PoolOp> parts;
  Value image = pool.getInput();
  int64_t taps = 0;
  for (unsigned d = 0; d < rank; ++d) {
    int64_t window = pool.getWindow()[d];
    if (window == 1 && pool.getStrides()[d] == 1 && !pool.getLow()[d] && !pool.getHigh()[d])
      continue;
    SmallVector<int64_t> ones(rank, 1), zeros(rank, 0);
    auto along = [&](SmallVector<int64_t> values, ArrayRef<int64_t> all) {
      values[d] = all[d];
      return values;
    };
    SmallVector<int64_t> shape(cast<RankedTensorType>(image.getType()).getShape());
    shape[d + 1] = result.getDimSize(d + 1);
    auto type = RankedTensorType::get(shape, result.getElementType());
    auto part = PoolOp::create(
        b, pool.getLoc(), type, pool.getKind(), image, along(ones, pool.getWindow()),
        along(ones, pool.getStrides()), along(zeros, pool.getLow()), along(zeros, pool.getHigh()),
        along(ones, pool.getDilations()), /*count_padding=*/false, pool.getIsSigned());
    taps += type.getNumElements() * window;
    image = part.getResult();
    parts.push_back(part);
  }
  int64_t together = result.getNumElements();
  for (int64_t window : pool.getWindow())
    together *= window;
  if (parts.size() > 1 && taps * saving <= together)
    return parts;
  for (PoolOp part : llvm::reverse(parts))
    part.erase();
  return {};
}

struct SplitWindows : pith::impl::SplitWindowsBase<SplitWindows> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<PoolOp> pools;
    getOperation()->walk([&](PoolOp pool) { pools.push_back(pool); });
    for (PoolOp pool : pools) {
      if (pool.getKind() != PoolKind::Max)
        continue;
      OpBuilder b(pool);
      SmallVector<PoolOp> parts = split(pool, b);
      if (parts.empty())
        continue;
      pool.replaceAllUsesWith(parts.back().getResult());
      pool.erase();
      ++numSplit;
    }
  }
};

} // namespace
