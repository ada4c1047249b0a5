// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/ElementWise.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static FailureOr<SmallVector<Value>> presentOperands(NodeConversion &node) {
  SmallVector<Value> values;
  for (unsigned index = 0; index < node.numOperands(); ++index)
    if (Value value = node.operand(index))
      values.push_back(value);
  if (values.empty())
    return node.unsupported("expected an operand");
  return values;
}

LogicalResult import::mapElements(NodeConversion &node, Type element, ElementBody body) {
  auto values = presentOperands(node);
  if (failed(values))
    return failure();
  auto shape = node.broadcastOperands(*values);
  if (failed(shape))
    return failure();
  return node.replace(node.map(*values, *shape, element,
                               [&](OpBuilder &builder, Location loc, ValueRange elements) {
                                 return body(Scalars{builder, loc}, elements);
                               }));
}

LogicalResult import::mapElements(NodeConversion &node, ElementBody body) {
  return mapElements(node, elementOf(node.operand(0)), body);
}

Value import::mapFloats(TensorBuilder &tensors, ValueRange inputs, Shape shape, ElementBody body) {
  Type element = elementOf(inputs[0]), computed = computeType(element);
  return tensors.map(inputs, shape, element,
                     [&](OpBuilder &builder, Location loc, ValueRange elements) {
                       Scalars s{builder, loc};
                       SmallVector<Value> widened(elements);
                       for (Value &value : widened)
                         if (value.getType() == element)
                           value = s.cast(value, false, computed, false);
                       return s.cast(body(s, widened), false, element, false);
                     });
}

LogicalResult import::mapFloats(NodeConversion &node, ElementBody body) {
  auto values = presentOperands(node);
  if (failed(values))
    return failure();
  if (!isa<FloatType>(elementOf(values->front())))
    return node.unsupported("expected floats");
  auto shape = node.broadcastOperands(*values);
  if (failed(shape))
    return failure();
  return node.replace(mapFloats(static_cast<TensorBuilder &>(node), *values, *shape, body));
}

Value import::castElements(TensorBuilder &builder, Value input, Type type) {
  if (!input || elementOf(input) == type)
    return input;
  return builder.map(input, type, [=](OpBuilder &nested, Location loc, ValueRange x) {
    return Scalars{nested, loc}.cast(x[0], false, type, false);
  });
}

Type import::commonComputeType(ValueRange operands) {
  Type common = Float32Type::get(operands.front().getContext());
  for (Value operand : operands)
    if (elementOf(operand).isF64())
      common = elementOf(operand);
  return common;
}
