// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// First fit, in several orders.
#include "lib/Schedule/PackBlocks.h"
#include <map>

using namespace mlir;
using namespace pith;

namespace {

/// Blocks by the time in which they live, to find those that overlap another one
/// without a look at all.
class Timeline {
public:
  explicit Timeline(ArrayRef<ArenaBlock> blocks) {
    for (const ArenaBlock &block : blocks)
      begins.push_back(block.first);
    llvm::sort(begins);
    begins.erase(llvm::unique(begins), begins.end());
    alive.resize(2 * begins.size());
  }

  void add(const ArenaBlock *block) {
    // Node n of the tree stands for the begins of nodes 2n and 2n+1, a leaf for one.
    size_t left = leafFrom(block->first), right = leafFrom(block->last + 1);
    for (; left < right; left /= 2, right /= 2) {
      if (left % 2)
        alive[left++].push_back(block);
      if (right % 2)
        alive[--right].push_back(block);
    }
    byBegin.insert({block->first, block});
  }

  /// Visits what was added and overlaps `block`, which is one of those of the constructor.
  template <typename Visit> void overlapping(const ArenaBlock &block, Visit visit) const {
    for (size_t node = leafFrom(block.first); node; node /= 2) // alive when it begins
      llvm::for_each(alive[node], visit);
    for (auto later = byBegin.upper_bound(block.first);
         later != byBegin.end() && later->first <= block.last; ++later)
      visit(later->second);
  }

private:
  /// The leaf of the first begin at or behind `step`.
  size_t leafFrom(int64_t step) const {
    return begins.size() + (llvm::lower_bound(begins, step) - begins.begin());
  }

  SmallVector<int64_t> begins;
  std::vector<SmallVector<const ArenaBlock *, 2>> alive;
  std::multimap<int64_t, const ArenaBlock *> byBegin;
};

/// Places blocks one after the other, each at the lowest offset that is free
/// while it lives. Returns the size of the arena.
int64_t pack(ArrayRef<ArenaBlock> blocks, ArrayRef<ArenaBlock *> order) {
  int64_t size = 0;
  Timeline placed(blocks);
  for (ArenaBlock *block : order) {
    SmallVector<std::pair<int64_t, int64_t>> taken;
    placed.overlapping(*block, [&](const ArenaBlock *other) {
      taken.push_back({other->offset, other->offset + other->bytes});
    });
    llvm::sort(taken);
    int64_t offset = 0;
    for (auto [begin, end] : taken) {
      if (begin - offset >= block->bytes)
        break;
      offset = std::max(offset, end);
    }
    block->offset = offset;
    size = std::max(size, offset + block->bytes);
    placed.add(block);
  }
  return size;
}

} // namespace

int64_t pith::packBest(std::vector<ArenaBlock> &blocks) {
  using Less = bool (*)(const ArenaBlock *, const ArenaBlock *);
  Less orders[] = {
      [](const ArenaBlock *a, const ArenaBlock *b) { return a->bytes > b->bytes; },
      [](const ArenaBlock *a, const ArenaBlock *b) {
        return a->bytes * (a->last - a->first + 1) > b->bytes * (b->last - b->first + 1);
      },
      [](const ArenaBlock *a, const ArenaBlock *b) {
        return a->last - a->first > b->last - b->first;
      },
      [](const ArenaBlock *a, const ArenaBlock *b) { return a->first < b->first; },
      [](const ArenaBlock *a, const ArenaBlock *b) { return a->last > b->last; },
  };
  int64_t best = INT64_MAX;
  SmallVector<int64_t> offsets(blocks.size());
  for (Less less : orders) {
    std::vector<ArenaBlock *> order;
    for (ArenaBlock &block : blocks)
      order.push_back(&block);
    llvm::sort(order, [&](const ArenaBlock *a, const ArenaBlock *b) {
      return less(a, b) || (!less(b, a) && a->index < b->index);
    });
    int64_t size = pack(blocks, order);
    if (size >= best)
      continue;
    best = size;
    for (auto [offset, block] : llvm::zip_equal(offsets, blocks))
      offset = block.offset;
  }
  for (auto [offset, block] : llvm::zip_equal(offsets, blocks))
    block.offset = offset;
  return blocks.empty() ? 0 : best;
}

int64_t pith::lowerBound(ArrayRef<ArenaBlock> blocks) {
  // What begins counts before what has ended by then.
  SmallVector<std::pair<int64_t, int64_t>> begins, ends;
  for (const ArenaBlock &block : blocks) {
    begins.push_back({block.first, block.bytes});
    ends.push_back({block.last, block.bytes});
  }
  llvm::sort(begins);
  llvm::sort(ends);
  int64_t bound = 0, alive = 0;
  const auto *end = ends.begin();
  for (auto [step, bytes] : begins) {
    for (; end != ends.end() && end->first < step; ++end)
      alive -= end->second;
    alive += bytes;
    bound = std::max(bound, alive);
  }
  return bound;
}
