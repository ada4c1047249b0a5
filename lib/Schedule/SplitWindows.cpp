// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The maximum over a window is that over its rows of the maxima along them, and that
// over a smaller window of what another pool has found.
#include "dialects/Pith/PithOps.h"
#include "lib/Schedule/Passes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

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

bool isAll(ArrayRef<int64_t> values, int64_t value) {
  return llvm::all_of(values, [&](int64_t each) { return each == value; });
}

/// Whether the windows of `small` move by one element, and those of `large` consist of
/// some of them.
bool covers(PoolOp small, PoolOp large) {
  if (small == large || small->getBlock() != large->getBlock() ||
      small.getIsSigned() != large.getIsSigned() || !isAll(small.getStrides(), 1) ||
      !isAll(small.getDilations(), 1) || !isAll(large.getDilations(), 1) ||
      small.getWindow() == large.getWindow())
    return false;
  for (unsigned d = 0; d < large.getWindow().size(); ++d) {
    int64_t most = large.getWindow()[d] - small.getWindow()[d];
    int64_t low = large.getLow()[d] - small.getLow()[d];
    int64_t high = large.getHigh()[d] - small.getHigh()[d];
    // None of the windows of windows lies in the padding.
    if (most < 0 || low < 0 || high < 0 || low > most || high > most)
      return false;
  }
  return true;
}

int64_t tapsOf(PoolOp pool) {
  return std::accumulate(pool.getWindow().begin(), pool.getWindow().end(), int64_t(1),
                         std::multiplies<>());
}

/// Makes `large` a pool of the result of `small`.
void poolAgain(PoolOp small, PoolOp large) {
  if (large->isBeforeInBlock(small))
    small->moveBefore(large);
  SmallVector<int64_t> window(large.getWindow()), low(large.getLow()), high(large.getHigh());
  for (unsigned d = 0; d < window.size(); ++d) {
    window[d] -= small.getWindow()[d] - 1;
    low[d] -= small.getLow()[d];
    high[d] -= small.getHigh()[d];
  }
  large.getInputMutable().set(small.getResult());
  large.setWindow(window);
  large.setLow(low);
  large.setHigh(high);
}

struct SplitWindows : pith::impl::SplitWindowsBase<SplitWindows> {
  using Base::Base;
  void runOnOperation() override {
    SmallVector<PoolOp> pools;
    getOperation()->walk([&](PoolOp pool) {
      if (pool.getKind() == PoolKind::Max)
        pools.push_back(pool);
    });
    llvm::MapVector<Value, SmallVector<PoolOp>> ofImage;
    for (PoolOp pool : pools)
      ofImage[pool.getInput()].push_back(pool);
    for (auto &[image, all] : ofImage)
      chain(all);
    for (PoolOp pool : pools) {
      OpBuilder b(pool);
      SmallVector<PoolOp> parts = split(pool, b);
      if (parts.empty())
        continue;
      pool.replaceAllUsesWith(parts.back().getResult());
      pool.erase();
      ++numSplit;
    }
  }

  /// Of pools of one image, lets each be of the result of the largest one that it covers.
  void chain(ArrayRef<PoolOp> pools) {
    SmallVector<std::pair<int64_t, size_t>> bySize;
    for (auto [i, pool] : llvm::enumerate(pools))
      bySize.push_back({-tapsOf(pool), i});
    llvm::sort(bySize);
    for (auto [i, each] : llvm::enumerate(bySize)) {
      PoolOp large = pools[each.second];
      auto smaller = ArrayRef(bySize).drop_front(i + 1);
      auto found =
          llvm::find_if(smaller, [&](auto other) { return covers(pools[other.second], large); });
      if (found == smaller.end())
        continue;
      poolAgain(pools[found->second], large);
      ++numChained;
    }
  }
};

} // namespace
