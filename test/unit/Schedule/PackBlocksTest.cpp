// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/PackBlocks.h"
#include "gtest/gtest.h"
#include <random>

using namespace pith;

namespace {

std::vector<ArenaBlock> randomBlocks(unsigned seed, size_t count, int64_t steps, int64_t longest) {
  std::mt19937 random(seed);
  std::vector<ArenaBlock> blocks(count);
  for (ArenaBlock &block : blocks) {
    block.bytes = 64 * int64_t(random() % 9); // of nothing, too
    block.first = int64_t(random()) % steps;
    block.last = block.first + int64_t(random()) % longest;
    block.index = size_t(&block - blocks.data());
  }
  return blocks;
}

/// The most bytes alive at a step, by a look at each.
int64_t aliveAtOnce(const std::vector<ArenaBlock> &blocks) {
  int64_t most = 0;
  for (const ArenaBlock &at : blocks) {
    int64_t alive = 0;
    for (const ArenaBlock &block : blocks)
      alive += block.first <= at.first && at.first <= block.last ? block.bytes : 0;
    most = std::max(most, alive);
  }
  return most;
}

TEST(PackBlocks, WhatLivesTogetherLiesApart) {
  for (auto [steps, longest] : {std::pair(1, 1), {7, 3}, {50, 50}, {400, 9}, {400, 400}}) {
    std::vector<ArenaBlock> blocks = randomBlocks(unsigned(steps + longest), 150, steps, longest);
    int64_t size = packBest(blocks);
    for (const ArenaBlock &a : blocks) {
      EXPECT_LE(a.offset + a.bytes, size);
      for (const ArenaBlock &b : blocks)
        if (&a != &b && a.overlaps(b))
          EXPECT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset)
              << a.index << " and " << b.index;
    }
    EXPECT_EQ(lowerBound(blocks), aliveAtOnce(blocks));
    EXPECT_GE(size, lowerBound(blocks));
  }
}

// Neighbours in time need two places, however many they are: a block goes to the lowest
// place that is free, not behind all others.
TEST(PackBlocks, PlacesAreUsedAgain) {
  std::vector<ArenaBlock> blocks(1000);
  for (size_t i = 0; i < blocks.size(); ++i) {
    blocks[i].bytes = 64;
    blocks[i].first = int64_t(i);
    blocks[i].last = int64_t(i) + 1;
    blocks[i].index = i;
  }
  EXPECT_EQ(packBest(blocks), 128);
  EXPECT_EQ(lowerBound(blocks), 128);
}

} // namespace
