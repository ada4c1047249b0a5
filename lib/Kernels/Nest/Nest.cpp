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

/// How a kernel's elements are shared out to lanes.
struct LanePlan {
  enum Lanes {
    None,   ///< single elements
    Row,    ///< along the last dimension of each result
    Flat,   ///< along all dimensions as one
    Turned, ///< along the last dimension but one, of the only result
  } lanes = None;
  unsigned width = 1;
  bool joinsLanes = true; ///< sums along a row may use lanes of their own
  bool gathersWords = false;
  /// Lanes of a row's vectors that are used, where rows interleave three images:
  /// what a lane reads is then the same in each vector. 0: all.
  unsigned active = 0;
  unsigned step() const { return active ? active : width; }
};

struct KernelLowering {
  func::FuncOp kernel;
  VectorUnit unit;
  LanePlan plan;
  const llvm::SmallSetVector<int64_t, 4> &cuts;
  Elements elements;
  SmallVector<Store> stores;
  unsigned outer = 0; // dimensions that items count

  KernelLowering(func::FuncOp kernel, const VectorUnit &unit, LanePlan plan,
                 const llvm::SmallSetVector<int64_t, 4> &cuts)
      : kernel(kernel), unit(unit), plan(plan), cuts(cuts),
        elements(&kernel.getBody().front(), kernel.getLoc(), unit),
        stores(kernel.getBody().front().getOps<Store>()) {
    elements.joinsLanes = plan.joinsLanes;
    elements.gathersWords = plan.gathersWords;
    elements.asksAhead = plan.lanes == LanePlan::Turned;
  }

  ArrayRef<int64_t> leading() { return shapeOf(stores.front()).take_front(outer); }
  int64_t items() { return kernel->getAttrOfType<IntegerAttr>(itemsAttrName).getInt(); }

  LogicalResult check() {
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

  LogicalResult run() {
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

  void rows(Value begin, Value end) {
    if (Operation *op = statisticsOp())
      return rowsTogether(op, begin, end);
    Trip trip{begin, end, bounds()};
    elements.scopes.loops(trip, {}, [&](ArrayRef<Index> item, ValueRange) {
      Indices at = placeOf(item.front());
      results(at);
      return SmallVector<Value>();
    });
  }

  Bounds bounds() { return {0, std::max<int64_t>(items() - 1, 0)}; }

  Indices placeOf(Index item) {
    Scopes &scopes = elements.scopes;
    Indices at = scopes.space.delinearize(item, leading());
    // Divided once, not wherever an index is used.
    for (auto [index, size] : llvm::zip_equal(at, leading()))
      if (isa<AffineBinaryOpExpr>(index))
        index = scopes.index(scopes.materialize(index), {0, size - 1});
    return at;
  }

  void results(ArrayRef<Index> at) {
    for (unsigned i = 0; i < stores.size();)
      i = nest(i, at);
  }

  /// A few rows whose numbers stay in the first cache.
  static constexpr int64_t fewRows = 4, longestRow = 2048;

  /// Softmax or a norm along rows that are items, or null.
  Operation *statisticsOp() {
    Operation *found = nullptr;
    unsigned number = 0;
    for (Operation &op : kernel.getBody().front())
      if (isa<SoftmaxOp, NormOp>(op)) {
        found = &op;
        ++number;
      }
    if (number != 1 || plan.lanes != LanePlan::Row || unit.scalable || items() < fewRows)
      return nullptr;
    auto softmax = dyn_cast<SoftmaxOp>(found);
    ArrayRef<int64_t> dims = softmax ? softmax.getDims() : cast<NormOp>(found).getDims();
    ArrayRef<int64_t> shape = cast<RankedTensorType>(found->getResult(0).getType()).getShape();
    bool inRows = llvm::equal(dims, llvm::seq<int64_t>(outer, shape.size())) &&
                  llvm::all_of(stores, [&](Store store) { return shapeOf(store) == shape; });
    int64_t length = ShapedType::getNumElements(shape.drop_front(outer));
    return inRows && length <= longestRow && !(softmax && softmax.getLog()) ? found : nullptr;
  }

  /// Of a few rows first one number, then the next, then the results: what a row
  /// waits for is known long before, and rows need not wait for each other.
  void rowsTogether(Operation *op, Value begin, Value end) {
    Scopes &scopes = elements.scopes;
    OpBuilder &b = scopes.builder;
    auto tensor = cast<RankedTensorType>(op->getResult(0).getType());
    int64_t length = ShapedType::getNumElements(tensor.getShape().drop_front(outer));
    Type wide = wideType(tensor.getElementType());
    SmallVector<unsigned> parts = Elements::statisticsOf(op);
    SmallVector<Value> known;
    for (size_t i = 0; i < parts.size(); ++i)
      known.push_back(elements.scratchView(
          scopes.constantIndex(elements.takeScratch(fewRows, wide)), fewRows, wide));
    int64_t rowBytes = int64_t(llvm::alignTo(length * wide.getIntOrFloatBitWidth() / 8, 64));
    int64_t powers =
        isa<SoftmaxOp>(op) ? elements.takeScratch(fewRows * rowBytes, b.getI8Type()) : 0;
    Trip blocks{begin, end, bounds(), b.getIndexAttr(fewRows)};
    scopes.loops(blocks, {}, [&](ArrayRef<Index> block, ValueRange) {
      Value first = scopes.materialize(block.front());
      Value last = arith::MinUIOp::create(
          b, scopes.loc, end,
          arith::AddIOp::create(b, scopes.loc, first, scopes.constantIndex(fewRows)));
      for (size_t stage = 0; stage <= parts.size(); ++stage)
        scopes.loops(Trip{first, last, bounds()}, {}, [&](ArrayRef<Index> item, ValueRange) {
          Indices at = placeOf(item.front()), row = at;
          row.resize(tensor.getRank(), scopes.space.constant(0));
          Value number =
              arith::SubIOp::create(b, scopes.loc, scopes.materialize(item.front()), first);
          for (size_t i = 0; i < stage; ++i)
            scopes.memoize(op, parts[i], row, [&]() -> Value {
              return memref::LoadOp::create(b, scopes.loc, known[i], number);
            });
          if (isa<SoftmaxOp>(op))
            scopes.memoize(op, Elements::powersPart, row, [&] {
              Value offset =
                  arith::MulIOp::create(b, scopes.loc, number, scopes.constantIndex(rowBytes));
              offset = arith::AddIOp::create(b, scopes.loc, offset, scopes.constantIndex(powers));
              return elements.scratchView(offset, length, wide);
            });
          if (stage == parts.size())
            results(at);
          else
            memref::StoreOp::create(b, scopes.loc, elements.statistic(op, parts[stage], row),
                                    known[stage], number);
          return SmallVector<Value>();
        });
      return SmallVector<Value>();
    });
  }

  /// Vectors of elements that are neighbours in all results, wherever rows end;
  /// then single elements.
  void flat(Value begin, Value end) {
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

  /// Loops over the inner dimensions of output `first` and of those after it
  /// that have its shape; returns the next one.
  unsigned nest(unsigned first, ArrayRef<Index> items) {
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

  void loop(ArrayRef<unsigned> order, ArrayRef<int64_t> shape, Indices &at,
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

  /// Vectors at the places [from, to) of a row, the last one perhaps narrower.
  void vectors(int64_t from, int64_t to, llvm::function_ref<SmallVector<Value>(Index)> body) {
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
      at(scopes.space.constant(from + full * plan.step()),
         llvm::PowerOf2Ceil(std::max(rest, least)), rest);
    }
  }

  void compute(unsigned first, unsigned last, ArrayRef<Index> at) {
    if (plan.lanes == LanePlan::Turned) {
      auto column = [&](Index index) {
        Indices place(at);
        place.back() = index;
        return elements.vectorAt(stores[first].getSource(), place);
      };
      return elements.storeTurned(shapeOf(stores[first]).back(), column, stores[first].getDest(),
                                  at);
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

/// In bits: the widest types that a kernel computes in, 0 where it computes
/// nothing, and that it moves.
struct Widths {
  unsigned computed = 0, moved = 8;
  unsigned widest() const { return computed ? computed : moved; }
};

Widths widthsOf(func::FuncOp kernel) {
  Widths widths;
  auto &[computed, moved] = widths;
  auto note = [](unsigned &bits, TypeRange types) {
    for (Type type : types)
      if (Type element = getElementTypeOrSelf(type); element.isIntOrFloat())
        bits = std::max(bits, element.getIntOrFloatBitWidth());
  };
  for (Operation &op : kernel.getBody().front()) {
    note(moved, op.getOperandTypes());
    if (isa<QuantizeOp, DequantizeOp, RequantizeOp, DynamicQuantizeOp>(op))
      computed = std::max(computed, 32u);
    if (isa<PoolOp, ReduceOp, SoftmaxOp, NormOp, ConvOp, MatmulOp>(op))
      for (Type type : op.getResultTypes())
        note(computed, wideType(getElementTypeOrSelf(type)));
    if (isa<MapOp, linalg::LinalgOp>(op))
      op.walk([&](Operation *inner) {
        if (inner != &op && !isa<linalg::IndexOp>(inner) &&
            OpTrait::hasElementwiseMappableTraits(inner)) {
          note(computed, inner->getResultTypes());
          note(computed, inner->getOperandTypes());
        }
      });
    else if (OpTrait::hasElementwiseMappableTraits(&op))
      note(computed, op.getResultTypes());
  }
  return widths;
}

bool onlyMoves(func::FuncOp kernel) {
  return llvm::all_of(kernel.getBody().front(), [](Operation &op) {
    return isa<bufferization::ToTensorOp, Store, func::ReturnOp, ToLayoutOp, FromLayoutOp,
               linalg::TransposeOp>(op) ||
           isa_and_nonnull<tensor::TensorDialect>(op.getDialect());
  });
}

/// Lowers a copy of the kernel; the copy takes its place if that succeeds, else
/// the reason is returned.
std::string attempt(func::FuncOp kernel, const VectorUnit &unit, const LanePlan &plan) {
  llvm::SmallSetVector<int64_t, 4> cuts;
  // Each border of a tensor that lanes ran into is a border of vectors next time.
  for (unsigned limit = 64;;) {
    OwningOpRef<func::FuncOp> copy = kernel.clone();
    KernelLowering lowering(*copy, unit, plan, cuts);
    if (succeeded(lowering.run())) {
      kernel.getBody().takeBody(copy->getBody());
      kernel->setAttrs(copy->getOperation()->getAttrDictionary());
      return "";
    }
    size_t before = cuts.size();
    for (int64_t border : lowering.elements.cuts)
      cuts.insert(border);
    bool canCut = plan.lanes == LanePlan::Row || plan.lanes == LanePlan::Turned;
    if (cuts.size() == before || !canCut || limit-- == 0)
      return lowering.elements.scopes.refusal().str();
  }
}

/// The narrowest type in the memory that is as large as a result, in bits.
unsigned storedBits(func::FuncOp kernel) {
  unsigned bits = 64;
  int64_t largest = 0;
  for (Store store : kernel.getBody().front().getOps<Store>())
    largest = std::max(largest, cast<MemRefType>(store.getDest().getType()).getNumElements());
  for (Type type : kernel.getArgumentTypes())
    if (auto memory = dyn_cast<MemRefType>(type);
        memory && memory.hasStaticShape() && memory.getNumElements() >= largest)
      bits = std::min(bits, std::max(memory.getElementTypeBitWidth(), 8u));
  return bits;
}

bool hasVectors(func::FuncOp kernel) {
  WalkResult walk = kernel.walk([](Operation *op) {
    bool found = llvm::any_of(op->getResultTypes(), llvm::IsaPred<VectorType>);
    return found ? WalkResult::interrupt() : WalkResult::advance();
  });
  return walk.wasInterrupted();
}

} // namespace

static LogicalResult lowerNest(func::FuncOp kernel, const KernelRow &, const VectorUnit &) {
  return KernelLowering(kernel, {}, {}, {}).run();
}

static LogicalResult lowerElements(func::FuncOp kernel, const KernelRow &row,
                                   const VectorUnit &unit) {
  if (unit.bits == 0)
    return lowerNest(kernel, row, unit);
  if (failed(KernelLowering(kernel, {}, {}, {}).check()))
    return failure();
  Widths widths = widthsOf(kernel);
  unsigned width = std::max(unit.lanes(widths.widest()), 1u);
  // Narrower codes in memory: several registers are computed for each one that is
  // loaded or stored, as far as there are registers.
  width *= std::clamp(1024 / unit.bits, 1u, std::max(1u, widths.widest() / storedBits(kernel)));
  SmallVector<LanePlan> plans{{LanePlan::Flat, width}};
  if (!unit.scalable) {
    // Elements that only change places are nearer to each other in more of them.
    if (onlyMoves(kernel))
      plans.insert(plans.begin(), {LanePlan::Flat, 4 * width});
    // Whole rows first where vectors fit them: what is one per row, or one per
    // column, is read less often.
    LanePlan inRow{LanePlan::Row, width};
    auto shape = shapeOf(*kernel.getBody().front().getOps<Store>().begin());
    bool fits = !shape.empty() && shape.back() % width == 0;
    plans.insert(fits ? plans.begin() : plans.end(), inRow);
    plans.push_back({LanePlan::Row, width, /*joinsLanes=*/false});
    if (width >= 4 && !shape.empty() && shape.back() % 3 == 0)
      plans.push_back({.lanes = LanePlan::Row, .width = width, .active = width / 4 * 3});
    if (onlyMoves(kernel)) {
      // All columns are written out.
      constexpr int64_t mostColumns = 32;
      if (shape.size() > 1 && shape.back() >= Elements::turnedColumns &&
          shape.back() <= mostColumns && widths.widest() == 32)
        plans.push_back({LanePlan::Turned, width});
      plans.push_back({LanePlan::Flat, width, /*joinsLanes=*/true, /*gathersWords=*/true});
    }
    plans.push_back({LanePlan::None, 1});
  }
  std::string reason;
  for (const LanePlan &plan : plans) {
    std::string why = attempt(kernel, unit, plan);
    if (why.empty() && (plan.lanes != LanePlan::None || hasVectors(kernel)))
      return success();
    if (reason.empty() || plan.lanes == LanePlan::Row)
      reason = why.empty() ? reason : why;
    if (why.empty())
      break;
  }
  kernel->setAttr(scalarAttrName, StringAttr::get(kernel.getContext(), reason));
  auto stores = kernel.getBody().front().getOps<Store>();
  return stores.empty() ? success() : lowerNest(kernel, row, {});
}

/// Vectors end where gaps begin, and those along a row with it: short ones would
/// cost more than they save.
static bool storesParts(GroupOp group, int64_t run, const VectorUnit &unit) {
  auto type = cast<RankedTensorType>(group.getOutputs().front().getType());
  int64_t half = unit.bits / 2, row = type.getRank() ? type.getShape().back() : 1;
  bool fillsVectors = run % std::max(1u, unit.lanes(16)) == 0;
  return (fillsVectors ? run : row) * int64_t(type.getElementTypeBitWidth()) >= half;
}

const Skeleton pith::skeletons::nest{.name = "nest", .lower = lowerNest, .skipsZeros = true};
const Skeleton pith::skeletons::elements{
    .name = "elements", .lower = lowerElements, .skipsZeros = true, .storesParts = storesParts};
