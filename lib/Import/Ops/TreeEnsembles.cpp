// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TreeEnsemble, and the two older operators that state trees by the numbers of nodes in
// each tree.
#include "dialects/Pith/ConstantReader.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/MachineLearning.h"
#include "lib/Import/Ops/Scalars.h"
#include "lib/Import/Ops/Trees.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include <map>

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

using Numbers = std::vector<double>;

/// The numbers of a tensor of f32, f64 or bytes in an attribute; none when it is not there.
FailureOr<Numbers> tensorNumbers(NodeConversion &node, StringRef name) {
  Attribute stated = node.node.getStated(name);
  auto value = dyn_cast_or_null<TypedAttr>(stated);
  if (!stated)
    return Numbers();
  Type element = value ? getElementTypeOrSelf(value.getType()) : Type();
  bool isKnown = element && (element.isF32() || element.isF64() || element.isInteger(8));
  FailureOr<ConstantReader> reader = failure();
  if (isKnown)
    reader = ConstantReader::create(value, [&] { return node.node.emitError(); });
  if (failed(reader))
    return node.unsupported("expected a tensor of numbers in " + name);
  std::vector<char> bytes(reader->numElements() * reader->elementBytes());
  reader->read(0, bytes);
  Numbers numbers;
  for (int64_t i = 0; i < reader->numElements(); ++i) {
    const char *at = &bytes[i * reader->elementBytes()];
    if (element.isF64())
      numbers.push_back(llvm::bit_cast<double>(llvm::support::endian::read64le(at)));
    else if (element.isF32())
      numbers.push_back(llvm::bit_cast<float>(llvm::support::endian::read32le(at)));
    else
      numbers.push_back(uint8_t(*at));
  }
  return numbers;
}

/// The list of floats in an attribute, or what `_as_tensor` states with more digits.
FailureOr<Numbers> listedNumbers(NodeConversion &node, StringRef name) {
  if (node.has((name + "_as_tensor").str()))
    return tensorNumbers(node, (name + "_as_tensor").str());
  SmallVector<double> listed = node.floats(name);
  return Numbers(listed.begin(), listed.end());
}

/// Where no leaf states a number.
double neutral(StringRef how, Type element) {
  if (how != "MIN" && how != "MAX")
    return 0;
  auto floats = dyn_cast<FloatType>(element);
  bool isWide = floats && floats.isF64();
  double largest = isWide ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
  return how == "MIN" ? largest : -largest;
}

/// A test for one of several numbers becomes a chain of tests for each.
void expandMember(Forest &forest, int64_t place, ArrayRef<double> members) {
  Forest::Node test = forest.nodes[place];
  test.split = Split::Equal;
  test.threshold = std::numeric_limits<double>::quiet_NaN(); // equal to nothing
  if (!members.empty()) {
    test.threshold = members.front();
    for (double member : llvm::reverse(members.drop_front())) {
      Forest::Node next = test;
      next.threshold = member;
      next.missingIsTrue = false;
      forest.nodes.push_back(next);
      test.no = int64_t(forest.nodes.size()) - 1;
    }
  }
  forest.nodes[place] = test;
}

/// Leaves are numbered -1, -2, ... until all nodes are there.
void numberLeaves(Forest &forest) {
  int64_t count = forest.nodes.size();
  auto number = [&](int64_t &place) { place = place < 0 ? count - 1 - place : place; };
  for (Forest::Node &each : forest.nodes)
    for (int64_t *place : {&each.yes, &each.no})
      number(*place);
  for (int64_t &root : forest.roots)
    number(root);
}

/// What an ensemble does with the sum.
LogicalResult postTransform(NodeConversion &node, Value &scores, StringRef transform) {
  FailureOr<Value> made = transformScores(node, scores, transform);
  if (succeeded(made))
    scores = *made;
  return made;
}

Value dividedBy(NodeConversion &node, Value value, int64_t count) {
  return node.map(value, elementOf(value), [&](OpBuilder &b, Location loc, ValueRange x) {
    Scalars s{b, loc};
    return s.div(x[0], s.number(x[0].getType(), double(count)));
  });
}

constexpr int64_t mostNodes = int64_t(1) << 20;

/// The nodes of TreeEnsemble: places of nodes and of leaves, told apart by a flag.
LogicalResult readNodes(NodeConversion &node, Forest &forest) {
  FailureOr<Numbers> splits = tensorNumbers(node, "nodes_splits");
  FailureOr<Numbers> modes = tensorNumbers(node, "nodes_modes");
  FailureOr<Numbers> members = tensorNumbers(node, "membership_values");
  if (failed(splits) || failed(modes) || failed(members))
    return failure();
  size_t count = splits->size();
  auto features = node.ints("nodes_featureids"), yes = node.ints("nodes_truenodeids"),
       no = node.ints("nodes_falsenodeids"), yesIsLeaf = node.ints("nodes_trueleafs"),
       noIsLeaf = node.ints("nodes_falseleafs"),
       missing = node.ints("nodes_missing_value_tracks_true", SmallVector<int64_t>(count, 0));
  for (size_t size : {modes->size(), features.size(), yes.size(), no.size(), yesIsLeaf.size(),
                      noIsLeaf.size(), missing.size()})
    if (size != count || count > mostNodes)
      return node.unsupported("expected as many entries in each list of nodes, and at most " +
                              Twine(mostNodes));
  for (size_t i = 0; i < count; ++i) {
    if ((*modes)[i] > double(int64_t(Split::Member)) || yes[i] < 0 || no[i] < 0)
      return node.unsupported("expected modes and places that ONNX defines");
    forest.nodes.push_back({features[i], Split(int64_t((*modes)[i])), (*splits)[i], missing[i] != 0,
                            yesIsLeaf[i] ? -1 - yes[i] : yes[i], noIsLeaf[i] ? -1 - no[i] : no[i]});
  }
  SmallVector<int64_t> roots = node.ints("tree_roots");
  forest.roots.assign(roots.begin(), roots.end());
  // A tree that is a leaf is written as a node with that leaf on both sides.
  ArrayRef<double> rest(*members);
  for (size_t i = 0; i < count; ++i) {
    if (forest.nodes[i].split != Split::Member)
      continue;
    auto *end = llvm::find_if(rest, [](double member) { return member != member; });
    if (end == rest.end())
      return node.unsupported("expected membership_values that end in NaN for each node that asks "
                              "for one of several numbers");
    ArrayRef<double> own = rest.take_front(end - rest.begin());
    rest = rest.drop_front(own.size() + 1);
    if (int64_t(forest.nodes.size() + own.size()) > mostNodes)
      return node.unsupported("expected at most " + Twine(mostNodes) + " tests in all");
    expandMember(forest, i, own);
  }
  return success();
}

LogicalResult convertTreeEnsemble(NodeConversion &node) {
  static constexpr StringLiteral joins[] = {"AVERAGE", "SUM", "MIN", "MAX"};
  static constexpr StringLiteral transforms[] = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO",
                                                 "PROBIT"};
  int64_t join = node.i64("aggregate_function", 1), transform = node.i64("post_transform");
  Forest forest;
  forest.results = node.i64("n_targets");
  FailureOr<Numbers> weights = tensorNumbers(node, "leaf_weights");
  if (failed(weights) || failed(readNodes(node, forest)))
    return failure();
  auto targets = node.ints("leaf_targetids");
  forest.leaves = weights->size();
  if (join < 0 || join > 3 || transform < 0 || transform > 4 || targets.size() != weights->size() ||
      forest.results < 1 || forest.results * forest.leaves > mostNodes)
    return node.unsupported("expected a target for each leaf, and functions that ONNX defines");
  forest.weights.assign(forest.leaves * forest.results,
                        neutral(joins[join], elementOf(node.operand(0))));
  for (auto [leaf, target] : llvm::enumerate(targets)) {
    if (target < 0 || target >= forest.results)
      return node.unsupported("expected targets below n_targets");
    forest.weights[leaf * forest.results + target] = (*weights)[leaf];
  }
  numberLeaves(forest);
  FailureOr<Value> leaves = forest.reach(node);
  if (failed(leaves))
    return failure();
  Value scores = joinLeaves(node, forest, *leaves, joins[join]);
  if (joins[join] == "AVERAGE")
    scores = dividedBy(node, scores, forest.roots.size());
  if (failed(postTransform(node, scores, transforms[transform])))
    return failure();
  return node.replace(scores);
}

/// The older form: nodes and weights are named by a tree and a number in it.
class NamedNodes {
public:
  NamedNodes(NodeConversion &node, Forest &forest) : node(node), forest(forest) {}

  /// `of`: "target" or "class", the prefix of the lists of weights.
  LogicalResult read(StringRef of, StringRef how) {
    if (failed(readNames()) || failed(readBranches()))
      return failure();
    return readWeights(of, how);
  }

private:
  using Name = std::pair<int64_t, int64_t>;

  LogicalResult readNames() {
    auto modes = dyn_cast_or_null<ArrayAttr>(node.node.getStated("nodes_modes"));
    auto trees = node.ints("nodes_treeids"), numbers = node.ints("nodes_nodeids");
    count = trees.size();
    if (!modes || modes.size() != count || numbers.size() != count || count == 0 ||
        int64_t(count) > mostNodes)
      return node.unsupported("expected between 1 and " + Twine(mostNodes) +
                              " nodes, and as many "
                              "entries in each list of them");
    std::map<int64_t, int64_t> roots;
    for (size_t i = 0; i < count; ++i) {
      StringRef mode = cast<StringAttr>(modes[i]).getValue();
      bool isLeaf = mode == "LEAF";
      int64_t place = isLeaf ? -1 - forest.leaves++ : branches++;
      isBranch.push_back(!isLeaf);
      if (!names.insert({Name(trees[i], numbers[i]), place}).second)
        return node.unsupported("expected one node of each number in a tree");
      roots.insert({trees[i], place}); // the first of a tree
      if (!isLeaf && !splitOf(mode))
        return node.unsupported("expected modes that ONNX defines, got '" + mode + "'");
      if (!isLeaf)
        forest.nodes.push_back({.split = *splitOf(mode)});
    }
    for (auto [tree, place] : roots)
      forest.roots.push_back(place);
    return success();
  }

  static std::optional<Split> splitOf(StringRef mode) {
    return llvm::StringSwitch<std::optional<Split>>(mode)
        .Case("BRANCH_LEQ", Split::AtMost)
        .Case("BRANCH_LT", Split::Below)
        .Case("BRANCH_GTE", Split::AtLeast)
        .Case("BRANCH_GT", Split::Above)
        .Case("BRANCH_EQ", Split::Equal)
        .Case("BRANCH_NEQ", Split::NotEqual)
        .Default(std::nullopt);
  }

  LogicalResult readBranches() {
    FailureOr<Numbers> values = listedNumbers(node, "nodes_values");
    if (failed(values))
      return failure();
    auto trees = node.ints("nodes_treeids"), features = node.ints("nodes_featureids"),
         yes = node.ints("nodes_truenodeids"), no = node.ints("nodes_falsenodeids"),
         missing = node.ints("nodes_missing_value_tracks_true", SmallVector<int64_t>(count, 0));
    if (missing.empty())
      missing.assign(count, 0);
    for (size_t size : {values->size(), features.size(), yes.size(), no.size(), missing.size()})
      if (size != count)
        return node.unsupported("expected as many entries in each list of nodes");
    auto *next = forest.nodes.data();
    for (size_t i = 0; i < count; ++i) {
      if (!isBranch[i])
        continue;
      auto first = names.find({trees[i], yes[i]}), second = names.find({trees[i], no[i]});
      if (first == names.end() || second == names.end())
        return node.unsupported("expected nodes that name nodes of their tree");
      *next = {features[i],     next->split,   (*values)[i],
               missing[i] != 0, first->second, second->second};
      ++next;
    }
    return success();
  }

  LogicalResult readWeights(StringRef of, StringRef how) {
    FailureOr<Numbers> weights = listedNumbers(node, (of + "_weights").str());
    if (failed(weights))
      return failure();
    auto trees = node.ints((of + "_treeids").str()), numbers = node.ints((of + "_nodeids").str()),
         ids = node.ints((of + "_ids").str());
    if (trees.size() != weights->size() || numbers.size() != weights->size() ||
        ids.size() != weights->size() || forest.results * forest.leaves > mostNodes)
      return node.unsupported("expected as many entries in each list of weights");
    double none = neutral(how, elementOf(node.operand(0)));
    forest.weights.assign(forest.leaves * forest.results, none);
    std::vector<bool> stated(forest.weights.size());
    for (size_t i = 0; i < weights->size(); ++i) {
      auto leaf = names.find({trees[i], numbers[i]});
      if (leaf == names.end() || leaf->second >= 0 || ids[i] < 0 || ids[i] >= forest.results)
        return node.unsupported("expected weights of leaves and results that exist");
      size_t place = (-1 - leaf->second) * forest.results + ids[i];
      if (stated[place])
        return node.unsupported("expected one weight for each leaf and result");
      stated[place] = true;
      forest.weights[place] = (*weights)[i];
    }
    numberLeaves(forest);
    return success();
  }

  NodeConversion &node;
  Forest &forest;
  size_t count = 0;
  int64_t branches = 0;
  std::map<Name, int64_t> names;
  std::vector<bool> isBranch;
};

/// Plus one number for each result, where there are any.
LogicalResult addBase(NodeConversion &node, Value &scores) {
  FailureOr<Numbers> base = listedNumbers(node, "base_values");
  if (failed(base) || base->empty())
    return base;
  if (int64_t(base->size()) != shapeOf(scores)[1] && base->size() != 1)
    return node.unsupported("expected one of base_values for each result");
  scores = node.map(
      {scores, numberRow(node, *base, elementOf(scores))}, elementOf(scores),
      [](OpBuilder &b, Location loc, ValueRange x) { return Scalars{b, loc}.add(x[0], x[1]); });
  return success();
}

/// The result is f32, whatever the samples are.
Value asFloat(NodeConversion &node, Value value) {
  Type f32 = node.builder.getF32Type();
  if (elementOf(value) == f32)
    return value;
  return node.map(value, f32, [&](OpBuilder &b, Location loc, ValueRange x) {
    return Scalars{b, loc}.cast(x[0], false, f32, false);
  });
}

LogicalResult convertRegressor(NodeConversion &node) {
  StringRef how = node.string("aggregate_function", "SUM");
  if (!llvm::is_contained({"SUM", "AVERAGE", "MIN", "MAX"}, how))
    return node.unsupported("expected an aggregate_function that ONNX defines, got '" + how + "'");
  Forest forest;
  forest.results = node.i64("n_targets", 1);
  if (forest.results < 1 || failed(NamedNodes(node, forest).read("target", how)))
    return node.unsupported("expected at least one target");
  FailureOr<Value> leaves = forest.reach(node);
  if (failed(leaves))
    return failure();
  Value scores = joinLeaves(node, forest, *leaves, how);
  if (how == "AVERAGE")
    scores = dividedBy(node, scores, forest.roots.size());
  if (failed(addBase(node, scores)) ||
      failed(postTransform(node, scores, node.string("post_transform", "NONE"))))
    return failure();
  return node.replace(asFloat(node, scores));
}

LogicalResult convertClassifier(NodeConversion &node) {
  SmallVector<int64_t> labels = node.ints("classlabels_int64s"), ids = node.ints("class_ids");
  if (labels.size() < 2)
    return node.unsupported(
        "expected at least two classlabels_int64s; labels that are strings have "
        "no form in a compiled model");
  Forest forest;
  forest.results = labels.size();
  bool isBinary = labels.size() == 2 && !ids.empty() && llvm::all_equal(ids);
  if (isBinary)
    return node.unsupported("expected weights of more than one class; export the classifier with "
                            "a score for each class, or as a regressor");
  if (failed(NamedNodes(node, forest).read("class", "SUM")))
    return failure();
  FailureOr<Value> leaves = forest.reach(node);
  if (failed(leaves))
    return failure();
  Value scores = joinLeaves(node, forest, *leaves, "SUM");
  if (failed(addBase(node, scores)))
    return failure();
  scores = asFloat(node, scores);
  Value label = labelOfLargest(node, scores, labels);
  if (failed(postTransform(node, scores, node.string("post_transform", "NONE"))))
    return failure();
  return node.replace(
      {Converted{label, node.builder.getI64Type()}, Converted{scores, node.builder.getF32Type()}});
}

} // namespace

void import::addTreeConverters(ConverterTable &table) {
  table.add({machineLearningDomain, "TreeEnsemble", 5, 5, convertTreeEnsemble});
  table.add({machineLearningDomain, "TreeEnsembleRegressor", 1, 5, convertRegressor});
  table.add({machineLearningDomain, "TreeEnsembleClassifier", 1, 5, convertClassifier});
}
