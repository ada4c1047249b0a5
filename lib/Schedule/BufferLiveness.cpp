// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows each allocation through views, loops and branches to all its uses.
#include "lib/Schedule/BufferLiveness.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace pith;

LogicalResult BufferLiveness::number(func::FuncOp function) {
  int64_t step = 0;
  std::function<void(Region &)> visit = [&](Region &region) {
    for (Block &block : region)
      for (Operation &op : block) {
        steps[&op] = step++;
        for (Region &inner : op.getRegions())
          visit(inner);
        ends[&op] = step - 1;
      }
  };
  visit(function.getBody());
  return success();
}

bool BufferLiveness::isWhole(Value value) const {
  memref::AllocOp alloc = allocOf(value);
  return alloc && storageBytes(cast<MemRefType>(value.getType())) == storageBytes(alloc.getType());
}

/// Values that are the same memory as `value` through `user`.
static SmallVector<Value> aliasesThrough(OpOperand &use) {
  Operation *user = use.getOwner();
  if (auto view = dyn_cast<ViewLikeOpInterface>(user))
    if (view.getViewSource() == use.get())
      return SmallVector<Value>(user->getResults());
  if (auto loop = dyn_cast<scf::ForOp>(user))
    if (BlockArgument inner = loop.getTiedLoopRegionIterArg(&use))
      return {inner, loop.getTiedLoopResult(&use)};
  if (auto yield = dyn_cast<scf::YieldOp>(user)) {
    Operation *parent = user->getParentOp();
    unsigned index = use.getOperandNumber();
    if (auto loop = dyn_cast<scf::ForOp>(parent))
      return {loop.getRegionIterArg(index), loop.getResult(index)};
    return {parent->getResult(index)};
  }
  return {};
}

LogicalResult BufferLiveness::follow(memref::AllocOp alloc) {
  if (!alloc.getType().hasStaticShape() || !alloc.getType().getLayout().isIdentity())
    return alloc.emitOpError("expected an allocation of static shape");
  BufferRange range{alloc, storageBytes(alloc.getType()), INT64_MAX, 0};
  SmallVector<Value> work{alloc.getResult()};
  llvm::SmallDenseSet<Value> seen{alloc.getResult()};
  while (!work.empty()) {
    Value value = work.pop_back_val();
    origin[value] = alloc;
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      SmallVector<Value> aliases = aliasesThrough(use);
      for (Value alias : aliases)
        if (seen.insert(alias).second)
          work.push_back(alias);
      // Around a loop that uses it, the buffer must keep its content.
      Operation *at = user;
      while (at->getParentRegion() != alloc->getParentRegion()) {
        at = at->getParentOp();
        if (!at)
          return alloc.emitOpError("is carried out of the loop that makes it");
      }
      bool isView = isa<ViewLikeOpInterface>(user) && !aliases.empty();
      if (!isView || at != user)
        range.first = std::min(range.first, steps.lookup(at));
      range.last = std::max(range.last, at == user ? steps.lookup(user) : ends.lookup(at));
    }
  }
  if (range.first != INT64_MAX) {
    range.first = std::min(range.first, range.last);
    list.push_back(range);
  } else {
    list.push_back({alloc, range.bytes, steps.lookup(alloc), steps.lookup(alloc)});
  }
  return success();
}

FailureOr<BufferLiveness> BufferLiveness::compute(func::FuncOp function) {
  BufferLiveness liveness;
  if (failed(liveness.number(function)))
    return failure();
  WalkResult result = function.walk([&](memref::AllocOp alloc) {
    return failed(liveness.follow(alloc)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return liveness;
}
