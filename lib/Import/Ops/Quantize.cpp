// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quantization as ONNX writes it; whether the pairs fold into operators is a
// later stage's business.
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/Narrow.h"
#include "lib/Import/Ops/QuantizeParameters.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// Integers of 2 to 16 bits, float8 and float4; exponents alone are no codes.
bool isCode(Type type) {
  if (isa<Float8E8M0FNUType>(type))
    return false;
  return isFloat8(type) || isSubByte(type) ||
         (isa<IntegerType>(type) &&
          (type.getIntOrFloatBitWidth() == 8 || type.getIntOrFloatBitWidth() == 16));
}

/// The type of the attribute; null when it is not stated.
FailureOr<Type> statedType(NodeConversion &node, StringRef name) {
  int64_t code = node.i64(name);
  if (code == 0)
    return Type();
  if (Type type = elementFromCode(node.builder, code))
    return type;
  return node.unsupported("expected numbers in " + name + ", but not float6, got element type " +
                          Twine(code));
}

/// The element type of what QuantizeLinear makes.
FailureOr<Type> codesOf(NodeConversion &node) {
  FailureOr<Type> stated = statedType(node, "output_dtype");
  if (failed(stated))
    return failure();
  Type type = *stated;
  if (node.operand(2)) {
    type = node.onnxElement(2);
    if (*stated && *stated != type)
      return node.invalid("expected a zero point of output_dtype " + elementText(*stated) +
                              ", got " + elementText(type),
                          "leave output_dtype out, or store the zero point in that type");
  }
  if (!type)
    type = node.builder.getIntegerType(8, false);
  if (!isCode(type))
    return node.invalid("expected codes of 2 to 16 bits, got " + elementText(type),
                        "give the zero point, or output_dtype, the type of the codes");
  return type;
}

LogicalResult checkInput(NodeConversion &node) {
  auto element = dyn_cast<FloatType>(node.type(0).getElementType());
  if ((element && !element.isF64()) || node.onnxElement(0) == node.builder.getI32Type())
    return success();
  return node.invalid("expected an input of f32, f16, bf16 or i32, got " +
                          elementText(node.onnxElement(0)),
                      "cast the input to float first");
}

Value convert(NodeConversion &node, Value value, Type to) {
  return node.map(value, to, [=](OpBuilder &builder, Location loc, ValueRange x) {
    return Scalars{builder, loc}.cast(x[0], false, to, false);
  });
}

/// The quotient in float8: x / s, less a zero point's negative, so that -0 stays.
Value quantizeFloat8(NodeConversion &node, const Granularity &granularity, Value input,
                     ArrayRef<Value> parameters, Type format) {
  bool saturate = node.i64("saturate", 1);
  SmallVector<Value> operands{input};
  llvm::append_range(operands, parameters);
  Type f32 = node.builder.getF32Type();
  return node.map(operands, granularity.view, node.builder.getI8Type(),
                  [=](OpBuilder &builder, Location loc, ValueRange x) {
                    Scalars s{builder, loc};
                    Value result =
                        s.div(s.cast(x[0], false, f32, false), s.cast(x[1], false, f32, false));
                    if (x.size() > 2)
                      result =
                          s.sub(result, s.sub(s.number(f32, 0), decodeFloat8(s, x[2], format)));
                    return encodeFloat8(s, result, format, saturate);
                  });
}

/// The quotient rounded to the type in which the node asks for it, and 1 as the
/// scale that is left; f32, and what is not stated, needs nothing.
LogicalResult dividePrecisely(NodeConversion &node, const Granularity &granularity, Value &input,
                              Value &scale) {
  FailureOr<Type> precision = statedType(node, "precision");
  if (failed(precision))
    return failure();
  Type type = *precision, f32 = node.builder.getF32Type();
  if (!type || type == f32)
    return success();
  if (!type.isF16() && !type.isBF16())
    return node.invalid("expected a precision of f32, f16 or bf16, got " + elementText(type),
                        "leave precision out: the division is then in f32");
  // Both operands are rounded to the type first, as a cast in front would.
  input = node.map({input, scale}, granularity.view, f32,
                   [=](OpBuilder &builder, Location loc, ValueRange x) {
                     Scalars s{builder, loc};
                     auto rounded = [&](Value v) {
                       return s.cast(s.cast(v, false, type, false), false, f32, false);
                     };
                     return rounded(s.div(rounded(x[0]), rounded(x[1])));
                   });
  scale = node.splat({}, f32, 1.0);
  return success();
}

/// Scale and zero point (null when absent), spread along the input.
struct Parameters {
  Granularity granularity;
  Value scale, zeroPoint;
};

FailureOr<Parameters> readParameters(NodeConversion &node) {
  FailureOr<Granularity> granularity = granularityOf(node);
  if (failed(granularity))
    return failure();
  FailureOr<Value> scale = spread(node, *granularity, 1);
  FailureOr<Value> zeroPoint = node.operand(2) ? spread(node, *granularity, 2) : Value();
  if (failed(scale) || failed(zeroPoint))
    return failure();
  return Parameters{*granularity, *scale, *zeroPoint};
}

LogicalResult convertQuantizeLinear(NodeConversion &node) {
  FailureOr<Type> element = codesOf(node);
  if (failed(element) || failed(checkInput(node)) ||
      failed(checkResult(node, *element, "its zero point or output_dtype")) ||
      failed(checkScale(node, 1, "a scale")) ||
      failed(checkZeroPoint(node, 2, "a zero point", *element)))
    return failure();
  FailureOr<Parameters> parameters = readParameters(node);
  if (failed(parameters))
    return failure();
  const auto &[granularity, scale, zeroPoint] = *parameters;
  Value input = node.reshape(node.operand(0), granularity.view), divisor = scale;
  if (elementOf(input).isInteger(32))
    input = convert(node, input, node.builder.getF32Type());
  if (failed(dividePrecisely(node, granularity, input, divisor)))
    return failure();
  Value result;
  if (isFloat8(*element)) {
    SmallVector<Value> operands{divisor};
    if (zeroPoint && !node.constantValue(2)) // known ones are 0
      operands.push_back(zeroPoint);
    result = quantizeFloat8(node, granularity, input, operands, *element);
  } else {
    auto type = RankedTensorType::get(granularity.view, signlessType(*element));
    result = QuantizeOp::create(node.builder, node.loc, type, input, divisor, zeroPoint,
                                !element->isUnsignedInteger());
  }
  // To saturate to a byte first changes nothing.
  if (Type narrow = *element; isSubByte(narrow) && !isFloat8(narrow))
    result = node.map(result, granularity.view, node.builder.getI8Type(),
                      [=](OpBuilder &builder, Location loc, ValueRange x) {
                        Scalars s{builder, loc};
                        return saturateCode(s, x[0], narrow);
                      });
  return node.replace({Converted{node.reshape(result, node.shape(0)), *element}});
}

/// (x - z) * s in f32, rounded once to the type of the result.
Value dequantizeFloat8(NodeConversion &node, const Granularity &granularity, Value input,
                       ArrayRef<Value> parameters, Type format, Type made) {
  SmallVector<Value> operands{input};
  llvm::append_range(operands, parameters);
  Type f32 = node.builder.getF32Type();
  return node.map(
      operands, granularity.view, made, [=](OpBuilder &builder, Location loc, ValueRange x) {
        Scalars s{builder, loc};
        Value value = decodeFloat8(s, x[0], format);
        if (x.size() > 2)
          value = s.sub(value, decodeFloat8(s, x[2], format));
        return s.cast(s.mul(value, s.cast(x[1], false, f32, false)), false, made, false);
      });
}

LogicalResult convertDequantizeLinear(NodeConversion &node) {
  Type element = node.onnxElement(0);
  bool isWide = element.isInteger(32) && !element.isUnsignedInteger();
  if (!isCode(element) && !isWide)
    return node.invalid("expected codes of 2 to 16 bits, or i32, got " + elementText(element),
                        "quantize to one of these types");
  FailureOr<Type> stated = statedType(node, "output_dtype");
  if (failed(stated) || failed(checkScale(node, 1, "a scale")) ||
      failed(checkZeroPoint(node, 2, "a zero point", element)))
    return failure();
  Type scaled = node.type(1).getElementType(), made = *stated ? *stated : scaled;
  if (!made.isF32() && !made.isF16() && !made.isBF16())
    return node.invalid("expected an output_dtype of f32, f16 or bf16, got " + elementText(made),
                        "leave output_dtype out: the result then has the scale's type");
  if (failed(checkResult(node, made, "its scale or output_dtype")))
    return failure();
  FailureOr<Parameters> parameters = readParameters(node);
  if (failed(parameters))
    return failure();
  const auto &[granularity, scale, zeroPoint] = *parameters;
  Value input = node.reshape(node.operand(0), granularity.view), factor = scale, result;
  if (isFloat8(element)) {
    SmallVector<Value> operands{factor};
    if (zeroPoint && !node.constantValue(2)) // known ones are 0
      operands.push_back(zeroPoint);
    result = dequantizeFloat8(node, granularity, input, operands, element, made);
  } else {
    // Of another type the product is that of f32, rounded to the result's.
    Type f32 = node.builder.getF32Type();
    if (made != scaled && !scaled.isF32())
      factor = convert(node, factor, f32);
    auto type = RankedTensorType::get(granularity.view, elementOf(factor));
    result = DequantizeOp::create(node.builder, node.loc, type, input, factor, zeroPoint,
                                  !element.isUnsignedInteger());
    if (elementOf(result) != made)
      result = convert(node, result, made);
  }
  return node.replace({Converted{node.reshape(result, node.shape(0)), made}});
}

LogicalResult convertDynamicQuantizeLinear(NodeConversion &node) {
  Type f32 = node.builder.getF32Type(), u8 = node.builder.getIntegerType(8, false);
  Type i8 = node.builder.getIntegerType(8);
  if (node.type(0).getElementType() != f32)
    return node.invalid("expected an input of f32, got " + elementText(node.onnxElement(0)),
                        "cast the input to float first");
  auto made = DynamicQuantizeOp::create(
      node.builder, node.loc, RankedTensorType::get(node.shape(0), i8),
      RankedTensorType::get({}, f32), RankedTensorType::get({}, i8), node.operand(0));
  return node.replace({Converted{made.getCodes(), u8}, Converted{made.getScale(), f32},
                       Converted{made.getZeroPoint(), u8}});
}

} // namespace

void import::addQuantizeConverters(ConverterTable &table) {
  table.add("QuantizeLinear", 10, convertQuantizeLinear);
  table.add("DequantizeLinear", 10, convertDequantizeLinear);
  table.add("DynamicQuantizeLinear", 11, convertDynamicQuantizeLinear);
}
