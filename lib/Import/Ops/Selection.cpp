// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that keep what a condition holds for: Compress and NonZero.
#include "lib/Import/Ops/Bounded.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static LogicalResult convertCompress(NodeConversion &node) {
  FailureOr<Picked> from = pickedFrom(node);
  if (failed(from))
    return failure();
  auto [input, axis] = *from;
  Value condition = node.operand(1);
  SmallVector<int64_t> shape(shapeOf(input));
  if (node.rank(1) != 1 || node.shape(1)[0] > shape[axis])
    return node.unsupported("expected a condition of one dimension with at most " +
                            Twine(shape[axis]) + " elements");
  if (node.constantValue(1)) {
    FailureOr<SmallVector<int64_t>> bits = node.constantInts(1);
    if (failed(bits))
      return failure();
    SmallVector<std::optional<SmallVector<int64_t>>> tables(shape.size());
    tables[axis].emplace();
    for (auto [place, bit] : llvm::enumerate(*bits))
      if (bit)
        tables[axis]->push_back(place);
    return node.replace(take(node, input, tables));
  }
  int64_t length = node.shape(1)[0];
  FailureOr<int64_t> bound = boundOf(node, {{0, axis}}, length);
  if (failed(bound))
    return failure();
  shape[axis] = *bound;
  if (failed(checkSize(node, shape)))
    return failure();
  if (countOf(shape) == 0 || length == 0)
    return node.replace(node.splat(shape, elementOf(input), 0));
  TruePlaces found(node, condition);
  return node.replace(Converted{pick(node, input, axis, found.places(*bound)), node.onnxElement(0),
                                found.count(*bound)});
}

/// Coordinates, one column for each element that is not zero.
static LogicalResult convertNonZero(NodeConversion &node) {
  Shape shape = node.shape(0);
  int64_t rank = shape.size(), count = countOf(shape);
  Type i64 = node.builder.getI64Type();
  if (rank == 0)
    return node.unsupported("expected at least one dimension");
  SmallVector<int64_t> strides = computeStrides(shape);
  if (auto known = node.constantValue(0)) {
    SmallVector<int64_t> places, coordinates;
    auto isZero = [](Attribute element) {
      if (auto number = dyn_cast<FloatAttr>(element))
        return number.getValue().isZero();
      return cast<IntegerAttr>(element).getValue().isZero();
    };
    for (auto [place, element] : llvm::enumerate(known->getValues<Attribute>()))
      if (!isZero(element))
        places.push_back(place);
    for (int64_t dim = 0; dim < rank; ++dim)
      for (int64_t place : places)
        coordinates.push_back(place / strides[dim] % shape[dim]);
    return node.replace(node.reshape(node.ints(coordinates), {rank, int64_t(places.size())}));
  }
  FailureOr<int64_t> bound = boundOf(node, {{0, 1}}, count);
  if (failed(bound) || failed(checkSize(node, {rank, *bound})))
    return failure();
  if (*bound == 0 || count == 0)
    return node.replace(node.splat({rank, *bound}, i64, -1));
  Value flat = node.reshape(node.operand(0), {count});
  if (!elementOf(flat).isInteger(1))
    flat = node.map(flat, node.builder.getI1Type(), [](OpBuilder &b, Location loc, ValueRange in) {
      Scalars s{b, loc};
      return s.notEqual(in[0], s.number(in[0].getType(), 0));
    });
  TruePlaces found(node, flat);
  Value places = node.reshape(found.places(*bound), {1, *bound});
  SmallVector<Value> rows;
  for (int64_t dim = 0; dim < rank; ++dim)
    rows.push_back(node.map(places, i64, [&](OpBuilder &b, Location loc, ValueRange in) {
      Scalars s{b, loc};
      auto number = [&](int64_t value) { return s.number(i64, double(value)); };
      Value at = s.rem(s.div(in[0], number(strides[dim])), number(shape[dim]));
      return s.select(s.less(in[0], number(0)), number(-1), at);
    }));
  return node.replace(Converted{node.concat(rows, 0), i64, found.count(*bound)});
}

void import::addSelectionConverters(ConverterTable &table) {
  table.add("Compress", 9, convertCompress);
  table.add("NonZero", 9, convertNonZero);
}
