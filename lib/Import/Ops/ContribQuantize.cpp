// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quantized operators of com.microsoft that compute each element by itself or in
// floats: dequantize, the float operator, quantize. Whether the three become one
// operator on codes is a later stage's business.
#include "lib/Import/Ops/Codes.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/FloatOperators.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// Of codes of one type, which is the result's.
FailureOr<Value> mapFloatsOf(NodeConversion &node, ValueRange values, ElementBody body) {
  auto shape = node.broadcastOperands(values);
  if (failed(shape))
    return failure();
  return mapFloats(static_cast<TensorBuilder &>(node), values, *shape, body);
}

using Join = Value (Scalars::*)(Value, Value);

/// a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point
template <Join join> LogicalResult convertBinary(NodeConversion &node) {
  auto left = dequantize(node, 0, 1, 2), right = dequantize(node, 3, 4, 5);
  if (failed(left) || failed(right))
    return failure();
  auto result = mapFloatsOf(node, {*left, *right},
                            [](Scalars s, ValueRange x) { return (s.*join)(x[0], x[1]); });
  return replaceQuantized(node, result, 6, 7, node.onnxElement(0));
}

/// x, x_scale, x_zero_point, y_scale, y_zero_point
LogicalResult convertUnary(NodeConversion &node, ElementBody body) {
  auto input = dequantize(node, 0, 1, 2);
  if (failed(input))
    return failure();
  return replaceQuantized(node, mapFloatsOf(node, *input, body), 3, 4, node.onnxElement(0));
}

LogicalResult convertSigmoid(NodeConversion &node) {
  return convertUnary(node, [](Scalars s, ValueRange x) { return s.sigmoid(x[0]); });
}

LogicalResult convertLeakyRelu(NodeConversion &node) {
  double alpha = node.f32("alpha", 0.01);
  return convertUnary(node, [=](Scalars s, ValueRange x) { return leakyRelu(s, x[0], alpha); });
}

/// As in the operator set that the attribute `opset` names: before 13, over all
/// dimensions from the axis on.
LogicalResult convertSoftmax(NodeConversion &node) {
  auto input = dequantize(node, 0, 1, 2);
  if (failed(input))
    return failure();
  int64_t rank = node.rank(0);
  auto axis = node.dim(node.i64("axis", -1), rank);
  if (failed(axis))
    return failure();
  int64_t end = node.i64("opset", 13) < 13 ? rank : *axis + 1;
  auto result = softmax(node, *input, llvm::to_vector(llvm::seq<int64_t>(*axis, end)), false);
  return replaceQuantized(node, result, 3, 4, node.onnxElement(0));
}

/// y_scale, y_zero_point, then codes, scale, zero point of each operand
LogicalResult convertConcat(NodeConversion &node) {
  if (node.numOperands() < 5 || (node.numOperands() - 2) % 3)
    return node.unsupported("expected a scale and a zero point for each operand");
  SmallVector<Value> values;
  for (unsigned index = 2; index < node.numOperands(); index += 3) {
    auto value = dequantize(node, index, index + 1, index + 2);
    if (failed(value))
      return failure();
    values.push_back(*value);
  }
  return replaceQuantized(node, concatenate(node, values, node.i64("axis", 1)), 0, 1,
                          node.onnxElement(2));
}

/// condition, x, x_scale, x_zero_point, y, y_scale, y_zero_point, z_scale, z_zero_point
LogicalResult convertWhere(NodeConversion &node) {
  auto left = dequantize(node, 1, 2, 3), right = dequantize(node, 4, 5, 6);
  if (failed(left) || failed(right))
    return failure();
  if (!elementOf(node.operand(0)).isInteger(1))
    return node.unsupported("expected a condition of bools");
  SmallVector<Value> inputs{node.operand(0), *left, *right};
  auto shape = node.broadcastOperands(inputs);
  if (failed(shape))
    return failure();
  Value result = node.map(inputs, *shape, elementOf(*left),
                          [](OpBuilder &builder, Location loc, ValueRange x) {
                            return Scalars{builder, loc}.select(x[0], x[1], x[2]);
                          });
  return replaceQuantized(node, result, 7, 8, node.onnxElement(1));
}

} // namespace

void import::addContribQuantizeConverters(ConverterTable &table) {
  // `dequantize` and `quantize` check what they need themselves.
  auto add = [&](StringRef name, Convert convert, unsigned first = 0) {
    table.add({microsoftDomain, name, 1, 1, convert, {first, first + 1}});
  };
  // The same text as in the standard, of which they were the first form.
  for (StringRef name : {"QuantizeLinear", "DequantizeLinear"})
    add(name, table.find("", name, newestOpset)->convert);
  add("QLinearAdd", convertBinary<&Scalars::add>);
  add("QLinearMul", convertBinary<&Scalars::mul>);
  add("QLinearSigmoid", convertSigmoid);
  add("QLinearLeakyRelu", convertLeakyRelu);
  add("QLinearSoftmax", convertSoftmax);
  add("QLinearConcat", convertConcat, 2);
  add("QLinearWhere", convertWhere);
}
