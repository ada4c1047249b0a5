// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators of ai.onnx.ml on numbers: features, labels, linear models.
#include "lib/Import/Ops/MachineLearning.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Bounded.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Order.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static SmallVector<APFloat> rounded(ArrayRef<double> numbers, Type element) {
  SmallVector<APFloat> result;
  for (double number : numbers) {
    bool isInexact;
    result.emplace_back(number);
    result.back().convert(cast<FloatType>(element).getFloatSemantics(),
                          APFloat::rmNearestTiesToEven, &isInexact);
  }
  return result;
}

Value import::numberRow(NodeConversion &node, ArrayRef<double> numbers, Type element) {
  auto type = RankedTensorType::get({1, int64_t(numbers.size())}, element);
  return node.constant(DenseElementsAttr::get(type, rounded(numbers, element)));
}

FailureOr<Value> import::transformScores(NodeConversion &node, Value scores, StringRef transform) {
  if (transform == "NONE")
    return scores;
  if (transform == "LOGISTIC")
    return node.map(scores, elementOf(scores), [](OpBuilder &b, Location loc, ValueRange x) {
      return Scalars{b, loc}.sigmoid(x[0]);
    });
  if (transform == "SOFTMAX")
    return SoftmaxOp::create(node.builder, node.loc, scores.getType(), scores, ArrayRef<int64_t>{1},
                             /*log=*/false)
        .getResult();
  return node.unsupported("expected a post_transform NONE, LOGISTIC or SOFTMAX, got '" + transform +
                          "'");
}

Value import::labelOfLargest(NodeConversion &node, Value scores, ArrayRef<int64_t> labels) {
  int64_t samples = shapeOf(scores)[0], classes = shapeOf(scores)[1];
  Type i64 = node.builder.getI64Type();
  auto reduce = [&](ReduceKind kind, Value input) -> Value {
    return ReduceOp::create(node.builder, node.loc,
                            RankedTensorType::get({samples, 1}, elementOf(input)), kind, input,
                            ArrayRef<int64_t>{1}, /*keep_dims=*/true, /*is_signed=*/true);
  };
  Value largest = reduce(ReduceKind::Max, scores);
  Value places = node.map({scores, largest, iota(node, classes, i64, 1, 2)}, i64,
                          [&](OpBuilder &b, Location loc, ValueRange x) {
                            Scalars s{b, loc};
                            Value none = s.number(i64, double(classes - 1));
                            return s.select(s.equal(x[0], x[1]), x[2], none);
                          });
  Value first = node.reshape(reduce(ReduceKind::Min, places), {samples});
  return gatherAt(node, node.ints(labels), first);
}

namespace {

/// Floats of the operand: f64 stays where `keepsWide`, all else is f32.
Value asFloats(NodeConversion &node, Value value, bool keepsWide) {
  Type element = elementOf(value), f32 = node.builder.getF32Type();
  if (element == f32 || (keepsWide && element.isF64()))
    return value;
  return node.map(value, f32, [&](OpBuilder &b, Location loc, ValueRange x) {
    return Scalars{b, loc}.cast(x[0], node.isUnsigned(0), f32, false);
  });
}

LogicalResult convertBinarizer(NodeConversion &node) {
  double threshold = node.f32("threshold");
  Value input = node.operand(0);
  return node.replace(
      node.map(input, elementOf(input), [&](OpBuilder &b, Location loc, ValueRange x) {
        Scalars s{b, loc};
        Type type = x[0].getType(), wide = computeType(type);
        Value isAbove;
        if (s.isFloat(x[0])) {
          isAbove = s.less(s.number(wide, threshold), s.cast(x[0], false, wide, false));
        } else {
          Value number = s.cast(x[0], node.isUnsigned(0), b.getF64Type(), false);
          isAbove = s.less(s.number(b.getF64Type(), threshold), number);
        }
        return s.select(isAbove, s.number(type, 1), s.number(type, 0));
      }));
}

/// Columns; of a vector it makes a row.
LogicalResult convertFeatureExtractor(NodeConversion &node) {
  SmallVector<int64_t> shape(node.shape(0));
  if (shape.empty())
    return node.unsupported("expected at least one dimension");
  if (failed(checkIndices(node, 1, {shape.back()})))
    return failure();
  Value input = node.operand(0);
  if (shape.size() == 1) {
    shape.insert(shape.begin(), 1);
    input = node.reshape(input, shape);
  }
  int64_t size = shape.back(), count = countOf(node.shape(1));
  shape.back() = count;
  if (failed(checkSize(node, shape)))
    return failure();
  Value places = node.reshape(node.operand(1), {count});
  return node.replace(generate(node, shape, elementOf(input),
                               [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                                 SmallVector<Value> from(at);
                                 from.back() = readPosition(b, loc, places, at.back(), size);
                                 return tensor::ExtractOp::create(b, loc, input, from);
                               }));
}

/// (x - offset) * scale, of each feature.
LogicalResult convertScaler(NodeConversion &node) {
  SmallVector<double> offset = node.floats("offset", {0}), scale = node.floats("scale", {1});
  int64_t features = node.rank(0) ? node.shape(0).back() : 1;
  for (size_t size : {offset.size(), scale.size()})
    if (size != 1 && int64_t(size) != features)
      return node.unsupported("expected one offset and one scale, or one for each of " +
                              Twine(features) + " features");
  Type f32 = node.builder.getF32Type();
  Value input = asFloats(node, node.operand(0), /*keepsWide=*/false);
  auto row = [&](ArrayRef<double> numbers) {
    return node.reshape(numberRow(node, numbers, f32), {int64_t(numbers.size())});
  };
  return node.replace(node.map({input, row(offset), row(scale)}, node.shape(0), f32,
                               [](OpBuilder &b, Location loc, ValueRange x) {
                                 Scalars s{b, loc};
                                 return s.mul(s.sub(x[0], x[1]), x[2]);
                               }));
}

/// Rows divided by what they are as a whole; rows of zeros stay.
LogicalResult convertNormalizer(NodeConversion &node) {
  StringRef norm = node.string("norm", "MAX");
  if (!llvm::is_contained({"MAX", "L1", "L2"}, norm) || node.rank(0) == 0)
    return node.unsupported("expected a norm MAX, L1 or L2 of rows");
  Type f32 = node.builder.getF32Type();
  Value input = asFloats(node, node.operand(0), /*keepsWide=*/false);
  Value parts = node.map(input, f32, [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
    Scalars s{b, loc};
    if (norm == "L2")
      return s.mul(x[0], x[0]);
    return s.make<math::AbsFOp>(x[0]);
  });
  int64_t last = node.rank(0) - 1;
  SmallVector<int64_t> shape(node.shape(0));
  shape[last] = 1;
  ReduceKind kind = norm == "MAX" ? ReduceKind::Max : ReduceKind::Sum;
  Value whole = ReduceOp::create(node.builder, node.loc, RankedTensorType::get(shape, f32), kind,
                                 parts, ArrayRef<int64_t>{last}, /*keep_dims=*/true,
                                 /*is_signed=*/true);
  return node.replace(node.map({input, whole}, f32, [&](OpBuilder &b, Location loc, ValueRange x) {
    Scalars s{b, loc};
    Value by = norm == "L2" ? s.make<math::SqrtOp>(x[1]) : x[1];
    return s.select(s.equal(x[1], s.number(f32, 0)), x[0], s.div(x[0], by));
  }));
}

/// [samples, results] of a linear model.
FailureOr<Value> linearScores(NodeConversion &node, int64_t results) {
  SmallVector<double> weights = node.floats("coefficients"), bias = node.floats("intercepts");
  Value input = asFloats(node, node.operand(0), /*keepsWide=*/false);
  if (node.rank(0) == 1)
    input = node.reshape(input, {1, node.shape(0)[0]});
  Shape shape = shapeOf(input);
  if (shape.size() != 2 || results < 1 || shape[1] < 1 ||
      int64_t(weights.size()) / results != shape[1] || weights.size() % results ||
      (!bias.empty() && int64_t(bias.size()) != results))
    return node.unsupported("expected samples of [count, features], a coefficient for each feature "
                            "and result, and an intercept for each result");
  Type f32 = node.builder.getF32Type();
  Value matrix = node.reshape(numberRow(node, weights, f32), {results, shape[1]});
  Value sums =
      MatmulOp::create(node.builder, node.loc, RankedTensorType::get({shape[0], results}, f32),
                       input, matrix, Value(), /*transpose_lhs=*/false, /*transpose_rhs=*/true);
  if (bias.empty())
    return sums;
  return node.map(
      {sums, numberRow(node, bias, f32)}, f32,
      [](OpBuilder &b, Location loc, ValueRange x) { return Scalars{b, loc}.add(x[0], x[1]); });
}

LogicalResult convertLinearRegressor(NodeConversion &node) {
  FailureOr<Value> scores = linearScores(node, node.i64("targets", 1));
  if (succeeded(scores))
    scores = transformScores(node, *scores, node.string("post_transform", "NONE"));
  return failed(scores) ? failure() : node.replace(*scores);
}

LogicalResult convertLinearClassifier(NodeConversion &node) {
  SmallVector<int64_t> labels = node.ints("classlabels_ints");
  if (labels.size() < 2)
    return node.unsupported("expected at least two classlabels_ints; labels that are strings have "
                            "no form in a compiled model");
  StringRef transform = node.string("post_transform", "NONE");
  FailureOr<Value> scores = linearScores(node, labels.size());
  if (failed(scores))
    return failure();
  Value label = labelOfLargest(node, *scores, labels);
  scores = transformScores(node, *scores, transform);
  if (failed(scores))
    return failure();
  return node.replace(
      {Converted{label, node.builder.getI64Type()}, Converted{*scores, node.builder.getF32Type()}});
}

/// `entries` in the order of `places`.
template <typename T> void permute(SmallVector<T> &entries, ArrayRef<size_t> places) {
  SmallVector<T> old(entries);
  if (!old.empty())
    for (auto [entry, place] : llvm::zip_equal(entries, places))
      entry = old[place];
}

/// Keys are put in order, and found by halving.
LogicalResult convertLabelEncoder(NodeConversion &node) {
  Type i64 = node.builder.getI64Type(), f32 = node.builder.getF32Type();
  SmallVector<int64_t> keys = node.ints("keys_int64s"), values = node.ints("values_int64s");
  SmallVector<double> realKeys = node.floats("keys_floats"), reals = node.floats("values_floats");
  bool isWhole = node.has("keys_int64s"), givesWhole = node.has("values_int64s");
  size_t count = isWhole ? keys.size() : realKeys.size();
  if ((!isWhole && !node.has("keys_floats")) || (!givesWhole && !node.has("values_floats")) ||
      count == 0 || count != (givesWhole ? values.size() : reals.size()) ||
      elementOf(node.operand(0)) != (isWhole ? i64 : f32))
    return node.unsupported("expected keys_int64s or keys_floats of the input's type, and as many "
                            "values_int64s or values_floats");
  SmallVector<size_t> places = llvm::to_vector(llvm::seq<size_t>(0, count));
  // NaN is the greatest, as in the order of numbers.
  auto isBefore = [&](size_t a, size_t b) {
    if (isWhole)
      return keys[a] < keys[b];
    bool isNan = realKeys[a] != realKeys[a];
    return !isNan && (realKeys[b] != realKeys[b] || realKeys[a] < realKeys[b]);
  };
  llvm::sort(places,
             [&](size_t a, size_t b) { return isBefore(a, b) || (a < b && !isBefore(b, a)); });
  if (isWhole)
    permute(keys, places);
  else
    permute(realKeys, places);
  if (givesWhole)
    permute(values, places);
  else
    permute(reals, places);
  Value known =
      isWhole ? node.ints(keys) : node.reshape(numberRow(node, realKeys, f32), {int64_t(count)});
  auto order = [&](Value tensor) {
    return node.map(tensor, i64, [&](OpBuilder &b, Location loc, ValueRange x) {
      return orderOf(Scalars{b, loc}, x[0], /*isUnsigned=*/false);
    });
  };
  Value table =
      givesWhole ? node.ints(values) : node.reshape(numberRow(node, reals, f32), {int64_t(count)});
  Value sorted = order(known), wanted = order(node.operand(0));
  Value upTo = countUpTo(node, sorted, wanted);
  Type made = elementOf(table);
  double standard = givesWhole ? 0 : node.f32("default_float");
  Value otherwise = givesWhole ? node.reshape(node.ints({node.i64("default_int64", -1)}), {})
                               : node.splat({}, f32, standard);
  return node.replace(
      generate(node, node.shape(0), made, [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
        Scalars s{b, loc};
        auto read = [&](Value tensor, ValueRange place) {
          return tensor::ExtractOp::create(b, loc, tensor, place).getResult();
        };
        Value one = s.number(i64, 1), last = s.sub(read(upTo, at), one);
        Value place = s.make<arith::IndexCastOp>(b.getIndexType(), s.max(last, s.number(i64, 0)));
        Value isKey = s.equal(read(sorted, place), read(wanted, at));
        return s.select(isKey, read(table, place), read(otherwise, {}));
      }));
}

} // namespace

void import::addMachineLearningConverters(ConverterTable &table) {
  auto add = [&](StringRef name, int64_t until, Convert convert) {
    table.add({machineLearningDomain, name, 1, until, convert});
  };
  add("ArrayFeatureExtractor", 1, convertFeatureExtractor);
  add("Binarizer", 1, convertBinarizer);
  add("LabelEncoder", 4, convertLabelEncoder);
  add("LinearClassifier", 1, convertLinearClassifier);
  add("LinearRegressor", 1, convertLinearRegressor);
  add("Normalizer", 1, convertNormalizer);
  add("Scaler", 1, convertScaler);
}
