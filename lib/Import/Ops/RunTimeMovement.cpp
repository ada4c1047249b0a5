// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/RunTimeMovement.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

std::optional<unsigned> import::firstUnknown(NodeConversion &node, unsigned first) {
  for (unsigned operand = first; operand < node.numOperands(); ++operand)
    if (node.operand(operand) && !node.constantValue(operand))
      return operand;
  return std::nullopt;
}

namespace {

/// The dimensions on which operands of one number for each axis act.
struct Axes {
  NodeConversion &node;
  unsigned operand; ///< of the axes; all in order where it is absent
  int64_t count, rank;
  /// The dimensions that may be meant.
  SmallVector<int64_t> dims = {};
  /// The result.
  SmallVector<int64_t> shape = {};

  Axes(NodeConversion &node, unsigned operand, int64_t count)
      : node(node), operand(operand), count(count), rank(node.rank(0)) {}

  /// Fails where the shape of the result is not known, or does not fit.
  LogicalResult read(unsigned unknown) {
    auto stated = node.statedShape(0);
    if (!stated)
      return node.unknown(unknown);
    if (count > rank || (node.operand(operand) && countOf(node.shape(operand)) != count))
      return node.unsupported("expected at most " + Twine(rank) +
                              " axes, and numbers for each of them");
    FailureOr<SmallVector<int64_t>> named = llvm::to_vector(llvm::seq<int64_t>(0, rank));
    if (!node.operand(operand))
      named->resize(count);
    else if (node.constantValue(operand))
      named = node.constantInts(operand);
    if (failed(named) || failed(named = node.dims(*named, rank)))
      return failure();
    dims = *named;
    shape = *stated;
    for (auto [dim, size] : llvm::enumerate(node.shape(0)))
      if (int64_t(shape.size()) != rank ||
          (shape[dim] != size && !llvm::is_contained(dims, int64_t(dim))))
        return node.unsupported("expected a stated shape that differs from the input's along the "
                                "axes only");
    return checkSize(node, shape);
  }

  /// i64 [rank]: the number that operand `values` has for each dimension, or `standard`.
  Value byDim(unsigned values, int64_t standard) {
    Type i64 = node.builder.getI64Type();
    auto flat = [&](unsigned index) {
      return node.reshape(node.operand(index), {countOf(node.shape(index))});
    };
    Value numbers = node.operand(values) ? flat(values) : Value();
    Value named = node.operand(operand) ? flat(operand) : Value();
    return generate(node, {rank}, i64, [&](OpBuilder &b, Location loc, ValueRange at) {
      Scalars s{b, loc};
      Value dim = s.make<arith::IndexCastOp>(i64, at[0]);
      Value result = s.number(i64, double(standard));
      auto numberAt = [&](Value from, int64_t place) {
        Value index = s.make<arith::ConstantIndexOp>(place);
        return s.cast(s.make<tensor::ExtractOp>(from, index), false, i64, false);
      };
      for (int64_t place = 0; numbers && place < count; ++place) {
        Value axis = named ? numberAt(named, place) : s.number(i64, double(place));
        Value fromEnd = s.add(axis, s.number(i64, double(rank)));
        axis = s.select(s.less(axis, s.number(i64, 0)), fromEnd, axis);
        result = s.select(s.equal(axis, dim), numberAt(numbers, place), result);
      }
      return result;
    });
  }
};

/// One number of a vector with one for each dimension, as an index.
Value indexOf(Scalars s, Value byDim, int64_t dim) {
  Value at = s.make<arith::ConstantIndexOp>(dim);
  return s.make<arith::IndexCastOp>(s.builder.getIndexType(), s.make<tensor::ExtractOp>(byDim, at));
}

Value clamped(Scalars s, Value value, Value least, Value most) {
  return s.min(s.max(value, least), most);
}

/// A position as no operand can bring it outside of a dimension.
Value inside(Scalars s, Value position, int64_t size) {
  auto number = [&](int64_t value) { return s.make<arith::ConstantIndexOp>(value); };
  return s.make<arith::MinSIOp>(s.make<arith::MaxSIOp>(position, number(0)), number(size - 1));
}

/// First position, step and number of positions along each dimension: i64 [rank]. What
/// they hold is bounded by the sizes, so that sums of them do not wrap.
struct Runs {
  Value first, step, count;

  Runs(NodeConversion &node, Axes &axes) {
    constexpr int64_t far = int64_t(1) << 41; // no dimension is as long
    Value starts = axes.byDim(1, 0), ends = axes.byDim(2, far), steps = axes.byDim(4, 1);
    Value sizes = node.ints(node.shape(0));
    auto map = [&](ValueRange in, ScalarBody body) {
      return node.map(in, node.builder.getI64Type(), body);
    };
    step = map({steps, sizes}, [](OpBuilder &b, Location loc, ValueRange in) -> Value {
      Scalars s{b, loc};
      // One step beyond the tensor is as far as any; 0 is not allowed.
      Value bounded = clamped(s, in[0], s.neg(in[1]), in[1]), one = s.number(in[0].getType(), 1);
      return s.select(s.equal(in[0], s.number(in[0].getType(), 0)), one, bounded);
    });
    auto position = [&](Value given, int64_t leastBackwards, int64_t mostBackwards) {
      return map({given, sizes, step}, [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
        Scalars s{b, loc};
        auto number = [&](int64_t value) { return s.number(in[0].getType(), double(value)); };
        Value isForward = s.less(number(0), in[2]);
        Value fromEnd = s.add(in[0], in[1]);
        Value at = s.select(s.less(in[0], number(0)), fromEnd, in[0]);
        return clamped(s, at, s.select(isForward, number(0), number(leastBackwards)),
                       s.select(isForward, in[1], s.add(in[1], number(mostBackwards))));
      });
    };
    first = position(starts, 0, -1);
    Value last = position(ends, -1, 0);
    count = map({first, last, step}, [](OpBuilder &b, Location loc, ValueRange in) -> Value {
      Scalars s{b, loc};
      Value zero = s.number(in[0].getType(), 0), one = s.number(in[0].getType(), 1);
      Value isForward = s.less(zero, in[2]);
      Value distance = s.select(isForward, s.sub(in[1], in[0]), s.sub(in[0], in[1]));
      Value length = s.select(isForward, in[2], s.neg(in[2]));
      Value some = s.add(s.div(s.sub(distance, one), length), one);
      return s.select(s.less(zero, distance), some, zero);
    });
  }
};

} // namespace

LogicalResult import::sliceAtRunTime(NodeConversion &node, unsigned unknown) {
  Axes axes(node, 3, countOf(node.shape(1)));
  if (countOf(node.shape(2)) != axes.count ||
      (node.operand(4) && countOf(node.shape(4)) != axes.count))
    return node.unsupported("expected starts, ends, axes and steps of one length");
  if (failed(axes.read(unknown)))
    return failure();
  Value input = node.operand(0);
  Type element = elementOf(input);
  Runs runs(node, axes);
  Value result;
  if (countOf(node.shape(0)) == 0 || countOf(axes.shape) == 0)
    result = node.splat(axes.shape, element, 0);
  else
    result = generate(node, axes.shape, element, [&](OpBuilder &b, Location loc, ValueRange at) {
      Scalars s{b, loc};
      SmallVector<Value> from(at);
      Value isThere = s.number(b.getI1Type(), 1);
      for (int64_t dim : axes.dims) {
        Value far = s.make<arith::MulIOp>(at[dim], indexOf(s, runs.step, dim));
        Value position = s.make<arith::AddIOp>(indexOf(s, runs.first, dim), far);
        Value isBelow =
            s.make<arith::CmpIOp>(arith::CmpIPredicate::slt, at[dim], indexOf(s, runs.count, dim));
        isThere = s.make<arith::AndIOp>(isThere, isBelow);
        from[dim] = inside(s, position, node.shape(0)[dim]);
      }
      Value none = s.make<arith::ConstantOp>(b.getZeroAttr(element));
      return s.select(isThere, s.make<tensor::ExtractOp>(input, from), none);
    });
  Converted sliced{result, node.onnxElement(0)};
  if (axes.dims.size() == 1) {
    int64_t dim = axes.dims.front();
    sliced.count = node.map(node.slice(runs.count, {dim}, {1}), node.builder.getI64Type(),
                            [&](OpBuilder &b, Location loc, ValueRange in) {
                              Scalars s{b, loc};
                              Value most = s.number(in[0].getType(), double(axes.shape[dim]));
                              return s.min(in[0], most);
                            });
  }
  return node.replace(sliced);
}

/// The position in a dimension of `size` that a padded one reads.
static Value paddedPosition(Scalars s, Value at, int64_t size, StringRef mode) {
  auto number = [&](int64_t value) { return s.make<arith::ConstantIndexOp>(value); };
  auto modulo = [&](int64_t period) {
    Value rest = s.make<arith::RemSIOp>(at, number(period));
    Value isNegative = s.make<arith::CmpIOp>(arith::CmpIPredicate::slt, rest, number(0));
    return s.select(isNegative, s.make<arith::AddIOp>(rest, number(period)), rest);
  };
  if (mode == "wrap")
    return modulo(size);
  if (mode != "reflect" || size == 1)
    return inside(s, at, size);
  int64_t period = 2 * (size - 1);
  Value within = modulo(period);
  Value isForward = s.make<arith::CmpIOp>(arith::CmpIPredicate::slt, within, number(size));
  return s.select(isForward, within, s.make<arith::SubIOp>(number(period), within));
}

LogicalResult import::padAtRunTime(NodeConversion &node, unsigned unknown, Value padding) {
  int64_t numbers = countOf(node.shape(1));
  Axes axes(node, 3, numbers / 2);
  if (numbers % 2 != 0)
    return node.unsupported("expected two paddings for each axis");
  if (failed(axes.read(unknown)))
    return failure();
  Value input = node.operand(0), low = axes.byDim(1, 0);
  Type element = elementOf(input);
  StringRef mode = node.string("mode", "constant");
  bool isEmpty = countOf(node.shape(0)) == 0;
  if (isEmpty && countOf(axes.shape) != 0 && mode != "constant")
    return node.unsupported("expected an input that is not empty");
  Value result =
      generate(node, axes.shape, element, [&](OpBuilder &b, Location loc, ValueRange at) {
        Scalars s{b, loc};
        Value scalar = s.make<tensor::ExtractOp>(padding, ValueRange());
        if (isEmpty)
          return scalar;
        SmallVector<Value> from(at);
        Value isInside = s.number(b.getI1Type(), 1);
        for (int64_t dim : axes.dims) {
          int64_t size = node.shape(0)[dim];
          Value position = s.make<arith::SubIOp>(at[dim], indexOf(s, low, dim));
          from[dim] = paddedPosition(s, position, size, mode);
          Value isHere = s.make<arith::CmpIOp>(arith::CmpIPredicate::eq, position, from[dim]);
          isInside = s.make<arith::AndIOp>(isInside, isHere);
        }
        Value value = s.make<tensor::ExtractOp>(input, from);
        return mode == "constant" ? s.select(isInside, value, scalar) : value;
      });
  return node.replace(Converted{result, node.onnxElement(0)});
}
