// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LSTM, GRU and RNN. The order of the sums is (x W + h R) + (Wb + Rb).
#include "lib/Import/Ops/Recurrent.h"
#include "lib/Import/Ops/ConverterTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

static Value add(TensorBuilder &builder, Value left, Value right) {
  return builder.map({left, right}, elementOf(left),
                     [](OpBuilder &nested, Location loc, ValueRange in) -> Value {
                       return arith::AddFOp::create(nested, loc, in);
                     });
}

/// (x + h) + b
static Value addGates(TensorBuilder &builder, Value fromInput, Value fromState, Value bias) {
  return builder.map({fromInput, fromState, bias}, elementOf(fromInput),
                     [](OpBuilder &nested, Location loc, ValueRange in) -> Value {
                       Value sum = arith::AddFOp::create(nested, loc, in[0], in[1]);
                       return arith::AddFOp::create(nested, loc, sum, in[2]);
                     });
}

static Value multiplyAdd(OpBuilder &builder, Location loc, Value a, Value b, Value c) {
  return arith::AddFOp::create(builder, loc, a, arith::MulFOp::create(builder, loc, b, c));
}

static SmallVector<Value> sumBiases(Recurrence &recurrence) {
  return llvm::map_to_vector(recurrence.directions, [&](const Direction &direction) {
    return add(recurrence.node, direction.inputBias, direction.recurrentBias);
  });
}

static LogicalResult convertLstm(NodeConversion &node) {
  Recurrence lstm(node, 4, 2, {"Sigmoid", "Tanh", "Tanh"});
  if (failed(lstm.read()))
    return failure();
  if (node.i64("input_forget") != 0)
    return node.unsupported("expected input_forget 0");
  bool hasPeepholes = bool(node.operand(7));
  int64_t count = lstm.directions.size();
  if (hasPeepholes && node.shape(7) != Shape({count, 3 * lstm.hidden}))
    return node.unsupported("expected " + Twine(3 * lstm.hidden) + " peepholes");
  SmallVector<Value> biases = sumBiases(lstm), peepholes(3 * count);
  Type type = node.type(0).getElementType();
  if (hasPeepholes)
    for (auto [i, peephole] : llvm::enumerate(peepholes))
      peephole = lstm.part(node, lstm.ofDirection(7, i / 3), i % 3, 3);
  return lstm.run([&](TensorBuilder &inside, int64_t index, Value fromInput, ValueRange states) {
    const Direction &direction = lstm.directions[index];
    Value fromState = lstm.multiply(inside, states[0], direction.recurrent);
    Value gates = addGates(inside, fromInput, fromState, biases[index]);
    // Gates lie in the order input, output, forget, cell.
    auto gate = [&](int64_t which, Value cell, int64_t peephole) {
      Value sum = lstm.part(inside, gates, which, 4);
      if (hasPeepholes)
        sum = inside.map({sum, peepholes[index * 3 + peephole], cell}, type,
                         [](OpBuilder &nested, Location loc, ValueRange in) {
                           return multiplyAdd(nested, loc, in[0], in[1], in[2]);
                         });
      return sum;
    };
    Value cell = inside.map(
        {gate(0, states[1], 0), gate(2, states[1], 2), lstm.part(inside, gates, 3, 4), states[1]},
        type, [&](OpBuilder &nested, Location loc, ValueRange in) -> Value {
          Value input = lstm.activate(nested, loc, direction.activations[0], in[0]);
          Value forget = lstm.activate(nested, loc, direction.activations[0], in[1]);
          Value candidate = lstm.activate(nested, loc, direction.activations[1], in[2]);
          Value kept = arith::MulFOp::create(nested, loc, forget, in[3]);
          return multiplyAdd(nested, loc, kept, input, candidate);
        });
    Value output =
        inside.map({gate(1, cell, 1), cell}, type,
                   [&](OpBuilder &nested, Location loc, ValueRange in) -> Value {
                     Value open = lstm.activate(nested, loc, direction.activations[0], in[0]);
                     Value shown = lstm.activate(nested, loc, direction.activations[2], in[1]);
                     return arith::MulFOp::create(nested, loc, open, shown);
                   });
    return SmallVector<Value>{output, cell};
  });
}

static LogicalResult convertGru(NodeConversion &node) {
  Recurrence gru(node, 3, 1, {"Sigmoid", "Tanh"});
  if (failed(gru.read()))
    return failure();
  bool resetsProduct = node.i64("linear_before_reset") != 0;
  Type type = node.type(0).getElementType();
  int64_t rows = gru.hidden;
  SmallVector<Value> biases = sumBiases(gru);
  auto rowsOf = [&](Value weights, int64_t from, int64_t count) {
    return node.slice(weights, {from * rows, 0}, {count * rows, gru.hidden});
  };
  // Update and reset gates are one product, the candidate another.
  SmallVector<Value> gateWeights, candidateWeights, gateBiases;
  for (auto [direction, bias] : llvm::zip_equal(gru.directions, biases)) {
    gateWeights.push_back(rowsOf(direction.recurrent, 0, 2));
    candidateWeights.push_back(rowsOf(direction.recurrent, 2, 1));
    gateBiases.push_back(node.slice(bias, {0}, {2 * rows}));
  }
  return gru.run([&](TensorBuilder &inside, int64_t index, Value fromInput, ValueRange states) {
    const Direction &direction = gru.directions[index];
    Value state = states[0];
    auto activated = [&](Value value, StringRef name) {
      return inside.map(value, type, [&](OpBuilder &nested, Location loc, ValueRange in) {
        return gru.activate(nested, loc, name, in[0]);
      });
    };
    Value gatesIn = inside.slice(fromInput, {0, 0}, {gru.batch, 2 * rows});
    Value gates = addGates(inside, gatesIn, gru.multiply(inside, state, gateWeights[index]),
                           gateBiases[index]);
    Value update = activated(gru.part(inside, gates, 0, 2), direction.activations[0]);
    Value reset = activated(gru.part(inside, gates, 1, 2), direction.activations[0]);
    auto times = [&](Value left, Value right) {
      return inside.map({left, right}, type,
                        [](OpBuilder &nested, Location loc, ValueRange in) -> Value {
                          return arith::MulFOp::create(nested, loc, in);
                        });
    };
    Value fromState, bias;
    if (resetsProduct) { // r * (h R + Rb), then Wb
      fromState = gru.multiply(inside, state, candidateWeights[index]);
      fromState = add(inside, fromState, gru.part(inside, direction.recurrentBias, 2, 3));
      fromState = times(reset, fromState);
      bias = gru.part(inside, direction.inputBias, 2, 3);
    } else {
      fromState = gru.multiply(inside, times(reset, state), candidateWeights[index]);
      bias = gru.part(inside, biases[index], 2, 3);
    }
    Value candidateIn = gru.part(inside, fromInput, 2, 3);
    Value candidate =
        activated(addGates(inside, candidateIn, fromState, bias), direction.activations[1]);
    // (1 - z) * n + z * h
    Value next = inside.map({update, candidate, state}, type,
                            [](OpBuilder &nested, Location loc, ValueRange in) -> Value {
                              Value one = arith::ConstantOp::create(
                                  nested, loc, nested.getFloatAttr(in[0].getType(), 1));
                              Value rest = arith::SubFOp::create(nested, loc, one, in[0]);
                              Value fresh = arith::MulFOp::create(nested, loc, rest, in[1]);
                              return multiplyAdd(nested, loc, fresh, in[0], in[2]);
                            });
    return SmallVector<Value>{next};
  });
}

static LogicalResult convertRnn(NodeConversion &node) {
  Recurrence rnn(node, 1, 1, {"Tanh"});
  if (failed(rnn.read()))
    return failure();
  SmallVector<Value> biases = sumBiases(rnn);
  return rnn.run([&](TensorBuilder &inside, int64_t index, Value fromInput, ValueRange states) {
    const Direction &direction = rnn.directions[index];
    Value sum = addGates(inside, fromInput, rnn.multiply(inside, states[0], direction.recurrent),
                         biases[index]);
    Value next =
        inside.map(sum, elementOf(sum), [&](OpBuilder &nested, Location loc, ValueRange in) {
          return rnn.activate(nested, loc, direction.activations[0], in[0]);
        });
    return SmallVector<Value>{next};
  });
}

void import::addRecurrentConverters(ConverterTable &table) {
  table.add("LSTM", 7, convertLstm);
  table.add("GRU", 7, convertGru);
  table.add("RNN", 7, convertRnn);
}
