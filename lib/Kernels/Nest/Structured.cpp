// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operators with a scalar region: pith.map and linalg.
#include "lib/Kernels/Nest/Elements.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

Indices Elements::broadcastIndices(Value tensor, ArrayRef<Index> at) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(tensor.getType()).getShape();
  Indices indices;
  for (auto [index, size] : llvm::zip_equal(at.take_back(shape.size()), shape))
    indices.push_back(size == 1 ? scopes.space.constant(0) : index);
  return indices;
}

Value Elements::broadcast(Value tensor, ArrayRef<Index> at) {
  return this->at(tensor, broadcastIndices(tensor, at));
}

Value Elements::map(MapOp op, ArrayRef<Index> at) {
  SmallVector<Value> arguments;
  for (Value input : op.getInputs())
    arguments.push_back(broadcast(input, at));
  return inlineBody(op.getBody().front(), arguments, {}).front();
}

Value Elements::elementwise(Operation *op, ArrayRef<Index> at) {
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(isa<TensorType>(operand.getType()) ? this->at(operand, at) : operand);
  return copy(op, operands);
}

SmallVector<Value> Elements::inlineBody(Block &body, ValueRange arguments,
                                        ArrayRef<Index> counters) {
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  llvm::DenseMap<Value, Index> places;
  auto isVector = [](Value value) { return isa<VectorType>(value.getType()); };
  for (Operation &op : body.without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(op)) {
      places[index.getResult()] = counters[index.getDim()];
      if (!llvm::all_of(op.getUsers(), llvm::IsaPred<tensor::ExtractOp>))
        mapping.map(index.getResult(), scopes.materialize(counters[index.getDim()]));
      continue;
    }
    if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
      Indices indices;
      for (auto [index, size] :
           llvm::zip_equal(extract.getIndices(), extract.getTensor().getType().getShape())) {
        if (Index place = places.lookup(index)) {
          indices.push_back(place);
          continue;
        }
        Value value = mapping.lookupOrDefault(index);
        if (isVector(value)) {
          scopes.refuse("each lane takes its own place in a tensor");
          value = scopes.constantIndex(0);
        }
        indices.push_back(scopes.index(value, {0, size - 1}));
      }
      mapping.map(extract.getResult(), at(extract.getTensor(), indices));
      continue;
    }
    SmallVector<Value> operands = llvm::map_to_vector(
        op.getOperands(), [&](Value operand) { return mapping.lookupOrDefault(operand); });
    if (llvm::any_of(operands, isVector) && op.getNumResults() == 1 && op.getNumRegions() == 0)
      mapping.map(op.getResult(0), copy(&op, operands));
    else
      scopes.builder.clone(op, mapping);
  }
  return llvm::map_to_vector(body.getTerminator()->getOperands(),
                             [&](Value value) { return mapping.lookupOrDefault(value); });
}

Value Elements::structured(linalg::LinalgOp op, unsigned result, ArrayRef<Index> at) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  OpOperand *init = op.getDpsInitOperand(result);
  AffineMap written = op.getMatchingIndexingMap(init);
  if (!written.isProjectedPermutation() || ShapedType::isDynamicShape(sizes) ||
      !op.hasPureTensorSemantics())
    return unsupported(op, "a result that is not indexed by loops one by one in");

  Indices counters(op.getNumLoops(), Index());
  for (auto [expr, index] : llvm::zip_equal(written.getResults(), at))
    counters[cast<AffineDimExpr>(expr).getPosition()] = index;
  SmallVector<Trip> trips;
  SmallVector<unsigned> reduced;
  for (auto [i, counter] : llvm::enumerate(counters))
    if (!counter) {
      if (op.getIteratorTypesArray()[i] != utils::IteratorType::reduction)
        return unsupported(op, "a parallel loop that no index of the result follows in");
      reduced.push_back(i);
      trips.push_back(scopes.trip(sizes[i]));
    }
  for (OpOperand &other : op.getDpsInitsMutable())
    if (op.getMatchingIndexingMap(&other) != written)
      return unsupported(op, "results that are indexed differently in");

  auto indexed = [&](AffineMap map) {
    AffineMap composed = map.replaceDimsAndSymbols(counters, {}, map.getNumDims(), 0);
    return Indices(composed.getResults());
  };
  Block *body = op.getBlock();
  unsigned inputs = op.getNumDpsInputs();
  auto arguments = [&](ValueRange accumulators) {
    SmallVector<Value> values;
    for (OpOperand &operand : op->getOpOperands()) {
      BlockArgument argument = op.getMatchingBlockArgument(&operand);
      bool isInit = op.isDpsInit(&operand);
      if (isInit && !accumulators.empty())
        values.push_back(accumulators[operand.getOperandNumber() - inputs]);
      else if (argument.use_empty())
        values.push_back(zero(argument.getType()));
      else if (isa<TensorType>(operand.get().getType()))
        values.push_back(this->at(operand.get(), indexed(op.getMatchingIndexingMap(&operand))));
      else
        values.push_back(operand.get());
    }
    return values;
  };
  if (trips.empty())
    return inlineBody(*body, arguments({}), counters)[result];

  SmallVector<Value> initial;
  for (Value other : op.getDpsInits())
    initial.push_back(vectorAt(other, at));
  return scopes.loops(trips, initial, [&](ArrayRef<Index> here, ValueRange accumulators) {
    for (auto [position, index] : llvm::zip_equal(reduced, here))
      counters[position] = index;
    SmallVector<Value> joined = inlineBody(*body, arguments(accumulators), counters);
    for (Value &value : joined)
      value = spread(at, value);
    return joined;
  })[result];
}
