// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All trees of all samples go down together, as many steps as the deepest tree has; a leaf
// that is reached stays.
#include "lib/Import/Ops/Trees.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

// Every step is written out.
static constexpr int64_t mostSteps = 256;

FailureOr<int64_t> Forest::depth(NodeConversion &node, int64_t features) const {
  int64_t count = nodes.size(), ends = count + leaves;
  auto exists = [&](int64_t place) { return place >= 0 && place < ends; };
  for (const Node &each : nodes)
    if (!exists(each.yes) || !exists(each.no) || each.feature < 0 || each.feature >= features)
      return node.unsupported("expected nodes that name nodes, leaves and features that exist");
  if (!llvm::all_of(roots, exists))
    return node.unsupported("expected roots that exist");
  // Level by level; a tree's nodes are in one level each.
  SmallVector<int64_t> level(roots.begin(), roots.end()), seen(count, -1);
  for (int64_t steps = 0;; ++steps) {
    SmallVector<int64_t> next;
    for (int64_t place : level) {
      if (place >= count || seen[place] == steps)
        continue;
      seen[place] = steps;
      next.push_back(nodes[place].yes);
      next.push_back(nodes[place].no);
    }
    if (next.empty())
      return steps;
    if (steps == mostSteps)
      return node.unsupported("expected trees of at most " + Twine(mostSteps) +
                              " steps from root to leaf");
    level = std::move(next);
  }
}

namespace {

/// The nodes as constants, and one step through them.
struct Descent {
  Descent(NodeConversion &node, const Forest &forest) : forest(forest) {
    auto column = [&](auto read) {
      SmallVector<int64_t> values;
      for (const Forest::Node &each : forest.nodes)
        values.push_back(int64_t(read(each)));
      return node.ints(values);
    };
    features = column([](const Forest::Node &n) { return n.feature; });
    splits = column([](const Forest::Node &n) { return n.split; });
    missing = column([](const Forest::Node &n) { return n.missingIsTrue; });
    yes = column([](const Forest::Node &n) { return n.yes; });
    no = column([](const Forest::Node &n) { return n.no; });
    input = node.operand(0);
    if (!isa<FloatType>(elementOf(input)))
      input =
          node.map(input, node.builder.getF32Type(), [&](OpBuilder &b, Location loc, ValueRange x) {
            return Scalars{b, loc}.cast(x[0], node.isUnsigned(0), b.getF32Type(), false);
          });
    auto type = cast<FloatType>(elementOf(input));
    SmallVector<APFloat> numbers;
    for (const Forest::Node &each : forest.nodes) {
      numbers.emplace_back(each.threshold);
      bool isInexact;
      numbers.back().convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven, &isInexact);
    }
    thresholds = node.constant(
        DenseElementsAttr::get(RankedTensorType::get(int64_t(numbers.size()), type), numbers));
  }

  /// Whether the feature is on the side of `yes`: of the splits that the forest has.
  Value goesYes(Scalars s, Value at, Value feature, Value threshold) {
    Value result, split;
    auto isUsed = [&](Split kind) {
      return llvm::any_of(forest.nodes, [&](const Forest::Node &n) { return n.split == kind; });
    };
    auto consider = [&](Split kind, auto compare) {
      if (!isUsed(kind))
        return;
      Value here = compare();
      if (!result) {
        result = here;
        return;
      }
      if (!split)
        split = tensor::ExtractOp::create(s.builder, s.loc, splits, at);
      Value isKind = s.equal(split, s.number(split.getType(), double(int64_t(kind))));
      result = s.select(isKind, here, result);
    };
    consider(Split::AtMost, [&] { return s.lessOrEqual(feature, threshold); });
    consider(Split::Below, [&] { return s.less(feature, threshold); });
    consider(Split::AtLeast, [&] { return s.lessOrEqual(threshold, feature); });
    consider(Split::Above, [&] { return s.less(threshold, feature); });
    consider(Split::Equal, [&] { return s.equal(feature, threshold); });
    consider(Split::NotEqual, [&] { return s.notEqual(feature, threshold); });
    if (llvm::none_of(forest.nodes, [](const Forest::Node &n) { return n.missingIsTrue; }))
      return result;
    Value isNan = s.notEqual(feature, feature);
    Value tracks = tensor::ExtractOp::create(s.builder, s.loc, missing, at);
    tracks = s.notEqual(tracks, s.number(tracks.getType(), 0));
    return s.make<arith::OrIOp>(result, s.make<arith::AndIOp>(isNan, tracks));
  }

  Value step(Scalars s, Value sample, Value place) {
    Type index = s.builder.getIndexType();
    Value last = s.number(place.getType(), double(forest.nodes.size() - 1));
    Value at = s.make<arith::IndexCastOp>(index, s.min(place, last));
    auto read = [&](Value table) {
      return tensor::ExtractOp::create(s.builder, s.loc, table, at).getResult();
    };
    Value column = s.make<arith::IndexCastOp>(index, read(features));
    Value feature = tensor::ExtractOp::create(s.builder, s.loc, input, ValueRange{sample, column});
    Value isYes = goesYes(s, at, feature, read(thresholds));
    Value next = s.select(isYes, read(yes), read(no));
    return s.select(s.lessOrEqual(place, last), next, place);
  }

  const Forest &forest;
  Value input, features, splits, missing, yes, no, thresholds;
};

} // namespace

FailureOr<Value> Forest::reach(NodeConversion &node) const {
  Shape shape = node.shape(0);
  if (shape.size() != 2 || shape[0] == 0 || roots.empty() || leaves == 0)
    return node.unsupported("expected samples of [count, features], and trees with leaves");
  FailureOr<int64_t> steps = depth(node, shape[1]);
  SmallVector<int64_t> result{shape[0], int64_t(roots.size())};
  if (failed(steps) || failed(checkSize(node, {shape[0], int64_t(roots.size()), results})))
    return failure();
  Value first = node.ints(roots);
  Type i64 = node.builder.getI64Type();
  std::optional<Descent> descent;
  if (!nodes.empty())
    descent.emplace(node, *this);
  return generate(node, result, i64, [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
    Scalars s{b, loc};
    Value place = tensor::ExtractOp::create(b, loc, first, at[1]);
    for (int64_t step = 0; step < *steps; ++step)
      place = descent->step(s, at[0], place);
    return s.sub(place, s.number(i64, double(nodes.size())));
  });
}

Value import::joinLeaves(NodeConversion &node, const Forest &forest, Value leaves, StringRef how) {
  Type element = elementOf(node.operand(0));
  if (!isa<FloatType>(element))
    element = node.builder.getF32Type();
  auto floats = cast<FloatType>(element);
  SmallVector<APFloat> numbers;
  for (double weight : forest.weights) {
    bool isInexact;
    numbers.emplace_back(weight);
    numbers.back().convert(floats.getFloatSemantics(), APFloat::rmNearestTiesToEven, &isInexact);
  }
  Value table = node.constant(DenseElementsAttr::get(
      RankedTensorType::get({forest.leaves, forest.results}, element), numbers));
  int64_t samples = shapeOf(leaves)[0], trees = shapeOf(leaves)[1];
  Value each = generate(node, {samples, trees, forest.results}, element,
                        [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                          Value leaf =
                              readPosition(b, loc, leaves, at.take_front(2), forest.leaves);
                          return tensor::ExtractOp::create(b, loc, table, ValueRange{leaf, at[2]});
                        });
  ReduceKind kind = how == "MIN"   ? ReduceKind::Min
                    : how == "MAX" ? ReduceKind::Max
                                   : ReduceKind::Sum;
  return ReduceOp::create(node.builder, node.loc,
                          RankedTensorType::get({samples, forest.results}, element), kind, each,
                          ArrayRef<int64_t>{1}, /*keep_dims=*/false, /*is_signed=*/true);
}
