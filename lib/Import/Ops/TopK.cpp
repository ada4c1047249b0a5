// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TopK: a step finds the next element of all rows, which takes time of the rows; it
// needs no order of them, and memory for one number of each element.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Order.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

struct TopK {
  NodeConversion &node;
  int64_t axis, count, found;
  bool isLargest;
  Type i64;

  TopK(NodeConversion &node, int64_t axis, int64_t found)
      : node(node), axis(axis), count(node.shape(0)[axis]), found(found),
        isLargest(node.i64("largest", 1) != 0), i64(node.builder.getI64Type()) {}

  /// An integer for each element; the greatest are found first.
  Value keys() {
    return node.map(node.operand(0), i64, [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
      Scalars s{b, loc};
      Value order = orderOf(s, x[0], node.isUnsigned(0));
      return isLargest ? order : s.make<arith::XOrIOp>(order, s.number(i64, -1));
    });
  }

  /// The greatest or least of `choose` for each element that is still to be found; it is
  /// given the key, the place, and what `more` are for the row.
  template <typename Choose>
  Value reduce(TensorBuilder &to, ReduceKind kind, Value keys, ValueRange last, ValueRange more,
               Choose choose) {
    SmallVector<Value> in = {keys, iota(to, count, i64, axis, shapeOf(keys).size())};
    llvm::append_range(in, last);
    llvm::append_range(in, more);
    Value chosen = to.map(in, i64, [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
      Scalars s{b, loc};
      Value isBehind = s.make<arith::AndIOp>(s.equal(x[0], x[2]), s.less(x[3], x[1]));
      Value isLeft = s.make<arith::OrIOp>(s.less(x[0], x[2]), isBehind);
      return choose(s, isLeft, x[0], x[1], x.drop_front(4));
    });
    return ReduceOp::create(to.builder, to.loc, tensorType(last[0]), kind, chosen,
                            ArrayRef<int64_t>{axis}, /*keep_dims=*/true, /*is_signed=*/true);
  }

  /// The places of what is found, in its order.
  Value places() {
    SmallVector<int64_t> one(node.shape(0)), all(node.shape(0));
    one[axis] = 1;
    all[axis] = found;
    Value keys = this->keys();
    // Before the first step lies the greatest key, in front of all elements.
    TypedAttr greatest =
        DenseElementsAttr::get(RankedTensorType::get(one, i64), APInt::getSignedMaxValue(64));
    return repeat(
        node, found, {node.constant(greatest), node.splat(one, i64, -1), node.splat(all, i64, 0)},
        [&](TensorBuilder &to, Value step, ValueRange carried) {
          ValueRange last = carried.take_front(2);
          Value key = reduce(to, ReduceKind::Max, keys, last, {},
                             [&](Scalars s, Value isLeft, Value key, Value, ValueRange) {
                               Value least = s.integer(i64, APInt::getSignedMinValue(64));
                               return s.select(isLeft, key, least);
                             });
          Value place =
              reduce(to, ReduceKind::Min, keys, last, key,
                     [&](Scalars s, Value isLeft, Value key, Value place, ValueRange best) {
                       Value isBest = s.make<arith::AndIOp>(isLeft, s.equal(key, best[0]));
                       return s.select(isBest, place, s.number(i64, double(count)));
                     });
          return SmallVector<Value>{key, place, writeAt(to, place, carried[2], axis, step)};
        })[2];
  }

  Value valuesAt(Value places) {
    Value input = node.operand(0);
    return generate(node, shapeOf(places), elementOf(input),
                    [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                      SmallVector<Value> from(at);
                      from[axis] = readPosition(b, loc, places, at, count);
                      return tensor::ExtractOp::create(b, loc, input, from);
                    });
  }
};

} // namespace

/// How many to find: known, or what the model states of the result.
static FailureOr<int64_t> foundOf(NodeConversion &node, int64_t axis) {
  if (!node.constantValue(1)) {
    std::optional<SmallVector<int64_t>> stated = node.statedShape(0);
    if (!stated || stated->size() != node.shape(0).size() || countOf(node.shape(1)) != 1)
      return node.unknown(1);
    return (*stated)[axis];
  }
  FailureOr<SmallVector<int64_t>> given = node.constantInts(1);
  if (failed(given))
    return failure();
  if (given->size() != 1)
    return node.unsupported("expected one number in operand 1");
  return given->front();
}

static LogicalResult convertTopK(NodeConversion &node) {
  FailureOr<int64_t> axis = node.dim(node.i64("axis", -1), node.rank(0));
  if (failed(axis))
    return failure();
  FailureOr<int64_t> found = foundOf(node, *axis);
  if (failed(found))
    return failure();
  int64_t count = node.shape(0)[*axis];
  if (*found < 0 || *found > count)
    return node.unsupported("expected K from 0 to " + Twine(count) + ", got " + Twine(*found));
  TopK topK(node, *axis, *found);
  SmallVector<int64_t> shape(node.shape(0));
  shape[*axis] = *found;
  Value places = countOf(shape) ? topK.places() : node.empty(shape, topK.i64);
  Value values =
      countOf(shape) ? topK.valuesAt(places) : node.empty(shape, elementOf(node.operand(0)));
  Value number;
  if (!node.constantValue(1))
    number = node.map(node.reshape(node.operand(1), {1}), topK.i64,
                      [&](OpBuilder &b, Location loc, ValueRange in) {
                        Scalars s{b, loc};
                        Value none = s.number(topK.i64, 0);
                        return s.min(s.max(in[0], none), s.number(topK.i64, double(*found)));
                      });
  return node.replace(
      {Converted{values, node.onnxElement(0), number}, Converted{places, topK.i64, number}});
}

void import::addTopKConverters(ConverterTable &table) { table.add("TopK", 10, convertTopK); }
