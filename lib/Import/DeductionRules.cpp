// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the stated shape of a result says of the operands. A rule gives no values where
// the shape does not tell, and nothing where it is not asked.
#include "lib/Import/Deduction.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

using Found = std::optional<Candidates>;
using Numbers = SmallVector<int64_t>;

// Where more are found, there are too many whatever follows.
constexpr size_t enough = 17;

Found one(Numbers value) { return Candidates{{std::move(value)}}; }
Found none() { return Candidates(); }

/// The dimensions of `longer` that a shape without them, all of size 1, lacks; nothing
/// when it lacks others.
std::optional<Numbers> lackingOnes(Shape longer, Shape shorter) {
  Numbers lacking;
  for (auto [dim, size] : llvm::enumerate(longer)) {
    if (!shorter.empty() && shorter.front() == size)
      shorter = shorter.drop_front();
    else if (size == 1)
      lacking.push_back(dim);
    else
      return std::nullopt;
  }
  return shorter.empty() ? std::optional(lacking) : std::nullopt;
}

template <bool isSqueeze> Found onesToMove(NodeConversion &node) {
  auto stated = node.statedShape(0);
  if (!stated)
    return none();
  auto dims = isSqueeze ? lackingOnes(node.shape(0), *stated) : lackingOnes(*stated, node.shape(0));
  return dims ? one(*dims) : none();
}

Found wholeShape(NodeConversion &node) {
  auto stated = node.statedShape(0);
  return stated ? one(*stated) : none();
}

/// A 0 would copy a size of the input.
Found newShape(NodeConversion &node) {
  auto stated = node.statedShape(0);
  if (stated && node.i64("allowzero") == 0)
    for (auto [dim, size] : llvm::enumerate(*stated))
      if (size == 0 && (int64_t(dim) >= node.rank(0) || node.shape(0)[dim] != 0))
        return none();
  return wholeShape(node);
}

/// Sizes of the axes that an attribute names, or of all.
Found sizesAtAxes(NodeConversion &node) {
  if (node.string("keep_aspect_ratio_policy", "stretch") != "stretch")
    return std::nullopt;
  auto stated = node.statedShape(0);
  if (!stated || int64_t(stated->size()) != node.rank(0))
    return none();
  Numbers sizes;
  for (int64_t axis : node.ints("axes", llvm::to_vector(llvm::seq<int64_t>(0, node.rank(0))))) {
    auto dim = normalizeDim(axis, node.rank(0));
    if (!dim)
      return none();
    sizes.push_back((*stated)[*dim]);
  }
  return one(sizes);
}

Found repeats(NodeConversion &node) {
  auto stated = node.statedShape(0);
  if (!stated || int64_t(stated->size()) != node.rank(0))
    return none();
  Numbers counts;
  for (auto [size, wanted] : llvm::zip_equal(node.shape(0), *stated)) {
    if (size == 0 ? wanted != 0 : wanted % size != 0)
      return none();
    counts.push_back(size == 0 ? 1 : wanted / size);
  }
  return one(counts);
}

Found partSizes(NodeConversion &node) {
  auto axis = normalizeDim(node.i64("axis"), node.rank(0));
  Numbers sizes;
  for (unsigned index = 0; index < node.numResults(); ++index) {
    auto stated = node.statedShape(index);
    if (!stated || !axis || *axis >= int64_t(stated->size()))
      return none();
    sizes.push_back((*stated)[*axis]);
  }
  return one(sizes);
}

/// The size of the dimension that is new.
Found depth(NodeConversion &node) {
  auto stated = node.statedShape(0);
  auto axis = normalizeDim(node.i64("axis", -1), node.rank(0) + 1);
  if (!stated || !axis || *axis >= int64_t(stated->size()))
    return none();
  return one({(*stated)[*axis]});
}

Found windowSize(NodeConversion &node) {
  auto stated = node.statedShape(0);
  return stated && stated->size() == 1 ? one(*stated) : none();
}

/// [N, C, sizes...] of a grid [N, sizes..., coordinates]; nothing depends on C.
Found gridSize(NodeConversion &node) {
  auto stated = node.statedShape(0);
  if (!stated || stated->size() < 2)
    return none();
  Numbers size{stated->front(), 1};
  llvm::append_range(size, ArrayRef(*stated).drop_front().drop_back());
  return one(size);
}

/// Sets of dimensions whose removal leaves a shape. Dimensions of size 1 are as good
/// removed as kept: they are kept where the shape has one.
struct Removals {
  Shape from, to;
  std::vector<std::vector<char>> isPossible; ///< from dimension i on, with j left to match
  Candidates found;
  Numbers removed;

  Removals(Shape from, Shape to) : from(from), to(to) {
    isPossible.assign(from.size() + 1, std::vector<char>(to.size() + 1, false));
    isPossible[from.size()][to.size()] = true;
    for (size_t i = from.size(); i-- > 0;)
      for (size_t j = 0; j <= to.size(); ++j)
        isPossible[i][j] =
            isPossible[i + 1][j] || (j < to.size() && from[i] == to[j] && isPossible[i + 1][j + 1]);
    visit(0, 0);
  }

  void visit(size_t i, size_t j) {
    if (!isPossible[i][j] || found.values.size() == enough)
      return;
    if (i == from.size())
      return found.values.push_back(removed);
    bool canKeep = j < to.size() && from[i] == to[j] && isPossible[i + 1][j + 1];
    if (canKeep)
      visit(i + 1, j + 1);
    if (canKeep && from[i] == 1)
      return;
    removed.push_back(i);
    visit(i + 1, j);
    removed.pop_back();
  }
};

Found reducedAxes(NodeConversion &node) {
  Shape from = node.shape(0);
  int64_t rank = from.size(), count = countOf(node.shape(1));
  Candidates found;
  if (count > rank)
    return none();
  if (auto stated = node.statedShape(0); count == rank)
    found.values.push_back(llvm::to_vector(llvm::seq<int64_t>(0, rank)));
  else if (stated && node.i64("keepdims", 1) == 0 && int64_t(stated->size()) == rank - count)
    found = Removals(from, *stated).found;
  else if (stated && node.i64("keepdims", 1) != 0 && int64_t(stated->size()) == rank) {
    Numbers &axes = found.values.emplace_back();
    for (auto [dim, size, kept] : llvm::enumerate(from, *stated)) {
      if (kept == 1)
        axes.push_back(dim);
      else if (kept != size)
        return none();
    }
    if (axes.empty())
      return none();
  }
  found.rank = rank;
  for (auto [dim, size] : llvm::enumerate(from))
    if (size == 1)
      found.neutral.push_back(dim);
  return found;
}

Found anyAxis(NodeConversion &node) {
  Candidates found;
  if (countOf(node.shape(1)) != 1)
    return none();
  found.rank = node.rank(0);
  for (int64_t axis = 0; axis < found.rank && found.values.size() < enough; ++axis)
    found.values.push_back({axis});
  return found;
}

/// A transform changes the size of its axis at most; the last holds a number's parts.
Found transformedAxis(NodeConversion &node) {
  auto stated = node.statedShape(0);
  Candidates found;
  found.rank = node.rank(0);
  if (!stated || int64_t(stated->size()) != found.rank || found.rank < 2 ||
      countOf(node.shape(2)) != 1)
    return none();
  Shape from = node.shape(0).drop_back(), to = Shape(*stated).drop_back();
  for (size_t axis = 0; axis < from.size() && found.values.size() < enough; ++axis)
    if (from.take_front(axis) == to.take_front(axis) &&
        from.drop_front(axis + 1) == to.drop_front(axis + 1))
      found.values.push_back({int64_t(axis)});
  return found;
}

/// Lengths of signals with so many frequencies.
Found signalLengths(int64_t frequencies, bool isHalf) {
  Candidates found;
  if (frequencies < 1 || frequencies > (int64_t(1) << 32))
    return none();
  if (!isHalf)
    return one({frequencies});
  for (int64_t length : {2 * frequencies - 1, 2 * frequencies - 2})
    if (length > 0)
      found.values.push_back({length});
  return found;
}

Found transformLength(NodeConversion &node) {
  auto stated = node.statedShape(0);
  auto given = node.operand(2) ? node.constantValue(2) : std::nullopt;
  if (node.operand(2) && (!given || given->getNumElements() != 1))
    return std::nullopt; // the axis comes first
  int64_t axis = given ? node.constantInts(2)->front() : -2;
  auto dim = normalizeDim(axis, node.rank(0));
  if (!stated || !dim || int64_t(stated->size()) != node.rank(0))
    return none();
  return signalLengths((*stated)[*dim], node.i64("onesided") != 0 && node.i64("inverse") == 0);
}

Found frameLength(NodeConversion &node) {
  if (node.operand(2) && node.rank(2) == 1)
    return one({node.shape(2)[0]});
  auto stated = node.statedShape(0);
  if (!stated || stated->size() != 4)
    return none();
  return signalLengths((*stated)[2], node.i64("onesided", 1) != 0);
}

Found imageShape(NodeConversion &node) {
  auto stated = node.statedShape(0);
  if (!stated || stated->size() < 3)
    return none();
  return one(Numbers(llvm::drop_begin(*stated, 2)));
}

/// Blocks of as many elements as there are rows for each channel, which fit the image
/// at as many places as there are columns.
struct Blocks {
  Shape image;
  Numbers strides, dilations, pads, block;
  int64_t columns;
  Candidates found;

  void visit(int64_t elements, int64_t places) {
    size_t dim = block.size();
    if (dim == image.size()) {
      if (elements == 1 && places == columns)
        found.values.push_back(block);
      return;
    }
    for (int64_t size = 1; size <= elements && found.values.size() < enough; ++size) {
      int64_t span =
          image[dim] + pads[dim] + pads[dim + image.size()] - ((size - 1) * dilations[dim] + 1);
      if (span < 0)
        break;
      if (elements % size != 0 || columns % (places * (span / strides[dim] + 1)) != 0)
        continue;
      block.push_back(size);
      visit(elements / size, places * (span / strides[dim] + 1));
      block.pop_back();
    }
  }
};

Found blockShape(NodeConversion &node) {
  auto stated = node.statedShape(0);
  Shape shape = node.shape(0);
  constexpr int64_t mostElements = 4096, mostDims = 4;
  if (!stated || stated->size() < 3 || int64_t(stated->size()) > 2 + mostDims ||
      shape.size() != 3 || countOf(shape) == 0 || llvm::is_contained(*stated, 0) ||
      shape[1] % (*stated)[1] != 0 || shape[1] / (*stated)[1] > mostElements)
    return none();
  size_t rank = stated->size() - 2;
  Blocks blocks{ArrayRef(*stated).drop_front(2),
                node.ints("strides", Numbers(rank, 1)),
                node.ints("dilations", Numbers(rank, 1)),
                node.ints("pads", Numbers(2 * rank, 0)),
                {},
                shape[2],
                {}};
  auto isSize = [](int64_t value) { return value > 0 && value < (int64_t(1) << 30); };
  auto isPad = [&](int64_t value) { return value == 0 || isSize(value); };
  if (blocks.strides.size() != rank || blocks.dilations.size() != rank ||
      blocks.pads.size() != 2 * rank || !llvm::all_of(blocks.strides, isSize) ||
      !llvm::all_of(blocks.dilations, isSize) || !llvm::all_of(blocks.pads, isPad) ||
      !llvm::all_of(blocks.image, isSize))
    return none();
  blocks.visit(shape[1] / (*stated)[1], 1);
  return blocks.found;
}

struct Row {
  StringRef opType;
  unsigned operand;
  DeductionRule rule;
};

constexpr Row rows[] = {
    {"AffineGrid", 1, gridSize},
    {"BlackmanWindow", 0, windowSize},
    {"CenterCropPad", 1, sizesAtAxes},
    {"Col2Im", 1, imageShape},
    {"Col2Im", 2, blockShape},
    {"ConstantOfShape", 0, wholeShape},
    {"CumProd", 1, anyAxis},
    {"CumSum", 1, anyAxis},
    {"DFT", 1, transformLength},
    {"DFT", 2, transformedAxis},
    {"Expand", 1, wholeShape},
    {"HammingWindow", 0, windowSize},
    {"HannWindow", 0, windowSize},
    {"MaxUnpool", 2, wholeShape},
    {"OneHot", 1, depth},
    {"ReduceL1", 1, reducedAxes},
    {"ReduceL2", 1, reducedAxes},
    {"ReduceLogSum", 1, reducedAxes},
    {"ReduceLogSumExp", 1, reducedAxes},
    {"ReduceMax", 1, reducedAxes},
    {"ReduceMean", 1, reducedAxes},
    {"ReduceMin", 1, reducedAxes},
    {"ReduceProd", 1, reducedAxes},
    {"ReduceSum", 1, reducedAxes},
    {"ReduceSumSquare", 1, reducedAxes},
    {"Reshape", 1, newShape},
    {"Resize", 3, sizesAtAxes},
    {"STFT", 3, frameLength},
    {"Split", 1, partSizes},
    {"Squeeze", 1, onesToMove<true>},
    {"Tile", 1, repeats},
    {"Unsqueeze", 1, onesToMove<false>},
};

} // namespace

DeductionRule import::deductionRule(StringRef opType, unsigned operand) {
  for (const Row &row : rows)
    if (row.opType == opType && row.operand == operand)
      return row.rule;
  return nullptr;
}
