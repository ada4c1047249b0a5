// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolution, pooling, matrix product, table lookup: sums with one accumulator
// in the order of floats_c1 and floats_c2.
#include "lib/Kernels/Nest/Elements.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

static RankedTensorType typeOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()); }

namespace {
/// One spatial dimension of a window over an image.
struct Window {
  int64_t image, taps, stride, dilation, low;
};
} // namespace

static SmallVector<Window> windowsOf(ArrayRef<int64_t> image, ArrayRef<int64_t> taps,
                                     ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations,
                                     ArrayRef<int64_t> low) {
  SmallVector<Window> windows;
  for (unsigned i = 0; i < taps.size(); ++i)
    windows.push_back({image[i], taps[i], strides[i], dilations[i], low[i]});
  return windows;
}

/// The taps of a window at output position `at` that lie inside the image.
static Trip tapsInside(Scopes &scopes, const Window &w, Index at) {
  Index base = at * w.stride - w.low;
  Bounds range = scopes.space.range(base);
  Trip trip = scopes.trip(w.taps);
  bool allInside = range.low >= 0 && range.high + (w.taps - 1) * w.dilation < w.image;
  if (!allInside && scopes.space.lanesOf(at)) {
    scopes.refuse("windows of several lanes at the border of an image");
    return trip;
  }
  auto first = [&](Index distance) { // ceil(max(0, distance) / dilation)
    OpBuilder &b = scopes.builder;
    Value steps = arith::MaxSIOp::create(b, scopes.loc, scopes.materialize(distance),
                                         scopes.constantIndex(0));
    if (w.dilation == 1)
      return steps;
    Value up = arith::AddIOp::create(b, scopes.loc, steps, scopes.constantIndex(w.dilation - 1));
    return Value(arith::DivUIOp::create(b, scopes.loc, up, scopes.constantIndex(w.dilation)));
  };
  if (range.low < 0)
    trip.low = first(scopes.space.constant(0) - base);
  if (range.high + (w.taps - 1) * w.dilation >= w.image)
    trip.high = Value(arith::MinSIOp::create(scopes.builder, scopes.loc,
                                             first(scopes.space.constant(w.image) - base),
                                             scopes.constantIndex(w.taps)));
  return trip;
}

static Index tapIndex(const Window &w, Index at, Index tap) {
  return at * w.stride + tap * w.dilation - w.low;
}

/// The image's index under tap `tap`, which lies inside.
static Index imageIndex(Scopes &scopes, const Window &w, Index at, Index tap) {
  Index index = tapIndex(w, at, tap);
  if (scopes.space.range(index).within(0, w.image - 1))
    return index;
  if (scopes.space.lanesOf(index)) {
    scopes.refuse("windows of several lanes at the border of an image");
    return scopes.space.constant(0);
  }
  return scopes.index(scopes.materialize(index), {0, w.image - 1});
}

Value Elements::factor(Value tensor, Value zeroPoint, bool isSigned, Type wide,
                       ArrayRef<Index> at) {
  if (isa<FloatType>(wide))
    return widen(this->at(tensor, at));
  auto extend = [&](Value code) -> Value {
    if (getElementTypeOrSelf(code) == wide)
      return code;
    return isSigned ? make<arith::ExtSIOp>(wide, code) : make<arith::ExtUIOp>(wide, code);
  };
  Value code = extend(this->at(tensor, at));
  return zeroPoint ? make<arith::SubIOp>(code, extend(broadcast(zeroPoint, at))) : code;
}

Value Elements::addBias(Value sum, Value bias, Index index) {
  return bias ? add(sum, widen(at(bias, {index}))) : sum;
}

Value Elements::accumulate(ArrayRef<Trip> trips, Value initial, ArrayRef<Index> at,
                           llvm::function_ref<Value(ArrayRef<Index>, Value)> step) {
  return scopes
      .loops(trips, spread(at, initial),
             [&](ArrayRef<Index> counters, ValueRange carried) {
               return SmallVector<Value>{spread(at, step(counters, carried.front()))};
             })
      .front();
}

Value Elements::addProduct(Value value, Value weight, Value sum, bool absentZeros) {
  Value longer = multiplyAdd(value, weight, sum);
  if (!absentZeros)
    return longer;
  Value isAbsent =
      make<arith::CmpFOp>(arith::CmpFPredicate::OEQ, weight, real(getElementTypeOrSelf(weight), 0));
  return make<arith::SelectOp>(isAbsent, sum, longer);
}

Value Elements::conv(ConvOp op, ArrayRef<Index> at) {
  RankedTensorType input = typeOf(op.getInput()), filter = typeOf(op.getFilter());
  unsigned spatial = filter.getRank() - 2;
  SmallVector<Window> windows =
      windowsOf(input.getShape().slice(1, spatial), filter.getShape().slice(1, spatial),
                op.getStrides(), op.getDilations(), op.getLow());
  int64_t channels = filter.getShape().back();
  Index out = at.back();
  Index group = scopes.space.divide(out, filter.getDimSize(0) / int64_t(op.getGroups()));

  Type element = getElementTypeOrSelf(op.getResult().getType()), wide = wideType(element);
  // Zeros around an image of floats take part in the sum (floats_c2): an fma with
  // them may change the sign of a zero, or make a NaN of an infinite weight.
  bool zerosCount = isa<FloatType>(wide);
  SmallVector<Trip> trips;
  for (auto [i, window] : llvm::enumerate(windows))
    trips.push_back(zerosCount ? scopes.trip(window.taps) : tapsInside(scopes, window, at[1 + i]));
  trips.push_back(scopes.trip(channels));
  Value sum = accumulate(trips, zero(wide), at, [&](ArrayRef<Index> taps, Value sum) {
    Indices from{at.front()}, weight{out};
    Value isInside; // null where it is known to be
    for (auto [i, window] : llvm::enumerate(windows)) {
      weight.push_back(taps[i]);
      if (Value each =
              zerosCount ? inside(tapIndex(window, at[1 + i], taps[i]), 0, window.image) : Value())
        isInside = isInside ? make<arith::AndIOp>(isInside, each) : each;
    }
    weight.push_back(taps.back());
    Index channel = group * channels + taps.back();
    auto image = [&] {
      for (auto [i, window] : llvm::enumerate(windows))
        from.push_back(zerosCount ? narrowed(tapIndex(window, at[1 + i], taps[i]), window.image)
                                  : imageIndex(scopes, window, at[1 + i], taps[i]));
      from.push_back(channel);
      return factor(op.getInput(), op.getInputZeroPoint(), op.getInputSigned(), wide, from);
    };
    Value x =
        isInside ? choose(isInside, wide, channel, image, [&] { return zero(wide); }) : image();
    Value w = factor(op.getFilter(), op.getFilterZeroPoint(), op.getFilterSigned(), wide, weight);
    return addProduct(x, w, sum, op.getAbsentZeros());
  });
  return narrow(addBias(sum, op.getBias(), out), element);
}

Value Elements::pool(PoolOp op, ArrayRef<Index> at) {
  RankedTensorType input = typeOf(op.getInput());
  SmallVector<Window> windows = windowsOf(input.getShape().drop_front().drop_back(), op.getWindow(),
                                          op.getStrides(), op.getDilations(), op.getLow());
  SmallVector<Trip> trips;
  for (auto [i, window] : llvm::enumerate(windows))
    trips.push_back(tapsInside(scopes, window, at[1 + i]));
  bool average = op.getKind() == PoolKind::Average;
  Type element = getElementTypeOrSelf(op.getResult().getType()), wide = wideType(element);
  ReduceKind kind = op.getKind() == PoolKind::Max ? ReduceKind::Max : ReduceKind::Sum;
  Value start = identity(kind, op.getIsSigned(), wide);
  Value joined = accumulate(trips, start, at, [&](ArrayRef<Index> taps, Value soFar) {
    Indices from{at.front()};
    for (auto [i, window] : llvm::enumerate(windows))
      from.push_back(imageIndex(scopes, window, at[1 + i], taps[i]));
    from.push_back(at.back());
    Value x = factor(op.getInput(), op.getZeroPoint(), op.getIsSigned(), wide, from);
    return combine(kind, op.getIsSigned(), soFar, x);
  });
  if (average) {
    // Padding never goes beyond what the last window covers, so with
    // count_padding every tap counts.
    int64_t known = 1;
    Value counted;
    for (auto [i, trip] : llvm::enumerate(trips)) {
      std::optional<int64_t> low = getConstantIntValue(trip.low),
                             high = getConstantIntValue(trip.high);
      if (op.getCountPadding() || (low && high)) {
        known *= windows[i].taps;
        continue;
      }
      auto value = [&](OpFoldResult bound, std::optional<int64_t> constant) {
        return constant ? scopes.constantIndex(*constant) : cast<Value>(bound);
      };
      Value count = make<arith::SubIOp>(value(trip.high, high), value(trip.low, low));
      counted = counted ? make<arith::MulIOp>(counted, count) : count;
    }
    Value divisor = real(wide, double(known));
    if (counted) {
      Value count = make<arith::MulIOp>(counted, scopes.constantIndex(known));
      Value bits = make<arith::IndexCastOp>(scopes.builder.getI64Type(), count);
      divisor = make<arith::SIToFPOp>(wide, bits);
    }
    joined = make<arith::DivFOp>(joined, divisor);
  }
  return narrow(joined, element);
}

Value Elements::matmul(MatmulOp op, ArrayRef<Index> at) {
  RankedTensorType lhs = typeOf(op.getLhs());
  int64_t depth = lhs.getDimSize(lhs.getRank() - (op.getTransposeLhs() ? 2 : 1));
  Index row = at[at.size() - 2], column = at.back();
  auto indices = [&](Value side, Index first, Index second, bool transposed) {
    Indices result;
    ArrayRef<int64_t> batch = typeOf(side).getShape().drop_back(2);
    for (auto [index, size] : llvm::zip_equal(at.drop_back(2), batch))
      result.push_back(size == 1 ? scopes.space.constant(0) : index);
    result.push_back(transposed ? second : first);
    result.push_back(transposed ? first : second);
    return result;
  };
  Type element = getElementTypeOrSelf(op.getResult().getType()), wide = wideType(element);
  Value sum = accumulate(scopes.trip(depth), zero(wide), at, [&](ArrayRef<Index> k, Value sum) {
    Value l = factor(op.getLhs(), op.getLhsZeroPoint(), op.getLhsSigned(), wide,
                     indices(op.getLhs(), row, k[0], op.getTransposeLhs()));
    Value r = factor(op.getRhs(), op.getRhsZeroPoint(), op.getRhsSigned(), wide,
                     indices(op.getRhs(), k[0], column, op.getTransposeRhs()));
    return addProduct(l, r, sum, op.getAbsentZeros());
  });
  return narrow(addBias(sum, op.getBias(), column), element);
}

Value Elements::lookup(LookupOp op, ArrayRef<Index> at) {
  Value input = this->at(op.getInput(), at);
  if (auto codes = dyn_cast<VectorType>(input.getType())) {
    auto table = op.getTable().getDefiningOp<bufferization::ToTensorOp>();
    auto memory = table ? dyn_cast<MemRefType>(table.getBuffer().getType()) : MemRefType();
    if (unit.lookups && memory && memory.getLayout().isIdentity() &&
        memory.getElementType().isInteger(8)) {
      OpBuilder &b = scopes.builder;
      Value places = make<arith::ExtUIOp>(codes.clone(b.getI32Type()), input);
      Value all = arith::ConstantOp::create(
          b, scopes.loc, DenseElementsAttr::get(codes.clone(b.getI1Type()), true));
      Value none = arith::ConstantOp::create(b, scopes.loc, b.getZeroAttr(codes));
      return vector::GatherOp::create(b, scopes.loc, codes, table.getBuffer(),
                                      scopes.constantIndex(0), places, all, none);
    }
    scopes.refuse("each lane takes its own entry of a table");
    return zero(getElementTypeOrSelf(op.getTable()));
  }
  Value code = make<arith::IndexCastUIOp>(scopes.builder.getIndexType(), input);
  return this->at(op.getTable(), {scopes.index(code, {0, 255})});
}
