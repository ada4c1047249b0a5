// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Three steps for a panel: cover K with windows whose pairs fit (a shortest
// path), fill blocks with windows, those with the largest sums first, while the
// sums fit (first-fit decreasing), and compare with what the wide form costs.
#include "lib/Support/PairSums.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace pith;

namespace {

constexpr int64_t greatest = INT16_MAX, least = INT16_MIN;

/// Both inclusive.
struct Bounds {
  int64_t low = 0, high = 0;
  void add(int64_t weight, CodeBounds codes) {
    low += weight * (weight < 0 ? codes.high : codes.low);
    high += weight * (weight < 0 ? codes.low : codes.high);
  }
  bool fit() const { return low >= least && high <= greatest; }
};

/// The sums of a window's pair in front (0) or behind (1).
Bounds boundsOf(const PanelWeights &panel, CodeBounds codes, Window window, int64_t channel,
                unsigned half) {
  Bounds result;
  for (unsigned i = 2 * half; i < 2 * half + 2; ++i)
    if (window.uses >> i & 1)
      result.add(panel.at(channel, window.at + i), codes);
  return result;
}

/// For each term of a run whether its product and the next one fit together, in
/// all channels.
std::vector<uint8_t> safePairs(const PanelWeights &panel, CodeBounds codes, int64_t first) {
  std::vector<uint8_t> safe(panel.length, 1);
  for (int64_t channel = 0; channel < panel.channels; ++channel) {
    const int8_t *weights = &panel.weights[channel * panel.terms() + first];
    for (int64_t k = 0; k + 1 < panel.length; ++k) {
      int a = weights[k], b = weights[k + 1], low = codes.low, high = codes.high;
      int above = a * (a < 0 ? low : high) + b * (b < 0 ? low : high);
      int below = a * (a < 0 ? high : low) + b * (b < 0 ? high : low);
      safe[k] &= (above <= greatest) & (below >= least);
    }
  }
  return safe;
}

/// A window, and whether it is left to the wide form.
struct Choice {
  Window window;
  bool wide = false;
};

/// The window at `start` with the terms from `k` to before `end`, counted from
/// the begin of the run.
Window windowOf(int64_t first, int64_t start, int64_t k, int64_t end) {
  return {first + start, uint8_t((1u << (end - start)) - (1u << (k - start)))};
}

/// The cheapest cover of one run, if a window in a block costs `narrow`.
void coverRun(const PanelWeights &panel, CodeBounds codes, int64_t first, double narrow,
              const PairOptions &options, std::vector<Choice> &choices) {
  int64_t length = panel.length, last = std::max<int64_t>(length - windowBytes, 0);
  std::vector<uint8_t> safe =
      options.assumeSafe ? std::vector<uint8_t>(length, 1) : safePairs(panel, codes, first);
  std::vector<double> cost(length + 1, 0); // never more for fewer terms
  std::vector<Choice> best(length);
  std::vector<int64_t> next(length);
  for (int64_t k = length - 1; k >= 0; --k) { // term k is the first that is not covered
    auto fits = [&](int64_t start, int64_t end) {
      auto pairFits = [&](int64_t at) { return at < k || at + 1 >= end || safe[at]; };
      return pairFits(start) && pairFits(start + 2);
    };
    int64_t start = std::min(k, last), end = std::min<int64_t>(start + windowBytes, length);
    cost[k] = options.costs.wide + cost[end];
    best[k] = {windowOf(first, start, k, end), true};
    next[k] = end;
    for (; start >= 0 && start > k - windowBytes; --start) {
      end = std::min<int64_t>(start + windowBytes, length);
      while (options.shift && !fits(start, end))
        --end; // a term alone always fits
      if (fits(start, end) && narrow + cost[end] < cost[k]) {
        cost[k] = narrow + cost[end];
        best[k] = {windowOf(first, start, k, end), false};
        next[k] = end;
      }
      if (!options.shift || next[k] == k + windowBytes)
        break;
    }
  }
  for (int64_t k = 0; k < length; k = next[k])
    choices.push_back(best[k]);
}

/// What the windows of a neighbourhood add to the lanes of a block. Each lane
/// has two numbers, how far its sums go up and down; fewer bits than the sums,
/// since no window alone leaves 16 bits.
class Lanes {
public:
  Lanes(const PanelWeights &panel, CodeBounds codes, llvm::ArrayRef<Window> windows)
      : width(panel.channels * 4), reach(windows.size() * width), hard(windows.size()) {
    for (auto [index, window] : llvm::enumerate(windows)) {
      int32_t *to = &reach[index * width];
      for (int64_t channel = 0; channel < panel.channels; ++channel)
        for (unsigned half : {0, 1}) {
          Bounds bounds = boundsOf(panel, codes, window, channel, half);
          *to++ = int32_t(bounds.high);
          *to++ = int32_t(-bounds.low);
        }
      for (int64_t i = 0; i < width; ++i)
        hard[index] += uint64_t(int64_t(reach[index * width + i]) * reach[index * width + i]);
    }
    needs.resize(reach.size());
    for (size_t i = 0; i < reach.size(); ++i)
      needs[i] = uint16_t(std::clamp<int32_t>(reach[i], 0, UINT16_MAX));
  }

  uint64_t hardness(size_t window) const { return hard[window]; }

  void start() {
    room.resize(width);
    for (int64_t i = 0; i < width; ++i)
      room[i] = int32_t(i % 2 ? -least : greatest);
    left.assign(room.begin(), room.end());
  }
  void take(size_t window) {
    for (int64_t i = 0; i < width; ++i) {
      room[i] -= reach[window * width + i];
      left[i] = uint16_t(std::clamp<int32_t>(room[i], 0, UINT16_MAX));
    }
  }
  /// Whether the sums still fit with this window.
  bool hasRoom(size_t window) const {
    const uint16_t *need = &needs[window * width];
    constexpr int64_t chunk = 32; // a register or more of any CPU; a full lane is found early
    int64_t i = 0;
    for (; i + chunk <= width; i += chunk)
      if (exceeds(need + i, left.data() + i, chunk))
        return false;
    return !exceeds(need + i, left.data() + i, width - i);
  }

private:
  static bool exceeds(const uint16_t *need, const uint16_t *room, int64_t count) {
    uint16_t excess = 0;
    for (int64_t i = 0; i < count; ++i)
      excess |= need[i] > room[i] ? need[i] - room[i] : 0;
    return excess;
  }

  int64_t width;
  std::vector<int32_t> reach, room;
  std::vector<uint16_t> needs, left;
  std::vector<uint64_t> hard;
};

/// Windows of one neighbourhood into blocks; `blocks[d]` has those of depth d + 1.
using Blocks = std::array<std::vector<Window>, maxDepth>;

void fillBlocks(const PanelWeights &panel, CodeBounds codes, const PairOptions &options,
                llvm::ArrayRef<Window> windows, Blocks &blocks) {
  Lanes lanes(panel, codes, windows);
  std::vector<size_t> order(windows.size());
  for (size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  if (options.permute && !options.assumeSafe)
    llvm::sort(order, [&](size_t a, size_t b) {
      return std::pair(lanes.hardness(b), a) < std::pair(lanes.hardness(a), b);
    });
  std::vector<bool> taken(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    if (taken[i])
      continue;
    std::vector<Window> block{windows[order[i]]};
    lanes.start();
    lanes.take(order[i]);
    for (size_t j = i + 1; j < order.size() && block.size() < options.depth; ++j) {
      if (taken[j])
        continue;
      if (options.assumeSafe || lanes.hasRoom(order[j])) {
        taken[j] = true;
        block.push_back(windows[order[j]]);
        lanes.take(order[j]);
      } else if (!options.permute) {
        break;
      }
    }
    llvm::append_range(blocks[block.size() - 1], block);
  }
}

/// The order if a window in a block costs `narrow`.
PairSums arrange(const PanelWeights &panel, CodeBounds codes, double narrow,
                 const PairOptions &options) {
  std::vector<Choice> choices;
  for (int64_t run = 0; run < panel.runs; ++run)
    coverRun(panel, codes, run * panel.length, narrow, options, choices);
  std::vector<Window> inBlocks, wide;
  for (const Choice &choice : choices)
    (choice.wide ? wide : inBlocks).push_back(choice.window);

  // Partners are looked for among this many: most of the gain, at linear cost.
  constexpr size_t neighbourhood = 128;
  Blocks blocks;
  for (size_t first = 0; first < inBlocks.size(); first += neighbourhood)
    fillBlocks(
        panel, codes, options,
        llvm::ArrayRef(inBlocks).slice(first, std::min(neighbourhood, inBlocks.size() - first)),
        blocks);

  PairSums result;
  for (unsigned depth = maxDepth; depth > 0; --depth) {
    const std::vector<Window> &windows = blocks[depth - 1];
    llvm::append_range(result.windows, windows);
    result.blocks[depth - 1] = int64_t(windows.size() / depth);
    result.cost += double(result.blocks[depth - 1]) * options.costs.narrow[depth - 1];
  }
  llvm::append_range(result.windows, wide);
  result.wide = int64_t(wide.size());
  result.cost += double(wide.size()) * options.costs.wide;
  return result;
}

} // namespace

PairSums pith::provePairSums(const PanelWeights &panel, CodeBounds codes,
                             const PairOptions &options) {
  // How deep blocks become is known only when they are full: two is the guess.
  PairSums blocks = arrange(panel, codes, options.costs.narrow[1] / 2, options);
  if (options.assumeSafe)
    return blocks;
  PairSums wide = arrange(panel, codes, 2 * options.costs.wide, options);
  return blocks.cost < wide.cost ? blocks : wide;
}

bool pith::fitsPairSums(const PanelWeights &panel, CodeBounds codes, llvm::ArrayRef<Window> block) {
  for (int64_t channel = 0; channel < panel.channels; ++channel)
    for (unsigned half : {0, 1}) {
      Bounds sum;
      for (Window window : block) {
        Bounds pair = boundsOf(panel, codes, window, channel, half);
        if (!pair.fit())
          return false;
        sum.low += pair.low;
        sum.high += pair.high;
      }
      if (!sum.fit())
        return false;
    }
  return true;
}
