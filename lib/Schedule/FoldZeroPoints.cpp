// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Brings the codes of products to the numbers that a row's instruction reads.
// Sums wrap, so that each rewrite is exact whatever the values are.
#include "lib/Schedule/Folding.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_FOLDZEROPOINTS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

LogicalResult fold(GroupOp group, Operation *op, const KernelRow &row, const RowTable &table) {
  // What a rewrite changes the next one reads from the operation.
  auto folding = [&] { return Folding(group, op, row, table); };
  const Product product = folding().product;
  if (isa<FloatType>(product.sum))
    return foldBlocks(folding());
  if (sumsAtRunTime(group, product, row))
    return foldBothSides(folding());
  return success(succeeded(foldRight(folding())) && succeeded(foldLeft(folding())));
}

/// Operations that nothing reads any longer, as those that decoded weights.
void eraseDead(GroupOp group) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(group.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  dropUnusedInputs(group);
}

struct FoldZeroPoints : pith::impl::FoldZeroPointsBase<FoldZeroPoints> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    for (GroupOp group : groupsOf(module)) {
      const KernelRow *row = table->rowOf(group);
      if (!row)
        continue;
      auto isProduct = [](Operation &op) { return productOf(&op).has_value(); };
      auto found = llvm::find_if(group.getBody().front(), isProduct);
      if (found == group.getBody().front().end())
        continue;
      bool decodes = row->lhs == Number::F32 && row->rhs == Number::S4;
      if (!productOf(&*found)->sum.isSignlessInteger() && !decodes)
        continue;
      if (failed(fold(group, &*found, *row, *table)))
        return signalPassFailure();
      eraseDead(group);
    }
    eraseUnusedConstants(module);
  }
};

} // namespace
