// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Activations with parameters, in the form in which ONNX writes them.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"
#include "lib/Import/Ops/FloatOperators.h"
#include <numbers>

using namespace mlir;
using namespace pith;
using namespace pith::import;

Value import::leakyRelu(Scalars s, Value x, double alpha) {
  Type type = x.getType();
  return s.select(s.less(x, s.number(type, 0)), s.mul(s.number(type, alpha), x), x);
}

Value import::hardSigmoid(Scalars s, Value x, double alpha, double beta) {
  Type type = x.getType();
  Value line = s.add(s.mul(s.number(type, alpha), x), s.number(type, beta));
  return s.max(s.min(line, s.number(type, 1)), s.number(type, 0));
}

Value import::gelu(Scalars s, Value x, bool isTanh) {
  Type type = x.getType();
  Value inner;
  if (!isTanh) {
    inner = s.make<math::ErfOp>(s.mul(x, s.number(type, std::sqrt(0.5))));
  } else {
    Value cube = s.mul(s.mul(x, x), x);
    Value sum = s.add(x, s.mul(s.number(type, 0.044715), cube));
    inner = s.make<math::TanhOp>(s.mul(s.number(type, std::sqrt(2 / std::numbers::pi)), sum));
  }
  return s.mul(s.mul(s.number(type, 0.5), x), s.add(s.number(type, 1), inner));
}

namespace {

LogicalResult convertRelu(NodeConversion &node) {
  return mapElements(
      node, [](Scalars s, ValueRange x) { return s.max(x[0], s.number(x[0].getType(), 0)); });
}

LogicalResult convertLeakyRelu(NodeConversion &node) {
  double alpha = node.f32("alpha", 0.01);
  return mapFloats(node, [=](Scalars s, ValueRange x) { return leakyRelu(s, x[0], alpha); });
}

LogicalResult convertPRelu(NodeConversion &node) {
  bool isUnsigned = node.isUnsigned(0);
  return mapElements(node, [=](Scalars s, ValueRange x) {
    return s.select(s.less(x[0], s.number(x[0].getType(), 0), isUnsigned), s.mul(x[1], x[0]), x[0]);
  });
}

LogicalResult convertElu(NodeConversion &node) {
  double alpha = node.f32("alpha", 1.0);
  return mapFloats(node, [=](Scalars s, ValueRange x) {
    Type type = x[0].getType();
    Value below = s.mul(s.number(type, alpha), s.sub(s.exp(x[0]), s.number(type, 1)));
    return s.select(s.less(x[0], s.number(type, 0)), below, x[0]);
  });
}

LogicalResult convertSelu(NodeConversion &node) {
  double alpha = node.f32("alpha", 1.67326319217681884765625);
  double gamma = node.f32("gamma", 1.05070102214813232421875);
  return mapFloats(node, [=](Scalars s, ValueRange x) {
    Type type = x[0].getType();
    Value a = s.number(type, alpha), g = s.number(type, gamma);
    Value below = s.mul(g, s.sub(s.mul(a, s.exp(x[0])), a));
    return s.select(s.lessOrEqual(x[0], s.number(type, 0)), below, s.mul(g, x[0]));
  });
}

LogicalResult convertCelu(NodeConversion &node) {
  double alpha = node.f32("alpha", 1.0);
  return mapFloats(node, [=](Scalars s, ValueRange x) {
    Type type = x[0].getType();
    Value zero = s.number(type, 0), a = s.number(type, alpha);
    Value below = s.mul(a, s.sub(s.exp(s.div(x[0], a)), s.number(type, 1)));
    return s.add(s.max(x[0], zero), s.min(below, zero));
  });
}

LogicalResult convertHardSigmoid(NodeConversion &node) {
  double alpha = node.f32("alpha", 0.2), beta = node.f32("beta", 0.5);
  return mapFloats(node,
                   [=](Scalars s, ValueRange x) { return hardSigmoid(s, x[0], alpha, beta); });
}

LogicalResult convertHardSwish(NodeConversion &node) {
  return mapFloats(node, [](Scalars s, ValueRange x) {
    return s.mul(x[0], hardSigmoid(s, x[0], 1.0 / 6, 0.5));
  });
}

LogicalResult convertGelu(NodeConversion &node) {
  StringRef form = node.string("approximate", "none");
  if (form != "none" && form != "tanh")
    return node.unsupported("expected approximate 'none' or 'tanh', got '" + form + "'");
  bool isTanh = form == "tanh";
  return mapFloats(node, [=](Scalars s, ValueRange x) { return gelu(s, x[0], isTanh); });
}

LogicalResult convertThresholdedRelu(NodeConversion &node) {
  double alpha = node.f32("alpha", 1.0);
  return mapFloats(node, [=](Scalars s, ValueRange x) {
    Type type = x[0].getType();
    return s.select(s.less(s.number(type, alpha), x[0]), x[0], s.number(type, 0));
  });
}

LogicalResult convertSwish(NodeConversion &node) {
  double alpha = node.f32("alpha", 1.0);
  return mapFloats(node, [=](Scalars s, ValueRange x) {
    return s.mul(x[0], s.sigmoid(s.mul(s.number(x[0].getType(), alpha), x[0])));
  });
}

LogicalResult convertShrink(NodeConversion &node) {
  double bias = node.f32("bias", 0.0), lambda = node.f32("lambd", 0.5);
  bool isUnsigned = node.isUnsigned(0);
  Type element = elementOf(node.operand(0)), computed = element;
  if (!isa<FloatType>(element) && (bias != std::trunc(bias) || lambda != std::trunc(lambda)))
    computed = node.builder.getF64Type();
  return mapElements(node, [=](Scalars s, ValueRange x) {
    bool isSigned = computed != element || !isUnsigned;
    Value in = s.cast(x[0], isUnsigned, computed, isUnsigned);
    Value rest = s.select(s.less(s.number(computed, lambda), in, !isSigned),
                          s.sub(in, s.number(computed, bias)), s.number(computed, 0));
    if (isSigned)
      rest = s.select(s.less(in, s.number(computed, -lambda)), s.add(in, s.number(computed, bias)),
                      rest);
    return s.cast(rest, isUnsigned, element, isUnsigned);
  });
}

/// Inference, or training that drops nothing: the operand, and a mask of ones.
LogicalResult convertDropout(NodeConversion &node) {
  if (node.operand(2)) {
    bool dropsNothing = false;
    if (node.constantValue(1)) {
      auto ratio = node.constantFloats(1);
      if (failed(ratio))
        return failure();
      dropsNothing = ratio->size() == 1 && ratio->front() == 0;
    }
    auto training = dropsNothing ? SmallVector<int64_t>{0} : node.constantInts(2);
    if (failed(training))
      return failure();
    if (training->size() != 1 || training->front() != 0)
      return node.unsupported("expected inference mode, or a ratio of 0 that is known at compile "
                              "time, since training draws random numbers");
  }
  Value mask;
  if (node.numResults() > 1)
    mask = node.splat(node.shape(0), node.builder.getI1Type(), 1);
  return node.replace(ValueRange{node.operand(0), mask}.take_front(node.numResults()));
}

} // namespace

void import::addActivationConverters(ConverterTable &table) {
  table.add("Relu", 6, convertRelu);
  table.add("LeakyRelu", 6, convertLeakyRelu);
  table.add("PRelu", 7, convertPRelu);
  table.add("Elu", 6, convertElu);
  table.add("Selu", 6, convertSelu);
  table.add("Celu", 12, convertCelu);
  table.add("HardSigmoid", 6, convertHardSigmoid);
  table.add("HardSwish", 14, convertHardSwish);
  table.add("Gelu", 20, convertGelu);
  table.add("ThresholdedRelu", 10, convertThresholdedRelu);
  table.add("Swish", 24, convertSwish);
  table.add("Shrink", 9, convertShrink);
  table.add("Dropout", 7, convertDropout);
}
