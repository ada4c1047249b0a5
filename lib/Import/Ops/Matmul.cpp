// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matrix products.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Products.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

/// A zero point in the shape that its side of the product takes: one number, or
/// the side's shape with 1 for the summed dimension `along`.
static Value spreadZeroPoint(NodeConversion &node, Value zero, Shape side, Shape taken,
                             int64_t along) {
  if (!zero || countOf(shapeOf(zero)) == 1)
    return zero ? node.reshape(zero, {}) : zero;
  SmallVector<int64_t> whole(side), result(taken);
  whole[whole.size() + along] = result[result.size() + along] = 1;
  return node.reshape(node.broadcast(zero, whole), result);
}

FailureOr<Value> import::matrixProduct(NodeConversion &node, Value lhs, Value rhs,
                                       const IntegerProduct *integers) {
  SmallVector<int64_t> left(shapeOf(lhs)), right(shapeOf(rhs));
  if (left.empty() || right.empty())
    return node.unsupported("expected operands of rank 1 or more");
  bool isRow = left.size() == 1, isColumn = right.size() == 1;
  if (isRow)
    left.insert(left.begin(), 1);
  if (isColumn)
    right.push_back(1);
  if (left.back() != right[right.size() - 2])
    return node.unsupported("expected equal inner dimensions, got " + Twine(left.back()) + " and " +
                            Twine(right[right.size() - 2]));
  SmallVector<int64_t> wholeLeft(left), wholeRight(right);
  Shape leftBatch = Shape(wholeLeft).drop_back(2), rightBatch = Shape(wholeRight).drop_back(2);
  auto batch = broadcastShapes({leftBatch, rightBatch});
  if (!batch)
    return node.unsupported("expected leading dimensions that broadcast");
  SmallVector<int64_t> result(*batch);
  if (!isRow)
    result.push_back(left[left.size() - 2]);
  if (!isColumn)
    result.push_back(right.back());
  if (countOf(rightBatch) == 1 && countOf(*batch) == countOf(leftBatch)) {
    // One matrix on the right: the rows of all batches are rows of one matrix.
    int64_t depth = left.back();
    left = {countOf(Shape(left).drop_back()), depth};
    right = {depth, right.back()};
  } else {
    size_t rank = std::max(left.size(), right.size());
    left.insert(left.begin(), rank - left.size(), 1);
    right.insert(right.begin(), rank - right.size(), 1);
  }
  IntegerProduct none{};
  const IntegerProduct &form = integers ? *integers : none;
  Value leftZero = spreadZeroPoint(node, form.leftZero, wholeLeft, left, -1);
  Value rightZero = spreadZeroPoint(node, form.rightZero, wholeRight, right, -2);
  auto product = node.create<MatmulOp>(
      node.reshape(lhs, left), node.reshape(rhs, right), Value(), leftZero, rightZero,
      /*transpose_lhs=*/false, /*transpose_rhs=*/false, form.leftSigned, form.rightSigned,
      integers ? TypeAttr::get(form.accumulator) : TypeAttr());
  if (failed(product))
    return failure();
  return node.reshape(*product, result);
}

namespace {

LogicalResult convertMatMul(NodeConversion &node) {
  auto result = matrixProduct(node, node.operand(0), node.operand(1));
  return failed(result) ? failure() : node.replace(*result);
}

/// alpha * A * B + beta * C; C is the product's bias where both factors are 1
/// and it is one row. Integers with factors that are not whole are rounded towards zero in the
/// end, as in ONNX's evaluator.
LogicalResult convertGemm(NodeConversion &node) {
  if (node.rank(0) != 2 || node.rank(1) != 2)
    return node.unsupported("expected matrices");
  double alpha = node.f32("alpha", 1), beta = node.f32("beta", 1);
  bool transposeLeft = node.i64("transA", 0), transposeRight = node.i64("transB", 0);
  int64_t columns = node.shape(1)[transposeRight ? 0 : 1];
  Value addend = node.operand(2), bias;
  if (addend && alpha == 1 && beta == 1 && countOf(shapeOf(addend)) == columns &&
      !shapeOf(addend).empty() && shapeOf(addend).back() == columns) {
    bias = node.reshape(addend, columns);
    addend = {};
  }
  auto product =
      node.create<MatmulOp>(node.operand(0), node.operand(1), bias, transposeLeft, transposeRight);
  if (failed(product))
    return failure();
  Type element = elementOf(*product);
  bool isWhole = alpha == std::trunc(alpha) && beta == std::trunc(beta);
  bool isUnsigned = node.isUnsigned(0);
  Type computed = isa<FloatType>(element) || isWhole ? element : node.builder.getF64Type();
  if (!addend && alpha == 1)
    return node.replace(*product);
  SmallVector<Value> inputs{*product};
  if (addend)
    inputs.push_back(addend);
  if (addend && !broadcastsTo(shapeOf(addend), shapeOf(*product)))
    return node.unsupported("expected an addend that broadcasts to the product");
  return node.replace(node.map(
      inputs, shapeOf(*product), element, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        auto times = [&](double factor, Value value) {
          Value number = s.cast(value, isUnsigned, computed, isUnsigned);
          return factor == 1 ? number : s.mul(s.number(computed, factor), number);
        };
        Value sum = times(alpha, x[0]);
        if (x.size() > 1)
          sum = s.add(sum, times(beta, x[1]));
        return s.cast(sum, isUnsigned, element, isUnsigned);
      }));
}

} // namespace

void import::addMatmulConverters(ConverterTable &table) {
  table.add("MatMul", 1, convertMatMul);
  table.add("Gemm", 7, convertGemm);
}
