// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two products and what lies between become one kernel, which computes them block
// by block.
#include "lib/Schedule/Chain.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Outline.h"
#include "lib/Schedule/OutlineName.h"
#include "lib/Schedule/Passes.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_JOINGROUPS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// Equal for chains that differ in nothing but their operands.
std::string structureOf(const Chain &chain) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (GroupOp group : chain.groups) {
    os << pith::structureOf(group) << '\n';
    for (Value input : group.getInputs()) {
      bool between = chain.isBetween(input);
      const llvm::SetVector<Value> &list = between ? chain.between : chain.inputs;
      Value value = between ? throughViews(input) : input;
      os << (between ? " b" : " i") << llvm::find(list, value) - list.begin();
    }
  }
  return text;
}

struct JoinGroups : pith::impl::JoinGroupsBase<JoinGroups> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp function = modelFunction(module);
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    if (!function)
      return;
    llvm::StringMap<func::FuncOp> known;
    llvm::SmallPtrSet<Operation *, 8> taken;
    SmallVector<GroupOp> groups = groupsOf(function);
    for (GroupOp seed : groups) {
      if (taken.contains(seed))
        continue;
      std::optional<Chain> chain = chainBehind(seed, *table);
      if (!chain ||
          llvm::any_of(chain->groups, [&](GroupOp group) { return taken.contains(group); }))
        continue;
      taken.insert_range(chain->groups);
      numJoined += chain->groups.size();
      replace(*chain, *table, known);
    }
    // Readers first.
    for (GroupOp group : llvm::reverse(groups))
      if (taken.contains(group)) {
        eraseViews(group.getResult(0));
        group.erase();
      }
  }

  /// The readers behind them are gone.
  static void eraseViews(Value value) {
    for (Operation *view : llvm::make_early_inc_range(value.getUsers())) {
      eraseViews(view->getResult(0));
      view->erase();
    }
  }

  void replace(Chain &chain, const RowTable &table, llvm::StringMap<func::FuncOp> &known) {
    GroupOp last = chain.last();
    NamedAttrList layer;
    for (GroupOp group : chain.groups)
      for (NamedAttribute each : takeLayer(group))
        if (each.getName() == fallbackAttrName) // ways to tune are those of one group
          layer.set(each.getName(), each.getValue());
    func::FuncOp &kernel = known[structureOf(chain)];
    if (!kernel)
      kernel = makeJoinedKernel(getOperation(), chain, table,
                                "j" + std::to_string(known.size() - 1) + "_" +
                                    toSymbol(nodeName(last.getLoc())));
    OpBuilder b(last);
    auto type = cast<RankedTensorType>(last.getResult(0).getType());
    Value empty = tensor::EmptyOp::create(b, last.getLoc(), type.getShape(), type.getElementType());
    auto call = CallOp::create(b, last.getLoc(), TypeRange(type),
                               FlatSymbolRefAttr::get(kernel.getSymNameAttr()),
                               chain.inputs.getArrayRef(), ValueRange(empty));
    for (NamedAttribute each : layer)
      call->setAttr(each.getName(), each.getValue());
    last.getResult(0).replaceAllUsesWith(call.getResult(0));
  }
};

} // namespace
