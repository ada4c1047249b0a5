// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Unique: elements, or slices along a dimension, are put in order; equal ones then lie
// side by side, the first of the model in front.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Bounded.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Order.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// Groups of equal slices. Tensors have one dimension, but for the keys.
struct Groups {
  NodeConversion &node;
  int64_t count; ///< of slices
  Type i64;
  Value keys;    ///< [count, numbers of a slice]
  Value order;   ///< the slices in order
  Value places;  ///< of the slices in that order: its inverse
  Value isFirst; ///< in that order: whether a slice is the first one of its group
  Value starts;  ///< [count + 1]: where groups begin in that order; `count` behind them

  Groups(NodeConversion &node, Value keys)
      : node(node), count(shapeOf(keys)[0]), i64(node.builder.getI64Type()), keys(keys) {
    order = sort();
    places = inverse();
    isFirst = findFirst();
    starts = endless(TruePlaces(node, isFirst).places(count + 1));
  }

  template <typename Body> Value map(ValueRange in, Type element, Body body) {
    return node.map(in, element, [&](OpBuilder &b, Location loc, ValueRange x) {
      return body(Scalars{b, loc}, x);
    });
  }

  /// By the last number of a slice first: a sort keeps the order of equal ones.
  Value sort() {
    int64_t numbers = shapeOf(keys)[1];
    if (numbers == 1)
      return ascendingPlaces(node, node.reshape(keys, {count}));
    Value columns = generate(
        node, {numbers, count}, i64, [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
          Scalars s{b, loc};
          Value column = s.sub(s.make<arith::ConstantIndexOp>(numbers - 1), at[0]);
          return tensor::ExtractOp::create(b, loc, keys, ValueRange{at[1], column});
        });
    return repeat(node, numbers, iota(node, count, i64),
                  [&](TensorBuilder &to, Value step, ValueRange carried) {
                    Value column = to.reshape(readAt(to, columns, 0, step), {count});
                    Value next = ascendingPlaces(to, gatherAt(to, column, carried[0]));
                    return SmallVector<Value>{gatherAt(to, carried[0], next)};
                  })[0];
  }

  Value inverse() {
    Value none = node.splat({count, 1}, i64, 0), each = iota(node, count, i64, 0, 2);
    Value places = ScatterOp::create(node.builder, node.loc, none, order, each,
                                     [](OpBuilder &, Location, ValueRange in) { return in[1]; });
    return node.reshape(places, {count});
  }

  Value findFirst() {
    Value differs =
        generate(node, shapeOf(keys), i64, [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
          Scalars s{b, loc};
          Value zero = s.make<arith::ConstantIndexOp>(0), one = s.make<arith::ConstantIndexOp>(1);
          auto key = [&](Value place) {
            Value slice = readPosition(b, loc, order, place, count);
            return tensor::ExtractOp::create(b, loc, keys, ValueRange{slice, at[1]}).getResult();
          };
          Value before = key(s.max(s.sub(at[0], one), zero));
          Value isNew = s.make<arith::OrIOp>(s.equal(at[0], zero), s.notEqual(key(at[0]), before));
          return s.make<arith::ExtUIOp>(i64, isNew);
        });
    auto any = ReduceOp::create(node.builder, node.loc, RankedTensorType::get({count}, i64),
                                ReduceKind::Max, differs, ArrayRef<int64_t>{1},
                                /*keep_dims=*/false, /*is_signed=*/true);
    return map(any.getResult(), node.builder.getI1Type(),
               [&](Scalars s, ValueRange x) { return s.notEqual(x[0], s.number(i64, 0)); });
  }

  /// `count` in place of -1, so that places ascend.
  Value endless(Value places) {
    return map(places, i64, [&](Scalars s, ValueRange x) {
      return s.select(s.less(x[0], s.number(i64, 0)), s.number(i64, double(count)), x[0]);
    });
  }

  /// The group, in the order of their numbers, of what stands at places in the order.
  Value groupAt(Value places) {
    return map(countUpTo(node, starts, places), i64,
               [&](Scalars s, ValueRange x) { return s.sub(x[0], s.number(i64, 1)); });
  }

  /// How many slices groups have.
  Value sizeOf(Value groups) {
    return generate(node, shapeOf(groups), i64,
                    [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                      Scalars s{b, loc};
                      Value one = s.make<arith::ConstantIndexOp>(1);
                      Value here = readPosition(b, loc, groups, at, count);
                      Value begin = tensor::ExtractOp::create(b, loc, starts, here);
                      Value end = tensor::ExtractOp::create(b, loc, starts, s.add(here, one));
                      return s.sub(end, begin);
                    });
  }

  /// `otherwise` where `places` are -1.
  Value orElse(Value places, Value values, int64_t otherwise) {
    return map({places, values}, i64, [&](Scalars s, ValueRange x) {
      return s.select(s.less(x[0], s.number(i64, 0)), s.number(i64, double(otherwise)), x[1]);
    });
  }

  /// -1 for groups beyond the bound.
  Value bounded(Value groups, int64_t bound) {
    return map(groups, i64, [&](Scalars s, ValueRange x) {
      return s.select(s.less(x[0], s.number(i64, double(bound))), x[0], s.number(i64, -1));
    });
  }
};

/// What Unique tells of the groups, each in the order that it is asked for.
struct Answer {
  Value firsts, groups, sizes, count;
};

} // namespace

/// Groups in the order of their numbers.
static Answer sortedGroups(Groups &all, int64_t bound) {
  NodeConversion &node = all.node;
  TruePlaces found(node, all.isFirst);
  Value starts = found.places(bound);
  Value sizes = all.sizeOf(all.groupAt(starts));
  return {all.orElse(starts, gatherAt(node, all.order, starts), -1),
          all.bounded(all.groupAt(all.places), bound), all.orElse(starts, sizes, 0),
          found.count(bound)};
}

/// Groups in the order of their first slices.
static Answer unsortedGroups(Groups &all, int64_t bound) {
  NodeConversion &node = all.node;
  TruePlaces found(node, gatherAt(node, all.isFirst, all.places));
  Value firsts = found.places(bound);
  Value sizes = all.sizeOf(all.groupAt(gatherAt(node, all.places, firsts)));
  // The first slice of each slice's group, and how many first ones are up to it.
  Value first = gatherAt(node, all.order, gatherAt(node, all.starts, all.groupAt(all.places)));
  Value upTo = countUpTo(node, all.endless(found.places(all.count)), first);
  Value groups = all.map(
      upTo, all.i64, [&](Scalars s, ValueRange x) { return s.sub(x[0], s.number(all.i64, 1)); });
  return {firsts, all.bounded(groups, bound), all.orElse(firsts, sizes, 0), found.count(bound)};
}

static LogicalResult convertUnique(NodeConversion &node) {
  FailureOr<Picked> from = pickedFrom(node);
  if (failed(from))
    return failure();
  auto [input, axis] = *from;
  SmallVector<int64_t> shape(shapeOf(input));
  int64_t count = shape[axis];
  FailureOr<int64_t> bound = boundOf(node, {{0, axis}, {1, 0}, {3, 0}}, count);
  if (failed(bound))
    return failure();
  shape[axis] = *bound;
  if (failed(checkSize(node, shape)))
    return failure();
  if (countOf(shapeOf(input)) == 0 || *bound == 0)
    return node.unsupported("expected an input and a bound that are not empty");
  Type i64 = node.builder.getI64Type();
  Value keys = node.map(input, i64, [&](OpBuilder &b, Location loc, ValueRange x) {
    return orderOf(Scalars{b, loc}, x[0], node.isUnsigned(0));
  });
  SmallVector<int64_t> axisFirst{axis};
  for (int64_t dim = 0; dim < int64_t(shape.size()); ++dim)
    if (dim != axis)
      axisFirst.push_back(dim);
  keys = node.reshape(node.transpose(keys, axisFirst), {count, countOf(shapeOf(input)) / count});
  Groups all(node, keys);
  Answer answer = node.i64("sorted", 1) ? sortedGroups(all, *bound) : unsortedGroups(all, *bound);
  return node.replace(
      {Converted{pick(node, input, axis, answer.firsts), node.onnxElement(0), answer.count},
       Converted{answer.firsts, i64, answer.count}, Converted{answer.groups, i64},
       Converted{answer.sizes, i64, answer.count}});
}

void import::addUniqueConverters(ConverterTable &table) { table.add("Unique", 11, convertUnique); }
