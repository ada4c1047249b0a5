// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// If, Loop, Scan and SequenceMap: graphs are inlined, loops unrolled. Where only the run tells
// which graph is taken, or when a loop ends, all is computed and then chosen from.
#include "lib/Import/Choice.h"
#include "lib/Import/GraphConversion.h"
#include "lib/Import/ImportLimits.h"

using namespace mlir;
using namespace pith;
using namespace pith::import;

// Unrolling is meant for short loops of shape arithmetic and small recurrences.
static constexpr int64_t maxIterations = 1024;

/// What the file calls a condition may be anything.
static bool isCondition(Value value) {
  return value && elementOf(value).isInteger(1) && countOf(shapeOf(value)) == 1;
}

FailureOr<SmallVector<Converted>> GraphConversion::inlineBody(NodeConversion &node, StringRef name,
                                                              ArrayRef<Converted> arguments) {
  Region *body = node.node.getBody(name);
  if (!body || body->front().getNumArguments() != arguments.size())
    return node.unsupported("expected a graph '" + name + "' with " + Twine(arguments.size()) +
                            " inputs");
  constexpr ImportLimits limits;
  inlinedNodes += body->front().getOperations().size();
  if (inlinedNodes > limits.unrolledNodes)
    return node.unsupported(
        "expected graphs inside of nodes that become at most " + Twine(limits.unrolledNodes) +
        " nodes, each for every iteration; export the model with shorter loops");
  for (auto [argument, value] : llvm::zip(body->front().getArguments(), arguments))
    map(argument, value);
  convert(body->front());
  SmallVector<Converted> results;
  for (Value value : body->front().getTerminator()->getOperands()) {
    auto result = lookup(value);
    if (!result)
      return failure(); // a node of the body is reported already
    results.push_back(*result);
  }
  // What the body made is forgotten: the next iteration makes its own.
  body->front().walk([&](Operation *op) {
    for (Value result : op->getResults())
      values.erase(result);
  });
  return results;
}

LogicalResult GraphConversion::convertControlFlow(NodeConversion &node, Operands operands) {
  if (node.node.isStandard("If"))
    return convertIf(node);
  if (node.node.isStandard("Loop"))
    return convertLoop(node, operands);
  if (node.node.isStandard("Scan") && node.node.getVersion() >= 9)
    return convertScan(node, operands);
  if (node.node.isStandard("SequenceMap"))
    return convertSequenceMap(node, operands);
  return node.unsupported("there is no converter");
}

LogicalResult GraphConversion::convertIf(NodeConversion &node) {
  if (!isCondition(node.operand(0)))
    return node.unsupported("expected one condition");
  if (node.constantValue(0)) {
    auto condition = node.constantInts(0);
    if (failed(condition))
      return failure();
    auto results = inlineBody(node, condition->front() ? "then_branch" : "else_branch", {});
    return failed(results) ? failure() : node.replace(*results);
  }
  auto yes = inlineBody(node, "then_branch", {}), no = inlineBody(node, "else_branch", {});
  if (failed(yes) || failed(no))
    return failure();
  if (yes->size() != no->size())
    return node.unsupported("expected branches with one number of results");
  auto results = chooseAll(node, node.reshape(node.operand(0), {}), *yes, *no);
  return failed(results) ? failure() : node.replace(*results);
}

/// Whether the values of iterations are tensors of one type.
static bool canStack(ArrayRef<Converted> rows) {
  return llvm::all_of(rows, [&](const Converted &row) {
    return row.value && row.value.getType() == rows.front().value.getType();
  });
}

/// Joins per-iteration values along a new dimension.
static Converted stack(NodeConversion &node, ArrayRef<Converted> rows, int64_t dim) {
  SmallVector<Value> expanded;
  for (const Converted &row : rows) {
    SmallVector<int64_t> shape = llvm::to_vector(shapeOf(row.value));
    shape.insert(shape.begin() + dim, 1);
    expanded.push_back(node.reshape(row.value, shape));
  }
  return {node.concat(expanded, dim), rows.front().elementType};
}

/// How often a loop runs at most: M, or as many rows as the model states of what it
/// collects.
static FailureOr<int64_t> mostTrips(NodeConversion &node, unsigned carried) {
  if (!node.operand(0))
    return std::numeric_limits<int64_t>::max();
  if (node.constantValue(0)) {
    auto limit = node.constantInts(0);
    if (succeeded(limit) && limit->size() == 1)
      return limit->front();
    return node.unsupported("expected one number of iterations");
  }
  if (countOf(node.shape(0)) != 1 || !isa<IntegerType>(elementOf(node.operand(0))))
    return node.unsupported("expected one number of iterations");
  for (unsigned index = carried; index < node.numResults(); ++index)
    if (auto stated = node.statedShape(index); stated && !stated->empty())
      return stated->front();
  return node.unsupported("expected a number of iterations that is known at compile time, or a "
                          "stated shape of a scan output, which bounds it");
}

/// What a condition is, where that is known at compile time.
static std::optional<bool> knownBit(Value value) {
  DenseElementsAttr bits;
  if (!matchPattern(value, m_Constant(&bits)))
    return std::nullopt;
  return !bits.getValues<APInt>()[0].isZero();
}

LogicalResult GraphConversion::convertLoop(NodeConversion &node, Operands operands) {
  SmallVector<Converted> carried = llvm::to_vector(operands.drop_front(2));
  FailureOr<int64_t> trips = mostTrips(node, carried.size());
  if (failed(trips))
    return failure();
  Type bit = builder.getI1Type(), index = builder.getI64Type();
  Converted condition = operands[1];
  if (!condition.value)
    condition = {node.splat({}, bit, 1), bit};
  SmallVector<SmallVector<Converted>> scanned(node.numResults() - carried.size());
  Running running(node, node.constantValue(0) ? Value() : node.operand(0));
  int64_t trip = 0;
  for (; trip < *trips; ++trip) {
    if (!isCondition(condition.value))
      return node.unsupported("expected one condition");
    std::optional<bool> known = knownBit(condition.value);
    if (known && !*known)
      break;
    running.enter(trip, known ? Value() : condition.value);
    if (running.isChoice() && !node.operand(0))
      return node.unsupported("expected a condition known at compile time, or a number of "
                              "iterations that is");
    if (trip == maxIterations)
      return node.unsupported("expected at most " + Twine(maxIterations) + " iterations");
    SmallVector<Converted> arguments{{node.splat({}, index, trip), index}, condition};
    llvm::append_range(arguments, carried);
    auto results = inlineBody(node, "body", arguments);
    if (failed(results))
      return failure();
    if (results->size() != 1 + carried.size() + scanned.size())
      return node.unsupported("expected a body with " + Twine(1 + carried.size() + scanned.size()) +
                              " outputs");
    condition = results->front();
    auto news = ArrayRef(*results).slice(1, carried.size());
    auto rows = ArrayRef(*results).drop_front(1 + carried.size());
    auto kept = running.keep(news, carried);
    auto collected = running.rows(rows);
    if (failed(kept) || failed(collected))
      return failure();
    carried = *kept;
    for (auto [all, row] : llvm::zip_equal(scanned, *collected))
      all.push_back(row);
  }
  if (trip == 0 && !scanned.empty())
    return node.unsupported("a loop without iterations has no scan outputs");
  for (ArrayRef<Converted> rows : scanned) {
    if (!canStack(rows))
      return node.unsupported("expected scan outputs of one shape");
    carried.push_back(stack(node, rows, 0));
    carried.back().count = running.count();
  }
  return node.replace(carried);
}

LogicalResult GraphConversion::convertScan(NodeConversion &node, Operands operands) {
  int64_t inputs = node.i64("num_scan_inputs"), states = int64_t(operands.size()) - inputs;
  if (inputs < 1 || states < 0 || int64_t(node.numResults()) < states)
    return node.unsupported("expected num_scan_inputs between 1 and " + Twine(operands.size()) +
                            ", got " + Twine(inputs));
  int64_t outputs = node.numResults() - states;
  auto inputDims = node.ints("scan_input_axes", SmallVector<int64_t>(inputs, 0));
  auto outputDims = node.ints("scan_output_axes", SmallVector<int64_t>(outputs, 0));
  auto inputReversed = node.ints("scan_input_directions", SmallVector<int64_t>(inputs, 0));
  auto outputReversed = node.ints("scan_output_directions", SmallVector<int64_t>(outputs, 0));
  if (int64_t(inputDims.size()) != inputs || int64_t(inputReversed.size()) != inputs ||
      int64_t(outputDims.size()) != outputs || int64_t(outputReversed.size()) != outputs)
    return node.unsupported("expected axes and directions for each scan input and output");
  int64_t trips = -1;
  for (auto [index, dim] : llvm::enumerate(inputDims)) {
    auto normalized = node.dim(dim, node.rank(states + index), "scan_input_axes");
    if (failed(normalized))
      return failure();
    dim = *normalized;
    int64_t size = node.shape(states + index)[dim];
    if (trips >= 0 && size != trips)
      return node.unsupported("expected scan inputs of one length");
    trips = size;
  }
  if (trips < 1 || trips > maxIterations)
    return node.unsupported("expected between 1 and " + Twine(maxIterations) + " iterations");
  SmallVector<Converted> carried = llvm::to_vector(operands.take_front(states));
  SmallVector<SmallVector<Converted>> scanned(outputs);
  for (int64_t trip = 0; trip < trips; ++trip) {
    SmallVector<Converted> arguments = carried;
    for (int64_t index = 0; index < inputs; ++index) {
      Converted input = operands[states + index];
      SmallVector<int64_t> sizes = llvm::to_vector(shapeOf(input.value));
      SmallVector<int64_t> offsets(sizes.size(), 0);
      offsets[inputDims[index]] = inputReversed[index] ? trips - 1 - trip : trip;
      sizes[inputDims[index]] = 1;
      Value row = node.slice(input.value, offsets, sizes);
      sizes.erase(sizes.begin() + inputDims[index]);
      arguments.push_back({node.reshape(row, sizes), input.elementType});
    }
    auto results = inlineBody(node, "body", arguments);
    if (failed(results))
      return failure();
    if (int64_t(results->size()) != states + outputs)
      return node.unsupported("expected a body with " + Twine(states + outputs) + " outputs");
    carried.assign(results->begin(), results->begin() + states);
    for (int64_t index = 0; index < outputs; ++index)
      scanned[index].push_back((*results)[states + index]);
  }
  for (auto [index, rows] : llvm::enumerate(scanned)) {
    if (!canStack(rows))
      return node.unsupported("expected scan outputs of one shape");
    auto dim =
        node.dim(outputDims[index], shapeOf(rows.front().value).size() + 1, "scan_output_axes");
    if (failed(dim))
      return failure();
    if (outputReversed[index])
      std::reverse(rows.begin(), rows.end());
    carried.push_back(stack(node, rows, *dim));
  }
  return node.replace(carried);
}

LogicalResult GraphConversion::convertSequenceMap(NodeConversion &node, Operands operands) {
  if (operands.empty() || !operands[0].sequence)
    return node.unsupported("expected a sequence in operand 0");
  size_t length = operands[0].sequence->size();
  if (int64_t(length) > maxIterations)
    return node.unsupported("expected at most " + Twine(maxIterations) + " iterations");
  for (const Converted &operand : operands)
    if (operand.sequence && operand.sequence->size() != length)
      return node.unsupported("expected sequences of one length");
  SmallVector<Converted> results(node.numResults());
  for (Converted &result : results)
    result.sequence = std::make_shared<std::vector<Converted>>();
  for (size_t index = 0; index < length; ++index) {
    auto arguments = llvm::map_to_vector(operands, [&](const Converted &operand) {
      return operand.sequence ? (*operand.sequence)[index] : operand;
    });
    auto elements = inlineBody(node, "body", arguments);
    if (failed(elements))
      return failure();
    if (elements->size() != results.size())
      return node.unsupported("expected a body with " + Twine(results.size()) + " outputs");
    for (auto [result, element] : llvm::zip_equal(results, *elements))
      result.sequence->push_back(element);
  }
  return node.replace(results);
}
