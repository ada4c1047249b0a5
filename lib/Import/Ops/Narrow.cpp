// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integer arithmetic throughout, so that no target needs to know float8.
#include "lib/Import/Ops/Narrow.h"
#include "lib/Import/TensorBuilders.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// A format: the magnitude's codes ascend with the numbers, subnormal ones first.
struct Float8 {
  int64_t mantissa, bias;
  int64_t largest;  ///< code of the largest number
  int64_t overflow; ///< of what is larger: infinity or NaN
  int64_t nan;
  bool hasNegativeZero; ///< else its code is the only NaN
  int64_t sign = 0x80;  ///< the bits below are the magnitude
};

Float8 formatOf(Type type) {
  if (isa<Float8E4M3FNType>(type))
    return {3, 7, 0x7E, 0x7F, 0x7F, true};
  if (isa<Float8E4M3FNUZType>(type))
    return {3, 8, 0x7F, 0x80, 0x80, false};
  if (isa<Float8E5M2Type>(type))
    return {2, 15, 0x7B, 0x7C, 0x7E, true};
  if (isa<Float4E2M1FNType>(type)) // without NaN, which becomes -0, and infinity
    return {1, 1, 0x7, 0x7, 0x8, true, 0x8};
  return {2, 16, 0x7F, 0x80, 0x80, false};
}

/// Arithmetic on the bits of an integer type.
struct Bits {
  Scalars &s;
  Type type;

  Value number(int64_t value) {
    return s.integer(type, APInt(type.getIntOrFloatBitWidth(), value));
  }
  Value masked(Value value, int64_t mask) { return s.make<arith::AndIOp>(value, number(mask)); }
  Value left(Value value, int64_t by) { return s.make<arith::ShLIOp>(value, number(by)); }
  Value right(Value value, int64_t by) { return s.make<arith::ShRUIOp>(value, number(by)); }
  Value either(Value a, Value b) { return s.make<arith::OrIOp>(a, b); }
};

} // namespace

/// 2^(code - 127), the last code is NaN.
static Value decodeExponent(Scalars &s, Value bits) {
  Bits b{s, s.builder.getI32Type()};
  Value code = s.make<arith::ExtUIOp>(b.type, bits);
  Value least = b.number(0x00400000), nan = b.number(0x7FC00000);
  Value word = s.select(s.equal(code, b.number(0)), least, b.left(code, 23));
  word = s.select(s.equal(code, b.number(0xFF)), nan, word);
  return s.make<arith::BitcastOp>(s.builder.getF32Type(), word);
}

/// The exponent of a positive number, rounded as the mode says; in f64 all numbers of
/// narrower types are normal.
static Value encodeExponent(Scalars &s, Value number, bool saturate, StringRef round) {
  Bits b{s, s.builder.getI64Type()};
  Value word =
      s.make<arith::BitcastOp>(b.type, s.cast(number, false, s.builder.getF64Type(), false));
  Value magnitude = s.make<arith::AndIOp>(word, s.integer(b.type, APInt::getSignedMaxValue(64)));
  int64_t one = int64_t(1) << 52, added = round == "up" ? one - 1 : round == "down" ? 0 : one / 2;
  Value code = s.sub(b.right(s.add(magnitude, b.number(added)), 52), b.number(1023 - 127));
  Value nan = b.number(0xFF), least = b.number(0), most = b.number(0xFE);
  Value isBelow = s.less(code, least), isAbove = s.less(most, code);
  code = s.select(isBelow, saturate ? least : nan, s.select(isAbove, saturate ? most : nan, code));
  Value isNegative =
      s.make<arith::AndIOp>(s.less(word, b.number(0)), s.notEqual(magnitude, b.number(0)));
  Value isNan = s.less(b.number(int64_t(2047) << 52), magnitude);
  code = s.select(s.make<arith::OrIOp>(isNegative, isNan), nan, code);
  return s.make<arith::TruncIOp>(s.builder.getI8Type(), code);
}

Value import::decodeFloat8(Scalars &s, Value bits, Type type) {
  if (isa<Float8E8M0FNUType>(type))
    return decodeExponent(s, bits);
  Float8 format = formatOf(type);
  Type f32 = s.builder.getF32Type();
  Bits b{s, s.builder.getI32Type()};
  Value word = s.make<arith::ExtUIOp>(b.type, bits);
  Value magnitude = b.masked(word, format.sign - 1);
  // Normal numbers: the exponent moves to the other bias.
  Value normal =
      s.add(b.left(magnitude, 23 - format.mantissa), b.number((127 - format.bias) << 23));
  Value steps = s.make<arith::UIToFPOp>(f32, magnitude);
  double unit = std::ldexp(1.0, int(1 - format.bias - format.mantissa));
  Value subnormal = s.make<arith::BitcastOp>(b.type, s.mul(steps, s.number(f32, unit)));
  Value isSubnormal = s.less(magnitude, b.number(int64_t(1) << format.mantissa), true);
  Value result = s.select(isSubnormal, subnormal, normal);
  Value isSpecial = s.less(b.number(format.largest), magnitude, true);
  Value nan = b.number(0x7FC00000);
  if (format.hasNegativeZero) {
    Value infinite = b.number(0x7F800000);
    Value special = format.overflow == format.nan
                        ? nan
                        : s.select(s.equal(magnitude, b.number(format.overflow)), infinite, nan);
    result = s.select(isSpecial, special, result);
  }
  Value sign = b.masked(word, format.sign);
  result = b.either(result, b.left(sign, 31 - llvm::Log2_64(uint64_t(format.sign))));
  if (!format.hasNegativeZero)
    result = s.select(s.equal(word, b.number(format.nan)), nan, result);
  return s.make<arith::BitcastOp>(f32, result);
}

Value import::encodeFloat8(Scalars &s, Value number, Type type, bool saturate, StringRef round) {
  if (isa<Float8E8M0FNUType>(type))
    return encodeExponent(s, number, saturate, round);
  Float8 format = formatOf(type);
  Type given = number.getType();
  bool isWide = given.isF64();
  int64_t mantissa = isWide ? 52 : 23, bias = isWide ? 1023 : 127, width = isWide ? 64 : 32;
  Bits b{s, s.builder.getIntegerType(width)};
  Value word = s.make<arith::BitcastOp>(b.type, number);
  Value magnitude =
      s.make<arith::AndIOp>(word, s.integer(b.type, APInt::getSignedMaxValue(unsigned(width))));
  // Normal numbers: half a unit less one, and one if that leaves an odd code,
  // then the exponent moves to the other bias.
  int64_t shift = mantissa - format.mantissa;
  Value odd = b.masked(b.right(magnitude, shift), 1);
  Value bumped = s.add(s.add(magnitude, b.number((int64_t(1) << (shift - 1)) - 1)), odd);
  Value normal = s.sub(b.right(bumped, shift), b.number((bias - format.bias) << format.mantissa));
  // Subnormal ones: beside this number only whole units have room.
  double unit = std::ldexp(1.0, int(1 - format.bias - format.mantissa));
  Value room = s.number(given, std::ldexp(unit, int(mantissa)));
  Value sum = s.add(s.make<arith::BitcastOp>(given, magnitude), room);
  Value subnormal =
      s.sub(s.make<arith::BitcastOp>(b.type, sum), s.make<arith::BitcastOp>(b.type, room));
  Value isSubnormal = s.less(magnitude, b.number((bias + 1 - format.bias) << mantissa), true);
  Value code = s.select(isSubnormal, subnormal, normal);
  Value isTooLarge = s.less(b.number(format.largest), code, true);
  code = s.select(isTooLarge, b.number(saturate ? format.largest : format.overflow), code);
  int64_t top = width - 1 - llvm::Log2_64(uint64_t(format.sign));
  Value withSign = b.either(code, b.masked(b.right(word, top), format.sign));
  if (!format.hasNegativeZero)
    withSign = s.select(s.equal(code, b.number(0)), code, withSign);
  // Of one sign: that of a computed NaN is the machine's.
  Value infinite = b.number((2 * bias + 1) << mantissa);
  withSign = s.select(s.less(infinite, magnitude, true), b.number(format.nan), withSign);
  return s.make<arith::TruncIOp>(s.builder.getI8Type(), withSign);
}

bool import::hasSign(Type code) { return isa<IntegerType>(code) && !code.isUnsignedInteger(); }

Value import::wrapCode(Scalars &s, Value byte, Type elementType) {
  Value unused = s.number(byte.getType(), 8 - int(elementType.getIntOrFloatBitWidth()));
  Value top = s.make<arith::ShLIOp>(byte, unused);
  return hasSign(elementType) ? s.make<arith::ShRSIOp>(top, unused)
                              : s.make<arith::ShRUIOp>(top, unused);
}

Value import::saturateCode(Scalars &s, Value byte, Type elementType) {
  int width = elementType.getIntOrFloatBitWidth();
  bool isUnsigned = elementType.isUnsignedInteger();
  Value high = s.number(byte.getType(), (1 << (isUnsigned ? width : width - 1)) - 1);
  Value result = s.min(byte, high, isUnsigned);
  return isUnsigned ? result : s.max(result, s.number(byte.getType(), -(1 << (width - 1))));
}

Value import::convertElement(Scalars &s, Value value, Type from, Type to, bool saturate,
                             StringRef round) {
  if (from == to)
    return value;
  bool fromUnsigned = from.isUnsignedInteger();
  if (isFloat8(from))
    value = decodeFloat8(s, value, from);
  Type f32 = s.builder.getF32Type();
  if (isFloat8(to)) {
    if (!value.getType().isF64())
      value = s.cast(value, fromUnsigned, f32, false);
    return encodeFloat8(s, value, to, saturate, round);
  }
  if (!isSubByte(to))
    return s.cast(value, fromUnsigned, signlessType(to), to.isUnsignedInteger());
  // Floats go towards zero first; then, as of integers, the low bits are kept.
  if (Scalars::isFloat(value))
    value = s.cast(value, false, s.builder.getI32Type(), false);
  return wrapCode(s, s.cast(value, fromUnsigned, s.builder.getI8Type(), false), to);
}
