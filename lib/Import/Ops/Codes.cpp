// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/Codes.h"
#include "dialects/Pith/PithOps.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

FailureOr<Value> import::oneNumber(NodeConversion &node, unsigned index) {
  Value value = node.operand(index);
  if (!value)
    return Value();
  if (countOf(shapeOf(value)) != 1)
    return node.unsupported("expected one number in operand " + Twine(index) + ", got " +
                            Twine(countOf(shapeOf(value))));
  return node.reshape(value, {});
}

FailureOr<Value> import::oneScale(NodeConversion &node, unsigned index) {
  if (!node.operand(index) || !elementOf(node.operand(index)).isF32())
    return node.unsupported("expected a scale of f32 in operand " + Twine(index));
  return oneNumber(node, index);
}

FailureOr<Value> import::oneZeroPoint(NodeConversion &node, unsigned index, Type element) {
  if (node.operand(index) && node.onnxElement(index) != element)
    return node.unsupported("expected a zero point of its codes' element type in operand " +
                            Twine(index));
  return oneNumber(node, index);
}

FailureOr<Value> import::dequantize(NodeConversion &node, unsigned codes, unsigned scale,
                                    unsigned zero) {
  if (!node.operand(codes) || !elementOf(node.operand(codes)).isInteger(8))
    return node.unsupported("expected 8-bit integers in operand " + Twine(codes));
  auto one = oneScale(node, scale);
  auto origin = oneZeroPoint(node, zero, node.onnxElement(codes));
  if (failed(one) || failed(origin))
    return failure();
  auto type = RankedTensorType::get(node.shape(codes), elementOf(*one));
  return Value(DequantizeOp::create(node.builder, node.loc, type, node.operand(codes), *one,
                                    *origin, !node.isUnsigned(codes)));
}

FailureOr<Converted> import::quantize(NodeConversion &node, Value value, unsigned scale,
                                      unsigned zero, Type element) {
  if (node.operand(zero))
    element = node.onnxElement(zero);
  if (!signlessType(element).isInteger(8))
    return node.unsupported("expected a result of 8-bit integers");
  auto one = oneScale(node, scale);
  auto origin = oneZeroPoint(node, zero, element);
  if (failed(one) || failed(origin))
    return failure();
  auto type = RankedTensorType::get(shapeOf(value), signlessType(element));
  Value codes = QuantizeOp::create(node.builder, node.loc, type, value, *one, *origin,
                                   !element.isUnsignedInteger());
  return Converted{codes, element};
}

LogicalResult import::replaceQuantized(NodeConversion &node, FailureOr<Value> value, unsigned scale,
                                       unsigned zero, Type element) {
  if (failed(value))
    return failure();
  auto codes = quantize(node, *value, scale, zero, element);
  return failed(codes) ? failure() : node.replace(*codes);
}
