// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators that only move elements.
#include "lib/Kernels/Nest/Elements.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

static ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

Value Elements::slice(tensor::ExtractSliceOp op, ArrayRef<Index> at) {
  if (ShapedType::isDynamicShape(op.getStaticOffsets()) ||
      ShapedType::isDynamicShape(op.getStaticStrides()) || !op.getType().hasStaticShape())
    return unsupported(op, "a place or size that is known at run time only in");
  llvm::SmallBitVector dropped = op.getDroppedDims();
  Indices source;
  for (unsigned i = 0, next = 0; i < dropped.size(); ++i) {
    Index index = dropped[i] ? scopes.space.constant(0) : at[next++];
    source.push_back(index * op.getStaticStride(i) + op.getStaticOffset(i));
  }
  return this->at(op.getSource(), source);
}

void Elements::cut(Index index, int64_t bound) {
  std::optional<int64_t> shift;
  if (position)
    shift = scopes.space.distance(index, position);
  if (shift)
    cuts.insert(bound - *shift);
  scopes.refuse("lanes on both sides of a border");
}

Value Elements::choose(Value condition, Type element, ArrayRef<Index> at, Scopes::Branch yes,
                       Scopes::Branch no) {
  return scopes.choose(
      condition, spread(at, element), [&] { return spread(at, yes()); },
      [&] { return spread(at, no()); });
}

Value Elements::inside(Index index, int64_t low, int64_t high) {
  Bounds range = scopes.space.range(index);
  Value condition;
  if (scopes.space.lanesOf(index)) {
    if (range.low < low)
      cut(index, low);
    if (range.high >= high)
      cut(index, high);
    return condition;
  }
  auto both = [&](Value other) {
    condition = condition ? make<arith::AndIOp>(condition, other) : other;
  };
  if (range.low < low)
    both(make<arith::CmpIOp>(arith::CmpIPredicate::sge, scopes.materialize(index),
                             scopes.constantIndex(low)));
  if (range.high >= high)
    both(make<arith::CmpIOp>(arith::CmpIPredicate::slt, scopes.materialize(index),
                             scopes.constantIndex(high)));
  return condition;
}

Index Elements::narrowed(Index index, int64_t size) {
  if (scopes.space.range(index).within(0, size - 1))
    return index;
  if (scopes.space.lanesOf(index)) {
    scopes.refuse("lanes outside of a tensor");
    return scopes.space.constant(0);
  }
  // Written here, not where its counters are: it is valid here only.
  Value value = scopes.materialize(index);
  Value here = make<arith::AddIOp>(value, scopes.constantIndex(0));
  return scopes.index(here, {0, size - 1});
}

Value Elements::insert(tensor::InsertSliceOp op, ArrayRef<Index> at) {
  if (ShapedType::isDynamicShape(op.getStaticOffsets()) ||
      !llvm::all_of(op.getStaticStrides(), [](int64_t stride) { return stride == 1; }) ||
      !op.getSourceType().hasStaticShape())
    return unsupported(op, "a place known at run time only, or a stride, in");
  llvm::SmallBitVector dropped = op.getDroppedDims();
  Value condition;
  SmallVector<std::pair<Index, int64_t>> source;
  for (unsigned i = 0; i < dropped.size(); ++i) {
    Index index = at[i] - op.getStaticOffset(i);
    int64_t size = op.getStaticSize(i);
    if (Value each = inside(index, 0, size))
      condition = condition ? make<arith::AndIOp>(condition, each) : each;
    if (!dropped[i])
      source.push_back({index, size});
  }
  auto inserted = [&] {
    Indices indices;
    for (auto [index, size] : source)
      indices.push_back(narrowed(index, size));
    return this->at(op.getSource(), indices);
  };
  if (!condition)
    return inserted();
  return choose(condition, op.getType().getElementType(), at, inserted,
                [&] { return this->at(op.getDest(), at); });
}

Value Elements::reshape(Value source, RankedTensorType expanded,
                        ArrayRef<ReassociationIndices> groups, bool expand, ArrayRef<Index> at) {
  Indices indices;
  for (auto [position, group] : llvm::enumerate(groups)) {
    ArrayRef<int64_t> shape = expanded.getShape().slice(group.front(), group.size());
    if (expand)
      indices.push_back(scopes.space.linearize(at.slice(group.front(), group.size()), shape));
    else
      llvm::append_range(indices, scopes.space.delinearize(at[position], shape));
  }
  // A tensor of rank 0 expands to ones, and ones collapse to it.
  if (groups.empty() && !expand)
    indices.assign(expanded.getRank(), scopes.space.constant(0));
  return this->at(source, indices);
}

Value Elements::padded(Value source, ArrayRef<int64_t> low, ArrayRef<Index> place,
                       ArrayRef<Index> at, Scopes::Branch outside) {
  ArrayRef<int64_t> shape = shapeOf(source);
  Value condition;
  Indices shifted;
  for (auto [index, amount, size] : llvm::zip_equal(place, low, shape)) {
    shifted.push_back(index - amount);
    if (Value each = inside(shifted.back(), 0, size))
      condition = condition ? make<arith::AndIOp>(condition, each) : each;
  }
  auto stored = [&] {
    Indices indices;
    for (auto [index, size] : llvm::zip_equal(shifted, shape))
      indices.push_back(narrowed(index, size));
    return this->at(source, indices);
  };
  if (!condition)
    return stored();
  return choose(condition, getElementTypeOrSelf(source.getType()), at, stored, outside);
}

Value Elements::pad(tensor::PadOp op, ArrayRef<Index> at) {
  if (ShapedType::isDynamicShape(op.getStaticLow()) ||
      ShapedType::isDynamicShape(op.getStaticHigh()))
    return unsupported(op, "an amount of padding that is known at run time only in");
  return padded(op.getSource(), op.getStaticLow(), at, at, [&] {
    SmallVector<Value> places;
    for (auto [argument, index] : llvm::zip_equal(op.getRegion().getArguments(), at))
      places.push_back(argument.use_empty() ? Value() : scopes.materialize(index));
    return inlineBody(op.getRegion().front(), places, {}).front();
  });
}

Value Elements::toLayout(ToLayoutOp op, ArrayRef<Index> at) {
  LayoutAttr layout = op.getLayout();
  Indices place(at);
  if (!layout.onlyPads()) {
    Indices inShape(at.size(), Index());
    for (auto [position, index] : llvm::zip_equal(layout.getOrder(), at))
      inShape[position] = index;
    place = scopes.space.delinearize(scopes.space.linearize(inShape, layout.getShape()),
                                     layout.paddedShape(shapeOf(op.getInput())));
  }
  return padded(op.getInput(), layout.getLow(), place, at, [&] {
    return op.getValue() ? this->at(op.getValue(), ArrayRef<Index>())
                         : zero(getElementTypeOrSelf(op.getResult().getType()));
  });
}

Value Elements::fromLayout(FromLayoutOp op, ArrayRef<Index> at) {
  LayoutAttr layout = op.getLayout();
  Indices padded;
  for (auto [index, low] : llvm::zip_equal(at, layout.getLow()))
    padded.push_back(index + low);
  if (layout.onlyPads())
    return this->at(op.getInput(), padded);
  SmallVector<int64_t> shape = layout.paddedShape(shapeOf(op.getResult()));
  Indices inShape =
      scopes.space.delinearize(scopes.space.linearize(padded, shape), layout.getShape());
  Indices stored;
  for (int64_t position : layout.getOrder())
    stored.push_back(inShape[position]);
  if (!layout.getBits())
    return this->at(op.getInput(), stored);
  int64_t perByte = layout.perElement();
  Index part = scopes.space.modulo(stored.back(), perByte);
  stored.back() = scopes.space.divide(stored.back(), perByte);
  return code(this->at(op.getInput(), stored), part, layout.getBits(), /*isSigned=*/true);
}

Value Elements::concat(tensor::ConcatOp op, ArrayRef<Index> at) {
  unsigned dim = op.getDim();
  SmallVector<int64_t> starts{0};
  for (Value input : op.getInputs())
    starts.push_back(starts.back() + shapeOf(input)[dim]);
  Bounds bounds = scopes.space.range(at[dim]);
  // Halves the list of operands until one is left.
  std::function<Value(unsigned, unsigned)> from = [&](unsigned first, unsigned last) -> Value {
    if (last - first == 1) {
      Indices source(at);
      source[dim] = narrowed(at[dim] - starts[first], starts[last] - starts[first]);
      return this->at(op.getInputs()[first], source);
    }
    unsigned middle = (first + last) / 2;
    if (bounds.high < starts[middle])
      return from(first, middle);
    if (bounds.low >= starts[middle])
      return from(middle, last);
    if (scopes.space.lanesOf(at[dim])) {
      cut(at[dim], starts[middle]);
      return zero(op.getResultType().getElementType());
    }
    Value condition = make<arith::CmpIOp>(arith::CmpIPredicate::slt, scopes.materialize(at[dim]),
                                          scopes.constantIndex(starts[middle]));
    return choose(
        condition, op.getResultType().getElementType(), at, [&] { return from(first, middle); },
        [&] { return from(middle, last); });
  };
  return from(0, op.getInputs().size());
}
