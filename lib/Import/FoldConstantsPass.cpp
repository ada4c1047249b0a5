// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Pith/PithOps.h"
#include "lib/Import/FoldConstants.h"
#include "lib/Import/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Pass/Pass.h"

namespace pith {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "lib/Import/Passes.h.inc"
} // namespace pith

using namespace mlir;
using namespace pith;

namespace {

struct FoldConstants : pith::impl::FoldConstantsBase<FoldConstants> {
  void runOnOperation() override {
    // Operands come first, so that one walk folds chains.
    for (Operation *op : collect())
      import::foldConstants(op);
    SmallVector<Operation *> rest = collect();
    for (Operation *op : llvm::reverse(rest))
      if (isOpTriviallyDead(op))
        op->erase();
  }

  /// All operations but those inside of one that may be folded, in order.
  SmallVector<Operation *> collect() {
    SmallVector<Operation *> operations;
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      operations.push_back(op);
      return isa<MapOp, linalg::LinalgOp, tensor::PadOp>(op) ? WalkResult::skip()
                                                             : WalkResult::advance();
    });
    return operations;
  }
};

} // namespace
