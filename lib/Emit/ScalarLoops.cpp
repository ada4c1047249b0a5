// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM 22's loop vectorizer reads a masked vector from the address that the first
// lane has. Where the loads are behind branches, and branches have been merged, that
// lane may have taken none of them, and its address is arbitrary: a convolution of
// f64 with padding lost a tap in three of its results (test/Emit/scalar-loops.test).
#include "lib/Emit/Program.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

/// Whether some path through the innermost loop of the block leaves its accesses out.
static bool accessesOnSomePath(const BasicBlock &block, const Loop &loop,
                               const DominatorTree &tree) {
  const BasicBlock *latch = loop.getLoopLatch();
  return (!latch || !tree.dominates(&block, latch)) &&
         llvm::any_of(block,
                      [](const Instruction &each) { return isa<LoadInst, StoreInst>(each); });
}

void pith::keepScalar(Module &module) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    DominatorTree tree(function);
    LoopInfo loops(tree);
    // Loops around it too: they are next when it is unrolled.
    SmallPtrSet<Loop *, 8> kept;
    for (BasicBlock &block : function)
      if (Loop *loop = loops.getLoopFor(&block); loop && accessesOnSomePath(block, *loop, tree))
        for (; loop && kept.insert(loop).second; loop = loop->getParentLoop())
          addStringMetadataToLoop(loop, "llvm.loop.vectorize.enable", 0);
  }
}
