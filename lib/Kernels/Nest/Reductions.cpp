// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce, softmax, norm: sixteen interleaved partial results and a fixed tree
// (floats_c3 to c5).
#include "lib/Kernels/Nest/Elements.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

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

Value Elements::combine(Joining how, Value a, Value b) {
  if (!how.ofNumbers)
    return combine(how.kind, how.isSigned, a, b);
  auto order = how.kind == ReduceKind::Max ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT;
  return make<arith::SelectOp>(make<arith::CmpFOp>(order, b, a), b, a);
}

Value Elements::join(Joining how, Type type, ArrayRef<int64_t> shape, ArrayRef<int64_t> dims,
                     ArrayRef<Index> at, llvm::function_ref<Value(ArrayRef<Index>)> element) {
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
  Value start = spread(at, identity(how.kind, how.isSigned, type));
  auto isVector = [](Value value) { return isa<VectorType>(value.getType()); };
  if (isVector(start) && !isa<FloatType>(type)) // any order gives the same
    return accumulate(scopes.trip(count), start, at, [&](ArrayRef<Index> i, Value soFar) {
      return combine(how, soFar, elementAt(i.front()));
    });
  if (!isVector(start) && unit.bits && joinsLanes)
    return joinLanes(how, type, count, elementAt);
  return joinPartials(how, start, count, elementAt);
}

/// Sixteen values, scalars or vectors; of vectors four at a time where registers
/// are few: the tree joins those four first.
Value Elements::joinPartials(Joining how, Value initial, int64_t count, ByNumber element) {
  bool few = isa<VectorType>(initial.getType()) && unit.registers < 2 * lanes;
  unsigned apart = few ? lanes / 4 : 1, number = lanes / apart;
  SmallVector<Value> joined;
  for (unsigned first = 0; first < apart; ++first) {
    // Joins element `16 * step + first + apart * i` to number i.
    auto joinStep = [&](ValueRange carried, Index step, int64_t limit) {
      SmallVector<Value> partial(carried);
      for (unsigned i = 0; i < number; ++i)
        if (int64_t(first + apart * i) < limit)
          partial[i] = combine(how, partial[i], element(step * lanes + first + apart * i));
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
        partial[i] = combine(how, partial[i], partial[i + half]);
    joined.push_back(partial.front());
  }
  for (unsigned half = apart / 2; half; half /= 2)
    for (unsigned i = 0; i < half; ++i)
      joined[i] = combine(how, joined[i], joined[i + half]);
  return joined.front();
}

/// The sixteen partial results are the lanes of one vector. The largest or the
/// smallest does not depend on the order: of many, there are as many partial
/// results as several registers hold, so that none waits for another.
Value Elements::joinLanes(Joining how, Type type, int64_t count, ByNumber element) {
  bool anyOrder = how.kind == ReduceKind::Max || how.kind == ReduceKind::Min;
  int64_t width = anyOrder && count >= 8 * lanes ? 4 * lanes : lanes;
  auto shape = VectorType::get(width, type);
  Value start = spread(shape, identity(how.kind, how.isSigned, type));
  Value partial = start;
  if (int64_t steps = count / width) {
    Index lane = scopes.space.lanes(width, width);
    partial = accumulate(scopes.trip(steps), start, lane, [&](ArrayRef<Index> step, Value soFar) {
      return combine(how, soFar, element(step.front() * width + lane));
    });
  }
  if (int64_t rest = count % width) {
    Index lane = scopes.space.lanes(width, rest);
    Value last = element(lane + count / width * width);
    // Without the lanes that do not count: these join what joins nothing.
    SmallVector<bool> counts(width, false);
    std::fill_n(counts.begin(), rest, true);
    Value mask = arith::ConstantOp::create(scopes.builder, scopes.loc,
                                           scopes.builder.getBoolVectorAttr(counts));
    partial = combine(how, partial, make<arith::SelectOp>(mask, last, start));
  }
  for (int64_t half = width / 2; half; half /= 2) {
    auto part = [&](int64_t first) {
      return make<vector::ExtractStridedSliceOp>(partial, ArrayRef<int64_t>(first),
                                                 ArrayRef<int64_t>(half), ArrayRef<int64_t>(1));
    };
    partial = combine(how, part(0), part(half));
  }
  return make<vector::ExtractOp>(partial, int64_t(0));
}

/// Numbers are compared without regard to NaNs, of which there is a note aside: one
/// comparison finds that of either of two.
Value Elements::range(int64_t count, ByNumber element) {
  constexpr int64_t width = 4 * lanes, half = width / 2;
  Type f32 = scopes.builder.getF32Type(), i32 = scopes.builder.getI32Type();
  Joining least{ReduceKind::Min, true, /*ofNumbers=*/true},
      most{ReduceKind::Max, true, /*ofNumbers=*/true};
  auto part = [&](Value vector, int64_t first, int64_t size) {
    return make<vector::ExtractStridedSliceOp>(vector, ArrayRef<int64_t>(first),
                                               ArrayRef<int64_t>(size), ArrayRef<int64_t>(1));
  };
  auto join = [&](ValueRange soFar, Value numbers) {
    Value isNaN = make<arith::CmpFOp>(arith::CmpFPredicate::UNO, part(numbers, 0, half),
                                      part(numbers, half, half));
    Value note = make<arith::ExtSIOp>(VectorType::get(half, i32), isNaN);
    return SmallVector<Value>{combine(least, soFar[0], numbers), combine(most, soFar[1], numbers),
                              make<arith::OrIOp>(soFar[2], note)};
  };
  Value zeros = spread(VectorType::get(width, f32), real(f32, 0.0));
  Value noNaN = spread(VectorType::get(half, i32), integer(i32, 0));
  SmallVector<Value> found{zeros, zeros, noNaN};
  if (int64_t steps = count / width) {
    Index lane = scopes.space.lanes(width, width);
    found = scopes.loops(scopes.trip(steps), found, [&](ArrayRef<Index> step, ValueRange carried) {
      return join(carried, spread(lane, element(step.front() * width + lane)));
    });
  }
  if (int64_t rest = count % width) {
    Index lane = scopes.space.lanes(width, rest);
    Value last = spread(lane, element(lane + count / width * width));
    SmallVector<bool> counts(width, false);
    std::fill_n(counts.begin(), rest, true);
    Value mask = arith::ConstantOp::create(scopes.builder, scopes.loc,
                                           scopes.builder.getBoolVectorAttr(counts));
    found = join(found, make<arith::SelectOp>(mask, last, zeros));
  }
  auto single = [&](Value vector, llvm::function_ref<Value(Value, Value)> joined) {
    for (int64_t size = cast<VectorType>(vector.getType()).getNumElements() / 2; size; size /= 2)
      vector = joined(part(vector, 0, size), part(vector, size, size));
    return make<vector::ExtractOp>(vector, int64_t(0));
  };
  Value low = single(found[0], [&](Value a, Value b) { return combine(least, a, b); });
  Value high = single(found[1], [&](Value a, Value b) { return combine(most, a, b); });
  Value note = single(found[2], [&](Value a, Value b) { return make<arith::OrIOp>(a, b); });
  Value isNaN = make<arith::CmpIOp>(arith::CmpIPredicate::ne, note, integer(i32, 0));
  Value nan = make<arith::ConstantOp>(
      TypedAttr(FloatAttr::get(f32, APFloat::getNaN(cast<FloatType>(f32).getFloatSemantics()))));
  low = make<arith::SelectOp>(isNaN, nan, low);
  high = make<arith::SelectOp>(isNaN, nan, high);
  return vector::FromElementsOp::create(scopes.builder, scopes.loc, VectorType::get(2, f32),
                                        ValueRange{low, high});
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
  Value joined = join({op.getKind(), op.getIsSigned()}, wide, input.getShape(), op.getDims(),
                      indices, [&](ArrayRef<Index> i) {
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

SmallVector<unsigned> Elements::statisticsOf(Operation *op) {
  auto norm = dyn_cast<NormOp>(op);
  return norm && norm.getKind() != NormKind::Layer ? SmallVector<unsigned>{2}
                                                   : SmallVector<unsigned>{1, 2};
}

Value Elements::statistic(Operation *op, unsigned part, ArrayRef<Index> row) {
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return part == 1 ? largest(softmax, row) : sumOfPowers(softmax, row);
  return part == 1 ? mean(cast<NormOp>(op), row) : deviation(cast<NormOp>(op), row);
}

Value Elements::largest(SoftmaxOp op, ArrayRef<Index> row) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  // A NaN in the row makes all of it NaN, whatever the largest is; the sign of a
  // zero only shows in a logarithm.
  Joining largestOf{ReduceKind::Max, true, /*ofNumbers=*/unit.bits && !op.getLog()};
  return scopes.memoize(op.getOperation(), 1, row, [&] {
    return join(largestOf, wideType(input.getElementType()), input.getShape(), op.getDims(), row,
                [&](ArrayRef<Index> i) { return widen(at(op.getInput(), i)); });
  });
}

Value Elements::sumOfPowers(SoftmaxOp op, ArrayRef<Index> row) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  Type wide = wideType(input.getElementType());
  Value powers = op.getLog() ? Value() : scratchRow(op, row, wide), most = largest(op, row);
  return scopes.memoize(op.getOperation(), 2, row, [&] {
    return join({ReduceKind::Sum}, wide, input.getShape(), op.getDims(), row,
                [&](ArrayRef<Index> i) {
                  Value number = widen(at(op.getInput(), i));
                  Value power = make<math::ExpOp>(make<arith::SubFOp>(number, most));
                  if (powers)
                    store(power, powers, placeInRow(op, i));
                  return power;
                });
  });
}

Index Elements::placeInRow(SoftmaxOp op, ArrayRef<Index> at) {
  Indices indices;
  SmallVector<int64_t> sizes;
  for (int64_t dim : op.getDims()) {
    indices.push_back(at[dim]);
    sizes.push_back(cast<RankedTensorType>(op.getInput().getType()).getDimSize(dim));
  }
  return scopes.space.simplify(scopes.space.linearize(indices, sizes));
}

Value Elements::softmax(SoftmaxOp op, ArrayRef<Index> at) {
  Type element = getElementTypeOrSelf(op.getInput().getType());
  Indices row = rowOf(scopes.space, at, op.getDims());
  Value most = largest(op, row);
  Value powers = op.getLog() ? Value() : scratchRow(op, row, wideType(element));
  Value sum = sumOfPowers(op, row);
  if (powers)
    return narrow(make<arith::DivFOp>(load(powers, placeInRow(op, at)), sum), element);
  Value distance = make<arith::SubFOp>(widen(this->at(op.getInput(), at)), most);
  if (!op.getLog())
    return narrow(make<arith::DivFOp>(make<math::ExpOp>(distance), sum), element);
  Value logarithm =
      scopes.memoize(op.getOperation(), 3, row, [&] { return make<math::LogOp>(sum); });
  return narrow(make<arith::SubFOp>(distance, logarithm), element);
}

/// Scratch memory for a value of each element of a row, so that none is computed
/// twice; null where rows are lanes, or too long to lie in a cache.
Value Elements::scratchRow(SoftmaxOp op, ArrayRef<Index> row, Type type) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  int64_t count = 1;
  for (int64_t dim : op.getDims())
    count *= input.getDimSize(dim);
  if (!unit.bits || scopes.space.lanesOf(row) || count > int64_t(1) << 16)
    return {};
  return scopes.memoize(op.getOperation(), powersPart, row, [&]() -> Value {
    return scratchView(scopes.constantIndex(takeScratch(count, type)), count, type);
  });
}

int64_t Elements::takeScratch(int64_t count, Type type) {
  int64_t offset = scratchBytes;
  scratchBytes += llvm::alignTo(count * type.getIntOrFloatBitWidth() / 8, 64);
  return offset;
}

Value Elements::scratchView(Value offset, int64_t count, Type type) {
  return make<memref::ViewOp>(MemRefType::get(count, type), scratch, offset, ValueRange());
}

Value Elements::average(NormOp op, ArrayRef<Index> row,
                        llvm::function_ref<Value(ArrayRef<Index>)> each) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  Type wide = wideType(input.getElementType());
  int64_t count = 1;
  for (int64_t dim : op.getDims())
    count *= input.getDimSize(dim);
  Value sum = join({ReduceKind::Sum}, wide, input.getShape(), op.getDims(), row, each);
  return make<arith::DivFOp>(sum, real(wide, double(count)));
}

Value Elements::mean(NormOp op, ArrayRef<Index> row) {
  return scopes.memoize(op.getOperation(), 1, row, [&] {
    return average(op, row, [&](ArrayRef<Index> i) { return widen(at(op.getInput(), i)); });
  });
}

Value Elements::centred(NormOp op, ArrayRef<Index> row, ArrayRef<Index> at) {
  Value mean = op.getKind() == NormKind::Layer ? this->mean(op, row) : Value();
  Value number = widen(this->at(op.getInput(), at));
  return mean ? make<arith::SubFOp>(number, mean) : number;
}

Value Elements::deviation(NormOp op, ArrayRef<Index> row) {
  if (op.getKind() == NormKind::Layer)
    mean(op, row); // stands in front
  Type wide = wideType(getElementTypeOrSelf(op.getInput().getType()));
  return scopes.memoize(op.getOperation(), 2, row, [&] {
    Value variance = average(op, row, [&](ArrayRef<Index> i) {
      Value d = centred(op, row, i);
      return make<arith::MulFOp>(d, d);
    });
    Value shifted = make<arith::AddFOp>(variance, real(wide, op.getEpsilon().convertToDouble()));
    Value root = make<math::SqrtOp>(shifted);
    return op.getForm() == NormForm::Divided ? root : make<arith::DivFOp>(real(wide, 1.0), root);
  });
}

Value Elements::norm(NormOp op, ArrayRef<Index> at) {
  Indices row = rowOf(scopes.space, at, op.getDims());
  Value deviation = this->deviation(op, row), result;
  auto scale = [&] { return widen(broadcast(op.getScale(), at)); };
  auto bias = [&] { return widen(broadcast(op.getBias(), at)); };
  if (op.getForm() == NormForm::Affine) {
    Value factor = make<arith::MulFOp>(deviation, scale());
    Value shift = make<arith::SubFOp>(bias(), make<arith::MulFOp>(mean(op, row), factor));
    result =
        make<arith::AddFOp>(make<arith::MulFOp>(widen(this->at(op.getInput(), at)), factor), shift);
  } else {
    Value distance = centred(op, row, at);
    result = op.getForm() == NormForm::Divided ? make<arith::DivFOp>(distance, deviation)
                                               : make<arith::MulFOp>(distance, deviation);
    if (op.getScale())
      result = make<arith::MulFOp>(result, scale());
    if (op.getBias())
      result = make<arith::AddFOp>(result, bias());
  }
  return narrow(result, getElementTypeOrSelf(op.getInput().getType()));
}
