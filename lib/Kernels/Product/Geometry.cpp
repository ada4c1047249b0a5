// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Product/Geometry.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace pith;
using namespace pith::product;
using llvm::alignTo;
using llvm::divideCeil;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

Value product::leftOf(Operation *anchor) {
  auto conv = dyn_cast<ConvOp>(anchor);
  return conv ? conv.getInput() : cast<MatmulOp>(anchor).getLhs();
}

Value product::rightOf(Operation *anchor) {
  auto conv = dyn_cast<ConvOp>(anchor);
  return conv ? conv.getFilter() : cast<MatmulOp>(anchor).getRhs();
}

Value product::rightZeroOf(Operation *anchor) {
  auto conv = dyn_cast<ConvOp>(anchor);
  return conv ? conv.getFilterZeroPoint() : cast<MatmulOp>(anchor).getRhsZeroPoint();
}

Value product::biasOf(Operation *anchor) {
  auto conv = dyn_cast<ConvOp>(anchor);
  return conv ? conv.getBias() : cast<MatmulOp>(anchor).getBias();
}

Shape product::shapeOf(const KernelRow &row, Tile tile, bool interleaved) {
  bool ofBytes = row.lhs == Number::U8 || row.lhs == Number::S8;
  return {row.atom.lanes,       row.atom.products, tile.columns,
          row.atom.joined,      interleaved,       ofBytes && row.exact == Exactness::IfProved,
          row.rhs == Number::S4};
}

int64_t Geometry::lineCount() const {
  int64_t count = 1;
  for (Level level : lines)
    count *= level.count;
  return count;
}

int64_t Geometry::batchCount() const {
  int64_t count = 1;
  for (const Batch &batch : batches)
    count *= batch.count;
  return count;
}

int64_t Geometry::elementsRead() const {
  int64_t last = origin + (pixels - 1) * pixelPitch + paddedRun;
  for (const Batch &batch : batches)
    last += (batch.count - 1) * batch.leftPitch;
  for (Level level : llvm::concat<const Level>(lines, runs))
    last += (level.count - 1) * level.pitch;
  return last;
}

static SmallVector<int64_t> stridesOf(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t dim = shape.size(); dim-- > 1;)
    strides[dim - 1] = strides[dim] * shape[dim];
  return strides;
}

/// Whether neighbouring taps of a row are neighbours in memory. Floats whose
/// channels are no whole steps have zeros behind each pixel: what the filter does
/// not reach may be an infinity.
static bool rowsAreRuns(ConvOp conv, const Shape &shape) {
  RankedTensorType filter = tensorOf(conv.getFilter());
  bool isPadded = isa<FloatType>(filter.getElementType()) &&
                  filter.getShape().back() % (shape.products * shape.joined) != 0;
  return conv.getDilations().back() == 1 && filter.getDimSize(filter.getRank() - 2) > 1 &&
         !isPadded;
}

namespace {
/// By how many elements the packed weights are longer along a dimension.
struct RunPadding {
  int64_t dim, amount;
};
} // namespace

/// The row of taps, or the channels, are padded to whole steps.
static RunPadding runPadding(ConvOp conv, const Shape &shape) {
  RankedTensorType filter = tensorOf(conv.getFilter());
  int64_t rank = filter.getRank(), channels = filter.getDimSize(rank - 1);
  int64_t whole = shape.products * shape.joined;
  if (!rowsAreRuns(conv, shape))
    return {rank - 1, int64_t(alignTo(channels, whole)) - channels};
  int64_t taps = filter.getDimSize(rank - 2);
  return {rank - 2, int64_t(alignTo(taps, whole / std::gcd(channels, whole))) - taps};
}

std::string product::refusesShape(Operation *anchor) {
  if (auto matmul = dyn_cast<MatmulOp>(anchor)) {
    if (matmul.getTransposeLhs())
      return "reads the left side row by row";
  } else if (auto conv = dyn_cast<ConvOp>(anchor)) {
    if (conv.getGroups() != 1)
      return "computes one group of channels";
  } else {
    return "computes products";
  }
  for (Value value : {leftOf(anchor), rightOf(anchor), Value(anchor->getResult(0))})
    if (tensorOf(value).getNumElements() == 0)
      return "computes no empty tensors";
  return "";
}

static void setWeights(Geometry &g, const Shape &shape) {
  g.lanes = shape.lanes;
  g.columns = shape.columns;
  g.products = shape.products;
  g.interleaved = shape.interleaved;
  g.packed = shape.packed;
  g.panels = int64_t(divideCeil(g.channels, g.panelChannels()));
  g.steps = g.paddedRun / g.products;
  for (Level run : g.runs)
    g.steps *= run.count;
}

/// Fewer, longer lines and runs, where one follows the other in memory.
static void merge(Geometry &g) {
  llvm::erase_if(g.runs, [](Level run) { return run.count == 1; });
  while (!g.runs.empty() && g.runs.back().pitch == g.runLength && g.paddedRun == g.runLength) {
    g.runLength *= g.runs.pop_back_val().count;
    g.paddedRun = g.runLength;
  }
  llvm::erase_if(g.lines, [](Level line) { return line.count == 1; });
  g.width = g.pixels;
  while (!g.lines.empty() && g.lines.back().pitch == g.pixels * g.pixelPitch)
    g.pixels *= g.lines.pop_back_val().count;
}

static Geometry ofConv(ConvOp conv, const Stored &left, const Shape &shape) {
  Geometry g;
  RankedTensorType filter = tensorOf(conv.getFilter()), result = tensorOf(conv.getResult());
  SmallVector<int64_t> pitches = stridesOf(left.shape);
  int64_t spatial = filter.getRank() - 2;
  g.channels = filter.getDimSize(0);
  g.lines.push_back({result.getDimSize(0), pitches[0]});
  g.origin = left.low[0] * pitches[0] + left.low.back();
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t pitch = pitches[i + 1];
    g.origin += (left.low[i + 1] - conv.getLow()[i]) * pitch;
    g.runs.push_back({filter.getDimSize(i + 1), conv.getDilations()[i] * pitch});
    g.lines.push_back({result.getDimSize(i + 1), conv.getStrides()[i] * pitch});
  }
  Level pixels = g.lines.pop_back_val();
  g.pixels = pixels.count;
  g.pixelPitch = pixels.pitch;
  int64_t channels = filter.getDimSize(spatial + 1);
  g.runLength = channels;
  RunPadding padding = runPadding(conv, shape);
  g.paddedRun = channels + padding.amount;
  if (rowsAreRuns(conv, shape)) {
    int64_t taps = g.runs.pop_back_val().count;
    g.runLength = taps * channels;
    g.paddedRun = (taps + padding.amount) * channels;
  }
  merge(g);
  setWeights(g, shape);
  return g;
}

static Geometry ofMatmul(MatmulOp matmul, const Stored &left, const Shape &shape) {
  Geometry g;
  RankedTensorType right = tensorOf(matmul.getRhs()), result = tensorOf(matmul.getResult());
  SmallVector<int64_t> pitches = stridesOf(left.shape);
  int64_t rank = result.getRank();
  ArrayRef<int64_t> leftShape = tensorOf(matmul.getLhs()).getShape();
  g.channels = result.getShape().back();
  g.runLength = leftShape.back();
  g.paddedRun = int64_t(alignTo(g.runLength, shape.products * shape.joined));
  g.pixels = result.getDimSize(rank - 2);
  g.pixelPitch = pitches[rank - 2];
  for (auto [low, pitch] : llvm::zip_equal(left.low, pitches))
    g.origin += low * pitch;
  // One matrix for all: its products are lines.
  bool shared = llvm::all_of(right.getShape().drop_back(2), [](int64_t d) { return d == 1; });
  int64_t matrices = 1;
  for (int64_t dim = rank - 3; dim >= 0; --dim) {
    int64_t count = result.getDimSize(dim);
    int64_t pitch = leftShape[dim] == 1 ? 0 : pitches[dim];
    if (shared)
      g.lines.insert(g.lines.begin(), {count, pitch});
    else
      g.batches.insert(g.batches.begin(),
                       {count, pitch, right.getDimSize(dim) == 1 ? 0 : matrices});
    matrices *= right.getDimSize(dim);
  }
  merge(g);
  setWeights(g, shape);
  return g;
}

Geometry product::geometryOf(Operation *anchor, const Stored &left, const Shape &shape) {
  auto conv = dyn_cast<ConvOp>(anchor);
  return conv ? ofConv(conv, left, shape) : ofMatmul(cast<MatmulOp>(anchor), left, shape);
}

Stored product::storedAs(RankedTensorType type, LayoutAttr layout) {
  if (!layout)
    return {SmallVector<int64_t>(type.getShape()), SmallVector<int64_t>(type.getRank(), 0)};
  return {layout.paddedShape(type.getShape()), SmallVector<int64_t>(layout.getLow())};
}

LayoutAttr product::leftLayout(Operation *anchor, const Shape &shape) {
  RankedTensorType type = tensorOf(leftOf(anchor));
  SmallVector<int64_t> low(type.getRank(), 0), high(type.getRank(), 0);
  auto conv = dyn_cast<ConvOp>(anchor);
  if (conv)
    for (auto [i, before, after] : llvm::enumerate(conv.getLow(), conv.getHigh())) {
      low[i + 1] = before;
      high[i + 1] = after;
    }
  auto layout = [&] { return LayoutAttr::get(anchor->getContext(), low, high); };
  Geometry g = geometryOf(anchor, storedAs(type, layout()), shape);
  int64_t surplus = g.paddedRun - g.runLength;
  // What is read behind a run counts nothing, but has to be a number.
  bool isFloat = isa<FloatType>(type.getElementType());
  int64_t stored = 1;
  for (int64_t size : storedAs(type, layout()).shape)
    stored *= size;
  if (g.elementsRead() > stored || (isFloat && surplus)) {
    if (isFloat || !conv)
      high.back() += int64_t(alignTo(type.getShape().back(), shape.products * shape.joined)) -
                     type.getShape().back();
    else
      high[type.getRank() - 2] += int64_t(divideCeil(surplus, type.getShape().back()));
  }
  LayoutAttr result = layout();
  return result.addsNothing() ? LayoutAttr() : result;
}

/// Splits a dimension of channels, and says where its parts go.
static void splitChannels(const Shape &shape, int64_t panels, SmallVectorImpl<int64_t> &split) {
  if (shape.interleaved)
    split.append({panels, shape.lanes / 4, shape.columns, 4});
  else
    split.append({panels, shape.columns, shape.lanes});
}

LayoutAttr product::channelLayout(RankedTensorType type, int64_t channels, const Shape &shape) {
  int64_t whole = shape.columns * shape.lanes, rank = type.getRank();
  int64_t panels = int64_t(divideCeil(channels, whole));
  SmallVector<int64_t> low(rank, 0), high(rank, 0), split, order;
  high.back() = panels * whole - channels;
  splitChannels(shape, panels, split);
  order = shape.interleaved ? SmallVector<int64_t>{0, 2, 1, 3} : SmallVector<int64_t>{0, 1, 2};
  return LayoutAttr::get(type.getContext(), low, high, split, order);
}

LayoutAttr product::rightLayout(Operation *anchor, const Shape &shape) {
  RankedTensorType type = tensorOf(rightOf(anchor));
  int64_t rank = type.getRank();
  Geometry g = geometryOf(anchor, storedAs(tensorOf(leftOf(anchor)), {}), shape);
  SmallVector<int64_t> low(rank, 0), high(rank, 0), split;
  auto conv = dyn_cast<ConvOp>(anchor);
  bool channelsFirst = conv || cast<MatmulOp>(anchor).getTransposeRhs();
  int64_t outer = conv ? 0 : rank - 2;
  split.append(type.getShape().begin(), type.getShape().begin() + outer);
  int64_t missing = g.panels * g.panelChannels() - g.channels;
  if (conv) {
    RunPadding padding = runPadding(conv, shape);
    high[padding.dim] = padding.amount;
    high[0] = missing;
  } else {
    high[channelsFirst ? rank - 2 : rank - 1] = missing;
    high[channelsFirst ? rank - 1 : rank - 2] = g.paddedRun - g.runLength;
  }
  SmallVector<int64_t> sum{g.steps, g.products};
  if (g.packed)
    sum = {g.steps / 2, 2, g.products};
  if (!channelsFirst)
    split.append(sum);
  int64_t first = int64_t(split.size());
  splitChannels(shape, g.panels, split);
  int64_t steps = channelsFirst ? int64_t(split.size()) : outer;
  if (channelsFirst)
    split.append(sum);
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, outer));
  order.append({first, steps});
  if (shape.interleaved)
    order.append({first + 2, first + 1, first + 3});
  else
    order.append({first + 1, first + 2});
  order.push_back(steps + int64_t(sum.size()) - 1);
  if (!g.packed)
    return LayoutAttr::get(anchor->getContext(), low, high, split, order);
  order.push_back(steps + 1);
  return LayoutAttr::get(anchor->getContext(), low, high, split, order, /*bits=*/4);
}
