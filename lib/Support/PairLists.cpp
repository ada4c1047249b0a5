// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/PairLists.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace pith;
using llvm::divideCeil;

SumParts::SumParts(int64_t runs, int64_t length, int64_t pitch)
    : runs(runs), length(length), windows(int64_t(divideCeil(length, windowBytes))) {
  constexpr int64_t nearby = 36 << 10;
  int64_t most = std::clamp<int64_t>(nearby / pitch, 16, 128);
  pieces = int64_t(divideCeil(windows, most));
  // Pieces begin where four windows of the pieces before have ended.
  pieceWindows = pieces == 1 ? windows : int64_t(llvm::alignTo(divideCeil(windows, pieces), 4));
  pieces = int64_t(divideCeil(windows, pieceWindows));
  int64_t groups = int64_t(divideCeil(runs, std::max<int64_t>(most / pieceWindows, 1)));
  runsAtOnce = pieces > 1 ? 1 : int64_t(divideCeil(runs, groups));
}

double WindowCounts::total() const {
  double result = double(wide);
  for (int64_t each : blocks)
    result += double(each);
  return result;
}

namespace {

/// One row of a list.
struct Row {
  int32_t window;
  std::vector<int8_t> weights;
};

/// The rows of one panel in one part, those of the deepest blocks first.
struct List {
  std::vector<Row> rows;
  std::array<int32_t, maxDepth> blocks = {};
  int32_t wide = 0;

  void count(WindowCounts &windows) const {
    for (unsigned d = 0; d < maxDepth; ++d)
      windows.blocks[d] += blocks[d] * (d + 1);
    windows.wide += wide;
  }
};

class PartOrder {
public:
  PartOrder(const SumParts &parts, int64_t channels, bool assumeSafe)
      : parts(parts), channels(channels) {
    options.shift = false;
    options.assumeSafe = assumeSafe;
  }

  /// `bytes` are the weights of `given` channels, the others have none.
  List operator()(ArrayRef<int8_t> bytes, int64_t given, int64_t part) {
    int64_t firstRun = part / parts.pieces * parts.runsAtOnce;
    int64_t firstTerm = part % parts.pieces * parts.pieceWindows * windowBytes;
    int64_t runs = std::min(parts.runsAtOnce, parts.runs - firstRun);
    length = std::min(parts.pieceWindows * windowBytes, parts.length - firstTerm);
    std::vector<int8_t> cut;
    for (int64_t channel = 0; channel < given; ++channel)
      for (int64_t run = 0; run < runs; ++run) {
        const int8_t *from =
            &bytes[(channel * parts.runs + firstRun + run) * parts.length + firstTerm];
        cut.insert(cut.end(), from, from + length);
      }
    PanelWeights panel{cut, given, runs, length};
    PairSums sums = provePairSums(panel, CodeBounds(), options);

    std::array<std::vector<Row>, maxDepth> byDepth;
    ArrayRef<Window> left = sums.windows;
    for (unsigned depth = maxDepth; depth > 0; --depth)
      for (int64_t i = 0; i < sums.blocks[depth - 1]; ++i) {
        // What fits does so without windows that add nothing.
        std::vector<Row> block;
        addRows(panel, left.take_front(depth), block);
        left = left.drop_front(depth);
        if (!block.empty())
          llvm::append_range(byDepth[block.size() - 1], block);
      }
    List list;
    for (unsigned depth = maxDepth; depth > 0; --depth) {
      list.blocks[depth - 1] = int32_t(byDepth[depth - 1].size() / depth);
      llvm::append_range(list.rows, byDepth[depth - 1]);
    }
    size_t before = list.rows.size();
    addRows(panel, left, list.rows);
    list.wide = int32_t(list.rows.size() - before);
    return list;
  }

private:
  void addRows(const PanelWeights &panel, ArrayRef<Window> windows, std::vector<Row> &rows) const {
    for (Window window : windows) {
      int64_t run = window.at / length, start = window.at % length;
      Row row{int32_t(run * parts.pieceWindows + int64_t(divideCeil(start, windowBytes))), {}};
      row.weights.resize(channels * windowBytes);
      bool any = false;
      for (int64_t channel = 0; channel < panel.channels; ++channel)
        for (unsigned i = 0; i < windowBytes; ++i)
          if (window.uses >> i & 1) {
            int8_t weight = panel.at(channel, window.at + i);
            row.weights[channel * windowBytes + i] = weight;
            any |= weight != 0;
          }
      if (any)
        rows.push_back(std::move(row));
    }
  }

  const SumParts &parts;
  int64_t channels, length = 0;
  PairOptions options;
};

} // namespace

FailureOr<PairLists> pith::makePairLists(const ProductWeights &weights, int64_t channels,
                                         int64_t allChannels, int64_t pitch, bool assumeSafe) {
  int64_t run = weights.run(/*planar=*/false);
  SumParts parts(weights.terms() / run, run, pitch);
  PairLists lists;
  lists.parts = parts.count();
  lists.panels = int64_t(divideCeil(allChannels, channels));
  lists.rows = parts.runs * parts.windows * lists.panels;
  // Of all parts: a panel's weights are read once, its lists are apart.
  std::vector<List> ordered(lists.parts * lists.panels);
  PartOrder order(parts, channels, assumeSafe);
  std::vector<int8_t> bytes;
  for (int64_t panel = 0; panel < lists.panels; ++panel) {
    int64_t first = panel * channels, given = std::min(channels, weights.channels() - first);
    if (given <= 0)
      break;
    if (failed(weights.read(first, given, bytes)))
      return failure();
    for (int64_t part = 0; part < lists.parts; ++part)
      ordered[part * lists.panels + panel] = order(bytes, given, part);
  }
  for (const List &list : ordered) {
    lists.counts.push_back(int32_t(lists.places.size()));
    for (unsigned depth = maxDepth; depth > 0; --depth)
      lists.counts.push_back(list.blocks[depth - 1]);
    lists.counts.push_back(list.wide);
    list.count(lists.windows);
    for (const Row &row : list.rows) {
      lists.places.push_back(int32_t(row.window * pitch));
      llvm::append_range(lists.weights, row.weights);
    }
  }
  lists.places.resize(lists.rows);
  lists.weights.resize(lists.rows * channels * windowBytes);
  return lists;
}

FailureOr<WindowCounts> pith::samplePairLists(const ProductWeights &weights, int64_t channels,
                                              int64_t pitch) {
  int64_t run = weights.run(/*planar=*/false);
  SumParts parts(weights.terms() / run, run, pitch);
  PartOrder order(parts, channels, /*assumeSafe=*/false);
  WindowCounts windows;
  constexpr int64_t samples = 8;
  int64_t panels = int64_t(divideCeil(weights.channels(), channels));
  std::vector<int8_t> bytes;
  for (int64_t i = 0; i < std::min(panels, samples); ++i) {
    int64_t first = i * panels / std::min(panels, samples) * channels;
    int64_t given = std::min(channels, weights.channels() - first);
    if (failed(weights.read(first, given, bytes)))
      return failure();
    order(bytes, given, i % parts.count()).count(windows);
  }
  return windows;
}
