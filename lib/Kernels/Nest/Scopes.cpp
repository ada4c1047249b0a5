// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Kernels/Nest/Scopes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace pith::nest;

Scopes::Scopes(Block *block, Location loc)
    : space(loc.getContext()), builder(loc.getContext()), loc(loc) {
  stack.push_back(std::make_unique<Scope>(block, nullptr, false));
  resume();
}

/// Puts the builder where the innermost scope goes on.
void Scopes::resume() {
  Scope &scope = *stack.back();
  if (scope.next)
    builder.setInsertionPoint(scope.next);
  else if (!scope.block->empty() && scope.block->back().hasTrait<OpTrait::IsTerminator>())
    builder.setInsertionPoint(&scope.block->back());
  else
    builder.setInsertionPointToEnd(scope.block);
}

void Scopes::enter(Operation *op, Block *block, bool conditional) {
  Operation *after = std::exchange(stack.back()->next, op);
  stack.push_back(std::make_unique<Scope>(block, after, conditional));
  resume();
}

void Scopes::leave() {
  Operation *after = stack.back()->after;
  stack.pop_back();
  stack.back()->next = after;
  resume();
}

Trip Scopes::trip(int64_t size) const {
  Builder b(loc.getContext());
  return {b.getIndexAttr(0), b.getIndexAttr(size), {0, size - 1}};
}

Value Scopes::constantIndex(int64_t value) { return materialize(space.constant(value)); }

SmallVector<Value> Scopes::loops(ArrayRef<Trip> trips, ValueRange carried, Body body) {
  Indices counters;
  return loops(trips, carried, body, counters);
}

SmallVector<Value> Scopes::loops(ArrayRef<Trip> trips, ValueRange carried, Body body,
                                 Indices &indices) {
  if (trips.empty())
    return body(indices, carried);
  const Trip &trip = trips.front();
  std::optional<int64_t> low = getConstantIntValue(trip.low), high = getConstantIntValue(trip.high);
  std::optional<int64_t> by = trip.step ? getConstantIntValue(trip.step) : 1;
  if (low && high && by && *low < *high && *low + *by >= *high) {
    indices.push_back(space.constant(*low));
    SmallVector<Value> results = loops(trips.drop_front(), carried, body, indices);
    indices.pop_back();
    return results;
  }
  auto bound = [&](OpFoldResult value, std::optional<int64_t> constant) {
    return constant ? constantIndex(*constant) : cast<Value>(value);
  };
  Value from = bound(trip.low, low), to = bound(trip.high, high);
  Value step = by ? constantIndex(*by) : cast<Value>(trip.step);
  auto loop = scf::ForOp::create(builder, loc, from, to, step, carried);
  enter(loop, loop.getBody(), /*conditional=*/false);
  indices.push_back(index(loop.getInductionVar(), trip.range));
  SmallVector<Value> results = loops(trips.drop_front(), loop.getRegionIterArgs(), body, indices);
  indices.pop_back();
  if (!carried.empty())
    scf::YieldOp::create(builder, loc, results);
  leave();
  return llvm::to_vector_of<Value>(loop.getResults());
}

Value Scopes::choose(Value condition, Type type, Branch yes, Branch no) {
  auto op = scf::IfOp::create(builder, loc, TypeRange(type), condition, /*withElse=*/true);
  for (auto [block, branch] : {std::pair(op.thenBlock(), yes), std::pair(op.elseBlock(), no)}) {
    enter(op, block, /*conditional=*/true);
    Value value = branch();
    scf::YieldOp::create(builder, loc, value);
    leave();
  }
  return op.getResult(0);
}

Index Scopes::index(Value value, Bounds range) {
  Index index = space.counter(range);
  if (auto dim = dyn_cast<AffineDimExpr>(index)) {
    counters.resize(dim.getPosition() + 1);
    counters[dim.getPosition()] = value;
  }
  return index;
}

/// The scope that has all the counters of an index.
unsigned Scopes::depthOf(Index index) const {
  unsigned depth = 0;
  index.walk([&](AffineExpr expr) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || space.lanesOf(dim))
      return;
    Value value = counters[dim.getPosition()];
    Block *block = value.getParentBlock();
    for (unsigned i = depth + 1; i < stack.size(); ++i)
      if (stack[i]->block == block)
        depth = i;
  });
  return depth;
}

bool Scopes::isOutside(ArrayRef<Index> indices) const {
  return llvm::all_of(indices, [&](Index index) { return depthOf(index) + 1 < stack.size(); });
}

Value Scopes::write(Index index) {
  if (auto constant = dyn_cast<AffineConstantExpr>(index))
    return arith::ConstantIndexOp::create(builder, loc, constant.getValue());
  auto binary = cast<AffineBinaryOpExpr>(index);
  Value lhs = materialize(binary.getLHS()), rhs = materialize(binary.getRHS());
  switch (index.getKind()) {
  case AffineExprKind::Add:
    return arith::AddIOp::create(builder, loc, lhs, rhs);
  case AffineExprKind::Mul:
    return arith::MulIOp::create(builder, loc, lhs, rhs);
  default:
    break;
  }
  bool quotient = index.getKind() == AffineExprKind::FloorDiv;
  if (space.range(binary.getLHS()).low >= 0)
    return quotient ? Value(arith::DivUIOp::create(builder, loc, lhs, rhs))
                    : Value(arith::RemUIOp::create(builder, loc, lhs, rhs));
  Value divided = arith::FloorDivSIOp::create(builder, loc, lhs, rhs);
  if (quotient)
    return divided;
  return arith::SubIOp::create(builder, loc, lhs,
                               arith::MulIOp::create(builder, loc, divided, rhs));
}

Value Scopes::writeAt(unsigned depth, Compute compute) {
  SmallVector<std::unique_ptr<Scope>> inner(std::make_move_iterator(stack.begin() + depth + 1),
                                            std::make_move_iterator(stack.end()));
  stack.truncate(depth + 1);
  resume();
  Value value = compute();
  stack.append(std::make_move_iterator(inner.begin()), std::make_move_iterator(inner.end()));
  resume();
  return value;
}

void Scopes::refuse(const Twine &reason) {
  if (refused.empty())
    refused = reason.str();
}

Value Scopes::materializeLanes(Index index, const Lanes &lanes) {
  std::optional<SmallVector<int64_t>> distances = space.distances(index);
  Index first = space.atLane(index, lanes, 0);
  if (!distances || lanes.scalable || space.lanesOf(first)) {
    refuse("the lanes' indices are no fixed distances apart");
    return constantIndex(0);
  }
  distances->resize(lanes.width, distances->back());
  auto type = VectorType::get(lanes.width, builder.getIndexType());
  Value base = vector::BroadcastOp::create(builder, loc, type, materialize(first));
  Value apart =
      arith::ConstantOp::create(builder, loc, DenseIntElementsAttr::get(type, *distances));
  return arith::AddIOp::create(builder, loc, base, apart);
}

Value Scopes::materialize(Index index) {
  if (const Lanes *lanes = space.lanesOf(index))
    return materializeLanes(index, *lanes);
  if (auto dim = dyn_cast<AffineDimExpr>(index))
    return counters[dim.getPosition()];
  unsigned depth = depthOf(index);
  if (Value value = stack[depth]->indices.lookup(index))
    return value;
  // Arithmetic cannot trap: it may leave conditions.
  return writeAt(depth, [&] {
    Value value = write(index);
    return stack.back()->indices[index] = value;
  });
}

SmallVector<Value> Scopes::materialize(ArrayRef<Index> indices) {
  return llvm::map_to_vector(indices, [&](Index index) { return materialize(index); });
}

Value Scopes::memoize(const void *what, unsigned part, ArrayRef<Index> indices, Compute compute) {
  Key key{{what, part}, space.key(indices)};
  for (const std::unique_ptr<Scope> &scope : llvm::reverse(stack))
    if (Value value = scope->values.lookup(key))
      return value;
  unsigned depth = 0;
  for (Index index : indices)
    depth = std::max(depth, depthOf(index));
  for (unsigned i = depth + 1; i < stack.size(); ++i)
    if (stack[i]->conditional)
      depth = i;
  return writeAt(depth, [&] {
    Value value = compute();
    return stack.back()->values[key] = value;
  });
}
