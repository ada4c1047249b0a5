// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// First fit, in several orders.
#include "lib/Schedule/PackBlocks.h"

using namespace mlir;
using namespace pith;

/// Places blocks one after the other, each at the lowest offset that is free
/// while it lives. Returns the size of the arena.
static int64_t pack(std::vector<ArenaBlock *> order) {
  int64_t size = 0;
  std::vector<ArenaBlock *> placed;
  for (ArenaBlock *block : order) {
    std::vector<std::pair<int64_t, int64_t>> taken;
    for (ArenaBlock *other : placed)
      if (block->overlaps(*other))
        taken.push_back({other->offset, other->offset + other->bytes});
    llvm::sort(taken);
    int64_t offset = 0;
    for (auto [begin, end] : taken) {
      if (begin - offset >= block->bytes)
        break;
      offset = std::max(offset, end);
    }
    block->offset = offset;
    size = std::max(size, offset + block->bytes);
    placed.push_back(block);
  }
  return size;
}

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
    int64_t size = pack(order);
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
  int64_t bound = 0;
  for (const ArenaBlock &at : blocks) {
    int64_t alive = 0;
    for (const ArenaBlock &block : blocks)
      if (block.first <= at.first && at.first <= block.last)
        alive += block.bytes;
    bound = std::max(bound, alive);
  }
  return bound;
}
