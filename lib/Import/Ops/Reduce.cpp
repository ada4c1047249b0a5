// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions: an element-wise part, the reduction, an element-wise part.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/Indexing.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

struct Reduction {
  SmallVector<int64_t> dims;
  bool keepsDims;
  SmallVector<int64_t> resultShape;
  int64_t count; // elements that become one
};

/// The axes, from operand 1 or, before the operator had it, the attribute.
FailureOr<Reduction> readReduction(NodeConversion &node) {
  SmallVector<int64_t> axes = node.ints("axes");
  if (node.operand(1)) {
    auto values = node.constantInts(1);
    if (failed(values))
      return failure();
    axes = *values;
  }
  int64_t rank = node.rank(0);
  auto dims = node.dims(axes, rank);
  if (failed(dims))
    return failure();
  if (dims->empty() && !node.i64("noop_with_empty_axes", 0))
    dims = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  Reduction reduction{*dims, node.i64("keepdims", 1) != 0, {}, 1};
  for (auto [dim, size] : llvm::enumerate(node.shape(0))) {
    bool isReduced = llvm::is_contained(*dims, int64_t(dim));
    if (isReduced)
      reduction.count *= size;
    if (!isReduced || reduction.keepsDims)
      reduction.resultShape.push_back(isReduced ? 1 : size);
  }
  return reduction;
}

FailureOr<Value> reduce(NodeConversion &node, ReduceKind kind, Value input,
                        const Reduction &reduction, bool keepsDims) {
  if (reduction.dims.empty())
    return input;
  bool isSigned = isa<IntegerType>(elementOf(input)) && !node.isUnsigned(0) &&
                  !elementOf(node.operand(0)).isInteger(1);
  auto result = node.create<ReduceOp>(kind, input, reduction.dims, keepsDims, isSigned);
  return failed(result) ? FailureOr<Value>(failure()) : FailureOr<Value>(result->getResult());
}

Value map(NodeConversion &node, ValueRange inputs, Type element, ElementBody body) {
  SmallVector<Shape> shapes;
  for (Value input : inputs)
    shapes.push_back(shapeOf(input));
  return node.map(inputs, *broadcastShapes(shapes), element,
                  [&](OpBuilder &builder, Location loc, ValueRange x) {
                    return body(Scalars{builder, loc}, x);
                  });
}

/// An element-wise change of type.
Value castElements(NodeConversion &node, Value value, Type element) {
  if (elementOf(value) == element)
    return value;
  return map(node, value, element,
             [=](Scalars s, ValueRange x) { return s.cast(x[0], false, element, false); });
}

using Step = Value (*)(Scalars, Value);

Value square(Scalars s, Value x) { return s.mul(x, x); }
Value magnitude(Scalars s, Value x) {
  return Scalars::isFloat(x) ? s.make<math::AbsFOp>(x) : s.make<math::AbsIOp>(x);
}
Value root(Scalars s, Value x) { return s.make<math::SqrtOp>(x); }
Value logarithm(Scalars s, Value x) { return s.log(x); }

/// `after(reduce(before(x)))`. Sums of f16 and bf16 are held in f32, so is what
/// stands around them; integers pass through f32 where a root or a logarithm
/// asks for floats.
template <ReduceKind kind, Step before = nullptr, Step after = nullptr>
LogicalResult convertReduce(NodeConversion &node) {
  auto reduction = readReduction(node);
  if (failed(reduction))
    return failure();
  Value value = node.operand(0);
  Type element = elementOf(value);
  bool isSum = kind == ReduceKind::Sum || kind == ReduceKind::Product;
  if (isSum)
    value = castElements(node, value, computeType(element));
  if (element.isInteger(1)) // bool: 0 and 1 as bytes
    value = castElements(node, value, node.builder.getI8Type());
  Type computed = elementOf(value);
  if constexpr (before != nullptr)
    if (before != Step(magnitude) || !node.isUnsigned(0))
      value = map(node, value, computed, [](Scalars s, ValueRange x) { return before(s, x[0]); });
  auto result = reduce(node, kind, value, *reduction, reduction->keepsDims);
  if (failed(result))
    return failure();
  value = *result;
  if constexpr (after != nullptr) {
    bool isUnsigned = node.isUnsigned(0);
    Type inner = isa<FloatType>(computed) ? computed : node.builder.getF64Type();
    value = map(node, value, computed, [=](Scalars s, ValueRange x) {
      return s.cast(after(s, s.cast(x[0], isUnsigned, inner, false)), false, computed, isUnsigned);
    });
  }
  return node.replace(castElements(node, value, element));
}

LogicalResult convertReduceMean(NodeConversion &node) {
  auto reduction = readReduction(node);
  if (failed(reduction))
    return failure();
  Type element = elementOf(node.operand(0));
  Value value = castElements(node, node.operand(0), computeType(element));
  auto sum = reduce(node, ReduceKind::Sum, value, *reduction, reduction->keepsDims);
  if (failed(sum))
    return failure();
  bool isUnsigned = node.isUnsigned(0);
  double count = reduction->count;
  value = map(node, *sum, elementOf(*sum), [=](Scalars s, ValueRange x) {
    return s.div(x[0], s.number(x[0].getType(), count), isUnsigned);
  });
  return node.replace(castElements(node, value, element));
}

/// log(sum(exp(x - m))) + m with the maximum m, which keeps exp in range.
LogicalResult convertReduceLogSumExp(NodeConversion &node) {
  auto reduction = readReduction(node);
  if (failed(reduction))
    return failure();
  Type element = elementOf(node.operand(0)), computed = computeType(element);
  if (!isa<FloatType>(element))
    return node.unsupported("expected floats");
  Value value = castElements(node, node.operand(0), computed);
  auto maximum = reduce(node, ReduceKind::Max, value, *reduction, /*keepsDims=*/true);
  if (failed(maximum))
    return failure();
  // An infinite maximum would give inf - inf.
  Value shift = map(node, *maximum, computed, [](Scalars s, ValueRange x) {
    Type type = x[0].getType();
    Value infinity = s.number(type, std::numeric_limits<double>::infinity());
    return s.select(s.equal(s.make<math::AbsFOp>(x[0]), infinity), s.number(type, 0), x[0]);
  });
  Value powers = map(node, {value, shift}, computed,
                     [](Scalars s, ValueRange x) { return s.exp(s.sub(x[0], x[1])); });
  auto sum = reduce(node, ReduceKind::Sum, powers, *reduction, /*keepsDims=*/true);
  if (failed(sum))
    return failure();
  Value result = map(node, {*sum, shift}, computed,
                     [](Scalars s, ValueRange x) { return s.add(s.log(x[0]), x[1]); });
  result = node.reshape(result, reduction->resultShape);
  return node.replace(castElements(node, result, element));
}

/// [0, 1, ...] along a dimension of a tensor.
Value positions(NodeConversion &node, int64_t rank, int64_t dim, int64_t size) {
  SmallVector<int64_t> values = llvm::to_vector(llvm::seq<int64_t>(0, size)), shape(rank, 1);
  shape[dim] = size;
  return node.reshape(node.ints(values), shape);
}

/// The place of the first (or last) largest (or smallest) element, as i64 with
/// the dimension kept: the extremum, then the extremum of the places that have
/// it. NaN counts as the extremum.
FailureOr<Value> findExtremum(NodeConversion &node, ReduceKind kind, int64_t dim, bool last) {
  Value input = node.operand(0);
  int64_t rank = node.rank(0), size = node.shape(0)[dim];
  if (size == 0)
    return node.unsupported("expected at least one element along the axis");
  if (failed(checkPositions(node, size)))
    return failure();
  Reduction reduction{{dim}, true, {}, size};
  auto best = reduce(node, kind, input, reduction, true);
  if (failed(best))
    return failure();
  Value places = map(node, {input, *best, positions(node, rank, dim, size)},
                     node.builder.getI64Type(), [=](Scalars s, ValueRange x) {
                       Value isBest = s.equal(x[0], x[1]);
                       if (Scalars::isFloat(x[0]))
                         isBest = s.make<arith::OrIOp>(isBest, s.notEqual(x[0], x[0]));
                       return s.select(isBest, x[2], s.number(x[2].getType(), last ? -1 : size));
                     });
  auto result = node.create<ReduceOp>(last ? ReduceKind::Max : ReduceKind::Min, places,
                                      SmallVector<int64_t>{dim}, true, /*is_signed=*/true);
  return failed(result) ? FailureOr<Value>(failure()) : FailureOr<Value>(result->getResult());
}

template <ReduceKind kind> LogicalResult convertArg(NodeConversion &node) {
  auto dim = node.dim(node.i64("axis", 0), node.rank(0));
  if (failed(dim))
    return failure();
  auto place = findExtremum(node, kind, *dim, node.i64("select_last_index", 0));
  if (failed(place))
    return failure();
  SmallVector<int64_t> shape(shapeOf(*place));
  if (!node.i64("keepdims", 1))
    shape.erase(shape.begin() + *dim);
  return node.replace(Converted{node.reshape(*place, shape), node.builder.getI64Type()});
}

/// 1 at the first maximum along the axis, else 0.
LogicalResult convertHardmax(NodeConversion &node) {
  auto dim = node.dim(node.i64("axis", -1), node.rank(0));
  if (failed(dim))
    return failure();
  auto place = findExtremum(node, ReduceKind::Max, *dim, false);
  if (failed(place))
    return failure();
  Type element = elementOf(node.operand(0));
  return node.replace(
      node.map({*place, positions(node, node.rank(0), *dim, node.shape(0)[*dim])}, node.shape(0),
               element, [=](OpBuilder &builder, Location loc, ValueRange x) {
                 Scalars s{builder, loc};
                 return s.select(s.equal(x[0], x[1]), s.number(element, 1), s.number(element, 0));
               }));
}

} // namespace

void import::addReduceConverters(ConverterTable &table) {
  table.add("ReduceSum", 1, convertReduce<ReduceKind::Sum>);
  table.add("ReduceProd", 1, convertReduce<ReduceKind::Product>);
  table.add("ReduceMax", 1, convertReduce<ReduceKind::Max>);
  table.add("ReduceMin", 1, convertReduce<ReduceKind::Min>);
  table.add("ReduceL1", 1, convertReduce<ReduceKind::Sum, magnitude>);
  table.add("ReduceL2", 1, convertReduce<ReduceKind::Sum, square, root>);
  table.add("ReduceSumSquare", 1, convertReduce<ReduceKind::Sum, square>);
  table.add("ReduceLogSum", 1, convertReduce<ReduceKind::Sum, nullptr, logarithm>);
  table.add("ReduceMean", 1, convertReduceMean);
  table.add("ReduceLogSumExp", 1, convertReduceLogSumExp);
  table.add("ArgMax", 1, convertArg<ReduceKind::Max>);
  table.add("ArgMin", 1, convertArg<ReduceKind::Min>);
  table.add("Hardmax", 13, convertHardmax);
}
