// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeleton nest: an outer loop over the items, inside it loops over the rest
// of each output, and in those the elements (Elements.h).
#include "lib/Kernels/Nest/Elements.h"
#include "pith/Kernels/Skeleton.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

namespace {

using Store = bufferization::MaterializeInDestinationOp;

ArrayRef<int64_t> shapeOf(Store store) {
  return cast<RankedTensorType>(store.getSource().getType()).getShape();
}

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

struct KernelLowering {
  func::FuncOp kernel;
  Elements elements;
  SmallVector<Store> stores;

  explicit KernelLowering(func::FuncOp kernel)
      : kernel(kernel), elements(&kernel.getBody().front(), kernel.getLoc()),
        stores(kernel.getBody().front().getOps<Store>()) {}

  LogicalResult run() {
    auto items = kernel->getAttrOfType<IntegerAttr>(itemsAttrName);
    if (!items || stores.empty() || kernel.getNumArguments() < 3)
      return kernel.emitError("expected a kernel with items, outputs, and the arguments begin, end "
                              "and scratch");
    FailureOr<unsigned> outer = itemDims(shapeOf(stores.front()), items.getInt());
    if (failed(outer))
      return kernel.emitError() << "expected " << items.getInt()
                                << " items to be the product of the "
                                << "leading dimensions of the first output";
    // Beside a single number, leading dimensions of size 1 are no loops.
    if (items.getInt() == 1)
      for (Store store : stores)
        *outer = std::min<unsigned>(*outer, shapeOf(store).size());
    ArrayRef<int64_t> leading = shapeOf(stores.front()).take_front(*outer);
    for (Store store : stores)
      if (shapeOf(store).size() < *outer || shapeOf(store).take_front(*outer) != leading ||
          !isa<MemRefType>(store.getDest().getType()))
        return kernel.emitError("expected outputs in memory with equal leading dimensions");

    Scopes &scopes = elements.scopes;
    unsigned arguments = kernel.getNumArguments();
    Trip trip{OpFoldResult(kernel.getArgument(arguments - 3)),
              OpFoldResult(kernel.getArgument(arguments - 2)),
              {0, std::max<int64_t>(items.getInt() - 1, 0)}};
    scopes.loops(trip, {}, [&](ArrayRef<Index> item, ValueRange) {
      Indices at = scopes.space.delinearize(item.front(), leading);
      // Divided once, not wherever an index is used.
      for (auto [index, size] : llvm::zip_equal(at, leading))
        if (isa<AffineBinaryOpExpr>(index))
          index = scopes.index(scopes.materialize(index), {0, size - 1});
      for (unsigned i = 0; i < stores.size();)
        i = nest(i, at);
      return SmallVector<Value>();
    });
    if (elements.scratchBytes)
      kernel->setAttr(scratchAttrName, IntegerAttr::get(IntegerType::get(kernel.getContext(), 64),
                                                        elements.scratchBytes));
    return failure(elements.hadError() || failed(eraseTensors()));
  }

  /// Loops over the inner dimensions of output `first` and of those after it
  /// that have its shape; returns the next one.
  unsigned nest(unsigned first, ArrayRef<Index> outer) {
    ArrayRef<int64_t> shape = shapeOf(stores[first]), late = rowDims(stores[first]);
    unsigned last = first + 1;
    while (last < stores.size() && shapeOf(stores[last]) == shape)
      ++last;
    SmallVector<unsigned> order;
    for (bool inRow : {false, true})
      for (unsigned i = outer.size(); i < shape.size(); ++i)
        if (llvm::is_contained(late, i) == inRow)
          order.push_back(i);
    Scopes &scopes = elements.scopes;
    SmallVector<Trip> trips;
    for (unsigned dim : order)
      trips.push_back(scopes.trip(shape[dim]));
    scopes.loops(trips, {}, [&](ArrayRef<Index> inner, ValueRange) {
      Indices at(outer);
      at.resize(shape.size());
      for (auto [dim, index] : llvm::zip_equal(order, inner))
        at[dim] = index;
      // All loads before all stores: an output may lie where an input was.
      SmallVector<Value> values;
      for (unsigned i = first; i < last; ++i) {
        for (Value value : samePlaceChain(stores[i].getSource()))
          elements.at(value, at);
        values.push_back(elements.at(stores[i].getSource(), at));
      }
      SmallVector<Value> indices = scopes.materialize(at);
      for (unsigned i = first; i < last; ++i)
        memref::StoreOp::create(scopes.builder, scopes.loc, values[i - first], stores[i].getDest(),
                                indices);
      return SmallVector<Value>();
    });
    return last;
  }

  LogicalResult eraseTensors() {
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
};

} // namespace

static LogicalResult lowerNest(func::FuncOp kernel, const KernelRow &, const VectorUnit &) {
  return KernelLowering(kernel).run();
}

const Skeleton pith::skeletons::nest = {"nest", lowerNest};
