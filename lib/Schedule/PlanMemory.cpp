// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gives every allocation its place in the arena: first joins outputs with the
// inputs whose place they may take, then packs the joined blocks.
#include "lib/Schedule/BufferLiveness.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/PackBlocks.h"
#include "lib/Schedule/Passes.h"
#include "lib/Schedule/PlanSpaces.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_PLANMEMORY
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

constexpr int64_t alignment = 64;

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
  for (Operation *user : kernel.getArgument(argument).getUsers()) {
    // A tiled kernel reads memory, in an order of its own.
    if (!isa<bufferization::ToTensorOp>(user))
      return false;
    work.push_back(user->getResult(0));
  }
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
    if (failed(planMemorySpaces(module)))
      signalPassFailure();
  }

  std::vector<ArenaBlock> joinInPlace(func::FuncOp function, const BufferLiveness &liveness) {
    SymbolTable symbols(getOperation());
    llvm::DenseMap<Operation *, BufferRange> ranges;
    for (const BufferRange &range : liveness.ranges())
      ranges[range.alloc] = range;
    // Calls come in order, so that what an output takes the place of has its leader.
    llvm::DenseMap<Operation *, Operation *> leaders;
    auto leader = [&](Operation *alloc) {
      auto found = leaders.find(alloc);
      return found == leaders.end() ? alloc : found->second;
    };
    function.walk([&](CallOp call) {
      auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
      Value input = inPlaceInput(call, kernel, liveness, ranges);
      if (!input)
        return;
      memref::AllocOp target = liveness.allocOf(call.getOutputs().front());
      leaders[target] = leader(liveness.allocOf(input));
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
