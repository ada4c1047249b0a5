// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Pairs/PairsShape.h"

using namespace mlir;
using namespace pith;
using namespace pith::pairs;
using product::Body, product::Level, product::Stored;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Of the geometry of a product only the places of pixels are used.
static const product::Shape anySum{1, 1, 1, 1, false, false};

/// Rows of a window whose elements are neighbours, and how far they are apart.
static int64_t runsOf(Operation *anchor, const Stored &left, SmallVectorImpl<Level> &runs) {
  auto conv = dyn_cast<ConvOp>(anchor);
  if (!conv)
    return tensorOf(cast<MatmulOp>(anchor).getLhs()).getShape().back();
  ArrayRef<int64_t> filter = tensorOf(conv.getFilter()).getShape();
  int64_t spatial = int64_t(filter.size()) - 2, pitch = filter.back(), length = filter.back();
  for (int64_t i = spatial - 1; i >= 0; --i) {
    runs.insert(runs.begin(), {filter[i + 1], conv.getDilations()[i] * pitch});
    pitch *= left.shape[i + 1];
  }
  if (spatial && conv.getDilations().back() == 1)
    length *= runs.pop_back_val().count;
  return length;
}

static int64_t countOf(ArrayRef<Level> levels) {
  int64_t count = 1;
  for (Level level : levels)
    count *= level.count;
  return count;
}

Shape pairs::shapeOf(Body &body, const Stored &left, const KernelRow &row, Tile tile) {
  SmallVector<Level> runs;
  int64_t length = runsOf(body.anchor, left, runs);
  int64_t channels = tensorOf(body.anchor->getResult(0)).getShape().back();
  return {product::geometryOf(body.anchor, left, anySum),
          runs,
          SumParts(countOf(runs), length, tile.rows * row.atom.lanes / tile.columns * windowBytes),
          channels,
          tile.columns,
          row.atom.lanes,
          tile.rows};
}

LayoutAttr pairs::leftLayout(Body &body) { return product::leftLayout(body.anchor, anySum); }

LayoutAttr pairs::channelLayout(MLIRContext *context, int64_t channels) {
  return LayoutAttr::get(context, {0}, {pairChannels(channels) - channels});
}

std::string pairs::refusesBody(Body &body) {
  if (!body.refusal.empty())
    return body.refusal;
  if (!body.requantize)
    return "makes bytes of its sums";
  SmallVector<Level> runs;
  if (runsOf(body.anchor, product::storedAs(tensorOf(body.left()), {}), runs) < windowBytes)
    return "reads at least four neighbours at once";
  for (Value value : {product::biasOf(body.anchor), Value(body.requantize.getScale())})
    if (value && tensorOf(value).getNumElements() > 1 && tensorOf(value).getRank() != 1)
      return "reads numbers for each channel as lists";
  if (!product::geometryOf(body.anchor, product::storedAs(tensorOf(body.left()), {}), anySum)
           .batches.empty())
    return "multiplies by one matrix";
  return "";
}

std::string pairs::refuses(GroupOp group, const KernelRow &row, const VectorUnit &) {
  Body body = product::readBody(group.getBody().front());
  if (std::string reason = refusesBody(body); !reason.empty())
    return reason;
  if (row.tiles.empty())
    return "has no tiles";
  return ProductWeights::of(body.anchor) ? "" : "needs constant weights, of all channels together";
}

std::string skeletons::unprovedPairs(GroupOp group, const KernelRow &row) {
  Body body = product::readBody(group.getBody().front());
  std::optional<ProductWeights> weights = ProductWeights::of(body.anchor);
  if (!weights || failed(samplePairLists(*weights, row.tiles.front().columns, 256)))
    return "has no proof for weights that do not fit 8 bits";
  return "";
}

/// Cycles of a tile, in those of an atom: two products of 16 bits and their sum.
static double cyclesOf(const Shape &shape, const WindowCounts &counts, const KernelRow &row) {
  // Multiplications bound the loops: one for a window, one to widen a block.
  double atoms = 2.6 * double(counts.wide), most = double(counts.wide);
  for (unsigned d = 0; d < maxDepth; ++d) {
    atoms += double(counts.blocks[d]) * (d + 2.0) / (d + 1);
    most = std::max(most, double(counts.blocks[d]));
  }
  double total = std::max(counts.total(), 1.0);
  atoms /= total;
  constexpr double aheadOfWindow = 0.5; // its place and weights, for all vectors
  constexpr double ofResults = 3;       // of one vector
  // Where blocks of many depths are mixed, nobody guesses when a loop ends.
  constexpr double perMixedWindow = 25, mispredicted = 350, guessed = 0.2;
  double inPart = double(std::min(shape.parts.size(), shape.parts.runs * shape.parts.windows));
  double list =
      std::min(mispredicted, perMixedWindow * inPart * std::max(0.0, 1 - guessed - most / total));
  double vectors = double(shape.tileVectors);
  double windows = double(shape.parts.runs) * double(shape.parts.windows);
  double panel = windows * (vectors * atoms + aheadOfWindow) + double(shape.parts.count()) * list +
                 vectors * ofResults;
  double panels = double(llvm::divideCeil(shape.channels, shape.panelChannels));
  double copied = windows * double(shape.tilePixels()) * row.cost.perLoad;
  return panels * panel * row.cost.perAtom + copied;
}

Plan pairs::choose(GroupOp group, const KernelRow &row, const VectorUnit &) {
  Body body = product::readBody(group.getBody().front());
  Stored left = product::storedAs(tensorOf(body.left()), leftLayout(body));
  std::optional<ProductWeights> weights = ProductWeights::of(body.anchor);
  Plan best{{}, 0};
  WindowCounts counts;
  int64_t counted = 0;
  for (Tile tile : row.tiles) {
    Shape shape = shapeOf(body, left, row, tile);
    if (counted != shape.panelChannels) {
      FailureOr<WindowCounts> sampled =
          samplePairLists(*weights, shape.panelChannels, shape.pitch());
      counts = succeeded(sampled) ? *sampled : WindowCounts();
      counted = shape.panelChannels;
    }
    double cycles = row.cost.fixed + double(shape.tiles()) * cyclesOf(shape, counts, row);
    if (!best.tile.rows || cycles < best.cycles)
      best = {tile, cycles};
  }
  return best;
}

SmallVector<LayoutAttr> pairs::layouts(GroupOp group, const KernelRow &, Tile, const VectorUnit &) {
  Body body = product::readBody(group.getBody().front());
  SmallVector<LayoutAttr> result(group.getInputs().size());
  auto set = [&](Value value, LayoutAttr layout) {
    if (auto argument = dyn_cast_or_null<BlockArgument>(value))
      result[argument.getArgNumber()] = layout;
  };
  set(body.left(), leftLayout(body));
  int64_t channels = tensorOf(body.anchor->getResult(0)).getShape().back();
  LayoutAttr perChannel = channelLayout(group.getContext(), channels);
  if (!perChannel.addsNothing()) {
    set(product::biasOf(body.anchor), perChannel);
    if (tensorOf(body.requantize.getScale()).getNumElements() > 1)
      set(body.requantize.getScale(), perChannel);
  }
  return result;
}

int64_t pairs::items(GroupOp group, const KernelRow &row, Tile tile, const VectorUnit &) {
  Body body = product::readBody(group.getBody().front());
  Stored left = product::storedAs(tensorOf(body.left()), leftLayout(body));
  return shapeOf(body, left, row, tile).tiles();
}
