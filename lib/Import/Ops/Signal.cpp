// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// DFT, STFT, and the weights that make a mel spectrum of a linear one.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Fourier.h"
#include "lib/Import/Ops/Indexing.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// The only number of an operand known at compile time, or `standard` where the
/// operand is absent.
FailureOr<int64_t> oneInt(NodeConversion &node, unsigned operand, int64_t standard) {
  if (!node.operand(operand))
    return standard;
  FailureOr<SmallVector<int64_t>> values = node.constantInts(operand);
  if (failed(values))
    return failure();
  if (values->size() != 1)
    return node.unsupported("expected one number in operand " + Twine(operand));
  return values->front();
}

/// Signals [rows, length, 1 or 2] of floats, as complex numbers of `length`, which
/// are computed in f32 or f64: cut off or with zeros behind.
Value complexOf(TensorBuilder &builder, Value signal, int64_t length) {
  Type type = computeType(elementOf(signal));
  SmallVector<int64_t> shape(shapeOf(signal));
  if (shape[1] > length) {
    shape[1] = length;
    signal = builder.slice(signal, {0, 0, 0}, shape);
  }
  if (elementOf(signal) != type)
    signal = builder.map(signal, type, [&](OpBuilder &nested, Location loc, ValueRange in) {
      return Scalars{nested, loc}.cast(in[0], false, type, false);
    });
  if (shape[1] == length && shape[2] == 2)
    return signal;
  Value zero =
      arith::ConstantOp::create(builder.builder, builder.loc, builder.builder.getZeroAttr(type));
  return builder.pad(signal, {0, 0, 0}, {0, length - shape[1], 2 - shape[2]}, zero);
}

/// What a result that was computed in another type is rounded to.
Value inType(TensorBuilder &builder, Value numbers, Type type) {
  if (elementOf(numbers) == type)
    return numbers;
  return builder.map(numbers, type, [&](OpBuilder &nested, Location loc, ValueRange in) {
    return Scalars{nested, loc}.cast(in[0], false, type, false);
  });
}

Value divided(TensorBuilder &builder, Value numbers, int64_t by) {
  Type type = elementOf(numbers);
  return builder.map(numbers, type, [&](OpBuilder &nested, Location loc, ValueRange in) {
    Scalars scalars{nested, loc};
    return scalars.div(in[0], scalars.number(type, double(by)));
  });
}

/// Half a spectrum [rows, length / 2 + 1, 2] of a real signal, and the other half,
/// whose numbers are conjugate.
Value wholeSpectrum(TensorBuilder &builder, Value half, int64_t length) {
  SmallVector<int64_t> places;
  for (int64_t k = 0; k < length; ++k)
    places.push_back(std::min(k, length - k));
  Value whole = take(builder, half, {std::nullopt, places, std::nullopt});
  Type type = elementOf(half);
  int64_t kept = shapeOf(half)[1];
  Value factors = builder.concat(
      {builder.splat({length, 1}, type, 1),
       builder.concat(
           {builder.splat({kept, 1}, type, 1), builder.splat({length - kept, 1}, type, -1)}, 0)},
      1);
  return builder.map({whole, factors}, type, [](OpBuilder &nested, Location loc, ValueRange in) {
    return Scalars{nested, loc}.mul(in[0], in[1]);
  });
}

LogicalResult checkLength(NodeConversion &node, int64_t length) {
  if (length < 1 || length > (int64_t(1) << 20))
    return node.unsupported("expected a length from 1 to 2^20, got " + Twine(length));
  if (greatestFactor(length) > longestFactor)
    return node.unsupported("expected a length without a prime factor above " +
                            Twine(longestFactor) + ", got " + Twine(length));
  return success();
}

LogicalResult checkSignal(NodeConversion &node) {
  Shape shape = node.shape(0);
  if (shape.size() < 2 || (shape.back() != 1 && shape.back() != 2) || countOf(shape) == 0 ||
      !isa<FloatType>(elementOf(node.operand(0))))
    return node.unsupported("expected a signal of floats that is not empty and whose last "
                            "dimension holds a real number or a complex one");
  return success();
}

LogicalResult convertDft(NodeConversion &node) {
  if (failed(checkSignal(node)))
    return failure();
  int64_t rank = node.rank(0);
  FailureOr<int64_t> given = oneInt(node, 2, -2);
  if (failed(given))
    return failure();
  FailureOr<int64_t> axis = node.dim(*given, rank);
  if (failed(axis))
    return failure();
  if (*axis == rank - 1)
    return node.unsupported("expected an axis in front of the last one");
  bool inverse = node.i64("inverse") != 0, oneSided = node.i64("onesided") != 0;
  SmallVector<int64_t> shape(node.shape(0));
  bool fromHalf = inverse && oneSided;
  FailureOr<int64_t> length = oneInt(node, 1, fromHalf ? 2 * (shape[*axis] - 1) : shape[*axis]);
  if (failed(length) || failed(checkLength(node, *length)))
    return failure();
  // The axis becomes the last but one; what is in front of it is rows.
  SmallVector<int64_t> order;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (dim != *axis && dim + 1 != rank)
      order.push_back(dim);
  llvm::append_range(order, ArrayRef<int64_t>{*axis, rank - 1});
  Value signal = node.transpose(node.operand(0), order);
  SmallVector<int64_t> moved(shapeOf(signal));
  int64_t rows = countOf(Shape(moved).drop_back(2));
  signal = node.reshape(signal, {rows, moved[rank - 2], moved[rank - 1]});
  int64_t half = *length / 2 + 1;
  signal = complexOf(node, signal, fromHalf ? half : *length);
  if (fromHalf)
    signal = wholeSpectrum(node, signal, *length);
  Value result = transform(node, signal, inverse);
  if (inverse)
    result = divided(node, result, *length);
  moved[rank - 2] = oneSided && !inverse ? half : *length;
  moved[rank - 1] = fromHalf ? 1 : 2;
  result = node.slice(result, {0, 0, 0}, {rows, moved[rank - 2], moved[rank - 1]});
  result = inType(node, node.reshape(result, moved), elementOf(node.operand(0)));
  return node.replace(node.transpose(result, invertPermutation(order)));
}

/// The frames of a signal that the step gives, or that the model states where the run
/// gives the step.
FailureOr<int64_t> countFrames(NodeConversion &node, int64_t size, int64_t length) {
  if (node.constantValue(1)) {
    FailureOr<int64_t> step = oneInt(node, 1, 1);
    if (failed(step))
      return failure();
    if (*step < 1)
      return node.unsupported("expected a step above 0");
    return 1 + (size - length) / *step;
  }
  auto stated = node.statedShape(0);
  if (!stated || stated->size() != 4 || countOf(node.shape(1)) != 1)
    return node.unknown(1);
  return (*stated)[1];
}

/// [batch, frames, length, 2] of a signal [batch, size, 2].
Value framesOf(NodeConversion &node, Value signal, int64_t frames, int64_t length) {
  int64_t batch = shapeOf(signal)[0], size = shapeOf(signal)[1];
  if (node.constantValue(1)) {
    int64_t step = node.constantInts(1)->front();
    SmallVector<int64_t> places;
    for (int64_t frame = 0; frame < frames; ++frame)
      for (int64_t i = 0; i < length; ++i)
        places.push_back(frame * step + i);
    return take(node, signal, {std::nullopt, places, std::nullopt});
  }
  Value given = node.reshape(node.operand(1), {});
  return generate(node, {batch, frames, length, 2}, elementOf(signal),
                  [&](OpBuilder &b, Location loc, ValueRange at) {
                    Scalars s{b, loc};
                    Value step = s.make<arith::IndexCastOp>(
                        b.getIndexType(), s.make<tensor::ExtractOp>(given, ValueRange()));
                    Value start = s.make<arith::MulIOp>(at[1], step);
                    Value last = s.make<arith::ConstantIndexOp>(size - 1);
                    Value place = s.make<arith::AddIOp>(start, at[2]);
                    place = s.make<arith::MaxSIOp>(place, s.make<arith::ConstantIndexOp>(0));
                    place = s.make<arith::MinSIOp>(place, last);
                    return s.make<tensor::ExtractOp>(signal, ValueRange{at[0], place, at[3]});
                  });
}

LogicalResult convertStft(NodeConversion &node) {
  if (failed(checkSignal(node)))
    return failure();
  Shape shape = node.shape(0);
  Value window = node.operand(2);
  if (shape.size() != 3 || (window && node.rank(2) != 1))
    return node.unsupported("expected a batch of signals, and a window of one dimension");
  FailureOr<int64_t> length = oneInt(node, 3, window ? node.shape(2)[0] : shape[1]);
  if (failed(length) || failed(checkLength(node, *length)))
    return failure();
  if (*length > shape[1] || (window && node.shape(2)[0] != *length))
    return node.unsupported("expected frames as long as the window and no longer than the signal");
  FailureOr<int64_t> counted = countFrames(node, shape[1], *length);
  if (failed(counted))
    return failure();
  int64_t frames = *counted, batch = shape[0];
  if (frames > (int64_t(1) << 24) / *length)
    return node.unsupported("expected at most 2^24 numbers in all frames of a signal");
  if (failed(checkSize(node, {batch, frames, *length, 2})))
    return failure();
  Value signal = complexOf(node, node.operand(0), shape[1]);
  Type type = elementOf(signal);
  Value parts = node.reshape(framesOf(node, signal, frames, *length), {batch * frames, *length, 2});
  if (window) {
    Value factors = node.reshape(inType(node, window, type), {*length, 1});
    parts = node.map({parts, factors}, type, [](OpBuilder &nested, Location loc, ValueRange in) {
      return Scalars{nested, loc}.mul(in[0], in[1]);
    });
  }
  Value result = transform(node, parts, /*inverse=*/false);
  int64_t kept = node.i64("onesided", 1) ? *length / 2 + 1 : *length;
  result = node.slice(result, {0, 0, 0}, {batch * frames, kept, 2});
  result = node.reshape(result, {batch, frames, kept, 2});
  return node.replace(inType(node, result, elementOf(node.operand(0))));
}

/// Which bin of the spectrum each edge of the mel bands lies in: f64 [1, bands + 2].
Value edgesOfBands(NodeConversion &node, int64_t bands, int64_t length) {
  Type f64 = node.builder.getF64Type();
  Value place = iota(node, bands + 2, f64, 1, 2);
  SmallVector<Value> operands{place};
  for (unsigned index : {2, 3, 4})
    operands.push_back(node.reshape(node.operand(index), {}));
  bool isUnsigned = node.isUnsigned(2);
  return node.map(operands, f64, [=](OpBuilder &builder, Location loc, ValueRange x) {
    Scalars s{builder, loc};
    auto number = [&](double value) { return s.number(f64, value); };
    auto mel = [&](Value hertz) {
      Value ratio = s.div(s.cast(hertz, false, f64, false), number(700));
      return s.div(s.mul(number(2595), s.log(s.add(number(1), ratio))), number(std::log(10.0)));
    };
    Value low = mel(x[2]), step = s.div(s.sub(mel(x[3]), low), number(double(bands + 2)));
    Value edge = s.div(s.add(low, s.mul(x[0], step)), number(2595));
    Value hertz = s.sub(s.exp(s.mul(edge, number(std::log(10.0)))), number(1));
    Value bin = s.mul(s.mul(number(double(length) + 1), number(700)), hertz);
    return s.make<math::FloorOp>(s.div(bin, s.cast(x[1], isUnsigned, f64, false)));
  });
}

/// A band rises from its lower edge to its center and falls to its upper one.
LogicalResult convertMelWeightMatrix(NodeConversion &node) {
  FailureOr<int64_t> bands = oneInt(node, 0, 0), length = oneInt(node, 1, 0);
  FailureOr<Type> element = resultElement(node);
  if (failed(bands) || failed(length) || failed(element))
    return failure();
  for (unsigned index : {2, 3, 4})
    if (countOf(node.shape(index)) != 1 ||
        isa<FloatType>(elementOf(node.operand(index))) != (index > 2))
      return node.unsupported("expected one integer as the sample rate, and one float as each "
                              "edge");
  if (*bands < 0 || *length < 0 || *bands > (1 << 20) || *length > (1 << 20))
    return node.unsupported("expected numbers of bands and of samples from 0 to 2^20");
  SmallVector<int64_t> sizes{*length / 2 + 1, *bands};
  if (failed(checkSize(node, sizes)))
    return failure();
  Type f64 = node.builder.getF64Type();
  Value edges = edgesOfBands(node, *bands, *length);
  SmallVector<Value> operands{iota(node, sizes[0], f64, 0, 2)};
  for (int64_t edge = 0; edge < 3; ++edge)
    operands.push_back(node.slice(edges, {0, edge}, {1, *bands}));
  Value result =
      node.map(operands, sizes, *element, [&](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value bin = x[0], low = x[1], center = x[2], high = x[3], zero = s.number(f64, 0);
        auto both = [&](Value a, Value b) { return s.make<arith::AndIOp>(a, b); };
        Value falls = both(s.lessOrEqual(center, bin), s.less(bin, high));
        Value rises = both(s.lessOrEqual(low, bin), s.lessOrEqual(bin, center));
        Value rising = s.select(s.equal(low, center), s.number(f64, 1),
                                s.div(s.sub(bin, low), s.sub(center, low)));
        Value falling = s.div(s.sub(high, bin), s.sub(high, center));
        Value weight = s.select(falls, falling, s.select(rises, rising, zero));
        return s.cast(weight, false, *element, false);
      });
  return node.replace(Converted{result, *element});
}

} // namespace

void import::addSignalConverters(ConverterTable &table) {
  table.add("DFT", 20, convertDft);
  table.add("STFT", 17, convertStft);
  table.add("MelWeightMatrix", 17, convertMelWeightMatrix);
}
