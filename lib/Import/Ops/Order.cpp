// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/Order.h"
#include "lib/Import/Ops/Indexing.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

Value import::orderOf(Scalars s, Value x, bool isUnsigned) {
  Type i64 = s.builder.getI64Type();
  auto floats = dyn_cast<FloatType>(x.getType());
  if (!floats) {
    Value wide = s.cast(x, isUnsigned, i64, /*toUnsigned=*/false);
    bool isWrapped = isUnsigned && x.getType().isInteger(64);
    Value sign = s.integer(i64, APInt::getSignedMinValue(64));
    return isWrapped ? s.make<arith::XOrIOp>(wide, sign) : wide;
  }
  Type compute = computeType(floats);
  if (compute != floats)
    x = s.make<arith::ExtFOp>(compute, x);
  auto bitsType = s.builder.getIntegerType(compute.getIntOrFloatBitWidth());
  auto constant = [&](const APInt &value) { return s.integer(bitsType, value); };
  unsigned width = bitsType.getWidth();
  Value bits = s.make<arith::BitcastOp>(bitsType, x);
  Value zero = constant(APInt::getZero(width));
  Value mirrored = s.make<arith::XOrIOp>(bits, constant(APInt::getSignedMaxValue(width)));
  Value order = s.select(s.less(bits, zero), mirrored, bits);
  order = s.select(s.equal(x, s.number(compute, 0)), zero, order);
  order = s.select(s.notEqual(x, x), constant(APInt::getSignedMaxValue(width)), order);
  return width < 64 ? s.make<arith::ExtSIOp>(i64, order) : order;
}

namespace {

/// i64 arithmetic in the body of a kernel that reads tensors.
struct Searching : Scalars {
  Searching(OpBuilder &builder, Location loc) : Scalars{builder, loc}, i64(builder.getI64Type()) {}

  Type i64;

  Value constant(int64_t value) { return integer(i64, APInt(64, value, /*isSigned=*/true)); }
  Value at(Value tensor, Value place) {
    Value index = make<arith::IndexCastOp>(builder.getIndexType(), place);
    return tensor::ExtractOp::create(builder, loc, tensor, index);
  }
  Value both(Value a, Value b) { return make<arith::AndIOp>(a, b); }

  /// The first place in [low, high] of which `isBefore` does not hold, where it holds of a
  /// first part. `high` is never asked.
  template <typename IsBefore>
  Value search(Value low, Value high, int64_t steps, IsBefore isBefore) {
    Value one = constant(1);
    for (int64_t step = 0; step < steps; ++step) {
      Value middle = make<arith::ShRUIOp>(add(low, high), one);
      Value isOpen = less(low, high), before = both(isOpen, isBefore(middle));
      high = select(before, high, middle);
      low = select(before, add(middle, one), low);
    }
    return low;
  }
};

/// Where the element at `place` comes from when runs of `length`, a power of two, are
/// merged in pairs.
Value sourceOf(Searching s, Value keys, Value length, Value place) {
  int64_t count = countOf(shapeOf(keys));
  Value end = s.constant(count), last = s.constant(count - 1), zero = s.constant(0);
  Value pair = s.add(length, length);
  Value first = s.make<arith::AndIOp>(place, s.sub(zero, pair));
  Value middle = s.min(s.add(first, length), end), behind = s.min(s.add(first, pair), end);
  Value done = s.sub(place, first);
  // Of `left` elements taken from the left run, and the rest from the right: their keys. Places
  // that no decision depends on may be beyond the end.
  auto keyAt = [&](Value at) { return s.at(keys, s.max(s.min(at, last), zero)); };
  auto isLeftFirst = [&](Value left, Value right) { // the left of equal ones stays in front
    return s.lessOrEqual(keyAt(s.add(first, left)), keyAt(s.add(middle, right)));
  };
  Value lefts = s.sub(middle, first), rights = s.sub(behind, middle);
  Value least = s.max(s.sub(done, rights), zero), most = s.min(done, lefts);
  Value left = s.search(least, most, llvm::Log2_64_Ceil(count), [&](Value middle) {
    return isLeftFirst(middle, s.sub(s.sub(done, middle), s.constant(1)));
  });
  Value right = s.sub(done, left);
  Value noRight = s.lessOrEqual(rights, right);
  Value isLeft =
      s.both(s.less(left, lefts), s.make<arith::OrIOp>(noRight, isLeftFirst(left, right)));
  return s.select(isLeft, s.add(first, left), s.add(middle, right));
}

} // namespace

Value import::gatherAt(TensorBuilder &builder, Value input, Value places) {
  return generate(builder, shapeOf(places), elementOf(input),
                  [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                    Value place = readPosition(b, loc, places, at, countOf(shapeOf(input)));
                    return tensor::ExtractOp::create(b, loc, input, place);
                  });
}

Value import::ascendingPlaces(TensorBuilder &builder, Value keys) {
  Type i64 = builder.builder.getI64Type();
  int64_t count = countOf(shapeOf(keys));
  Value places = iota(builder, count, i64);
  if (count < 2)
    return places;
  return repeat(
      builder, llvm::Log2_64_Ceil(count), {keys, places, builder.ints({1})},
      [&](TensorBuilder &to, Value, ValueRange carried) {
        Value keys = carried[0], length = carried[2];
        Value from =
            generate(to, {count}, i64, [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
              Searching s(b, loc);
              Value place = s.make<arith::IndexCastOp>(i64, at[0]);
              return sourceOf(s, keys, s.at(length, s.constant(0)), place);
            });
        Value next = to.map(length, i64, [](OpBuilder &b, Location loc, ValueRange x) {
          return Scalars{b, loc}.add(x[0], x[0]);
        });
        return SmallVector<Value>{gatherAt(to, keys, from), gatherAt(to, carried[1], from), next};
      })[1];
}

Value import::countUpTo(TensorBuilder &builder, Value sorted, Value values) {
  int64_t count = countOf(shapeOf(sorted));
  return generate(builder, shapeOf(values), elementOf(sorted),
                  [&](OpBuilder &b, Location loc, ValueRange at) -> Value {
                    Searching s(b, loc);
                    Value value = tensor::ExtractOp::create(b, loc, values, at);
                    Value last = s.constant(count - 1);
                    return s.search(s.constant(0), s.constant(count), llvm::Log2_64_Ceil(count + 1),
                                    [&](Value middle) {
                                      Value there = s.min(middle, last);
                                      return s.lessOrEqual(s.at(sorted, there), value);
                                    });
                  });
}
