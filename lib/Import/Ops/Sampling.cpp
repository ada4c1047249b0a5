// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/Sampling.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

using Side = Neighbours::Side;

/// An integral f32 as a position; what lies outside of [0, size) is never read.
static Value toPosition(Scalars s, Value place, int64_t size) {
  place = s.make<arith::MaxNumFOp>(place, s.number(place.getType(), 0));
  place = s.make<arith::MinNumFOp>(place, s.number(place.getType(), double(size - 1)));
  Value integer = s.make<arith::FPToSIOp>(s.builder.getI64Type(), place);
  return s.make<arith::IndexCastOp>(s.builder.getIndexType(), integer);
}

static Value between(Scalars s, Value low, Value value, Value high) {
  return s.make<arith::AndIOp>(s.lessOrEqual(low, value), s.lessOrEqual(value, high));
}

std::array<Side, 2> import::sidesWithZeros(OpBuilder &builder, Location loc, Value at,
                                           int64_t size) {
  Scalars s{builder, loc};
  auto number = [&](double value) { return s.number(at.getType(), value); };
  Value below = s.make<math::FloorOp>(at), above = s.add(below, number(1));
  Value part = s.sub(at, below);
  auto side = [&](Value place, Value weight) {
    Value counts = between(s, number(0), place, number(double(size - 1)));
    return Side{toPosition(s, place, size), weight, counts};
  };
  return {side(below, s.sub(number(1), part)), side(above, part)};
}

std::array<Side, 2> import::sidesWithBorder(OpBuilder &builder, Location loc, Value at,
                                            int64_t size) {
  Scalars s{builder, loc};
  auto number = [&](double value) { return s.number(at.getType(), value); };
  Value counts = between(s, number(-1), at, number(double(size)));
  Value last = number(double(size - 1));
  Value inside = s.make<arith::MinNumFOp>(s.make<arith::MaxNumFOp>(at, number(0)), last);
  Value below = s.make<math::FloorOp>(inside), part = s.sub(inside, below);
  Value above = s.make<arith::MinNumFOp>(s.add(below, number(1)), last);
  return {Side{toPosition(s, below, size), s.sub(number(1), part), counts},
          Side{toPosition(s, above, size), part, counts}};
}

std::array<Value, 4> import::weighed(OpBuilder &builder, Location loc, Value image, Value sample,
                                     Value channel, const Neighbours &neighbours) {
  Scalars s{builder, loc};
  std::array<Value, 4> results;
  unsigned number = 0;
  for (const Side &row : neighbours.rows)
    for (const Side &column : neighbours.columns) {
      Value pixel = tensor::ExtractOp::create(
          builder, loc, image, ValueRange{sample, channel, row.position, column.position});
      Value product = s.mul(s.mul(row.weight, column.weight), pixel);
      Value counts = s.make<arith::AndIOp>(row.counts, column.counts);
      results[number++] = s.select(counts, product, s.number(product.getType(), 0));
    }
  return results;
}
