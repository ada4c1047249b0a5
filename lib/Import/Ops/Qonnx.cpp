// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// QONNX (Brevitas, QKeras): quantization of any width inside floats. Codes of up
// to 16 bits become integers between a step that makes them and pith.dequantize,
// so that products behind it can take them; a NaN becomes the code 0.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Codes.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

enum class Rounding { HalfEven, Ceil, Floor, Up, Down, HalfUp, HalfDown };

FailureOr<Rounding> readRounding(NodeConversion &node, StringRef standard) {
  std::string name = node.string("rounding_mode", standard).upper();
  auto mode = llvm::StringSwitch<std::optional<Rounding>>(name)
                  .Cases({"ROUND", "HALF_EVEN"}, Rounding::HalfEven)
                  .Case("CEIL", Rounding::Ceil)
                  .Case("FLOOR", Rounding::Floor)
                  .Case("UP", Rounding::Up)
                  .Cases({"DOWN", "ROUND_TO_ZERO"}, Rounding::Down)
                  .Case("HALF_UP", Rounding::HalfUp)
                  .Case("HALF_DOWN", Rounding::HalfDown)
                  .Default(std::nullopt);
  if (!mode)
    return node.unsupported("expected a rounding_mode of QONNX, got '" + name + "'");
  return *mode;
}

Value roundTo(Scalars s, Value x, Rounding mode) {
  Type type = x.getType();
  if (mode == Rounding::HalfEven)
    return s.make<math::RoundEvenOp>(x);
  if (mode == Rounding::Ceil)
    return s.make<math::CeilOp>(x);
  if (mode == Rounding::Floor)
    return s.make<math::FloorOp>(x);
  // The others treat both signs alike; "up" is away from zero.
  Value magnitude = s.make<math::AbsFOp>(x), half = s.number(type, 0.5), result;
  if (mode == Rounding::Up)
    result = s.make<math::CeilOp>(magnitude);
  else if (mode == Rounding::Down)
    result = s.make<math::FloorOp>(magnitude);
  else if (mode == Rounding::HalfUp)
    result = s.make<math::FloorOp>(s.add(magnitude, half));
  else
    result = s.make<math::CeilOp>(s.sub(magnitude, half));
  return s.select(s.less(x, s.number(type, 0)), s.neg(result), result);
}

/// The integers that a width stands for.
struct CodeRange {
  int64_t low, high;
  bool isSigned, isBipolar; // 1 bit with a sign: -1 and 1
  unsigned storage;         // 8, 16, or more than integers are used for

  static FailureOr<CodeRange> read(NodeConversion &node, unsigned index) {
    auto bits = readInteger(node, index);
    if (failed(bits))
      return failure();
    if (*bits < 1 || *bits > 32)
      return node.unsupported("expected a bit width from 1 to 32, got " + Twine(*bits));
    bool isSigned = node.i64("signed", 1), isNarrow = node.i64("narrow", 0);
    CodeRange range{0, 0, isSigned, isSigned && *bits == 1,
                    *bits <= 8    ? 8u
                    : *bits <= 16 ? 16u
                                  : 32u};
    int64_t count = int64_t(1) << *bits;
    if (isSigned)
      range.low = -count / 2 + isNarrow;
    range.high = isSigned ? count / 2 - 1 : count - 1 - isNarrow;
    return range;
  }

  /// One integer, which may stand as a float.
  static FailureOr<int64_t> readInteger(NodeConversion &node, unsigned index) {
    auto value = node.constantValue(index);
    if (!value || value->getNumElements() != 1)
      return node.unsupported("expected one number known at compile time in operand " +
                              Twine(index));
    if (isa<IntegerType>(value->getElementType()))
      return (*value->getValues<APInt>().begin()).getSExtValue();
    auto number = node.constantFloats(index);
    if (failed(number))
      return failure();
    double integer = number->front();
    if (integer != std::trunc(integer) || std::abs(integer) > (1 << 20))
      return node.unsupported("expected an integer in operand " + Twine(index));
    return int64_t(integer);
  }

  bool isWhole() const {
    int64_t count = int64_t(1) << storage;
    return isSigned ? low == -count / 2 && high == count / 2 - 1 : high == count - 1;
  }
  bool holds(double value) const {
    int64_t count = int64_t(1) << storage;
    return value == std::trunc(value) && value >= (isSigned ? -count / 2 : 0) &&
           value < (isSigned ? count / 2 : count);
  }
};

/// Above and below, as QONNX compares: a NaN passes.
Value clamp(Scalars s, Value x, const CodeRange &range) {
  Value low = s.number(x.getType(), range.low), high = s.number(x.getType(), range.high);
  x = s.select(s.less(high, x), high, x);
  return s.select(s.less(x, low), low, x);
}

/// What stands between the operand and the codes.
struct Quantizer {
  CodeRange range;
  Rounding rounding;

  Value code(Scalars s, Value x, Value scale, Value zero) const {
    Value y = s.add(s.div(x, scale), zero);
    Type type = y.getType();
    if (range.isBipolar)
      return s.select(s.lessOrEqual(s.number(type, 0), y), s.number(type, 1), s.number(type, -1));
    return roundTo(s, clamp(s, y, range), rounding);
  }
};

LogicalResult checkFloats(NodeConversion &node, ArrayRef<unsigned> indices) {
  SmallVector<Value> values;
  for (unsigned index : indices) {
    if (!node.operand(index) || !elementOf(node.operand(index)).isF32())
      return node.unsupported("expected f32 in operand " + Twine(index));
    values.push_back(node.operand(index));
  }
  auto shape = node.broadcastOperands(values);
  if (failed(shape) || Shape(*shape) != node.shape(0))
    return node.unsupported("expected scales and zero points that broadcast to the input");
  return success();
}

/// A scale or zero point of any rank; one number is one of rank 0.
Value spread(NodeConversion &node, Value value) {
  return countOf(shapeOf(value)) == 1 ? node.reshape(value, {}) : value;
}

Value dequantizeCodes(NodeConversion &node, Value codes, Value scale, Value zero, bool isSigned) {
  auto type = RankedTensorType::get(shapeOf(codes), elementOf(scale));
  return DequantizeOp::create(node.builder, node.loc, type, codes, scale, zero, isSigned);
}

/// x, scale, zeropt, bitwidth: (round(clamp(x / scale + zeropt)) - zeropt) * scale
LogicalResult convertQuant(NodeConversion &node) {
  auto range = CodeRange::read(node, 3);
  auto rounding = readRounding(node, "ROUND");
  if (failed(range) || failed(rounding) || failed(checkFloats(node, {0, 1, 2})))
    return failure();
  Quantizer quantizer{*range, *rounding};
  Value scale = spread(node, node.operand(1)), zero = spread(node, node.operand(2));
  SmallVector<Value> inputs{node.operand(0), scale, zero};
  Type f32 = node.builder.getF32Type();
  auto isCode = [&](double value) { return range->holds(value); };
  std::optional<SmallVector<double>> zeros;
  if (node.constantValue(2))
    zeros = *node.constantFloats(2);
  if (range->storage > 16 || !zeros || !llvm::all_of(*zeros, isCode))
    return node.replace(
        node.map(inputs, node.shape(0), f32, [=](OpBuilder &builder, Location loc, ValueRange x) {
          Scalars s{builder, loc};
          Value code = quantizer.code(s, x[0], x[1], x[2]);
          return s.mul(s.sub(code, x[2]), x[1]);
        }));
  Type storage = node.builder.getIntegerType(range->storage);
  auto type = RankedTensorType::get(node.shape(0), storage);
  bool isCentred = llvm::all_of(*zeros, [](double value) { return value == 0; });
  Value codes, zeroCodes;
  if (isCentred && *rounding == Rounding::HalfEven && !range->isBipolar) {
    codes = QuantizeOp::create(node.builder, node.loc, type, node.operand(0), scale, Value(),
                               range->isSigned);
    if (!range->isWhole())
      codes = node.map(codes, storage, [&](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value low = s.number(storage, range->low), high = s.number(storage, range->high);
        return s.max(s.min(x[0], high, !range->isSigned), low, !range->isSigned);
      });
  } else {
    // ONNX rounds before it adds the zero point, QONNX after it: not the same at
    // ties, hence in its own words.
    codes = node.map(inputs, node.shape(0), storage,
                     [=](OpBuilder &builder, Location loc, ValueRange x) {
                       Scalars s{builder, loc};
                       Value code = quantizer.code(s, x[0], x[1], x[2]);
                       return s.cast(code, false, storage, !range->isSigned);
                     });
  }
  if (!isCentred) {
    SmallVector<APInt> values;
    for (double value : *zeros)
      values.push_back(APInt(range->storage, uint64_t(int64_t(value)), false,
                             /*implicitTrunc=*/true));
    zeroCodes = spread(node, node.constant(DenseElementsAttr::get(
                                 RankedTensorType::get(node.shape(2), storage), values)));
  }
  return node.replace(dequantizeCodes(node, codes, scale, zeroCodes, range->isSigned));
}

/// x, scale: scale with the sign of x, that of 0 being positive
LogicalResult convertBipolarQuant(NodeConversion &node) {
  if (failed(checkFloats(node, {0, 1})))
    return failure();
  Type byte = node.builder.getI8Type();
  Value codes =
      node.map(node.operand(0), byte, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value isPositive = s.lessOrEqual(s.number(x[0].getType(), 0), x[0]);
        return s.select(isPositive, s.number(byte, 1), s.number(byte, -1));
      });
  return node.replace(
      dequantizeCodes(node, codes, spread(node, node.operand(1)), Value(), /*isSigned=*/true));
}

/// Version 1: x, scale, zeropt, in_bitwidth, out_bitwidth. The zero point and the
/// scale stay what they were.
LogicalResult convertTrunc(NodeConversion &node) {
  if (node.numOperands() != 5)
    return node.unsupported("expected 5 operands, got " + Twine(node.numOperands()));
  auto rounding = readRounding(node, "FLOOR");
  auto inner = CodeRange::readInteger(node, 3), outer = CodeRange::readInteger(node, 4);
  if (failed(rounding) || failed(inner) || failed(outer) || failed(checkFloats(node, {0, 1, 2})))
    return failure();
  int64_t dropped = *inner - *outer;
  if (dropped < 0 || dropped > 32)
    return node.unsupported("expected at most as many bits behind as before");
  Type f32 = node.builder.getF32Type();
  return node.replace(
      node.map({node.operand(0), spread(node, node.operand(1)), spread(node, node.operand(2))},
               node.shape(0), f32, [=](OpBuilder &builder, Location loc, ValueRange x) {
                 Scalars s{builder, loc};
                 Value y = s.make<math::RoundEvenOp>(s.add(s.div(x[0], x[1]), x[2]));
                 y = roundTo(s, s.div(y, s.number(f32, std::ldexp(1.0, dropped))), *rounding);
                 return s.mul(s.sub(y, x[2]), x[1]);
               }));
}

/// Version 2: x, scale, zeropt, in_bitwidth, out_scale, out_bitwidth. The scales
/// say how many bits go, and the result is clamped.
LogicalResult convertTruncToScale(NodeConversion &node) {
  if (node.numOperands() != 6)
    return node.unsupported("expected 6 operands, got " + Twine(node.numOperands()));
  auto rounding = readRounding(node, "FLOOR");
  auto range = CodeRange::read(node, 5);
  if (failed(rounding) || failed(range) || failed(checkFloats(node, {0, 1, 2, 4})))
    return failure();
  auto before = node.constantFloats(1), behind = node.constantFloats(4);
  if (failed(before) || failed(behind))
    return failure();
  if (before->size() != 1 || behind->size() != 1 || !(before->front() > 0) ||
      !(behind->front() > 0))
    return node.unsupported("expected one positive scale before and behind");
  double factor = std::ldexp(1.0, std::nearbyint(std::log2(behind->front() / before->front())));
  Type f32 = node.builder.getF32Type();
  return node.replace(
      node.map({node.operand(0), spread(node, node.operand(1)), spread(node, node.operand(2)),
                spread(node, node.operand(4))},
               node.shape(0), f32, [=](OpBuilder &builder, Location loc, ValueRange x) {
                 Scalars s{builder, loc};
                 Value divisor = s.number(f32, factor);
                 Value y = s.make<math::RoundEvenOp>(s.add(s.div(x[0], x[1]), x[2]));
                 y = roundTo(s, clamp(s, s.div(y, divisor), *range), *rounding);
                 return s.mul(s.sub(y, s.div(x[2], divisor)), x[3]);
               }));
}

} // namespace

void import::addQonnxConverters(ConverterTable &table) {
  for (StringRef domain : {"qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"}) {
    table.add({domain, "Quant", 1, 2, convertQuant});
    table.add({domain, "IntQuant", 1, 2, convertQuant});
    table.add({domain, "BipolarQuant", 1, 2, convertBipolarQuant});
    table.add({domain, "Trunc", 1, 1, convertTrunc});
    table.add({domain, "Trunc", 2, 2, convertTruncToScale});
  }
}
