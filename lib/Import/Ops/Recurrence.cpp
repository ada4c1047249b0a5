// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/Recurrent.h"
#include "lib/Import/Ops/Scalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

// Operands of all three operators.
enum : unsigned {
  dataOperand,
  inputOperand,
  recurrentOperand,
  biasOperand,
  lengthOperand,
  stateOperand
};

Value Recurrence::ofDirection(unsigned operand, int64_t direction) {
  Shape shape = node.shape(operand);
  SmallVector<int64_t> offsets(shape.size(), 0), sizes(shape);
  offsets[0] = direction;
  sizes[0] = 1;
  return node.reshape(node.slice(node.operand(operand), offsets, sizes), shape.drop_front());
}

LogicalResult Recurrence::readActivations() {
  SmallVector<StringRef> names;
  if (auto stated = dyn_cast_or_null<ArrayAttr>(node.node.getStated("activations")))
    for (Attribute name : stated)
      names.push_back(cast<StringAttr>(name).getValue());
  if (names.empty())
    for (size_t i = 0; i < directions.size(); ++i)
      llvm::append_range(names, standard);
  if (names.size() != standard.size() * directions.size())
    return node.unsupported("expected " + Twine(standard.size() * directions.size()) +
                            " activations, got " + Twine(names.size()));
  for (auto [i, name] : llvm::enumerate(names)) {
    if (!llvm::is_contained({"Sigmoid", "Tanh", "Relu"}, name))
      return node.unsupported("expected activations Sigmoid, Tanh or Relu, got '" + name + "'");
    directions[i / standard.size()].activations.push_back(name);
  }
  return success();
}

LogicalResult Recurrence::read() {
  batchFirst = node.i64("layout") != 0;
  Shape data = node.shape(dataOperand), weights = node.shape(inputOperand);
  Shape recurrent = node.shape(recurrentOperand);
  if (data.size() != 3 || weights.size() != 3 || recurrent.size() != 3)
    return node.unsupported("expected inputs and weights of rank 3");
  steps = data[batchFirst ? 1 : 0];
  batch = data[batchFirst ? 0 : 1];
  inputs = data[2];
  hidden = recurrent[2];
  int64_t count = weights[0];
  StringRef direction = node.string("direction", "forward");
  if ((direction == "bidirectional") != (count == 2) || (count != 1 && count != 2) ||
      !llvm::is_contained({"forward", "reverse", "bidirectional"}, direction))
    return node.unsupported("expected weights for direction '" + direction + "'");
  int64_t rows = gates * hidden;
  SmallVector<int64_t> state{count, batch, hidden};
  if (batchFirst)
    std::swap(state[0], state[1]);
  auto has = [&](unsigned operand, Shape shape) {
    return !node.operand(operand) || node.shape(operand) == shape;
  };
  bool fits = has(inputOperand, {count, rows, inputs}) &&
              has(recurrentOperand, {count, rows, hidden}) && has(biasOperand, {count, 2 * rows}) &&
              has(lengthOperand, {batch});
  for (int64_t i = 0; i < states; ++i)
    fits &= has(stateOperand + i, state);
  if (!fits || steps * batch * inputs * hidden == 0)
    return node.unsupported("expected weights, bias, lengths and states of " + Twine(gates) +
                            " gates of " + Twine(hidden) + " cells each");
  Type type = node.type(dataOperand).getElementType();
  for (int64_t i = 0; i < count; ++i) {
    Value bias =
        node.operand(biasOperand) ? ofDirection(biasOperand, i) : node.splat({2 * rows}, type, 0);
    directions.push_back({direction == "reverse" || i == 1,
                          ofDirection(inputOperand, i),
                          ofDirection(recurrentOperand, i),
                          part(node, bias, 0, 2),
                          part(node, bias, 1, 2),
                          {}});
  }
  return readActivations();
}

Value Recurrence::part(TensorBuilder &builder, Value whole, int64_t index, int64_t of) {
  SmallVector<int64_t> sizes(shapeOf(whole)), offsets(sizes.size(), 0);
  sizes.back() /= of;
  offsets.back() = index * sizes.back();
  return builder.slice(whole, offsets, sizes);
}

Value Recurrence::multiply(TensorBuilder &builder, Value lhs, Value rhs) {
  auto type = RankedTensorType::get({shapeOf(lhs)[0], shapeOf(rhs)[0]}, elementOf(lhs));
  return MatmulOp::create(builder.builder, builder.loc, type, lhs, rhs, Value(),
                          /*transpose_lhs=*/false, /*transpose_rhs=*/true);
}

Value Recurrence::activate(OpBuilder &builder, Location loc, StringRef name, Value value) {
  auto number = [&](double constant) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(value.getType(), constant));
  };
  if (node.has("clip")) {
    value = arith::MaximumFOp::create(builder, loc, value, number(-node.f32("clip")));
    value = arith::MinimumFOp::create(builder, loc, value, number(node.f32("clip")));
  }
  if (name == "Tanh")
    return math::TanhOp::create(builder, loc, value);
  if (name == "Relu")
    return arith::MaximumFOp::create(builder, loc, value, number(0));
  return Scalars{builder, loc}.sigmoid(value);
}

Value Recurrence::initialState(unsigned index, int64_t direction) {
  Type type = node.type(dataOperand).getElementType();
  Value given = node.operand(stateOperand + index);
  if (!given)
    return node.splat({batch, hidden}, type, 0);
  if (!batchFirst)
    return ofDirection(stateOperand + index, direction);
  Value one = node.slice(given, {0, direction, 0}, {batch, 1, hidden});
  return node.reshape(one, {batch, hidden});
}

/// Where the time lies before the length: `on`, else `off`.
static Value selectBefore(TensorBuilder &builder, Value time, Value lengths, Value on, Value off) {
  return builder.map({time, lengths, on, off}, elementOf(on),
                     [](OpBuilder &nested, Location loc, ValueRange in) -> Value {
                       Value before = arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::slt,
                                                            in[0], in[1]);
                       return arith::SelectOp::create(nested, loc, before, in[2], in[3]);
                     });
}

SmallVector<Value> Recurrence::runDirection(int64_t index, Value input, Step step) {
  const Direction &direction = directions[index];
  Type type = elementOf(input);
  input = node.reshape(input, {steps, batch, inputs});
  // Sequences that all have full length need no mask.
  Value lengths = node.operand(lengthOperand), times, zeros;
  if (lengths && node.constantValue(lengthOperand) &&
      llvm::all_of(*node.constantInts(lengthOperand), [&](int64_t n) { return n >= steps; }))
    lengths = {};
  if (lengths) {
    times = iota(node, steps, elementOf(lengths), 0, 2);
    lengths = node.reshape(lengths, {batch, 1});
    zeros = node.splat({batch, hidden}, type, 0);
  }
  SmallVector<Value> carried;
  for (int64_t state = 0; state < states; ++state)
    carried.push_back(initialState(state, index));
  carried.push_back(node.empty({steps, batch, hidden}, type));
  return repeat(node, steps, carried, [&](TensorBuilder &inside, Value at, ValueRange values) {
    if (direction.reverse) {
      Value last = arith::ConstantIndexOp::create(inside.builder, inside.loc, steps - 1);
      at = arith::SubIOp::create(inside.builder, inside.loc, last, at);
    }
    // The input's share of one step: that of all would be the largest value of the network.
    Value now = inside.reshape(readAt(inside, input, 0, at), {batch, inputs});
    now = multiply(inside, now, direction.input);
    SmallVector<Value> next = step(inside, index, now, values.drop_back());
    Value output = next[0];
    if (lengths) {
      Value time = readAt(inside, times, 0, at);
      output = selectBefore(inside, time, lengths, output, zeros);
      for (auto [state, old] : llvm::zip(next, values))
        state = selectBefore(inside, time, lengths, state, old);
    }
    output = inside.reshape(output, {1, batch, hidden});
    next.push_back(writeAt(inside, output, values.back(), 0, at));
    return next;
  });
}

LogicalResult Recurrence::run(Step step) {
  Value input = node.operand(dataOperand);
  if (batchFirst)
    input = node.transpose(input, {1, 0, 2});
  // All steps [steps, directions, batch, hidden], states [directions, batch, hidden].
  SmallVector<Value> all;
  SmallVector<SmallVector<Value>> last(states);
  for (int64_t index = 0; index < int64_t(directions.size()); ++index) {
    SmallVector<Value> ran = runDirection(index, input, step);
    all.push_back(node.reshape(ran.back(), {steps, 1, batch, hidden}));
    for (int64_t state = 0; state < states; ++state)
      last[state].push_back(node.reshape(ran[state], {1, batch, hidden}));
  }
  Value joined = node.concat(all, 1);
  SmallVector<Value> results{batchFirst ? node.transpose(joined, {2, 0, 1, 3}) : joined};
  for (ArrayRef<Value> state : last) {
    Value both = node.concat(state, 0);
    results.push_back(batchFirst ? node.transpose(both, {1, 0, 2}) : both);
  }
  return node.replace(ValueRange(results));
}
