// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products and convolutions of quantized operands: the exact integer sum of
// (a - za) * (b - zb), then, for the QLinear forms, one multiplication in f32,
// rounded half to even.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Products.h"
#include "lib/Import/Ops/Scalars.h"
#include "lib/Import/Ops/Window.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

FailureOr<Value> import::parameter(NodeConversion &node, unsigned index, int64_t count,
                                   int64_t behind) {
  Value value = node.operand(index);
  if (!value)
    return Value();
  int64_t given = countOf(shapeOf(value));
  if (given == 1)
    return node.reshape(value, {});
  if (shapeOf(value).size() != 1)
    return value;
  if (given != count)
    return node.unsupported("expected 1 or " + Twine(count) + " entries in operand " +
                            Twine(index) + ", got " + Twine(given));
  SmallVector<int64_t> shape(behind + 1, 1);
  shape[0] = count;
  return node.reshape(value, shape);
}

FailureOr<Value> import::zeroPoint(NodeConversion &node, unsigned operand, unsigned index,
                                   int64_t count, int64_t behind) {
  if (!elementOf(node.operand(operand)).isInteger(8))
    return node.unsupported("expected 8-bit operands");
  auto zero = parameter(node, index, count, behind);
  if (failed(zero) || !*zero)
    return zero;
  auto shape = node.broadcastOperands({node.operand(operand), *zero});
  if (failed(shape) || Shape(*shape) != node.shape(operand))
    return node.unsupported("expected zero points that broadcast to the operand");
  if (node.onnxElement(index) != node.onnxElement(operand))
    return node.unsupported("expected zero points of their operand's element type");
  return zero;
}

Type import::accumulatorFor(NodeConversion &node, int64_t depth, std::optional<unsigned> bias) {
  constexpr int64_t product = 255 * 255, most = (int64_t(1) << 31) - 1;
  int64_t reach = depth > most / product ? most + 1 : depth * product;
  if (bias && node.operand(*bias)) {
    auto values = node.constantValue(*bias);
    if (!values || !isa<IntegerType>(values->getElementType()))
      return node.builder.getI64Type();
    for (const APInt &value : values->getValues<APInt>())
      if (reach + std::abs(value.getSExtValue()) > most)
        return node.builder.getI64Type();
  }
  return reach > most ? node.builder.getI64Type() : node.builder.getI32Type();
}

FailureOr<Value> import::requantize(NodeConversion &node, Value sum, Value multiplier, Value zero,
                                    Type element) {
  if (zero && countOf(shapeOf(zero)) != 1)
    return node.unsupported("expected one zero point of the result");
  if (!signlessType(element).isInteger(8))
    return node.unsupported("expected a result of 8-bit integers");
  auto shape = node.broadcastOperands({sum, multiplier});
  if (failed(shape) || Shape(*shape) != shapeOf(sum))
    return node.unsupported("expected scales that broadcast to the result");
  auto type = RankedTensorType::get(shapeOf(sum), signlessType(element));
  return Value(RequantizeOp::create(node.builder, node.loc, type, sum, multiplier,
                                    zero ? node.reshape(zero, {}) : zero,
                                    !element.isUnsignedInteger()));
}

namespace {

LogicalResult convertMatMulInteger(NodeConversion &node) {
  Type wide = node.builder.getI32Type();
  int64_t rows = node.rank(0) > 1 ? node.shape(0)[node.rank(0) - 2] : 1;
  auto lhs = zeroPoint(node, 0, 2, rows, 1);
  auto rhs = zeroPoint(node, 1, 3, node.shape(1).back(), 0);
  if (failed(lhs) || failed(rhs))
    return failure();
  IntegerProduct integers{*lhs, *rhs, !node.isUnsigned(0), !node.isUnsigned(1), wide};
  auto result = matrixProduct(node, node.operand(0), node.operand(1), &integers);
  return failed(result) ? failure() : node.replace(*result);
}

LogicalResult convertConvInteger(NodeConversion &node) {
  Type wide = node.builder.getI32Type();
  auto input = zeroPoint(node, 0, 2, 1, 0);
  auto filter = zeroPoint(node, 1, 3, node.shape(1)[0], node.rank(1) - 1);
  if (failed(input) || failed(filter))
    return failure();
  IntegerProduct integers{*input, *filter, !node.isUnsigned(0), !node.isUnsigned(1), wide};
  auto result = convolve(node, node.operand(0), node.operand(1), Value(), &integers);
  return failed(result) ? failure() : node.replace(*result);
}

/// With m = f32(f32(sa * sb) / sy); the zero point is operand `zero`.
FailureOr<Value> requantize(NodeConversion &node, Value sum, ArrayRef<Value> scales,
                            unsigned zero) {
  Type f32 = node.builder.getF32Type();
  auto factor = node.broadcastOperands(scales);
  if (failed(factor))
    return failure();
  Value multiplier =
      node.map(scales, *factor, f32, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        auto wide = [&](Value v) { return s.cast(v, false, f32, false); };
        return s.div(s.mul(wide(x[0]), wide(x[1])), wide(x[2]));
      });
  return import::requantize(node, sum, multiplier, node.operand(zero), node.onnxElement(zero));
}

/// a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point
LogicalResult convertQLinearMatMul(NodeConversion &node) {
  if (node.rank(0) < 1 || node.rank(3) < 1)
    return node.unsupported("expected operands of rank 1 or more");
  bool isRow = node.rank(0) == 1, isColumn = node.rank(3) == 1;
  int64_t rows = isRow ? 1 : node.shape(0)[node.rank(0) - 2];
  int64_t columns = isColumn ? 1 : node.shape(3).back();
  Type wide = accumulatorFor(node, node.shape(0).back(), std::nullopt);
  auto lhs = zeroPoint(node, 0, 2, rows, 1);
  auto rhs = zeroPoint(node, 3, 5, columns, 0);
  // Scales stand beside the result, which has no column where the right side is one.
  auto lhsScale = parameter(node, 1, rows, isColumn ? 0 : 1),
       rhsScale = parameter(node, 4, columns, 0);
  auto scale = parameter(node, 6, 1, 0);
  if (failed(lhs) || failed(rhs) || failed(lhsScale) || failed(rhsScale) || failed(scale))
    return failure();
  IntegerProduct integers{*lhs, *rhs, !node.isUnsigned(0), !node.isUnsigned(3), wide};
  auto sum = matrixProduct(node, node.operand(0), node.operand(3), &integers);
  if (failed(sum))
    return failure();
  auto codes = requantize(node, *sum, {*lhsScale, *rhsScale, *scale}, 7);
  return failed(codes) ? failure() : node.replace(Converted{*codes, node.onnxElement(7)});
}

/// x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, bias
LogicalResult convertQLinearConv(NodeConversion &node) {
  if (node.rank(3) < 3 || node.rank(0) != node.rank(3))
    return node.unsupported("expected input and filter of one rank, at least 3");
  int64_t filters = node.shape(3)[0], behind = node.rank(3) - 2;
  Type wide = accumulatorFor(node, countOf(node.shape(3).drop_front()), 8);
  auto input = zeroPoint(node, 0, 2, 1, 0);
  auto filter = zeroPoint(node, 3, 5, filters, behind + 1);
  auto inputScale = parameter(node, 1, 1, 0), scale = parameter(node, 6, 1, 0);
  auto filterScale = parameter(node, 4, filters, behind);
  if (failed(input) || failed(filter) || failed(inputScale) || failed(filterScale) || failed(scale))
    return failure();
  Value bias = node.operand(8);
  if (bias && !elementOf(bias).isInteger(32))
    return node.unsupported("expected a bias of 32-bit integers");
  if (bias && elementOf(bias) != wide)
    bias = node.map(bias, shapeOf(bias), wide, [=](OpBuilder &builder, Location loc, ValueRange x) {
      return Scalars{builder, loc}.cast(x[0], false, wide, false);
    });
  IntegerProduct integers{*input, *filter, !node.isUnsigned(0), !node.isUnsigned(3), wide};
  // com.microsoft has the image, not the filter, in this order.
  bool isLast = !node.node.getDomain().empty() && node.i64("channels_last");
  Value image = isLast ? channelsFirst(node, node.operand(0)) : node.operand(0);
  auto sum = convolve(node, image, node.operand(3), bias, &integers);
  if (failed(sum))
    return failure();
  auto codes = requantize(node, *sum, {*inputScale, *filterScale, *scale}, 7);
  if (failed(codes))
    return failure();
  return node.replace(Converted{isLast ? channelsLast(node, *codes) : *codes, node.onnxElement(7)});
}

} // namespace

void import::addIntegerProductConverters(ConverterTable &table) {
  table.add("MatMulInteger", 10, convertMatMulInteger);
  table.add("ConvInteger", 10, convertConvInteger);
  table.add("QLinearMatMul", 10, convertQLinearMatMul);
  table.add("QLinearConv", 10, convertQLinearConv);
  table.add({microsoftDomain, "QLinearConv", 1, 1, convertQLinearConv, {0, 1, 3, 4, 6, 7}});
}
