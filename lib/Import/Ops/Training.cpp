// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Optimizers of ai.onnx.preview.training: one step from gradients that are operands.
#include "lib/Import/Ops/ConverterTable.h"
#include "lib/Import/Ops/ElementWise.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

namespace {

/// Operands are a rate, a number of steps, and then lists of equal length: all tensors that are
/// learned, all their gradients, and so on. Results are such lists, too.
class Step {
public:
  Step(NodeConversion &node, unsigned lists) : node(node), lists(lists) {}

  LogicalResult check() {
    unsigned given = node.numOperands() < 2 ? 0 : node.numOperands() - 2;
    count = given / lists;
    if (count == 0 || given % lists != 0 || node.numResults() != count * (lists - 1))
      return node.unsupported("expected " + Twine(lists) + " lists of operands, and " +
                              Twine(lists - 1) + " of outputs, of one length");
    for (unsigned index = 0; index < node.numOperands(); ++index)
      if (!node.operand(index))
        return node.unsupported("expected operand " + Twine(index) + " to be there");
    if (countOf(node.shape(0)) != 1 || !isa<FloatType>(elementOf(node.operand(0))) ||
        countOf(node.shape(1)) != 1 || !isa<IntegerType>(elementOf(node.operand(1))))
      return node.unsupported("expected one float as the rate, and one integer as the number of "
                              "steps");
    for (unsigned tensor = 0; tensor < count; ++tensor)
      for (unsigned list = 0; list < lists; ++list)
        if (!isa<FloatType>(elementOf(of(list, tensor))) ||
            of(list, tensor).getType() != of(0, tensor).getType())
          return node.unsupported("expected floats of one type and shape for each tensor");
    rate = node.reshape(node.operand(0), {});
    steps = node.reshape(node.operand(1), {});
    return success();
  }

  Value of(unsigned list, unsigned tensor) { return node.operand(2 + list * count + tensor); }

  /// An element-wise formula; `type` is that of its result.
  Value map(ValueRange inputs, Type type, ElementBody body) {
    return node.map(inputs, type, [&](OpBuilder &builder, Location loc, ValueRange x) {
      return body(Scalars{builder, loc}, x);
    });
  }

  /// The gradient with that of the penalty for large numbers.
  Value gradient(unsigned tensor) {
    Value x = of(0, tensor);
    return map({x, of(1, tensor)}, elementOf(x), [&](Scalars s, ValueRange in) {
      Value factor = s.number(in[0].getType(), node.f32("norm_coefficient"));
      return s.add(s.mul(factor, in[0]), in[1]);
    });
  }

  /// `update` gives what becomes of a tensor and of those kept for it.
  LogicalResult replace(function_ref<SmallVector<Value>(unsigned tensor)> update) {
    SmallVector<Value> results(node.numResults());
    for (unsigned tensor = 0; tensor < count; ++tensor)
      for (auto [list, value] : llvm::enumerate(update(tensor)))
        results[list * count + tensor] = value;
    return node.replace(llvm::map_to_vector(
        results, [](Value value) { return Converted{value, elementOf(value)}; }));
  }

  NodeConversion &node;
  Value rate, steps;

private:
  unsigned lists, count = 0;
};

Value isFirst(Scalars s, Value steps) { return s.lessOrEqual(steps, s.number(steps.getType(), 0)); }

LogicalResult convertMomentum(NodeConversion &node) {
  Step step(node, 3);
  StringRef mode = node.string("mode");
  if (mode != "standard" && mode != "nesterov")
    return node.unsupported("expected mode standard or nesterov, got '" + mode + "'");
  if (failed(step.check()))
    return failure();
  double alpha = node.f32("alpha"), beta = node.f32("beta");
  return step.replace([&](unsigned tensor) {
    Value x = step.of(0, tensor), gradient = step.gradient(tensor);
    Type type = elementOf(x);
    Value moved =
        step.map({step.of(2, tensor), gradient, step.steps}, type, [&](Scalars s, ValueRange in) {
          Value weight = s.select(isFirst(s, in[2]), s.number(type, 1), s.number(type, beta));
          return s.add(s.mul(s.number(type, alpha), in[0]), s.mul(weight, in[1]));
        });
    Value learned = step.map({x, step.rate, gradient, moved}, type, [&](Scalars s, ValueRange in) {
      Value by = mode == "standard" ? in[3] : s.add(in[2], s.mul(s.number(type, alpha), in[3]));
      return s.sub(in[0], s.mul(s.cast(in[1], false, type, false), by));
    });
    return SmallVector<Value>{learned, moved};
  });
}

LogicalResult convertAdagrad(NodeConversion &node) {
  Step step(node, 3);
  if (failed(step.check()))
    return failure();
  double epsilon = node.f32("epsilon", 1e-6f), decay = node.f32("decay_factor");
  return step.replace([&](unsigned tensor) {
    Value x = step.of(0, tensor), gradient = step.gradient(tensor);
    Type type = elementOf(x);
    Value squares = step.map({step.of(2, tensor), gradient}, type, [&](Scalars s, ValueRange in) {
      return s.add(in[0], s.mul(in[1], in[1]));
    });
    Value rate = step.map({step.rate, step.steps}, type, [&](Scalars s, ValueRange in) {
      Value slower = s.mul(s.cast(in[1], false, type, false), s.number(type, decay));
      return s.div(s.cast(in[0], false, type, false), s.add(s.number(type, 1), slower));
    });
    Value learned = step.map({x, rate, gradient, squares}, type, [&](Scalars s, ValueRange in) {
      Value root = s.add(s.make<math::SqrtOp>(in[3]), s.number(type, epsilon));
      return s.sub(in[0], s.div(s.mul(in[1], in[2]), root));
    });
    return SmallVector<Value>{learned, squares};
  });
}

/// The rate makes up for averages that began at zero: in f64, since 1 - beta^steps would lose
/// its digits.
Value correctedRate(Step &step, Type type, double alpha, double beta) {
  Type wide = step.node.builder.getF64Type();
  return step.map({step.rate, step.steps}, type, [&](Scalars s, ValueRange in) {
    Value one = s.number(wide, 1), rate = s.cast(in[0], false, wide, false);
    Value count = s.cast(in[1], false, wide, false);
    auto rest = [&](double base) {
      return s.sub(one, s.make<math::PowFOp>(s.number(wide, base), count));
    };
    Value corrected = s.div(s.mul(rate, s.make<math::SqrtOp>(rest(beta))), rest(alpha));
    return s.cast(s.select(isFirst(s, in[1]), rate, corrected), false, type, false);
  });
}

LogicalResult convertAdam(NodeConversion &node) {
  Step step(node, 4);
  if (failed(step.check()))
    return failure();
  double alpha = node.f32("alpha", 0.9f), beta = node.f32("beta", 0.999f);
  double epsilon = node.f32("epsilon", 1e-6f), shrink = node.f32("norm_coefficient_post");
  return step.replace([&](unsigned tensor) {
    Value x = step.of(0, tensor), gradient = step.gradient(tensor);
    Type type = elementOf(x);
    auto average = [&](Value old, double kept, bool isSquared) {
      return step.map({old, gradient}, type, [&](Scalars s, ValueRange in) {
        Value added = isSquared ? s.mul(in[1], in[1]) : in[1];
        return s.add(s.mul(s.number(type, kept), in[0]), s.mul(s.number(type, 1 - kept), added));
      });
    };
    Value mean = average(step.of(2, tensor), alpha, false);
    Value squares = average(step.of(3, tensor), beta, true);
    Value rate = correctedRate(step, type, alpha, beta);
    Value learned = step.map({x, rate, mean, squares}, type, [&](Scalars s, ValueRange in) {
      Value root = s.add(s.make<math::SqrtOp>(in[3]), s.number(type, epsilon));
      Value moved = s.sub(in[0], s.mul(in[1], s.div(in[2], root)));
      return s.mul(s.number(type, 1 - shrink), moved);
    });
    return SmallVector<Value>{learned, mean, squares};
  });
}

} // namespace

void import::addTrainingConverters(ConverterTable &table) {
  constexpr llvm::StringLiteral domain = "ai.onnx.preview.training";
  table.add({domain, "Momentum", 1, 1, convertMomentum});
  table.add({domain, "Adagrad", 1, 1, convertAdagrad});
  table.add({domain, "Adam", 1, 1, convertAdam});
}
