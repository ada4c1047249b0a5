// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes as values, and operators that change nothing but the shape.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/RunTimeMovement.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::import;

static LogicalResult convertShape(NodeConversion &node) {
  int64_t rank = node.rank(0);
  auto clamp = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? std::max(at, -rank) + rank : at, 0, rank);
  };
  int64_t start = clamp(node.i64("start", 0)), end = clamp(node.i64("end", rank));
  Shape shape = node.shape(0).slice(start, std::max<int64_t>(end - start, 0));
  return node.replace({node.ints(shape)});
}

static LogicalResult convertSize(NodeConversion &node) {
  auto type = RankedTensorType::get({}, node.builder.getI64Type());
  return node.replace({node.constant(DenseIntElementsAttr::get(type, countOf(node.shape(0))))});
}

/// The shape that operand 1 asks for: 0 copies a size, one -1 is computed.
static FailureOr<SmallVector<int64_t>> targetShape(NodeConversion &node) {
  FailureOr<SmallVector<int64_t>> wanted =
      node.operand(1) ? node.constantInts(1) : node.ints("shape");
  if (failed(wanted))
    return failure();
  Shape input = node.shape(0);
  std::optional<size_t> free;
  for (auto [dim, size] : llvm::enumerate(*wanted)) {
    if (size == 0 && node.i64("allowzero") == 0) {
      if (dim >= input.size())
        return node.unsupported("expected a size to copy for dimension " + Twine(dim));
      size = input[dim];
    } else if (size == -1 && !free) {
      free = dim;
    } else if (size < 0) {
      return node.unsupported("expected sizes of at least 0 and at most one -1");
    }
  }
  if (free) {
    (*wanted)[*free] = 1;
    if (failed(checkSize(node, *wanted)))
      return failure();
    int64_t rest = countOf(*wanted), total = countOf(input);
    if (rest == 0 || total % rest)
      return node.unsupported("expected a shape that divides " + Twine(total) + " elements");
    (*wanted)[*free] = total / rest;
  }
  return *wanted;
}

static LogicalResult reshapeTo(NodeConversion &node, Shape shape) {
  if (failed(checkSize(node, shape)))
    return failure();
  if (countOf(shape) != countOf(node.shape(0)))
    return node.unsupported("expected a shape of " + Twine(countOf(node.shape(0))) +
                            " elements, got " + Twine(countOf(shape)));
  return node.replace({node.reshape(node.operand(0), shape)});
}

static LogicalResult convertReshape(NodeConversion &node) {
  FailureOr<SmallVector<int64_t>> shape = targetShape(node);
  return failed(shape) ? failure() : reshapeTo(node, *shape);
}

static LogicalResult convertFlatten(NodeConversion &node) {
  int64_t rank = node.rank(0), axis = node.i64("axis", 1);
  if (axis < -rank || axis > rank)
    return node.unsupported("expected an axis from " + Twine(-rank) + " to " + Twine(rank) +
                            ", got " + Twine(axis));
  axis += axis < 0 ? rank : 0;
  Shape shape = node.shape(0);
  return reshapeTo(node, {countOf(shape.take_front(axis)), countOf(shape.drop_front(axis))});
}

static LogicalResult convertSqueeze(NodeConversion &node) {
  FailureOr<std::optional<SmallVector<int64_t>>> axes = axesOf(node, 1);
  if (failed(axes))
    return failure();
  Shape input = node.shape(0);
  SmallVector<int64_t> shape;
  FailureOr<SmallVector<int64_t>> dims = SmallVector<int64_t>();
  if (*axes && failed(dims = node.dims(**axes, input.size())))
    return failure();
  for (auto [dim, size] : llvm::enumerate(input)) {
    bool named = *axes ? llvm::is_contained(*dims, int64_t(dim)) : size == 1;
    if (named && size != 1)
      return node.unsupported("expected size 1 in dimension " + Twine(dim) + ", got " +
                              Twine(size));
    if (!named)
      shape.push_back(size);
  }
  return reshapeTo(node, shape);
}

static LogicalResult convertUnsqueeze(NodeConversion &node) {
  FailureOr<std::optional<SmallVector<int64_t>>> axes = axesOf(node, 1);
  if (failed(axes))
    return failure();
  if (!*axes)
    return node.unsupported("expected axes");
  int64_t rank = node.rank(0) + (*axes)->size();
  FailureOr<SmallVector<int64_t>> dims = node.dims(**axes, rank);
  if (failed(dims))
    return failure();
  SmallVector<int64_t> shape;
  Shape input = node.shape(0);
  for (int64_t dim = 0; dim < rank; ++dim) {
    bool isNew = llvm::is_contained(*dims, dim);
    shape.push_back(isNew ? 1 : input.front());
    input = isNew ? input : input.drop_front();
  }
  return reshapeTo(node, shape);
}

static LogicalResult convertIdentity(NodeConversion &node) {
  if (node.sequence(0) || node.converted(0).isEmptyOptional)
    return node.replace(ArrayRef(node.converted(0)));
  return node.replace({node.operand(0)});
}

static LogicalResult convertExpand(NodeConversion &node) {
  FailureOr<SmallVector<int64_t>> wanted = node.constantInts(1);
  if (failed(wanted) || failed(checkSize(node, *wanted)))
    return failure();
  auto shape = broadcastShapes({node.shape(0), *wanted});
  if (!shape)
    return node.unsupported("expected a shape that broadcasts with the input");
  if (failed(checkSize(node, *shape)))
    return failure();
  return node.replace({node.broadcast(node.operand(0), *shape)});
}

static LogicalResult convertConstantOfShape(NodeConversion &node) {
  FailureOr<SmallVector<int64_t>> shape = node.constantInts(0);
  if (failed(shape) || failed(checkSize(node, *shape)))
    return failure();
  constexpr int64_t most = int64_t(1) << 28;
  if (countOf(*shape) > most)
    return node.unsupported("expected at most " + Twine(most) + " elements of a constant");
  Attribute scalar = node.builder.getF32FloatAttr(0);
  if (node.has("value")) {
    auto value = dyn_cast<DenseElementsAttr>(node.node.getStated("value"));
    if (!value || value.getNumElements() != 1)
      return node.unsupported("expected a value of one element");
    scalar = *signless(value).value_begin<Attribute>();
  }
  auto type = RankedTensorType::get(*shape, cast<TypedAttr>(scalar).getType());
  return node.replace({node.constant(DenseElementsAttr::get(type, scalar))});
}

/// The number of elements from start to limit, both constant.
static FailureOr<int64_t> countSteps(NodeConversion &node) {
  if (isa<FloatType>(node.type(0).getElementType())) {
    SmallVector<double> values;
    for (unsigned i = 0; i < 3; ++i) {
      FailureOr<SmallVector<double>> value = node.constantFloats(i);
      if (failed(value))
        return failure();
      values.push_back(value->front());
    }
    double count = std::ceil((values[1] - values[0]) / values[2]);
    if (!(count < 9e15))
      return node.unsupported("expected a finite range with a step that is not 0");
    return std::max<int64_t>(count, 0);
  }
  SmallVector<int64_t> values;
  for (unsigned i = 0; i < 3; ++i) {
    FailureOr<SmallVector<int64_t>> value = node.constantInts(i);
    if (failed(value))
      return failure();
    values.push_back(value->front());
  }
  __int128 distance = __int128(values[1]) - values[0], step = values[2];
  if (step == 0)
    return node.unsupported("expected a step that is not 0");
  if ((distance > 0) != (step > 0) || distance == 0)
    return 0;
  __int128 count = (distance + step + (step > 0 ? -1 : 1)) / step;
  return int64_t(std::min<__int128>(count, INT64_MAX));
}

/// i64 [1]: the same where the run knows them, up to `bound`.
static Value countAtRunTime(NodeConversion &node, int64_t bound) {
  Type i64 = node.builder.getI64Type(), f64 = node.builder.getF64Type();
  auto one = [&](unsigned index) { return node.reshape(node.operand(index), {1}); };
  return node.map({one(0), one(1), one(2)}, i64, [&](OpBuilder &b, Location loc, ValueRange in) {
    Scalars s{b, loc};
    Value zero = s.number(i64, 0), most = s.number(i64, double(bound));
    if (Scalars::isFloat(in[0])) {
      SmallVector<Value> wide;
      for (Value number : in)
        wide.push_back(s.cast(number, false, f64, false));
      Value steps = s.make<math::CeilOp>(s.div(s.sub(wide[1], wide[0]), wide[2]));
      return s.min(s.max(s.cast(steps, false, i64, false), zero), most);
    }
    SmallVector<Value> wide;
    for (Value number : in)
      wide.push_back(s.cast(number, false, i64, false));
    // The distance may take 64 bits without a sign.
    Value start = wide[0], limit = wide[1], step = wide[2], unit = s.number(i64, 1);
    Value isForward = s.less(zero, step);
    Value distance = s.select(isForward, s.sub(limit, start), s.sub(start, limit));
    Value isSome = s.make<arith::AndIOp>(
        s.notEqual(step, zero), s.select(isForward, s.less(start, limit), s.less(limit, start)));
    Value length = s.select(isForward, step, s.neg(step));
    Value before = s.div(s.sub(distance, unit), length, /*isUnsigned=*/true);
    Value steps = s.add(s.min(before, s.sub(most, unit), /*isUnsigned=*/true), unit);
    return s.select(isSome, s.min(steps, most), zero);
  });
}

static LogicalResult convertRange(NodeConversion &node) {
  for (unsigned i = 0; i < 3; ++i)
    if (countOf(node.shape(i)) != 1)
      return node.unsupported("expected scalar operands");
  auto unknown = firstUnknown(node, 0);
  auto stated = node.statedShape(0);
  if (unknown && !stated)
    return node.unknown(*unknown);
  if (stated && stated->size() != 1)
    return node.unsupported("expected a result of one dimension");
  FailureOr<int64_t> count = unknown ? stated->front() : countSteps(node);
  if (failed(count) || failed(checkSize(node, {*count})))
    return failure();
  Type type = node.type(0).getElementType();
  Value start = node.reshape(node.operand(0), {}), step = node.reshape(node.operand(2), {});
  Value result = node.map({start, iota(node, *count, type), step}, {*count}, type,
                          [](OpBuilder &builder, Location loc, ValueRange values) -> Value {
                            if (isa<FloatType>(values[0].getType())) {
                              Value far = arith::MulFOp::create(builder, loc, values[1], values[2]);
                              return arith::AddFOp::create(builder, loc, values[0], far);
                            }
                            Value far = arith::MulIOp::create(builder, loc, values[1], values[2]);
                            return arith::AddIOp::create(builder, loc, values[0], far);
                          });
  Converted range{result, node.onnxElement(0)};
  if (unknown)
    range.count = countAtRunTime(node, *count);
  return node.replace(range);
}

/// Ones (or what `isOne` says) by row and column, converted to `type`.
static LogicalResult convertEyeLike(NodeConversion &node) {
  FailureOr<Type> type = resultElement(node);
  if (failed(type) || node.rank(0) != 2)
    return node.unsupported("expected an input of rank 2 and a known element type");
  int64_t shift = node.i64("k");
  Value eye = generate(
      node, node.shape(0), *type, [&](OpBuilder &builder, Location loc, ValueRange at) -> Value {
        Value k = arith::ConstantIndexOp::create(builder, loc, shift);
        Value column = arith::AddIOp::create(builder, loc, at[0], k);
        Value one = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, at[1], column);
        if (type->isInteger(1))
          return one;
        if (isa<FloatType>(*type))
          return arith::UIToFPOp::create(builder, loc, *type, one);
        return arith::ExtUIOp::create(builder, loc, *type, one);
      });
  return node.replace({eye});
}

void import::addShapeConverters(ConverterTable &table) {
  table.add("Shape", 1, convertShape);
  table.add("Size", 1, convertSize);
  table.add("Reshape", 1, convertReshape);
  table.add("Flatten", 1, convertFlatten);
  table.add("Squeeze", 1, convertSqueeze);
  table.add("Unsqueeze", 1, convertUnsqueeze);
  table.add("Identity", 1, convertIdentity);
  table.add("Expand", 8, convertExpand);
  table.add("ConstantOfShape", 9, convertConstantOfShape);
  table.add("Range", 11, convertRange);
  table.add("EyeLike", 9, convertEyeLike);
}
