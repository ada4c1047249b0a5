// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes down what each group's skeleton says of layouts and work items. Results
// take the layout that their readers ask for, where they can be stored so.
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_ASSIGNLAYOUTS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// Constants of the body that a kernel may want in memory become operands: those
/// of several elements, and what a product, a scatter or a C function itself reads.
void hoistConstants(GroupOp group) {
  Block &body = group.getBody().front();
  for (auto constant : llvm::make_early_inc_range(body.getOps<arith::ConstantOp>())) {
    auto type = dyn_cast<RankedTensorType>(constant.getType());
    bool isRead =
        llvm::any_of(constant->getUsers(), llvm::IsaPred<ConvOp, ExternOp, MatmulOp, ScatterOp>);
    if (!type || (type.getNumElements() == 1 && !isRead))
      continue;
    Value outer = makeConstant(group, constant.getLoc(), constant.getValue());
    constant.replaceAllUsesWith(addInput(group, outer));
    constant.erase();
  }
}

/// The layouts as an attribute; null where no operand has one, failure after an
/// error.
FailureOr<ArrayAttr> layoutsOf(GroupOp group, ArrayRef<LayoutAttr> layouts) {
  if (layouts.size() != group.getInputs().size())
    return group.emitError() << "expected layouts for " << group.getInputs().size()
                             << " operands, got " << layouts.size();
  SmallVector<Attribute> list;
  for (auto [layout, input] : llvm::zip_equal(layouts, group.getInputs())) {
    if (layout && failed(layout.resultType(cast<RankedTensorType>(input.getType()),
                                           [&] { return group.emitError(); })))
      return failure();
    list.push_back(layout ? Attribute(layout) : UnitAttr::get(group.getContext()));
  }
  if (llvm::all_of(list, llvm::IsaPred<UnitAttr>))
    return ArrayAttr();
  return ArrayAttr::get(group.getContext(), list);
}

struct AssignLayouts : pith::impl::AssignLayoutsBase<AssignLayouts> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    WalkResult walk = module.walk([&](GroupOp group) -> WalkResult {
      const KernelRow *row = table->rowOf(group);
      if (!row || !row->skeleton)
        return WalkResult::advance();
      Tile tile = tileOf(group);
      if (row->skeleton->layouts) {
        hoistConstants(group);
        FailureOr<ArrayAttr> layouts =
            layoutsOf(group, row->skeleton->layouts(group, *row, tile, table->vectors()));
        if (failed(layouts))
          return WalkResult::interrupt();
        if (*layouts)
          group->setAttr(layoutsAttrName, *layouts);
      }
      if (row->skeleton->items)
        group->setAttr(itemsAttrName, Builder(group).getI64IntegerAttr(row->skeleton->items(
                                          group, *row, tile, table->vectors())));
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return signalPassFailure();
    module.walk([&](GroupOp group) {
      const KernelRow *row = table->rowOf(group);
      if (!row || !row->skeleton || !row->skeleton->resultLayout || group.getNumResults() != 1)
        return;
      LayoutAttr layout = row->skeleton->resultLayout(group, *row, tileOf(group), table->vectors());
      if (layout && !group.use_empty() &&
          llvm::all_of(group->getUses(), [&](OpOperand &use) { return isReadIn(use, layout); }))
        group->setAttr(resultLayoutAttrName, layout);
    });
  }
};

} // namespace
