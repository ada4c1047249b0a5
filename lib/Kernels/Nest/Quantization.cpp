// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Codes from numbers and back, in f32, literally (quantize_c1 to c3,
// dequantize_c1, requantize_c1, dynamic_quantize_c1), and packed codes.
#include "lib/Kernels/Nest/Elements.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include <limits>

using namespace mlir;
using namespace pith;
using namespace pith::nest;

/// A float as f32.
Value Elements::single(Value value) {
  Type f32 = scopes.builder.getF32Type();
  unsigned width = getElementTypeOrSelf(value).getIntOrFloatBitWidth();
  if (width < 32)
    return make<arith::ExtFOp>(f32, value);
  if (width > 32)
    return make<arith::TruncFOp>(f32, value);
  return value;
}

/// The smallest and largest code, as numbers.
static std::pair<double, double> rangeOf(Type code, bool isSigned) {
  unsigned width = code.getIntOrFloatBitWidth();
  double low = isSigned ? -double(1 << (width - 1)) : 0.0;
  return {low, low + double((1 << width) - 1)};
}

Value Elements::saturate(Value quotient, Value zeroPoint, bool isSigned, Type code) {
  if (isa<VectorType>(quotient.getType()))
    return saturateLanes(quotient, zeroPoint, isSigned, code);
  auto [low, high] = rangeOf(code, isSigned);
  Type f32 = scopes.builder.getF32Type();
  Value zero = real(f32, 0.0);
  if (zeroPoint)
    zero = isSigned ? make<arith::SIToFPOp>(f32, zeroPoint) : make<arith::UIToFPOp>(f32, zeroPoint);
  Value steps = make<math::RoundEvenOp>(quotient);
  Value moved = make<arith::AddFOp>(steps, zero);
  // A NaN becomes the zero point before the conversion, which would be undefined.
  Value isNaN = make<arith::CmpFOp>(arith::CmpFPredicate::UNO, moved, moved);
  moved = make<arith::SelectOp>(isNaN, zero, moved);
  moved = make<arith::MaximumFOp>(moved, real(f32, low));
  moved = make<arith::MinimumFOp>(moved, real(f32, high));
  // i32 first: every code is exact in it, whatever its sign.
  Value wide = make<arith::FPToSIOp>(scopes.builder.getI32Type(), moved);
  return make<arith::TruncIOp>(code, wide);
}

Value Elements::numberOrZero(Value value) {
  Value isNumber = make<arith::CmpFOp>(arith::CmpFPredicate::ORD, value, value);
  return make<arith::SelectOp>(isNumber, value, real(getElementTypeOrSelf(value), 0.0));
}

/// Comparisons of numbers: one instruction each, where a maximum that minds NaN
/// is many.
Value Elements::hold(Value number, Value least, Value most) {
  Value above = make<arith::CmpFOp>(arith::CmpFPredicate::OGT, number, least);
  number = make<arith::SelectOp>(above, number, least);
  Value below = make<arith::CmpFOp>(arith::CmpFPredicate::OLT, number, most);
  return make<arith::SelectOp>(below, number, most);
}

/// The same number with fewer instructions: rounding keeps the order and leaves
/// integers alone, so that the quotient may be held within [low - z, high - z]
/// first; then it fits an integer, and z is added to that, exactly.
Value Elements::saturateLanes(Value quotient, Value zeroPoint, bool isSigned, Type code,
                              bool mayBeNaN, Value counts) {
  auto [low, high] = rangeOf(code, isSigned);
  Type f32 = scopes.builder.getF32Type(), i32 = scopes.builder.getI32Type();
  Value zero, least = real(f32, low), most = real(f32, high);
  if (zeroPoint) {
    zero = isSigned ? make<arith::ExtSIOp>(i32, zeroPoint) : make<arith::ExtUIOp>(i32, zeroPoint);
    Value moved = make<arith::SIToFPOp>(f32, zero);
    least = make<arith::SubFOp>(least, moved);
    most = make<arith::SubFOp>(most, moved);
  }
  if (counts) {
    least = make<arith::SelectOp>(counts, least, real(f32, 0.0));
    most = make<arith::SelectOp>(counts, most, real(f32, 0.0));
  }
  // A NaN is held at the lowest code, which may be the one that it gives.
  APInt number;
  bool lowest = low == 0 && (!zeroPoint ||
                             (matchPattern(zeroPoint, m_ConstantInt(&number)) && number.isZero()));
  Value held = mayBeNaN && !lowest ? numberOrZero(quotient) : quotient;
  held = hold(held, least, most);
  Value steps = make<arith::FPToSIOp>(i32, make<math::RoundEvenOp>(held));
  Value wide = zero ? make<arith::AddIOp>(steps, zero) : steps;
  Value narrow = make<arith::TruncIOp>(code, wide);
  wideCodes[narrow] = {wide, isSigned};
  return narrow;
}

Value Elements::extended(Value narrow, bool isSigned) {
  Type i32 = scopes.builder.getI32Type();
  auto [wide, wasSigned] = wideCodes.lookup(narrow);
  if (wide && wasSigned == isSigned)
    return wide;
  return isSigned ? make<arith::ExtSIOp>(i32, narrow) : make<arith::ExtUIOp>(i32, narrow);
}

Value Elements::quantize(QuantizeOp op, ArrayRef<Index> at) {
  Type code = getElementTypeOrSelf(op.getResult().getType());
  Value x = single(this->at(op.getInput(), at));
  Value s = single(broadcast(op.getScale(), at));
  Value zero = op.getZeroPoint() ? broadcast(op.getZeroPoint(), at) : Value();
  return saturate(make<arith::DivFOp>(x, s), zero, op.getIsSigned(), code);
}

Value Elements::requantize(RequantizeOp op, ArrayRef<Index> at) {
  Type f32 = scopes.builder.getF32Type(), code = getElementTypeOrSelf(op.getResult().getType());
  bool isSigned = op.getIsSigned();
  Value sum = make<arith::SIToFPOp>(f32, this->at(op.getInput(), at));
  Value zero = op.getZeroPoint() ? broadcast(op.getZeroPoint(), at) : Value();
  Indices place = broadcastIndices(op.getScale(), at);
  // A skeleton's own sums come in tiles, which share a scale in one block of code.
  bool isShared = !bound.empty() || scopes.isOutside(place);
  if (!isa<VectorType>(sum.getType()) || !isShared)
    return saturate(make<arith::MulFOp>(sum, this->at(op.getScale(), place)), zero, isSigned, code);
  // The scale is looked at once, not with each sum: of 0 and the largest numbers
  // come the codes that come of NaN and infinities, and never a NaN.
  Value scale = scopes.memoize(op.getOperation(), 1, place, [&] {
    double most = APFloat::getLargest(APFloat::IEEEsingle()).convertToFloat();
    Value number = numberOrZero(this->at(op.getScale(), place));
    return hold(number, real(f32, -most), real(f32, most));
  });
  return saturateLanes(make<arith::MulFOp>(sum, scale), zero, isSigned, code, /*mayBeNaN=*/false);
}

Value Elements::dynamicQuantize(DynamicQuantizeOp op, unsigned result, ArrayRef<Index> at) {
  Type f32 = scopes.builder.getF32Type(), i8 = scopes.builder.getI8Type();
  RankedTensorType input = op.getInput().getType();
  SmallVector<int64_t> all = llvm::to_vector(llvm::seq<int64_t>(0, input.getRank()));
  Indices origin(input.getRank(), scopes.space.constant(0));
  auto extreme = [&](ReduceKind kind, unsigned part) {
    return scopes.memoize(op.getOperation(), part, {}, [&] {
      Value joined = join({kind}, f32, input.getShape(), all, origin,
                          [&](ArrayRef<Index> i) { return this->at(op.getInput(), i); });
      // The range always includes 0.
      return combine(kind, true, joined, real(f32, 0.0));
    });
  };
  // Nothing below depends on the sign of a zero.
  constexpr int64_t fewNumbers = 128;
  int64_t count = input.getNumElements();
  Value low, high;
  if (unit.bits && !unit.scalable && joinsLanes && count >= fewNumbers) {
    Value both = scopes.memoize(op.getOperation(), 9, {}, [&] {
      return range(count, [&](Index i) {
        return this->at(op.getInput(), scopes.space.delinearize(i, input.getShape()));
      });
    });
    auto one = [&](int64_t i) {
      return scopes.memoize(op.getOperation(), unsigned(4 + i), {}, [&]() -> Value {
        return vector::ExtractOp::create(scopes.builder, scopes.loc, both, i);
      });
    };
    low = one(0);
    high = one(1);
  } else {
    low = extreme(ReduceKind::Min, 4);
    high = extreme(ReduceKind::Max, 5);
  }
  Value scale = scopes.memoize(op.getOperation(), 6, {}, [&] {
    Value steps = make<arith::DivFOp>(make<arith::SubFOp>(high, low), real(f32, 255.0));
    // Of zeros only: any scale will do, but nothing is divided by 0.
    Value none = make<arith::CmpFOp>(arith::CmpFPredicate::OEQ, steps, real(f32, 0.0));
    return make<arith::SelectOp>(none, real(f32, 1.0), steps);
  });
  Value zeroPoint = scopes.memoize(op.getOperation(), 7, {}, [&] {
    Value distance = make<arith::SubFOp>(real(f32, 0.0), low);
    return saturate(make<arith::DivFOp>(distance, scale), Value(), false, i8);
  });
  if (result == 1)
    return scale;
  if (result == 2)
    return zeroPoint;
  Value isNumber = scopes.memoize(op.getOperation(), 10, {}, [&]() -> Value {
    double infinity = std::numeric_limits<double>::infinity();
    return make<arith::CmpFOp>(arith::CmpFPredicate::OLT, scale, real(f32, infinity));
  });
  auto codeAt = [&](ArrayRef<Index> i) {
    Value quotient = make<arith::DivFOp>(this->at(op.getInput(), i), scale);
    if (!isa<VectorType>(quotient.getType()))
      return saturate(quotient, zeroPoint, false, i8);
    // Of a scale that is a number come no NaNs, since its range has every element; of
    // another one the zero point comes of each, be it of 0 or of a NaN.
    return saturateLanes(quotient, zeroPoint, false, i8, /*mayBeNaN=*/false, isNumber);
  };
  bool isResult = llvm::all_of(op.getCodes().getUsers(),
                               llvm::IsaPred<bufferization::MaterializeInDestinationOp>);
  if (isResult)
    return codeAt(at);
  // Sums read each code many times: all are made once, in the scratch memory.
  Value codes = scopes.memoize(op.getOperation(), 8, {}, [&]() -> Value {
    Value offset = scopes.constantIndex(scratchBytes);
    scratchBytes += llvm::alignTo(input.getNumElements(), 64);
    auto type = MemRefType::get(input.getShape(), i8);
    Value buffer = make<memref::ViewOp>(type, scratch, offset, ValueRange());
    SmallVector<Trip> trips;
    for (int64_t size : input.getShape())
      trips.push_back(scopes.trip(size));
    scopes.loops(trips, {}, [&](ArrayRef<Index> i, ValueRange) {
      Value code = codeAt(i);
      memref::StoreOp::create(scopes.builder, scopes.loc, code, buffer,
                              ValueRange(scopes.materialize(i)));
      return SmallVector<Value>();
    });
    return buffer;
  });
  return load(codes, at);
}

Value Elements::unpack(UnpackOp op, ArrayRef<Index> at) {
  auto packed = cast<RankedTensorType>(op.getInput().getType());
  auto result = cast<RankedTensorType>(op.getResult().getType());
  int64_t width = op.getWidth(), perByte = 8 / width;
  Index element = scopes.space.linearize(at, result.getShape());
  Index byte = scopes.space.divide(element, perByte);
  Value bits = this->at(op.getInput(), scopes.space.delinearize(byte, packed.getShape()));
  return code(bits, scopes.space.modulo(element, perByte), width, op.getIsSigned());
}

Value Elements::code(Value byte, Index part, int64_t width, bool isSigned) {
  Type i8 = scopes.builder.getI8Type();
  // The code moves to the top of the byte, and back down with its sign.
  Index place = (scopes.space.constant(8 / width - 1) - part) * width;
  Value up = make<arith::IndexCastUIOp>(i8, scopes.materialize(place));
  Value top = make<arith::ShLIOp>(byte, up), down = integer(i8, 8 - width);
  return isSigned ? make<arith::ShRSIOp>(top, down) : make<arith::ShRUIOp>(top, down);
}

Value Elements::dequantize(DequantizeOp op, ArrayRef<Index> at) {
  Type i32 = scopes.builder.getI32Type(), f32 = scopes.builder.getF32Type();
  auto widened = [&](Value q) -> Value {
    if (getElementTypeOrSelf(q) == i32)
      return q;
    return extended(q, op.getIsSigned());
  };
  Value q = widened(this->at(op.getInput(), at));
  if (op.getZeroPoint())
    q = make<arith::SubIOp>(q, widened(broadcast(op.getZeroPoint(), at)));
  Value s = broadcast(op.getScale(), at);
  Value product = make<arith::MulFOp>(make<arith::SIToFPOp>(f32, q), single(s));
  Type result = getElementTypeOrSelf(s);
  if (result.isF64())
    return make<arith::ExtFOp>(result, product);
  return narrow(product, result);
}
