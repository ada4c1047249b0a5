// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normalizations and softmax.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/FloatOperators.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

FailureOr<Value> import::softmax(NodeConversion &node, Value input, ArrayRef<int64_t> dims,
                                 bool isLog) {
  Type element = elementOf(input);
  auto result =
      node.create<SoftmaxOp>(castElements(node, input, computeType(element)), dims, isLog);
  if (failed(result))
    return failure();
  return castElements(node, *result, element);
}

FailureOr<Value> import::normalize(NodeConversion &node, NormKind kind, Value input, Value scale,
                                   Value bias, ArrayRef<int64_t> dims, double epsilonValue) {
  Type element = elementOf(input), computed = computeType(element);
  APFloat epsilon{float(epsilonValue)};
  bool isDirect = computed == element;
  auto norm =
      node.create<NormOp>(kind, castElements(node, input, computed), isDirect ? scale : Value(),
                          isDirect ? bias : Value(), dims, epsilon);
  if (failed(norm))
    return failure();
  if (isDirect)
    return norm->getResult();
  Value result = castElements(node, *norm, element);
  for (Value operand : {scale, bias})
    if (operand) {
      bool isScale = operand == scale;
      result =
          node.map({result, operand}, element, [=](OpBuilder &builder, Location loc, ValueRange x) {
            Scalars s{builder, loc};
            return isScale ? s.mul(x[0], x[1]) : s.add(x[0], x[1]);
          });
    }
  return result;
}

namespace {

double epsilonOf(NodeConversion &node) { return node.f32("epsilon", 1e-5); }

SmallVector<int64_t> dimsFrom(int64_t first, int64_t rank) {
  return llvm::to_vector(llvm::seq<int64_t>(first, rank));
}

template <bool isLog> LogicalResult convertSoftmax(NodeConversion &node) {
  if (node.rank(0) == 0)
    return node.unsupported("expected rank 1 or more");
  auto dim = node.dim(node.i64("axis", -1), node.rank(0));
  if (failed(dim))
    return failure();
  auto result = softmax(node, node.operand(0), *dim, isLog);
  return failed(result) ? failure() : node.replace(*result);
}

/// [C] as [C, 1, ...], to stand beside the channels of [N, C, ...].
Value besideChannels(NodeConversion &node, Value value, int64_t rank) {
  SmallVector<int64_t> shape(rank - 1, 1);
  shape[0] = countOf(shapeOf(value));
  return node.reshape(value, shape);
}

/// What training adds: mean and variance of the channels of a batch, which normalize it, and
/// those of all batches so far.
struct BatchMoments {
  Value mean, variance, runningMean, runningVariance;
};

FailureOr<BatchMoments> batchMoments(NodeConversion &node, Value oldMean, Value oldVariance) {
  Type computed = elementOf(oldMean);
  Shape shape = node.shape(0);
  SmallVector<int64_t> dims{0};
  llvm::append_range(dims, dimsFrom(2, shape.size()));
  double count = 1;
  for (int64_t dim : dims)
    count *= double(shape[dim]);
  if (count == 0)
    return node.unsupported("expected a batch that is not empty in training mode");
  auto meanOf = [&](Value value) -> FailureOr<Value> {
    auto sum = node.create<ReduceOp>(ReduceKind::Sum, value, dims, false, false);
    if (failed(sum))
      return failure();
    return node.map(sum->getResult(), computed,
                    [=](OpBuilder &builder, Location loc, ValueRange x) {
                      Scalars s{builder, loc};
                      return s.div(x[0], s.number(computed, count));
                    });
  };
  Value input = castElements(node, node.operand(0), computed);
  auto mean = meanOf(input);
  if (failed(mean))
    return failure();
  Value squares = node.map({input, besideChannels(node, *mean, shape.size())}, computed,
                           [](OpBuilder &builder, Location loc, ValueRange x) {
                             Scalars s{builder, loc};
                             Value distance = s.sub(x[0], x[1]);
                             return s.mul(distance, distance);
                           });
  auto variance = meanOf(squares);
  if (failed(variance))
    return failure();
  double momentum = node.f32("momentum", 0.9f);
  auto running = [&](Value old, Value present) {
    return node.map({old, present}, computed, [=](OpBuilder &builder, Location loc, ValueRange x) {
      Scalars s{builder, loc};
      return s.add(s.mul(x[0], s.number(computed, momentum)),
                   s.mul(x[1], s.number(computed, 1 - momentum)));
    });
  };
  return BatchMoments{*mean, *variance, running(oldMean, *mean), running(oldVariance, *variance)};
}

/// (x - mean) * (scale / sqrt(var + epsilon)) + bias: the factor of a channel is
/// rounded once, before the product.
LogicalResult convertBatchNormalization(NodeConversion &node) {
  int64_t rank = node.rank(0);
  bool isTraining = node.i64("training_mode", 0) != 0;
  if (rank < 2)
    return node.unsupported("expected rank 2 or more, got " + Twine(rank));
  Type element = elementOf(node.operand(0)), computed = computeType(elementOf(node.operand(4)));
  SmallVector<Value> channel;
  for (unsigned index = 1; index <= 4; ++index) {
    if (node.shape(index) != Shape{node.shape(0)[1]})
      return node.unsupported("expected one parameter for each channel");
    channel.push_back(castElements(node, node.operand(index), computed));
  }
  double epsilon = node.f32("epsilon", 1e-5);
  Value scale = channel[0], bias = channel[1], mean = channel[2], variance = channel[3];
  SmallVector<Value> results(node.numResults());
  if (isTraining) {
    auto moments = batchMoments(node, mean, variance);
    if (failed(moments))
      return failure();
    mean = moments->mean;
    variance = moments->variance;
    for (auto [index, value] :
         {std::pair(1u, moments->runningMean), {2u, moments->runningVariance}})
      if (index < results.size())
        results[index] = castElements(node, value, elementOf(node.operand(4)));
  }
  Value factor =
      node.map({scale, variance}, computed, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value sum = s.add(x[1], s.number(computed, epsilon));
        return s.div(x[0], s.make<math::SqrtOp>(sum));
      });
  SmallVector<Value> inputs{node.operand(0)};
  for (Value value : {mean, factor, bias})
    inputs.push_back(besideChannels(node, value, rank));
  results[0] =
      node.map(inputs, node.shape(0), element, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value wide = s.cast(x[0], false, computed, false);
        Value result = s.add(s.mul(s.sub(wide, x[1]), x[2]), x[3]);
        return s.cast(result, false, element, false);
      });
  return node.replace(results);
}

/// The optional outputs Mean and InvStdDev of LayerNormalization.
LogicalResult addStatistics(NodeConversion &node, ArrayRef<int64_t> dims,
                            SmallVectorImpl<Value> &results) {
  Type computed = computeType(elementOf(node.operand(0)));
  Value input = castElements(node, node.operand(0), computed);
  double count = 1, epsilon = node.f32("epsilon", 1e-5);
  for (int64_t dim : dims)
    count *= node.shape(0)[dim];
  auto sumOf = [&](Value value) {
    return node.create<ReduceOp>(ReduceKind::Sum, value, dims, true, false);
  };
  auto sum = sumOf(input);
  if (failed(sum))
    return failure();
  Value mean =
      node.map(sum->getResult(), computed, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        return s.div(x[0], s.number(computed, count));
      });
  Value squares =
      node.map({input, mean}, computed, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value distance = s.sub(x[0], x[1]);
        return s.mul(distance, distance);
      });
  auto total = sumOf(squares);
  if (failed(total))
    return failure();
  Value inverse =
      node.map(total->getResult(), computed, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value variance = s.div(x[0], s.number(computed, count));
        Value sum = s.add(variance, s.number(computed, epsilon));
        return s.div(s.number(computed, 1), s.make<math::SqrtOp>(sum));
      });
  // Whatever the input is, stash_type 1 is that of f32.
  Type stashed = node.builder.getF32Type();
  results[1] = castElements(node, mean, stashed);
  if (results.size() > 2)
    results[2] = castElements(node, inverse, stashed);
  return success();
}

template <NormKind kind> LogicalResult convertNorm(NodeConversion &node) {
  int64_t rank = node.rank(0);
  auto dim = node.dim(node.i64("axis", -1), rank);
  if (failed(dim))
    return failure();
  if (node.i64("stash_type", 1) != 1)
    return node.unsupported("expected stash_type 1");
  SmallVector<int64_t> dims = dimsFrom(*dim, rank);
  bool isLayer = kind == NormKind::Layer;
  auto result = normalize(node, kind, node.operand(0), node.operand(1),
                          isLayer ? node.operand(2) : Value(), dims, epsilonOf(node));
  if (failed(result))
    return failure();
  SmallVector<Value> results(node.numResults());
  results[0] = *result;
  if (results.size() > 1 && failed(addStatistics(node, dims, results)))
    return failure();
  return node.replace(results);
}

LogicalResult convertInstanceNormalization(NodeConversion &node) {
  int64_t rank = node.rank(0);
  if (rank < 3)
    return node.unsupported("expected rank 3 or more, got " + Twine(rank));
  auto result =
      normalize(node, NormKind::Layer, node.operand(0), besideChannels(node, node.operand(1), rank),
                besideChannels(node, node.operand(2), rank), dimsFrom(2, rank), epsilonOf(node));
  return failed(result) ? failure() : node.replace(*result);
}

/// The channels of a group are a dimension of their own.
LogicalResult convertGroupNormalization(NodeConversion &node) {
  int64_t rank = node.rank(0), groups = node.i64("num_groups");
  if (rank < 3 || groups < 1 || node.shape(0)[1] % groups)
    return node.unsupported("expected rank 3 or more and groups that divide the channels");
  int64_t perGroup = node.shape(0)[1] / groups;
  SmallVector<int64_t> split{node.shape(0)[0], groups, perGroup}, parameters{groups, perGroup};
  split.append(llvm::to_vector(node.shape(0).drop_front(2)));
  parameters.append(rank - 2, 1);
  for (unsigned index : {1, 2})
    if (countOf(node.shape(index)) != groups * perGroup)
      return node.unsupported("expected one scale and bias for each channel");
  auto result =
      normalize(node, NormKind::Layer, node.reshape(node.operand(0), split),
                node.reshape(node.operand(1), parameters),
                node.reshape(node.operand(2), parameters), dimsFrom(2, rank + 1), epsilonOf(node));
  return failed(result) ? failure() : node.replace(node.reshape(*result, node.shape(0)));
}

/// x / (bias + alpha * mean(x * x over the window of channels))^beta, where the
/// window counts as whole at the borders.
LogicalResult convertLrn(NodeConversion &node) {
  int64_t rank = node.rank(0), size = node.i64("size");
  if (rank < 2 || size < 1)
    return node.unsupported("expected rank 2 or more and a positive size");
  double alpha = node.f32("alpha", 1e-4), beta = node.f32("beta", 0.75), bias = node.f32("bias", 1);
  Type element = elementOf(node.operand(0)), computed = computeType(element);
  Value input = castElements(node, node.operand(0), computed);
  Value squares = node.map(input, computed, [](OpBuilder &builder, Location loc, ValueRange x) {
    return Scalars{builder, loc}.mul(x[0], x[0]);
  });
  // Seen as an image of one dimension, the channels, whose pixels are the image.
  Shape shape = node.shape(0);
  squares = node.reshape(squares, {shape[0], shape[1], countOf(shape.drop_front(2))});
  auto mean = node.create<PoolOp>(PoolKind::Average, squares, SmallVector<int64_t>{size},
                                  SmallVector<int64_t>{1}, SmallVector<int64_t>{(size - 1) / 2},
                                  SmallVector<int64_t>{size / 2}, SmallVector<int64_t>{1},
                                  /*count_padding=*/true,
                                  /*is_signed=*/false);
  if (failed(mean))
    return failure();
  Value result = node.map({input, node.reshape(*mean, shape)}, computed,
                          [=](OpBuilder &builder, Location loc, ValueRange x) {
                            Scalars s{builder, loc};
                            Value sum = s.add(s.number(computed, bias),
                                              s.mul(s.number(computed, alpha), x[1]));
                            Value power = s.make<math::PowFOp>(sum, s.number(computed, beta));
                            return s.div(x[0], power);
                          });
  return node.replace(castElements(node, result, element));
}

/// x divided by its norm along an axis; zero stays zero.
LogicalResult convertLpNormalization(NodeConversion &node) {
  int64_t p = node.i64("p", 2);
  auto dim = node.dim(node.i64("axis", -1), node.rank(0));
  if (failed(dim))
    return failure();
  if (p != 1 && p != 2)
    return node.unsupported("expected p = 1 or 2, got " + Twine(p));
  Type element = elementOf(node.operand(0)), computed = computeType(element);
  Value input = castElements(node, node.operand(0), computed);
  Value powers = node.map(input, computed, [=](OpBuilder &builder, Location loc, ValueRange x) {
    Scalars s{builder, loc};
    return p == 1 ? s.make<math::AbsFOp>(x[0]) : s.mul(x[0], x[0]);
  });
  auto sum =
      node.create<ReduceOp>(ReduceKind::Sum, powers, SmallVector<int64_t>{*dim}, true, false);
  if (failed(sum))
    return failure();
  Value result =
      node.map({input, *sum}, computed, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value norm = p == 1 ? x[1] : s.make<math::SqrtOp>(x[1]);
        Value zero = s.number(computed, 0);
        return s.select(s.equal(norm, zero), zero, s.div(x[0], norm));
      });
  return node.replace(castElements(node, result, element));
}

} // namespace

void import::addNormalizationConverters(ConverterTable &table) {
  table.add("Softmax", 13, convertSoftmax<false>);
  table.add("LogSoftmax", 13, convertSoftmax<true>);
  table.add("BatchNormalization", 9, convertBatchNormalization);
  table.add("LayerNormalization", 17, convertNorm<NormKind::Layer>);
  table.add("RMSNormalization", 23, convertNorm<NormKind::Rms>);
  table.add("InstanceNormalization", 6, convertInstanceNormalization);
  table.add("GroupNormalization", 21, convertGroupNormalization);
  table.add("LRN", 1, convertLrn);
  table.add("LpNormalization", 1, convertLpNormalization);
}
