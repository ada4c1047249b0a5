// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products and convolutions of quantized operands: the exact integer sum of
// (a - za) * (b - zb), then, for the QLinear forms, one multiplication in f32,
// rounded half to even.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Products.h"
#include "lib/Import/Ops/QuantizeParameters.h"
#include "lib/Import/Ops/Scalars.h"
#include "lib/Import/Ops/Window.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// What a scale or zero point of several entries follows.
struct Along {
  int64_t count = 1;
  /// Dimensions behind the one that it follows.
  int64_t behind = 0;
  StringRef name = "";
  /// Rows and columns may have theirs for each matrix of a batch too.
  bool batched = false;
};

/// A scale or zero point: one number, or one for each entry of a dimension.
FailureOr<Value> spreadParameter(NodeConversion &node, unsigned index, StringRef what,
                                 Along along) {
  Value value = node.operand(index);
  if (!value)
    return Value();
  if (countOf(shapeOf(value)) == 1)
    return node.reshape(value, {});
  if (along.batched && shapeOf(value).size() > 1)
    return value;
  if (failed(checkCount(node, index, what, along.count, along.name)))
    return failure();
  SmallVector<int64_t> shape(along.behind + 1, 1);
  shape[0] = along.count;
  return node.reshape(value, shape);
}

FailureOr<Value> scaleOf(NodeConversion &node, unsigned index, StringRef what, Along along = {}) {
  if (failed(checkScale(node, index, what)))
    return failure();
  return spreadParameter(node, index, what, along);
}

/// An operand of codes: bytes, and how the operand is called.
LogicalResult checkCodes(NodeConversion &node, unsigned operand, StringRef what) {
  if (node.operand(operand) && elementOf(node.operand(operand)).isInteger(8))
    return success();
  return node.invalid("expected " + what + " of i8 or u8, got " +
                          (node.operand(operand) ? elementText(node.onnxElement(operand)) : "none"),
                      "quantize it to one of these types");
}

/// The zero point of an operand of 8 bits, checked against the operand.
FailureOr<Value> zeroPointOf(NodeConversion &node, unsigned operand, unsigned index, StringRef what,
                             StringRef zeroName, Along along = {}) {
  if (failed(checkCodes(node, operand, what)) ||
      failed(checkZeroPoint(node, index, zeroName, node.onnxElement(operand))))
    return failure();
  auto zero = spreadParameter(node, index, zeroName, along);
  if (failed(zero) || !*zero)
    return zero;
  auto shape = broadcastShapes({node.shape(operand), shapeOf(*zero)});
  if (!shape || Shape(*shape) != node.shape(operand))
    return node.invalid("expected " + zeroName + " that broadcasts to its operand",
                        "give one for the tensor, or one for each " + along.name);
  return zero;
}

} // namespace

FailureOr<Value> import::parameter(NodeConversion &node, unsigned index, int64_t count,
                                   int64_t behind) {
  return spreadParameter(node, index, "operand " + std::to_string(index),
                         {count, behind, "entry of its dimension", true});
}

FailureOr<Value> import::zeroPoint(NodeConversion &node, unsigned operand, unsigned index,
                                   int64_t count, int64_t behind) {
  return zeroPointOf(node, operand, index, "operand " + std::to_string(operand),
                     "operand " + std::to_string(index),
                     {count, behind, "entry of its dimension", true});
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

Along rowsOf(NodeConversion &node, unsigned operand) {
  Shape shape = node.shape(operand);
  return {shape.size() > 1 ? shape[shape.size() - 2] : 1, 1, "row", true};
}
Along columnsOf(NodeConversion &node, unsigned operand) {
  return {node.rank(operand) > 1 ? node.shape(operand).back() : 1, 0, "column", true};
}
Along filtersOf(NodeConversion &node, unsigned operand, int64_t behind) {
  return {node.shape(operand)[0], behind, "filter"};
}

LogicalResult convertMatMulInteger(NodeConversion &node) {
  Type wide = node.builder.getI32Type();
  auto lhs = zeroPointOf(node, 0, 2, "A", "a_zero_point", rowsOf(node, 0));
  auto rhs = zeroPointOf(node, 1, 3, "B", "b_zero_point", columnsOf(node, 1));
  if (failed(lhs) || failed(rhs))
    return failure();
  IntegerProduct integers{*lhs, *rhs, !node.isUnsigned(0), !node.isUnsigned(1), wide};
  auto result = matrixProduct(node, node.operand(0), node.operand(1), &integers);
  return failed(result) ? failure() : node.replace(*result);
}

LogicalResult convertConvInteger(NodeConversion &node) {
  Type wide = node.builder.getI32Type();
  if (node.rank(1) < 3)
    return node.unsupported("expected a filter of rank 3 or more");
  auto input = zeroPointOf(node, 0, 2, "x", "x_zero_point");
  auto filter = zeroPointOf(node, 1, 3, "w", "w_zero_point", filtersOf(node, 1, node.rank(1) - 1));
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
  if (failed(checkCodes(node, zero, "y_zero_point")) ||
      failed(checkResult(node, node.onnxElement(zero), "y_zero_point")) ||
      failed(checkCount(node, zero, "y_zero_point", 1, "")))
    return failure();
  return import::requantize(node, sum, multiplier, node.operand(zero), node.onnxElement(zero));
}

/// a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point
LogicalResult convertQLinearMatMul(NodeConversion &node) {
  if (node.rank(0) < 1 || node.rank(3) < 1)
    return node.unsupported("expected operands of rank 1 or more");
  Along rows = rowsOf(node, 0), columns = columnsOf(node, 3);
  Type wide = accumulatorFor(node, node.shape(0).back(), std::nullopt);
  auto lhs = zeroPointOf(node, 0, 2, "a", "a_zero_point", rows);
  auto rhs = zeroPointOf(node, 3, 5, "b", "b_zero_point", columns);
  // Scales stand beside the result, which has no column where the right side is one.
  if (node.rank(3) == 1)
    rows.behind = 0;
  auto lhsScale = scaleOf(node, 1, "a_scale", rows);
  auto rhsScale = scaleOf(node, 4, "b_scale", columns);
  auto scale = scaleOf(node, 6, "y_scale");
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
  int64_t behind = node.rank(3) - 2;
  Type wide = accumulatorFor(node, countOf(node.shape(3).drop_front()), 8);
  auto inputScale = scaleOf(node, 1, "x_scale"), scale = scaleOf(node, 6, "y_scale");
  auto filterScale = scaleOf(node, 4, "w_scale", filtersOf(node, 3, behind));
  auto input = zeroPointOf(node, 0, 2, "x", "x_zero_point");
  auto filter = zeroPointOf(node, 3, 5, "w", "w_zero_point", filtersOf(node, 3, behind + 1));
  if (failed(input) || failed(filter) || failed(inputScale) || failed(filterScale) || failed(scale))
    return failure();
  Value bias = node.operand(8);
  if (bias && !elementOf(bias).isInteger(32))
    return node.invalid("expected a bias of i32, got " + elementText(node.onnxElement(8)),
                        "quantize the bias to i32 with the scale x_scale * w_scale");
  if (bias && shapeOf(bias) != node.shape(3).take_front())
    return node.invalid("expected a bias of " + Twine(node.shape(3)[0]) + " entries, got " +
                            Twine(countOf(shapeOf(bias))),
                        "give one entry for each filter");
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
