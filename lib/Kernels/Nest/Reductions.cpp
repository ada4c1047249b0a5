// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce, softmax, norm: sixteen interleaved partial results and a fixed tree
// (floats_c3 to c5).
#include "lib/Kernels/Nest/Elements.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

static constexpr unsigned lanes = 16;

Value Elements::identity(ReduceKind kind, bool isSigned, Type type) {
  if (auto element = dyn_cast<FloatType>(type)) {
    auto infinity = [&](bool negative) {
      return make<arith::ConstantOp>(TypedAttr(
          FloatAttr::get(element, APFloat::getInf(element.getFloatSemantics(), negative))));
    };
    switch (kind) {
    case ReduceKind::Sum:
      return real(type, 0.0);
    case ReduceKind::Product:
      return real(type, 1.0);
    case ReduceKind::Max:
      return infinity(true);
    case ReduceKind::Min:
      return infinity(false);
    }
  }
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value(width, 0);
  if (kind == ReduceKind::Product)
    value = APInt(width, 1);
  else if (kind == ReduceKind::Max)
    value = isSigned ? APInt::getSignedMinValue(width) : APInt(width, 0);
  else if (kind == ReduceKind::Min)
    value = isSigned ? APInt::getSignedMaxValue(width) : APInt::getMaxValue(width);
  return make<arith::ConstantOp>(TypedAttr(IntegerAttr::get(type, value)));
}

Value Elements::combine(ReduceKind kind, bool isSigned, Value a, Value b) {
  bool real = isa<FloatType>(getElementTypeOrSelf(a));
  switch (kind) {
  case ReduceKind::Sum:
    return add(a, b);
  case ReduceKind::Product:
    return real ? make<arith::MulFOp>(a, b) : make<arith::MulIOp>(a, b);
  case ReduceKind::Max:
    return real       ? make<arith::MaximumFOp>(a, b)
           : isSigned ? make<arith::MaxSIOp>(a, b)
                      : make<arith::MaxUIOp>(a, b);
  case ReduceKind::Min:
    return real       ? make<arith::MinimumFOp>(a, b)
           : isSigned ? make<arith::MinSIOp>(a, b)
                      : make<arith::MinUIOp>(a, b);
  }
  return {};
}

Value Elements::join(ReduceKind kind, bool isSigned, Type type, ArrayRef<int64_t> shape,
                     ArrayRef<int64_t> dims, ArrayRef<Index> at,
                     llvm::function_ref<Value(ArrayRef<Index>)> element) {
  SmallVector<int64_t> sizes;
  int64_t count = 1;
  for (int64_t dim : dims)
    sizes.push_back(shape[dim]), count *= shape[dim];
  auto elementAt = [&](Index linear) {
    Indices indices(at);
    for (auto [dim, index] : llvm::zip_equal(dims, scopes.space.delinearize(linear, sizes)))
      indices[dim] = index;
    return element(indices);
  };
  Value start = spread(at, identity(kind, isSigned, type));
  auto isVector = [](Value value) { return isa<VectorType>(value.getType()); };
  if (isVector(start) && !isa<FloatType>(type)) // any order gives the same
    return accumulate(scopes.trip(count), start, at, [&](ArrayRef<Index> i, Value soFar) {
      return combine(kind, isSigned, soFar, elementAt(i.front()));
    });
  if (!isVector(start) && unit.bits && joinsLanes)
    return joinLanes(kind, isSigned, type, count, elementAt);
  return joinPartials(kind, isSigned, start, count, elementAt);
}

/// Sixteen values, scalars or vectors; of vectors four at a time where registers
/// are few: the tree joins those four first.
Value Elements::joinPartials(ReduceKind kind, bool isSigned, Value initial, int64_t count,
                             ByNumber element) {
  bool few = isa<VectorType>(initial.getType()) && unit.registers < 2 * lanes;
  unsigned apart = few ? lanes / 4 : 1, number = lanes / apart;
  SmallVector<Value> joined;
  for (unsigned first = 0; first < apart; ++first) {
    // Joins element `16 * step + first + apart * i` to number i.
    auto joinStep = [&](ValueRange carried, Index step, int64_t limit) {
      SmallVector<Value> partial(carried);
      for (unsigned i = 0; i < number; ++i)
        if (int64_t(first + apart * i) < limit)
          partial[i] =
              combine(kind, isSigned, partial[i], element(step * lanes + first + apart * i));
      return partial;
    };
    SmallVector<Value> partial(number, initial);
    int64_t steps = count / lanes;
    if (steps)
      partial =
          scopes.loops(scopes.trip(steps), partial, [&](ArrayRef<Index> step, ValueRange carried) {
            return joinStep(carried, step.front(), lanes);
          });
    partial = joinStep(partial, scopes.space.constant(steps), count % lanes);
    for (unsigned half = number / 2; half; half /= 2)
      for (unsigned i = 0; i < half; ++i)
        partial[i] = combine(kind, isSigned, partial[i], partial[i + half]);
    joined.push_back(partial.front());
  }
  for (unsigned half = apart / 2; half; half /= 2)
    for (unsigned i = 0; i < half; ++i)
      joined[i] = combine(kind, isSigned, joined[i], joined[i + half]);
  return joined.front();
}

/// The sixteen partial results are the lanes of one vector.
Value Elements::joinLanes(ReduceKind kind, bool isSigned, Type type, int64_t count,
                          ByNumber element) {
  auto shape = VectorType::get(lanes, type);
  Value start = spread(shape, identity(kind, isSigned, type));
  Value partial = start;
  if (int64_t steps = count / lanes) {
    Index lane = scopes.space.lanes(lanes, lanes);
    partial = accumulate(scopes.trip(steps), start, lane, [&](ArrayRef<Index> step, Value soFar) {
      return combine(kind, isSigned, soFar, element(step.front() * lanes + lane));
    });
  }
  if (int64_t rest = count % lanes) {
    Index lane = scopes.space.lanes(lanes, rest);
    Value last = element(lane + count / lanes * lanes);
    // Without the lanes that do not count: these join what joins nothing.
    SmallVector<bool> counts(lanes, false);
    std::fill_n(counts.begin(), rest, true);
    Value mask = arith::ConstantOp::create(scopes.builder, scopes.loc,
                                           scopes.builder.getBoolVectorAttr(counts));
    partial = combine(kind, isSigned, partial, make<arith::SelectOp>(mask, last, start));
  }
  for (int64_t half = lanes / 2; half; half /= 2) {
    auto part = [&](int64_t first) {
      return make<vector::ExtractStridedSliceOp>(partial, ArrayRef<int64_t>(first),
                                                 ArrayRef<int64_t>(half), ArrayRef<int64_t>(1));
    };
    partial = combine(kind, isSigned, part(0), part(half));
  }
  return make<vector::ExtractOp>(partial, int64_t(0));
}

Value Elements::reduce(ReduceOp op, ArrayRef<Index> at) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  Indices indices;
  unsigned next = 0;
  for (int64_t i = 0; i < input.getRank(); ++i) {
    bool reduced = llvm::is_contained(op.getDims(), i);
    indices.push_back(reduced ? scopes.space.constant(0) : at[next]);
    next += !reduced || op.getKeepDims();
  }
  Type element = getElementTypeOrSelf(op.getResult().getType()), wide = wideType(element);
  Value joined = join(op.getKind(), op.getIsSigned(), wide, input.getShape(), op.getDims(), indices,
                      [&](ArrayRef<Index> i) {
                        return factor(op.getInput(), op.getZeroPoint(), op.getIsSigned(), wide, i);
                      });
  return narrow(joined, element);
}

/// The indices of the row that an element belongs to.
static Indices rowOf(const IndexSpace &space, ArrayRef<Index> at, ArrayRef<int64_t> dims) {
  Indices row(at);
  for (int64_t dim : dims)
    row[dim] = space.constant(0);
  return row;
}

Value Elements::softmax(SoftmaxOp op, ArrayRef<Index> at) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  Type element = input.getElementType(), wide = wideType(element);
  Indices row = rowOf(scopes.space, at, op.getDims());
  auto load = [&](ArrayRef<Index> i) { return widen(this->at(op.getInput(), i)); };
  Value largest = scopes.memoize(op.getOperation(), 1, row, [&] {
    return join(ReduceKind::Max, true, wide, input.getShape(), op.getDims(), row, load);
  });
  Value sum = scopes.memoize(op.getOperation(), 2, row, [&] {
    return join(ReduceKind::Sum, true, wide, input.getShape(), op.getDims(), row,
                [&](ArrayRef<Index> i) {
                  return make<math::ExpOp>(make<arith::SubFOp>(load(i), largest));
                });
  });
  Value distance = make<arith::SubFOp>(load(at), largest);
  if (!op.getLog())
    return narrow(make<arith::DivFOp>(make<math::ExpOp>(distance), sum), element);
  Value logarithm =
      scopes.memoize(op.getOperation(), 3, row, [&] { return make<math::LogOp>(sum); });
  return narrow(make<arith::SubFOp>(distance, logarithm), element);
}

Value Elements::norm(NormOp op, ArrayRef<Index> at) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  Type element = input.getElementType(), wide = wideType(element);
  Indices row = rowOf(scopes.space, at, op.getDims());
  int64_t count = 1;
  for (int64_t dim : op.getDims())
    count *= input.getDimSize(dim);
  auto load = [&](ArrayRef<Index> i) { return widen(this->at(op.getInput(), i)); };
  auto average = [&](llvm::function_ref<Value(ArrayRef<Index>)> each) {
    Value sum = join(ReduceKind::Sum, true, wide, input.getShape(), op.getDims(), row, each);
    return make<arith::DivFOp>(sum, real(wide, double(count)));
  };
  Value mean;
  if (op.getKind() == NormKind::Layer)
    mean = scopes.memoize(op.getOperation(), 1, row, [&] { return average(load); });
  auto centred = [&](ArrayRef<Index> i) {
    return mean ? make<arith::SubFOp>(load(i), mean) : load(i);
  };
  Value factor = scopes.memoize(op.getOperation(), 2, row, [&] {
    Value variance = average([&](ArrayRef<Index> i) {
      Value d = centred(i);
      return make<arith::MulFOp>(d, d);
    });
    Value shifted = make<arith::AddFOp>(variance, real(wide, op.getEpsilon().convertToDouble()));
    return make<arith::DivFOp>(real(wide, 1.0), make<math::SqrtOp>(shifted));
  });
  Value result = make<arith::MulFOp>(centred(at), factor);
  if (op.getScale())
    result = make<arith::MulFOp>(result, widen(broadcast(op.getScale(), at)));
  if (op.getBias())
    result = make<arith::AddFOp>(result, widen(broadcast(op.getBias(), at)));
  return narrow(result, element);
}
