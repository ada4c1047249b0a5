// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gives every allocation its place in the arena: first joins outputs with the
// inputs whose place they may take, then packs the joined blocks.
#include "lib/Schedule/BufferLiveness.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_PLANMEMORY
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

constexpr int64_t alignment = 64;

/// Allocations that share a place.
struct ArenaBlock {
  SmallVector<memref::AllocOp> allocs;
  int64_t bytes = 0, first = 0, last = 0, offset = 0;
  size_t index = 0; ///< breaks ties, so that the order is the same everywhere

  bool overlaps(const ArenaBlock &other) const {
    return first <= other.last && other.first <= last;
  }
};

/// Whether `op` reads a row of `value`, contiguous in memory, before the row that
/// it computes from it is written.
bool readsRowFirst(Operation *op, Value value, bool inPlace) {
  auto isLast = [&](ArrayRef<int64_t> dims) {
    int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
    for (auto [index, dim] : llvm::enumerate(dims))
      if (dim != rank - int64_t(dims.size()) + int64_t(index))
        return false;
    return true;
  };
  if (llvm::count(op->getOperands(), value) != 1)
    return false;
  if (auto softmax = dyn_cast<SoftmaxOp>(op))
    return inPlace && isLast(softmax.getDims());
  if (auto norm = dyn_cast<NormOp>(op))
    return inPlace && norm.getInput() == value && isLast(norm.getDims());
  return false;
}

/// Whether every element of `argument` is read only where the same element of
/// the kernel's output is computed, through element-wise operations, or within
/// the same row where the kernel's row allows it.
bool isReadInPlace(func::FuncOp kernel, unsigned argument, bool inPlace) {
  SmallVector<Value> work;
  for (Operation *user : kernel.getArgument(argument).getUsers())
    for (Value result : user->getResults())
      work.push_back(result);
  auto output = kernel.getArgument(kernel.getNumArguments() - 4); // in front of begin, end, scratch
  while (!work.empty()) {
    Value value = work.pop_back_val();
    if (cast<RankedTensorType>(value.getType()).getShape() !=
        cast<MemRefType>(output.getType()).getShape())
      return false;
    for (Operation *user : value.getUsers()) {
      if (isa<bufferization::MaterializeInDestinationOp>(user))
        continue;
      // The table of a lookup is read anywhere.
      bool isElementWise = classify(user) == OpClass::Map && !isa<LookupOp>(user);
      if (!isElementWise && !readsRowFirst(user, value, inPlace))
        return false;
      work.push_back(user->getResult(0));
    }
  }
  return true;
}

/// Whether the row of the table that runs `kernel` computes rows in place.
bool worksInPlace(ModuleOp module, func::FuncOp kernel) {
  auto chosen = kernel->getAttrOfType<KernelAttr>(kernelAttrName);
  const Target *target = findTarget(module);
  if (!target || !chosen)
    return false;
  return llvm::any_of(rowsOf(*target), [&](const KernelRow &row) {
    return row.name == chosen.getRow() && row.inPlace;
  });
}

/// The input of a call whose place its output may take.
Value inPlaceInput(CallOp call, func::FuncOp kernel, const BufferLiveness &liveness,
                   const llvm::DenseMap<Operation *, BufferRange> &ranges) {
  Value output = call.getOutputs().front();
  memref::AllocOp target = liveness.allocOf(output);
  if (call.getOutputs().size() != 1 || !target || target.getResult() != output ||
      ranges.lookup(target).first != liveness.stepOf(call))
    return {};
  auto outputType = cast<MemRefType>(output.getType());
  bool inPlace = worksInPlace(call->getParentOfType<ModuleOp>(), kernel);
  for (auto [index, input] : llvm::enumerate(call.getInputs())) {
    memref::AllocOp source = liveness.allocOf(input);
    auto type = cast<MemRefType>(input.getType());
    bool once = llvm::count(call.getInputs(), input) == 1;
    if (!source || source == target || !once || !liveness.isWhole(input) ||
        !type.getLayout().isIdentity() ||
        elementBytes(type.getElementType()) != elementBytes(outputType.getElementType()) ||
        source->getBlock() != target->getBlock() ||
        ranges.lookup(source).last != liveness.stepOf(call) ||
        !isReadInPlace(kernel, index, inPlace))
      continue;
    return input;
  }
  return {};
}

/// Places blocks one after the other, each at the lowest offset that is free
/// while it lives. Returns the size of the arena.
int64_t pack(std::vector<ArenaBlock *> order) {
  int64_t size = 0;
  std::vector<ArenaBlock *> placed;
  for (ArenaBlock *block : order) {
    std::vector<std::pair<int64_t, int64_t>> taken;
    for (ArenaBlock *other : placed)
      if (block->overlaps(*other))
        taken.push_back({other->offset, other->offset + other->bytes});
    llvm::sort(taken);
    int64_t offset = 0;
    for (auto [begin, end] : taken) {
      if (begin - offset >= block->bytes)
        break;
      offset = std::max(offset, end);
    }
    block->offset = offset;
    size = std::max(size, offset + block->bytes);
    placed.push_back(block);
  }
  return size;
}

/// Tries several orders; keeps the best.
int64_t packBest(std::vector<ArenaBlock> &blocks) {
  using Less = bool (*)(const ArenaBlock *, const ArenaBlock *);
  Less orders[] = {
      [](const ArenaBlock *a, const ArenaBlock *b) { return a->bytes > b->bytes; },
      [](const ArenaBlock *a, const ArenaBlock *b) {
        return a->bytes * (a->last - a->first + 1) > b->bytes * (b->last - b->first + 1);
      },
      [](const ArenaBlock *a, const ArenaBlock *b) {
        return a->last - a->first > b->last - b->first;
      },
      [](const ArenaBlock *a, const ArenaBlock *b) { return a->first < b->first; },
      [](const ArenaBlock *a, const ArenaBlock *b) { return a->last > b->last; },
  };
  int64_t best = INT64_MAX;
  SmallVector<int64_t> offsets(blocks.size());
  for (Less less : orders) {
    std::vector<ArenaBlock *> order;
    for (ArenaBlock &block : blocks)
      order.push_back(&block);
    llvm::sort(order, [&](const ArenaBlock *a, const ArenaBlock *b) {
      return less(a, b) || (!less(b, a) && a->index < b->index);
    });
    int64_t size = pack(order);
    if (size >= best)
      continue;
    best = size;
    for (auto [offset, block] : llvm::zip_equal(offsets, blocks))
      offset = block.offset;
  }
  for (auto [offset, block] : llvm::zip_equal(offsets, blocks))
    block.offset = offset;
  return blocks.empty() ? 0 : best;
}

/// The largest set of bytes alive at once: no plan needs less.
int64_t lowerBound(ArrayRef<ArenaBlock> blocks) {
  int64_t bound = 0;
  for (const ArenaBlock &at : blocks) {
    int64_t alive = 0;
    for (const ArenaBlock &block : blocks)
      if (block.first <= at.first && at.first <= block.last)
        alive += block.bytes;
    bound = std::max(bound, alive);
  }
  return bound;
}

struct PlanMemory : pith::impl::PlanMemoryBase<PlanMemory> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp function = modelFunction(module);
    if (!function)
      return;
    FailureOr<BufferLiveness> liveness = BufferLiveness::compute(function);
    if (failed(liveness))
      return signalPassFailure();
    std::vector<ArenaBlock> blocks = joinInPlace(function, *liveness);
    int64_t size = packBest(blocks);
    Builder builder(&getContext());
    for (ArenaBlock &block : blocks)
      for (memref::AllocOp alloc : block.allocs)
        alloc->setAttr(offsetAttrName, builder.getI64IntegerAttr(block.offset));
    module->setAttr(arenaAttrName, builder.getI64IntegerAttr(size));
    module->setAttr(arenaLowerBoundAttrName, builder.getI64IntegerAttr(lowerBound(blocks)));
  }

  std::vector<ArenaBlock> joinInPlace(func::FuncOp function, const BufferLiveness &liveness) {
    SymbolTable symbols(getOperation());
    llvm::DenseMap<Operation *, BufferRange> ranges;
    for (const BufferRange &range : liveness.ranges())
      ranges[range.alloc] = range;
    // The representative of a set carries the range of all its members.
    llvm::DenseMap<Operation *, Operation *> joined;
    auto leader = [&](Operation *alloc) {
      while (joined.count(alloc))
        alloc = joined.lookup(alloc);
      return alloc;
    };
    function.walk([&](CallOp call) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      Value input = inPlaceInput(call, kernel, liveness, ranges);
      if (!input)
        return;
      memref::AllocOp target = liveness.allocOf(call.getOutputs().front());
      joined[target] = liveness.allocOf(input);
    });
    llvm::MapVector<Operation *, ArenaBlock> blocks;
    for (const BufferRange &range : liveness.ranges()) {
      ArenaBlock &block = blocks[leader(range.alloc)];
      bool isNew = block.allocs.empty();
      block.allocs.push_back(range.alloc);
      block.bytes = std::max(block.bytes, int64_t(llvm::alignTo(range.bytes, alignment)));
      block.first = isNew ? range.first : std::min(block.first, range.first);
      block.last = isNew ? range.last : std::max(block.last, range.last);
    }
    std::vector<ArenaBlock> result;
    for (auto &[key, block] : blocks) {
      block.index = result.size();
      result.push_back(block);
    }
    return result;
  }
};

} // namespace
