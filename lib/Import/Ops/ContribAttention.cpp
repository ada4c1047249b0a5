// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// QAttention of com.microsoft: one integer product gives query, key and value in
// floats; scores, softmax and the weighted sum are floats.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Codes.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/FloatOperators.h"
#include "lib/Import/Ops/Products.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// Query, key and value in floats, [batch, heads, length, size] each.
struct Heads {
  int64_t batch, length, heads, size;
  Value query, key, value;
};

/// input, weight, bias, input_scale, weight_scale, mask_index, input_zero_point,
/// weight_zero_point, past
FailureOr<Heads> project(NodeConversion &node) {
  int64_t heads = node.i64("num_heads");
  if (node.rank(0) != 3 || node.rank(1) != 2 || heads < 1 || heads > (1 << 20) ||
      node.shape(1)[1] == 0 || node.shape(1)[1] % (3 * heads))
    return node.unsupported("expected an input of rank 3, a weight of rank 2, and heads that "
                            "divide a third of the weight's columns");
  int64_t columns = node.shape(1)[1];
  if (node.shape(2) != Shape{columns})
    return node.unsupported("expected a bias of " + Twine(columns) + " entries");
  auto scale = oneScale(node, 3);
  auto weightScale = parameter(node, 4, columns, 0);
  auto zero = zeroPoint(node, 0, 6, 1, 0), weightZero = zeroPoint(node, 1, 7, columns, 0);
  if (failed(scale) || failed(weightScale) || failed(zero) || failed(weightZero))
    return failure();
  IntegerProduct integers{*zero, *weightZero, !node.isUnsigned(0), !node.isUnsigned(1),
                          accumulatorFor(node, node.shape(0).back(), std::nullopt)};
  auto sum = matrixProduct(node, node.operand(0), node.operand(1), &integers);
  if (failed(sum))
    return failure();
  auto projected = scaleSum(node, *sum, *scale, *weightScale, node.operand(2));
  if (failed(projected))
    return failure();
  Heads result{node.shape(0)[0], node.shape(0)[1], heads, columns / 3 / heads, {}, {}, {}};
  SmallVector<int64_t> shape{result.batch, heads, result.length, result.size};
  Value split =
      node.transpose(node.reshape(*projected, {result.batch, result.length, 3, heads, result.size}),
                     {2, 0, 3, 1, 4});
  SmallVector<int64_t> part{1}, at(5, 0);
  llvm::append_range(part, shape);
  for (Value *value : {&result.query, &result.key, &result.value}) {
    *value = node.reshape(node.slice(split, at, part), shape);
    ++at[0];
  }
  return result;
}

/// [0, 1, ...] as i32 in the given shape.
Value countUp(NodeConversion &node, int64_t size, Shape shape) {
  SmallVector<int32_t> values = llvm::to_vector(llvm::seq<int32_t>(0, size));
  return node.reshape(node.constant(node.builder.getI32TensorAttr(values)), shape);
}

/// What is added to the scores, broadcast to [batch, heads, length, length]: the
/// filter value where a key is masked. Null without a mask.
FailureOr<Value> readMask(NodeConversion &node, const Heads &heads) {
  Value mask = node.operand(5);
  if (!mask)
    return Value();
  if (!elementOf(mask).isInteger(32))
    return node.unsupported("expected a mask_index of 32-bit integers");
  int64_t batch = heads.batch, length = heads.length;
  Type f32 = node.builder.getF32Type();
  double filter = node.f32("mask_filter_value", -10000);
  Shape given = shapeOf(mask);
  if (given == Shape{batch}) // the number of keys
    return node.map({node.reshape(mask, {batch, 1, 1, 1}), countUp(node, length, {length})}, f32,
                    [=](OpBuilder &builder, Location loc, ValueRange x) {
                      Scalars s{builder, loc};
                      return s.select(s.less(x[1], x[0]), s.number(f32, 0), s.number(f32, filter));
                    });
  if (given == Shape{batch, length})
    mask = node.reshape(mask, {batch, 1, 1, length});
  else if (given == Shape{batch, length, length})
    mask = node.reshape(mask, {batch, 1, length, length});
  else
    return node.unsupported("expected a mask_index of shape [batch], [batch, length] or "
                            "[batch, length, length]");
  return node.map(mask, f32, [=](OpBuilder &builder, Location loc, ValueRange x) {
    Scalars s{builder, loc};
    return s.select(s.less(s.number(x[0].getType(), 0), x[0]), s.number(f32, 0),
                    s.number(f32, filter));
  });
}

/// query * key / sqrt(size) plus the mask; the lowest number behind the diagonal
/// when attention goes one way.
FailureOr<Value> scoresOf(NodeConversion &node, const Heads &heads) {
  auto mask = readMask(node, heads);
  auto product = node.create<MatmulOp>(heads.query, heads.key, Value(), /*transpose_lhs=*/false,
                                       /*transpose_rhs=*/true);
  if (failed(mask) || failed(product))
    return failure();
  bool isOneWay = node.i64("unidirectional");
  double scale = node.f32("scale", 0);
  scale = scale == 0 ? 1 / std::sqrt(double(heads.size)) : scale;
  SmallVector<Value> inputs{*product};
  if (*mask)
    inputs.push_back(*mask);
  if (isOneWay)
    inputs.append({countUp(node, heads.length, {heads.length, 1}),
                   countUp(node, heads.length, {heads.length})});
  Type f32 = node.builder.getF32Type();
  return node.map(inputs, shapeOf(*product), f32,
                  [=](OpBuilder &builder, Location loc, ValueRange x) {
                    Scalars s{builder, loc};
                    Value score = s.mul(x[0], s.number(f32, scale));
                    if (*mask)
                      score = s.add(score, x[1]);
                    if (!isOneWay)
                      return score;
                    Value lowest = s.number(f32, std::numeric_limits<float>::lowest());
                    return s.select(s.less(x[x.size() - 2], x.back()), lowest, score);
                  });
}

LogicalResult convertQAttention(NodeConversion &node) {
  if (node.operand(8) || node.i64("past_present_share_buffer"))
    return node.unsupported("expected no past state");
  if (node.i64("do_rotary"))
    return node.unsupported("expected no rotary embedding");
  auto heads = project(node);
  if (failed(heads))
    return failure();
  auto scores = scoresOf(node, *heads);
  if (failed(scores))
    return failure();
  auto shares = softmax(node, *scores, {3}, /*isLog=*/false);
  if (failed(shares))
    return failure();
  auto sum = node.create<MatmulOp>(*shares, heads->value, Value(), false, false);
  if (failed(sum))
    return failure();
  SmallVector<Value> results(node.numResults());
  results[0] = node.reshape(node.transpose(*sum, {0, 2, 1, 3}),
                            {heads->batch, heads->length, heads->heads * heads->size});
  return node.replace(results);
}

} // namespace

void import::addContribAttentionConverters(ConverterTable &table) {
  table.add({microsoftDomain, "QAttention", 1, 1, convertQAttention, {0, 1, 2, 3, 4}});
}
