// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The saturation proof against what the instructions do: pairs that saturate and
// sums that wrap, on every corner of the activations' range.
#include "lib/Support/PairSums.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <random>

using namespace pith;
using llvm::ArrayRef;

namespace {

int16_t saturate(int32_t value) { return int16_t(std::clamp(value, -32768, 32767)); }

struct Panel {
  std::vector<int8_t> weights;
  int64_t channels, runs, length;
  operator PanelWeights() const { return {weights, channels, runs, length}; }
};

/// One channel of one run.
Panel row(std::vector<int8_t> weights) {
  int64_t length = int64_t(weights.size());
  return {std::move(weights), 1, 1, length};
}

/// What a lane of 16 bits holds behind a block, computed as the hardware does.
int16_t laneSum(const PanelWeights &panel, ArrayRef<Window> block, int64_t channel, unsigned half,
                ArrayRef<int> activations) {
  uint16_t sum = 0;
  for (Window window : block) {
    int32_t pair = 0;
    for (unsigned i = 2 * half; i < 2 * half + 2; ++i)
      if (window.uses >> i & 1)
        pair += panel.at(channel, window.at + i) * activations[window.at + i];
    sum = uint16_t(sum + uint16_t(saturate(pair)));
  }
  return int16_t(sum);
}

int32_t exactSum(const PanelWeights &panel, ArrayRef<Window> block, int64_t channel, unsigned half,
                 ArrayRef<int> activations) {
  int32_t sum = 0;
  for (Window window : block)
    for (unsigned i = 2 * half; i < 2 * half + 2; ++i)
      if (window.uses >> i & 1)
        sum += panel.at(channel, window.at + i) * activations[window.at + i];
  return sum;
}

/// Whether any choice of extreme activations of the block's lane gives another sum.
bool differsSomewhere(const PanelWeights &panel, CodeBounds codes, ArrayRef<Window> block,
                      int64_t channel, unsigned half) {
  std::vector<int64_t> terms;
  for (Window window : block)
    for (unsigned i = 2 * half; i < 2 * half + 2; ++i)
      if (window.uses >> i & 1)
        terms.push_back(window.at + i);
  std::vector<int> activations(panel.terms(), int(codes.low));
  for (uint32_t corner = 0; corner < 1u << terms.size(); ++corner) {
    for (size_t i = 0; i < terms.size(); ++i)
      activations[terms[i]] = int(corner >> i & 1 ? codes.high : codes.low);
    if (laneSum(panel, block, channel, half, activations) !=
        exactSum(panel, block, channel, half, activations))
      return true;
  }
  return false;
}

bool differsSomewhere(const PanelWeights &panel, CodeBounds codes, ArrayRef<Window> block) {
  for (int64_t channel = 0; channel < panel.channels; ++channel)
    for (unsigned half : {0, 1})
      if (differsSomewhere(panel, codes, block, channel, half))
        return true;
  return false;
}

/// The whole sum of a channel as the kernel makes it; wide windows are exact.
int32_t kernelSum(const PanelWeights &panel, const PairSums &sums, int64_t channel,
                  ArrayRef<int> activations) {
  int32_t total = 0;
  size_t at = 0;
  for (unsigned depth = maxDepth; depth > 0; --depth)
    for (int64_t block = 0; block < sums.blocks[depth - 1]; ++block, at += depth)
      for (unsigned half : {0, 1})
        total +=
            laneSum(panel, ArrayRef(sums.windows).slice(at, depth), channel, half, activations);
  for (; at < sums.windows.size(); ++at)
    for (unsigned half : {0, 1})
      total += exactSum(panel, sums.windows[at], channel, half, activations);
  return total;
}

int32_t dotProduct(const PanelWeights &panel, int64_t channel, ArrayRef<int> activations) {
  int32_t total = 0;
  for (int64_t k = 0; k < panel.terms(); ++k)
    total += panel.at(channel, k) * activations[k];
  return total;
}

Panel randomPanel(std::mt19937 &random, int64_t channels, int64_t runs, int64_t length,
                  double deviation) {
  std::normal_distribution<double> normal(0, deviation);
  std::vector<int8_t> weights(channels * runs * length);
  for (int8_t &weight : weights)
    weight = int8_t(std::clamp(normal(random), -128.0, 127.0));
  return {std::move(weights), channels, runs, length};
}

/// Every term once, windows inside of their runs, blocks that fit.
void expectSound(const PanelWeights &panel, CodeBounds codes, const PairSums &sums) {
  std::vector<int> covered(panel.terms(), 0);
  for (Window window : sums.windows) {
    EXPECT_NE(window.uses, 0);
    int64_t begin = window.at / panel.length * panel.length;
    if (panel.length >= windowBytes) {
      EXPECT_LE(window.at + windowBytes, begin + panel.length);
    }
    for (unsigned i = 0; i < windowBytes; ++i)
      if (window.uses >> i & 1) {
        ASSERT_LT(window.at + i, begin + panel.length);
        ++covered[window.at + i];
      }
  }
  EXPECT_TRUE(std::all_of(covered.begin(), covered.end(), [](int n) { return n == 1; }));
  size_t at = 0;
  for (unsigned depth = maxDepth; depth > 0; --depth)
    for (int64_t block = 0; block < sums.blocks[depth - 1]; ++block, at += depth) {
      ArrayRef<Window> windows = ArrayRef(sums.windows).slice(at, depth);
      EXPECT_TRUE(fitsPairSums(panel, codes, windows));
      EXPECT_FALSE(differsSomewhere(panel, codes, windows));
    }
  EXPECT_EQ(at + size_t(sums.wide), sums.windows.size());
}

constexpr Window whole(int64_t at) { return {at, 15}; }

TEST(PairSums, ABoundIsTheLastThatFits) {
  // 255 * 128 = 32640 fits, 255 * 129 = 32895 does not; down to 255 * -128.
  EXPECT_TRUE(fitsPairSums(row({127, 1, 0, 0}), {}, whole(0)));
  EXPECT_FALSE(fitsPairSums(row({127, 2, 0, 0}), {}, whole(0)));
  EXPECT_TRUE(fitsPairSums(row({0, 0, -127, -1}), {}, whole(0)));
  EXPECT_FALSE(fitsPairSums(row({0, 0, -128, -1}), {}, whole(0)));
  // -32768 is a number of 16 bits, 32768 is none.
  EXPECT_TRUE(fitsPairSums(row({-128, -128, 0, 0}), {0, 128}, whole(0)));
  EXPECT_FALSE(fitsPairSums(row({-128, -128, 0, 0}), {0, 129}, whole(0)));
  // Signs that differ do not add up; halves of a window are lanes of their own.
  EXPECT_TRUE(fitsPairSums(row({127, -127, 127, -127}), {}, whole(0)));
  EXPECT_TRUE(fitsPairSums(row({127, 0, 127, 0}), {}, whole(0)));
}

TEST(PairSums, APairThatSaturatesIsNotSavedByTheRestOfItsBlock) {
  // Activations are at least 200: the sum fits, the first pair alone does not.
  Panel panel = row({127, 127, 0, 0, -127, -127, 0, 0});
  std::vector<Window> block{whole(0), whole(4)};
  EXPECT_FALSE(fitsPairSums(panel, {200, 255}, block));
  EXPECT_TRUE(differsSomewhere(panel, {200, 255}, block));
}

TEST(PairSums, AllActivationsOfOnePairAgreeWithTheBound) {
  for (auto [first, second] : {std::pair(127, 1),
                               {127, 2},
                               {-128, 0},
                               {-128, -1},
                               {64, 64},
                               {64, 65},
                               {-100, -28},
                               {-100, -29},
                               {127, -128}}) {
    Panel panel = row({int8_t(first), int8_t(second), 0, 0});
    bool same = true;
    std::vector<int> activations(4, 0);
    for (activations[0] = 0; activations[0] < 256; ++activations[0])
      for (activations[1] = 0; activations[1] < 256; ++activations[1])
        same &= laneSum(panel, whole(0), 0, 0, activations) ==
                exactSum(panel, whole(0), 0, 0, activations);
    EXPECT_EQ(fitsPairSums(panel, {}, whole(0)), same) << first << " " << second;
  }
}

TEST(PairSums, TheProofIsExactOnRandomBlocks) {
  std::mt19937 random(5);
  int fitting = 0, others = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    unsigned depth = 1 + trial % maxDepth;
    Panel panel = randomPanel(random, 1 + trial % 3, 1, windowBytes * depth, 10 + trial % 60);
    CodeBounds codes{trial % 5 ? 0 : int64_t(random() % 128), 128 + int64_t(random() % 128)};
    std::vector<Window> block;
    for (unsigned i = 0; i < depth; ++i)
      block.push_back({int64_t(i) * windowBytes, uint8_t(trial % 7 ? 15 : random() % 15 + 1)});
    bool fits = fitsPairSums(panel, codes, block);
    (fits ? fitting : others) += 1;
    EXPECT_EQ(fits, !differsSomewhere(panel, codes, block)) << "trial " << trial;
  }
  EXPECT_GT(fitting, 500);
  EXPECT_GT(others, 500);
}

TEST(PairSums, OrdersAreSoundWhateverTheShape) {
  std::mt19937 random(7);
  for (int64_t length : {1, 3, 4, 5, 9, 27, 64, 131})
    for (int64_t runs : {1, 3})
      for (int64_t channels : {1, 2, 8, 13})
        for (double deviation : {5.0, 35.0, 120.0}) {
          Panel panel = randomPanel(random, channels, runs, length, deviation);
          for (bool shift : {true, false})
            for (bool permute : {true, false}) {
              PairOptions options;
              options.shift = shift;
              options.permute = permute;
              CodeBounds codes{length == 27 ? 30 : 0, runs == 3 ? 255 : 200};
              PairSums sums = provePairSums(panel, codes, options);
              expectSound(panel, codes, sums);
              std::vector<int> activations(runs * length);
              for (int &activation : activations)
                activation = int(random() % 3 ? codes.high : codes.low + random() % 20);
              for (int64_t channel = 0; channel < channels; ++channel)
                EXPECT_EQ(kernelSum(panel, sums, channel, activations),
                          dotProduct(panel, channel, activations));
            }
        }
}

TEST(PairSums, ManyNeighbourhoods) {
  std::mt19937 random(9);
  Panel panel = randomPanel(random, 4, 3, 1500, 35);
  expectSound(panel, {}, provePairSums(panel, {}, {}));
}

TEST(PairSums, PermutationMakesMoreFit) {
  // Neighbours are too large for each other, each second one is not.
  std::vector<int8_t> weights;
  for (int i = 0; i < 16; ++i)
    weights.insert(weights.end(), {int8_t(i / 2 % 2 ? 20 : 100), 0, 0, 0});
  PairOptions options;
  options.depth = 2;
  PairSums sums = provePairSums(row(weights), {}, options);
  EXPECT_EQ(sums.blocks[1], 8);
  EXPECT_EQ(sums.blocks[0] + sums.wide, 0);
  options.permute = false;
  EXPECT_EQ(provePairSums(row(weights), {}, options).blocks[1], 7);
}

TEST(PairSums, AShiftedWindowSavesAPair) {
  // Terms 1 and 2 go together, and 3 and 4; not 0 and 1, nor 2 and 3.
  Panel panel = row({120, 120, -120, -120, 120});
  PairSums sums = provePairSums(panel, {}, {});
  expectSound(panel, {}, sums);
  EXPECT_EQ(sums.wide, 0);
  PairOptions aligned;
  aligned.shift = false;
  EXPECT_EQ(provePairSums(panel, {}, aligned).wide, 1);
}

TEST(PairSums, WhatDoesNotPayIsWide) {
  PairOptions options;
  options.costs.narrow = {5, 10, 15, 20};
  PairSums sums = provePairSums(row({1, 1, 1, 1, 1, 1, 1, 1}), {}, options);
  EXPECT_EQ(sums.wide, 2);
  EXPECT_EQ(sums.cost, 2 * options.costs.wide);
}

TEST(PairSums, WithoutTheProofSumsAreWrong) {
  Panel panel = row({127, 127, 127, 127, 127, 127, 127, 127});
  PairOptions options;
  std::vector<int> activations(8, 255);
  EXPECT_EQ(kernelSum(panel, provePairSums(panel, {}, options), 0, activations), 8 * 127 * 255);
  options.assumeSafe = true;
  PairSums forced = provePairSums(panel, {}, options);
  EXPECT_EQ(forced.wide, 0);
  EXPECT_NE(kernelSum(panel, forced, 0, activations), 8 * 127 * 255);
}

} // namespace
