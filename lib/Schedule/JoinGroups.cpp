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
    eraseJoined(
        llvm::filter_to_vector(groups, [&](GroupOp group) { return taken.contains(group); }));
  }

  void replace(Chain &chain, const RowTable &table, llvm::StringMap<func::FuncOp> &known) {
    NamedAttrList layer = takeLayers(chain.groups);
    func::FuncOp &kernel = known[structureOf(chain)];
    if (!kernel)
      kernel = makeJoinedKernel(getOperation(), chain, table,
                                "j" + std::to_string(known.size() - 1) + "_" +
                                    toSymbol(nodeName(chain.last().getLoc())));
    callInstead(chain.last(), chain.inputs.getArrayRef(), kernel, layer);
  }
};

} // namespace
