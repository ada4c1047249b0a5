// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of com.microsoft on codes: the exact integer sum, then f32(sum) times
// the product of the scales, then the bias; or requantized. Weights of few bits
// stay packed bytes until the product reads them.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Codes.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Products.h"
#include "lib/Import/Ops/Scalars.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

FailureOr<Value> import::scaleSum(NodeConversion &node, Value sum, Value left, Value right,
                                  Value bias) {
  SmallVector<Value> inputs{sum, left, right};
  if (bias)
    inputs.push_back(bias);
  Type f32 = node.builder.getF32Type();
  for (Value value : llvm::drop_begin(inputs))
    if (!elementOf(value).isF32())
      return node.unsupported("expected scales and bias of f32");
  auto shape = node.broadcastOperands(inputs);
  if (failed(shape) || Shape(*shape) != shapeOf(sum))
    return node.unsupported("expected scales and a bias that broadcast to the result");
  // The product of the scales is one number for each column.
  Value scale = node.map({left, right}, f32, [](OpBuilder &builder, Location loc, ValueRange x) {
    return Scalars{builder, loc}.mul(x[0], x[1]);
  });
  inputs = {sum, scale};
  if (bias)
    inputs.push_back(bias);
  return node.map(inputs, *shape, f32, [=](OpBuilder &builder, Location loc, ValueRange x) {
    Scalars s{builder, loc};
    Value product = s.mul(s.cast(x[0], false, f32, false), x[1]);
    return x.size() == 3 ? s.add(product, x[2]) : product;
  });
}

namespace {

int64_t rowsOf(NodeConversion &node) {
  return node.rank(0) > 1 ? node.shape(0)[node.rank(0) - 2] : 1;
}

/// The entries of operand `index` where there is one for each column.
FailureOr<Value> biasOf(NodeConversion &node, unsigned index, int64_t columns) {
  Value bias = node.operand(index);
  if (bias && shapeOf(bias) != Shape{columns})
    return node.unsupported("expected a bias of " + Twine(columns) + " entries");
  return bias;
}

/// a, b, a_scale, b_scale, a_zero_point, b_zero_point, bias
LogicalResult convertMatMulIntegerToFloat(NodeConversion &node) {
  if (node.rank(0) < 1 || node.rank(1) < 1)
    return node.unsupported("expected operands of rank 1 or more");
  bool isColumn = node.rank(1) == 1;
  int64_t rows = rowsOf(node), columns = isColumn ? 1 : node.shape(1).back();
  auto left = zeroPoint(node, 0, 4, rows, 1), right = zeroPoint(node, 1, 5, columns, 0);
  auto leftScale = parameter(node, 2, rows, isColumn ? 0 : 1),
       rightScale = parameter(node, 3, columns, 0);
  auto bias = biasOf(node, 6, columns);
  if (failed(left) || failed(right) || failed(leftScale) || failed(rightScale) || failed(bias))
    return failure();
  IntegerProduct integers{*left, *right, !node.isUnsigned(0), !node.isUnsigned(1),
                          accumulatorFor(node, node.shape(0).back(), std::nullopt)};
  auto sum = matrixProduct(node, node.operand(0), node.operand(1), &integers);
  if (failed(sum))
    return failure();
  auto result = scaleSum(node, *sum, *leftScale, *rightScale, *bias);
  return failed(result) ? failure() : node.replace(Converted{*result, elementOf(*result)});
}

/// a in floats, b, b_scale, b_zero_point, bias: the left side is quantized by
/// what it holds.
LogicalResult convertDynamicQuantizeMatMul(NodeConversion &node) {
  if (!elementOf(node.operand(0)).isF32() || node.rank(0) < 1 || node.rank(1) < 2)
    return node.unsupported("expected a left side of f32 and a matrix of codes");
  int64_t columns = node.shape(1).back();
  auto right = zeroPoint(node, 1, 3, columns, 0);
  auto rightScale = parameter(node, 2, columns, 0);
  auto bias = biasOf(node, 4, columns);
  if (failed(right) || failed(rightScale) || failed(bias))
    return failure();
  Type f32 = node.builder.getF32Type(), byte = node.builder.getI8Type();
  auto left = DynamicQuantizeOp::create(
      node.builder, node.loc, RankedTensorType::get(node.shape(0), byte),
      RankedTensorType::get({}, f32), RankedTensorType::get({}, byte), node.operand(0));
  IntegerProduct integers{left.getZeroPoint(), *right, /*leftSigned=*/false, !node.isUnsigned(1),
                          accumulatorFor(node, node.shape(0).back(), std::nullopt)};
  auto sum = matrixProduct(node, left.getCodes(), node.operand(1), &integers);
  if (failed(sum))
    return failure();
  auto result = scaleSum(node, *sum, left.getScale(), *rightScale, *bias);
  return failed(result) ? failure() : node.replace(*result);
}

/// The integer product of QGemm with its addend C: the matmul's bias where it is
/// one row.
FailureOr<Value> gemm(NodeConversion &node, Value leftZero, Value rightZero, Type wide,
                      bool transposeLeft, bool transposeRight) {
  int64_t columns = node.shape(3)[transposeRight ? 0 : 1];
  Value addend = node.operand(6), bias;
  if (addend) {
    if (!elementOf(addend).isInteger(32))
      return node.unsupported("expected an addend of 32-bit integers");
    addend = node.map(addend, shapeOf(addend), wide,
                      [=](OpBuilder &builder, Location loc, ValueRange x) {
                        return Scalars{builder, loc}.cast(x[0], false, wide, false);
                      });
    if (countOf(shapeOf(addend)) == columns && !shapeOf(addend).empty() &&
        shapeOf(addend).back() == columns)
      bias = node.reshape(std::exchange(addend, {}), columns);
  }
  auto product = node.create<MatmulOp>(node.operand(0), node.operand(3), bias, leftZero, rightZero,
                                       transposeLeft, transposeRight, !node.isUnsigned(0),
                                       !node.isUnsigned(3), TypeAttr::get(wide));
  if (failed(product))
    return failure();
  if (!addend)
    return product->getResult();
  auto shape = node.broadcastOperands({*product, addend});
  if (failed(shape) || Shape(*shape) != shapeOf(*product))
    return node.unsupported("expected an addend that broadcasts to the product");
  return node.map({*product, addend}, wide, [](OpBuilder &builder, Location loc, ValueRange x) {
    return Scalars{builder, loc}.add(x[0], x[1]);
  });
}

/// a, a_scale, a_zero_point, b, b_scale, b_zero_point, c, y_scale, y_zero_point:
/// alpha * (a * b + c), in floats where the result has no scale.
LogicalResult convertQGemm(NodeConversion &node) {
  if (node.rank(0) != 2 || node.rank(3) != 2)
    return node.unsupported("expected matrices");
  if (bool(node.operand(7)) != bool(node.operand(8)))
    return node.unsupported("expected both scale and zero point of the result, or neither");
  bool transposeLeft = node.i64("transA"), transposeRight = node.i64("transB");
  double alpha = node.f32("alpha", 1);
  int64_t columns = node.shape(3)[transposeRight ? 0 : 1];
  auto leftScale = oneScale(node, 1);
  auto leftZero = zeroPoint(node, 0, 2, 1, 0);
  auto rightScale = parameter(node, 4, columns, 0);
  auto rightZero = zeroPoint(node, 3, 5, columns, transposeRight ? 1 : 0);
  auto scale = node.operand(7) ? oneScale(node, 7) : Value();
  if (failed(leftScale) || failed(leftZero) || failed(rightScale) || failed(rightZero) ||
      failed(scale))
    return failure();
  if (!elementOf(*rightScale).isF32())
    return node.unsupported("expected scales of f32");
  Type wide = accumulatorFor(node, node.shape(0)[transposeLeft ? 0 : 1], 6);
  auto sum = gemm(node, *leftZero, *rightZero, wide, transposeLeft, transposeRight);
  if (failed(sum))
    return failure();
  Value left = *leftScale;
  if (alpha != 1)
    left = node.map(left, elementOf(left), [=](OpBuilder &builder, Location loc, ValueRange x) {
      Scalars s{builder, loc};
      return s.mul(s.number(x[0].getType(), alpha), x[0]);
    });
  if (!*scale) {
    auto result = scaleSum(node, *sum, left, *rightScale, Value());
    return failed(result) ? failure() : node.replace(Converted{*result, elementOf(*result)});
  }
  Value multiplier = node.map({left, *rightScale, *scale}, elementOf(left),
                              [](OpBuilder &builder, Location loc, ValueRange x) {
                                Scalars s{builder, loc};
                                return s.div(s.mul(x[0], x[1]), x[2]);
                              });
  auto codes = requantize(node, *sum, multiplier, node.operand(8), node.onnxElement(8));
  return failed(codes) ? failure() : node.replace(Converted{*codes, node.onnxElement(8)});
}

/// The shape of MatMulNBits' right side: N rows of K codes in `blocks` blocks.
struct PackedShape {
  int64_t depth, rows, bits, block, blocks;

  static FailureOr<PackedShape> read(NodeConversion &node) {
    PackedShape s{node.i64("K"), node.i64("N"), node.i64("bits", 4), node.i64("block_size"), 0};
    if (s.bits != 2 && s.bits != 4 && s.bits != 8)
      return node.unsupported("expected 2, 4 or 8 bits, got " + Twine(s.bits));
    constexpr int64_t most = int64_t(1) << 24; // so that no product overflows
    auto isSize = [](int64_t size) { return size > 0 && size < most; };
    if (!isSize(s.depth) || !isSize(s.rows))
      return node.unsupported("expected K and N from 1 to 16777215, got " + Twine(s.depth) +
                              " and " + Twine(s.rows));
    if (!isSize(s.block) || s.block * s.bits % 8)
      return node.unsupported("expected a block_size of whole bytes, got " + Twine(s.block) +
                              " codes of " + Twine(s.bits) + " bits");
    s.blocks = llvm::divideCeil(s.depth, s.block);
    if (node.rank(0) < 1 || node.shape(0).back() != s.depth)
      return node.unsupported("expected a left side of " + Twine(s.depth) + " columns");
    if (!elementOf(node.operand(1)).isInteger(8) ||
        countOf(node.shape(1)) != s.rows * s.blocks * s.block * s.bits / 8)
      return node.unsupported("expected " + Twine(s.rows) + " x " + Twine(s.blocks) + " x " +
                              Twine(s.block * s.bits / 8) + " bytes in operand 1, got " +
                              Twine(countOf(node.shape(1))));
    if (countOf(node.shape(2)) != s.rows * s.blocks)
      return node.unsupported("expected one scale for each block");
    return s;
  }
};

/// Codes of any packed width as bytes.
Value unpack(NodeConversion &node, Value bytes, int64_t bits, Shape shape) {
  if (bits == 8)
    return node.reshape(bytes, shape);
  auto type = RankedTensorType::get(shape, node.builder.getI8Type());
  return UnpackOp::create(node.builder, node.loc, type,
                          node.reshape(bytes, countOf(shapeOf(bytes))), bits, /*is_signed=*/false);
}

/// Of each block, as [N, blocks, 1]: bytes, or floats of the scales' type. Packed
/// rows begin at whole bytes.
FailureOr<Value> blockZeroPoints(NodeConversion &node, const PackedShape &s) {
  Value given = node.operand(3);
  SmallVector<int64_t> each{s.rows, s.blocks, 1};
  if (!given)
    return node.splat({}, node.builder.getI8Type(), int64_t(1) << (s.bits - 1));
  if (isa<FloatType>(elementOf(given))) {
    if (countOf(shapeOf(given)) != s.rows * s.blocks ||
        elementOf(given) != elementOf(node.operand(2)))
      return node.unsupported("expected one float zero point of the scales' type for each block");
    return node.reshape(given, each);
  }
  int64_t rowBytes = llvm::divideCeil(s.blocks * s.bits, 8);
  if (!elementOf(given).isInteger(8) || countOf(shapeOf(given)) != s.rows * rowBytes)
    return node.unsupported("expected " + Twine(s.rows) + " x " + Twine(rowBytes) +
                            " bytes of zero points");
  Value codes = unpack(node, given, s.bits, {s.rows, rowBytes * 8 / s.bits});
  return node.reshape(node.slice(codes, {0, 0}, {s.rows, s.blocks}), each);
}

/// a, b, scales, zero_points, g_idx, bias. The sums are those of floats;
/// accuracy_level allows ONNX Runtime to quantize the left side, which is not
/// made use of.
LogicalResult convertMatMulNBits(NodeConversion &node) {
  if (node.operand(4))
    return node.unsupported("expected no g_idx; export the weights in the order of their groups");
  if (node.i64("weight_prepacked"))
    return node.unsupported("expected weights that are not packed for one machine");
  auto shape = PackedShape::read(node);
  if (failed(shape))
    return failure();
  Type element = elementOf(node.operand(0));
  if (!isa<FloatType>(element) || elementOf(node.operand(2)) != element)
    return node.unsupported("expected a left side and scales of one float type");
  auto zero = blockZeroPoints(node, *shape);
  auto bias = biasOf(node, 5, shape->rows);
  if (failed(zero) || failed(bias))
    return failure();
  SmallVector<int64_t> blocks{shape->rows, shape->blocks, shape->block};
  Value codes = unpack(node, node.operand(1), shape->bits, blocks);
  Value scale = node.reshape(node.operand(2), {shape->rows, shape->blocks, 1});
  Value weights;
  if (isa<FloatType>(elementOf(*zero))) {
    Type computed = computeType(element);
    weights = node.map({codes, *zero, scale}, blocks, element,
                       [=](OpBuilder &builder, Location loc, ValueRange x) {
                         Scalars s{builder, loc};
                         auto wide = [&](Value v) { return s.cast(v, true, computed, false); };
                         Value result = s.mul(s.sub(wide(x[0]), wide(x[1])), wide(x[2]));
                         return s.cast(result, false, element, false);
                       });
  } else {
    weights = DequantizeOp::create(node.builder, node.loc, RankedTensorType::get(blocks, element),
                                   codes, scale, *zero, /*is_signed=*/false);
  }
  weights = node.reshape(weights, {shape->rows, shape->blocks * shape->block});
  weights = node.slice(weights, {0, 0}, {shape->rows, shape->depth});
  SmallVector<int64_t> result(node.shape(0).drop_back());
  Value lhs = node.reshape(node.operand(0), {countOf(result), shape->depth});
  auto product = node.create<MatmulOp>(lhs, weights, *bias, /*transpose_lhs=*/false,
                                       /*transpose_rhs=*/true);
  if (failed(product))
    return failure();
  result.push_back(shape->rows);
  return node.replace(node.reshape(*product, result));
}

} // namespace

void import::addContribProductConverters(ConverterTable &table) {
  table.add(
      {microsoftDomain, "MatMulIntegerToFloat", 1, 1, convertMatMulIntegerToFloat, {0, 1, 2, 3}});
  table.add(
      {microsoftDomain, "DynamicQuantizeMatMul", 1, 1, convertDynamicQuantizeMatMul, {0, 1, 2}});
  table.add({microsoftDomain, "QGemm", 1, 1, convertQGemm, {0, 1, 3, 4}});
  table.add({microsoftDomain, "MatMulNBits", 1, 1, convertMatMulNBits, {0, 1, 2}});
}
