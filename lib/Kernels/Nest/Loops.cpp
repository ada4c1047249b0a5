// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loops of a kernel of elements.
#include "lib/Kernels/Nest/Loops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

namespace {

/// How many leading dimensions the items count, or failure.
FailureOr<unsigned> itemDims(ArrayRef<int64_t> shape, int64_t items) {
  FailureOr<unsigned> found = failure();
  int64_t product = 1;
  for (unsigned dims = 0; dims < std::max<size_t>(shape.size(), 1); ++dims) {
    if (product == items)
      found = dims;
    product *= dims < shape.size() ? shape[dims] : 1;
  }
  return found;
}

/// Dimensions that should be the innermost loops: then the statistics of a row
/// stand outside of them.
ArrayRef<int64_t> rowDims(Store store) {
  Block *body = store->getBlock();
  for (Operation &op : *body) {
    if (op.getNumResults() != 1 || op.getResult(0).getType() != store.getSource().getType())
      continue;
    if (auto softmax = dyn_cast<SoftmaxOp>(op))
      return softmax.getDims();
    if (auto norm = dyn_cast<NormOp>(op))
      return norm.getDims();
  }
  return {};
}

/// Element-wise operations that every element of `root` needs at its own place,
/// operands first: a long chain must not become a deep recursion.
SmallVector<Value> samePlaceChain(Value root) {
  auto shapeOf = [](Value value) { return cast<RankedTensorType>(value.getType()).getShape(); };
  llvm::SmallPtrSet<Operation *, 8> needed;
  SmallVector<Value> chain;
  Operation *last = root.getDefiningOp();
  if (!last)
    return chain;
  needed.insert(last);
  for (Operation *op = last; op; op = op->getPrevNode()) {
    if (!needed.contains(op) || !isa<MapOp, QuantizeOp, DequantizeOp, TapOp>(op))
      continue;
    chain.push_back(op->getResult(0));
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          producer && shapeOf(operand) == shapeOf(root))
        needed.insert(producer);
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

} // namespace

KernelLoops::KernelLoops(func::FuncOp kernel, const VectorUnit &unit, LanePlan plan,
                         const Cuts &cuts)
    : kernel(kernel), unit(unit), plan(plan), cuts(cuts),
      elements(&kernel.getBody().front(), kernel.getLoc(), unit),
      stores(kernel.getBody().front().getOps<Store>()) {
  elements.joinsLanes = plan.joinsLanes;
  elements.gathersWords = plan.gathersWords;
  elements.asksAhead = plan.lanes == LanePlan::Turned;
}

int64_t KernelLoops::items() { return kernel->getAttrOfType<IntegerAttr>(itemsAttrName).getInt(); }

LogicalResult KernelLoops::check() {
  auto number = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
  if (!number || stores.empty() || kernel.getNumArguments() < 3)
    return kernel.emitError("expected a kernel with items, outputs, and the arguments begin, end "
                            "and scratch");
  FailureOr<unsigned> found = itemDims(shapeOf(stores.front()), number.getInt());
  if (failed(found))
    return kernel.emitError() << "expected " << number.getInt()
                              << " items to be the product of the "
                              << "leading dimensions of the first output";
  outer = *found;
  // Beside a single number, leading dimensions of size 1 are no loops.
  if (number.getInt() == 1)
    for (Store store : stores)
      outer = std::min<unsigned>(outer, shapeOf(store).size());
  for (Store store : stores)
    if (shapeOf(store).size() < outer || shapeOf(store).take_front(outer) != leading() ||
        !isa<MemRefType>(store.getDest().getType()))
      return kernel.emitError("expected outputs in memory with equal leading dimensions");
  return success();
}

LogicalResult KernelLoops::run() {
  if (failed(check()))
    return failure();
  if (plan.lanes == LanePlan::Turned &&
      (stores.size() != 1 || outer + 2 > shapeOf(stores.front()).size())) {
    elements.scopes.refuse("items that are no whole matrices");
    return failure();
  }
  unsigned arguments = kernel.getNumArguments();
  Value begin = kernel.getArgument(arguments - 3), end = kernel.getArgument(arguments - 2);
  if (plan.lanes == LanePlan::Flat)
    flat(begin, end);
  else
    rows(begin, end);
  if (elements.hadError() || !elements.scopes.refusal().empty())
    return failure();
  if (elements.scratchBytes)
    kernel->setAttr(scratchAttrName, IntegerAttr::get(IntegerType::get(kernel.getContext(), 64),
                                                      elements.scratchBytes));
  return eraseTensors();
}

LogicalResult KernelLoops::eraseTensors() {
  auto isTensor = [](Type type) { return isa<TensorType>(type); };
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(kernel.getBody().front())))
    if (isa<Store>(op) || llvm::any_of(op.getResultTypes(), isTensor))
      op.erase();
  WalkResult walk = kernel.walk([&](Operation *op) {
    if (!llvm::any_of(op->getOperandTypes(), isTensor) &&
        !llvm::any_of(op->getResultTypes(), isTensor))
      return WalkResult::advance();
    op->emitError() << "no loop nest can be made of '" << op->getName() << "' inside of a region";
    return WalkResult::interrupt();
  });
  return failure(walk.wasInterrupted());
}

Indices KernelLoops::placeOf(Index item) {
  Scopes &scopes = elements.scopes;
  Indices at = scopes.space.delinearize(item, leading());
  // Divided once, not wherever an index is used.
  for (auto [index, size] : llvm::zip_equal(at, leading()))
    if (isa<AffineBinaryOpExpr>(index))
      index = scopes.index(scopes.materialize(index), {0, size - 1});
  return at;
}

void KernelLoops::rows(Value begin, Value end) {
  if (Operation *op = statisticsOp())
    return rowsTogether(op, begin, end);
  Trip trip{begin, end, bounds()};
  elements.scopes.loops(trip, {}, [&](ArrayRef<Index> item, ValueRange) {
    Indices at = placeOf(item.front());
    results(at);
    return SmallVector<Value>();
  });
}

void KernelLoops::flat(Value begin, Value end) {
  Scopes &scopes = elements.scopes;
  OpBuilder &b = scopes.builder;
  ArrayRef<int64_t> shape = shapeOf(stores.front());
  int64_t perItem = ShapedType::getNumElements(shape.drop_front(outer));
  int64_t total = ShapedType::getNumElements(shape);
  if (!llvm::all_of(stores, [&](Store store) { return shapeOf(store) == shape; }))
    return scopes.refuse("results of several shapes");
  if (total < int64_t(plan.width))
    return scopes.refuse("fewer elements than lanes");
  auto times = [&](Value value, Value factor) -> Value {
    return arith::MulIOp::create(b, scopes.loc, value, factor);
  };
  auto body = [&](Index index) {
    compute(0, stores.size(), scopes.space.delinearize(index, shape));
    return SmallVector<Value>();
  };
  if (!unit.scalable && perItem % plan.width == 0) {
    // Vectors are counted: where one begins is known to be a multiple of its width.
    Value each = scopes.constantIndex(perItem / plan.width);
    Index lane = scopes.space.lanes(plan.width, plan.width);
    Trip trip{times(begin, each), times(end, each), {0, total / plan.width - 1}};
    scopes.loops(trip, {}, [&](ArrayRef<Index> i, ValueRange) {
      return body(i.front() * plan.width + lane);
    });
    return;
  }
  Value width = scopes.constantIndex(plan.width), each = scopes.constantIndex(perItem);
  if (unit.scalable)
    width = times(width, vector::VectorScaleOp::create(b, scopes.loc, b.getIndexType()));
  Value first = times(begin, each), last = times(end, each);
  Value number = arith::SubIOp::create(b, scopes.loc, last, first);
  Value rest = arith::RemUIOp::create(b, scopes.loc, number, width);
  Value middle = arith::SubIOp::create(b, scopes.loc, last, rest);
  OpFoldResult step = unit.scalable ? OpFoldResult(width) : b.getIndexAttr(plan.width);
  Index lane = unit.scalable ? scopes.space.scalableLanes(plan.width)
                             : scopes.space.lanes(plan.width, plan.width);
  Bounds starts{0, std::max<int64_t>(total - plan.width, 0)}, all{0, total - 1};
  scopes.loops(Trip{first, middle, starts, step}, {},
               [&](ArrayRef<Index> i, ValueRange) { return body(i.front() + lane); });
  scopes.loops(Trip{middle, last, all}, {},
               [&](ArrayRef<Index> i, ValueRange) { return body(i.front()); });
}

void KernelLoops::results(ArrayRef<Index> at) {
  for (unsigned i = 0; i < stores.size();)
    i = nest(i, at);
}

unsigned KernelLoops::nest(unsigned first, ArrayRef<Index> items) {
  ArrayRef<int64_t> shape = shapeOf(stores[first]), late = rowDims(stores[first]);
  unsigned last = first + 1;
  while (last < stores.size() && shapeOf(stores[last]) == shape)
    ++last;
  SmallVector<unsigned> order;
  for (bool inRow : {false, true})
    for (unsigned i = outer; i < shape.size(); ++i)
      if (llvm::is_contained(late, i) == inRow &&
          (plan.lanes != LanePlan::Turned || i + 1 != shape.size()))
        order.push_back(i);
  Indices at(items);
  at.resize(shape.size());
  loop(order, shape, at, [&] { compute(first, last, at); });
  return last;
}

void KernelLoops::loop(ArrayRef<unsigned> order, ArrayRef<int64_t> shape, Indices &at,
                       llvm::function_ref<void()> body) {
  if (order.empty())
    return body();
  unsigned dim = order.front();
  Scopes &scopes = elements.scopes;
  auto inner = [&](Index index) {
    at[dim] = index;
    loop(order.drop_front(), shape, at, body);
    return SmallVector<Value>();
  };
  bool isTurned = plan.lanes == LanePlan::Turned && dim + 2 == shape.size();
  bool isRow = plan.lanes == LanePlan::Row && dim + 1 == shape.size();
  if (!isTurned && !isRow) {
    scopes.loops(scopes.trip(shape[dim]), {},
                 [&](ArrayRef<Index> index, ValueRange) { return inner(index.front()); });
    return;
  }
  SmallVector<int64_t> borders{0, shape[dim]};
  for (int64_t border : cuts)
    if (border > 0 && border < shape[dim])
      borders.push_back(border);
  llvm::sort(borders);
  for (unsigned i = 0; i + 1 < borders.size(); ++i)
    vectors(borders[i], borders[i + 1], inner);
}

void KernelLoops::vectors(int64_t from, int64_t to,
                          llvm::function_ref<SmallVector<Value>(Index)> body) {
  Scopes &scopes = elements.scopes;
  auto at = [&](Index start, unsigned width, unsigned active) {
    Index place = start + scopes.space.lanes(width, active);
    elements.position = place;
    return body(place);
  };
  int64_t full = (to - from) / plan.step();
  if (full)
    scopes.loops(scopes.trip(full), {}, [&](ArrayRef<Index> block, ValueRange) {
      return at(block.front() * plan.step() + from, plan.width, plan.step());
    });
  if (int64_t rest = (to - from) % plan.step()) {
    int64_t least = plan.lanes == LanePlan::Turned ? Elements::turnedColumns : 1;
    at(scopes.space.constant(from + full * plan.step()), llvm::PowerOf2Ceil(std::max(rest, least)),
       rest);
  }
}

void KernelLoops::compute(unsigned first, unsigned last, ArrayRef<Index> at) {
  if (plan.lanes == LanePlan::Turned) {
    auto column = [&](Index index) {
      Indices place(at);
      place.back() = index;
      return elements.vectorAt(stores[first].getSource(), place);
    };
    return elements.storeTurned(shapeOf(stores[first]).back(), column, stores[first].getDest(), at);
  }
  // All loads before all stores: an output may lie where an input was.
  SmallVector<Value> values;
  for (unsigned i = first; i < last; ++i) {
    for (Value value : samePlaceChain(stores[i].getSource()))
      elements.at(value, at);
    values.push_back(elements.at(stores[i].getSource(), at));
  }
  for (unsigned i = first; i < last; ++i)
    elements.store(values[i - first], stores[i].getDest(), at);
}
