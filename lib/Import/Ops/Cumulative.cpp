// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running sums and products: one step along the axis after the other.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static LogicalResult accumulate(NodeConversion &node, bool isProduct) {
  FailureOr<SmallVector<int64_t>> given = node.constantInts(1);
  if (failed(given))
    return failure();
  if (given->size() != 1)
    return node.unsupported("expected one axis");
  FailureOr<int64_t> axis = node.dim(given->front(), node.rank(0));
  if (failed(axis))
    return failure();
  Value input = node.operand(0);
  Type type = elementOf(input);
  SmallVector<int64_t> shape(node.shape(0));
  int64_t count = std::exchange(shape[*axis], 1);
  if (countOf(node.shape(0)) == 0)
    return node.replace({input});
  bool reverse = node.i64("reverse") != 0, exclusive = node.i64("exclusive") != 0;
  auto join = [&](OpBuilder &builder, Location loc, ValueRange in) -> Value {
    if (isa<FloatType>(type))
      return isProduct ? Value(arith::MulFOp::create(builder, loc, in))
                       : Value(arith::AddFOp::create(builder, loc, in));
    return isProduct ? Value(arith::MulIOp::create(builder, loc, in))
                     : Value(arith::AddIOp::create(builder, loc, in));
  };
  Value start = node.splat(shape, type, isProduct ? 1 : 0);
  auto results =
      repeat(node, count, {start, node.empty(node.shape(0), type)},
             [&](TensorBuilder &inside, Value step, ValueRange carried) {
               Value at = step;
               if (reverse) {
                 Value last = arith::ConstantIndexOp::create(inside.builder, inside.loc, count - 1);
                 at = arith::SubIOp::create(inside.builder, inside.loc, last, step);
               }
               Value next = inside.map({carried[0], readAt(inside, input, *axis, at)}, type, join);
               Value written = exclusive ? carried[0] : next;
               return SmallVector<Value>{next, writeAt(inside, written, carried[1], *axis, at)};
             });
  return node.replace({results[1]});
}

static LogicalResult convertCumSum(NodeConversion &node) { return accumulate(node, false); }
static LogicalResult convertCumProd(NodeConversion &node) { return accumulate(node, true); }

void import::addCumulativeConverters(ConverterTable &table) {
  table.add("CumSum", 11, convertCumSum);
  table.add("CumProd", 26, convertCumProd);
}
