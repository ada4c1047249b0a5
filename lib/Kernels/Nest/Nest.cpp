// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The skeletons of elements: which lanes a kernel can use is tried, the best first.
#include "lib/Kernels/Nest/Loops.h"
#include "pith/Kernels/Skeleton.h"

using namespace mlir;
using namespace pith;
using namespace pith::nest;

namespace {

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
  Cuts cuts;
  // Each border of a tensor that lanes ran into is a border of vectors next time.
  for (unsigned limit = 64;;) {
    OwningOpRef<func::FuncOp> copy = kernel.clone();
    KernelLoops loops(*copy, unit, plan, cuts);
    if (succeeded(loops.run())) {
      kernel.getBody().takeBody(copy->getBody());
      kernel->setAttrs(copy->getOperation()->getAttrDictionary());
      return "";
    }
    size_t before = cuts.size();
    cuts.insert_range(loops.foundCuts());
    bool canCut = plan.lanes == LanePlan::Row || plan.lanes == LanePlan::Turned;
    if (cuts.size() == before || !canCut || limit-- == 0)
      return loops.refusal().str();
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
  return KernelLoops(kernel, {}, {}, {}).run();
}

static LogicalResult lowerElements(func::FuncOp kernel, const KernelRow &row,
                                   const VectorUnit &unit) {
  if (unit.bits == 0)
    return lowerNest(kernel, row, unit);
  if (failed(KernelLoops(kernel, {}, {}, {}).check()))
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

/// Where rows fill vectors, and lanes run along them from the operands to the result,
/// it does not matter where rows begin.
static bool readsParts(GroupOp group, const VectorUnit &unit) {
  auto fillsVectors = [&](Type each) {
    auto type = dyn_cast<RankedTensorType>(each);
    return type && type.getRank() &&
           type.getShape().back() * int64_t(type.getElementTypeBitWidth()) >= unit.bits / 2;
  };
  return llvm::all_of(group.getBody().front().without_terminator(), [&](Operation &op) {
    if (op.hasTrait<OpTrait::ConstantLike>())
      return true;
    auto layout = dyn_cast<ToLayoutOp>(op);
    bool keepsRows =
        layout ? layout.getLayout().onlyPads() : isa<MapOp, PoolOp, tensor::ConcatOp>(op);
    return keepsRows && llvm::all_of(op.getOperandTypes(), fillsVectors) &&
           llvm::all_of(op.getResultTypes(), fillsVectors);
  });
}

const Skeleton pith::skeletons::nest{.name = "nest", .lower = lowerNest, .skipsZeros = true};
const Skeleton pith::skeletons::elements{
    .name = "elements",
    .lower = lowerElements,
    .skipsZeros = true,
    .storesParts = storesParts,
    .readsParts = readsParts,
    .runsParts = true,
};
