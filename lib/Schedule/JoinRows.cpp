// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Groups on images that follow one another become one kernel, which computes them by
// blocks of rows.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/OutlineName.h"
#include "lib/Schedule/Passes.h"
#include "lib/Schedule/RowChoice.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/ModuleTarget.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_JOINROWS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// Equal for chains that differ in nothing but their operands.
std::string structureOf(const RowChain &chain) {
  std::string text;
  llvm::raw_string_ostream os(text);
  auto list = [&](GroupOp group) {
    os << pith::structureOf(group);
    for (Value input : group.getInputs())
      os << ' ' << llvm::find(chain.inputs, input) - chain.inputs.begin();
    os << '\n';
  };
  os << chain.links.back().count << '\n';
  for (const RowLink &link : chain.links) {
    list(link.made.group);
    if (link.next.frame)
      list(link.next.frame);
  }
  return text;
}

struct JoinRows : pith::impl::JoinRowsBase<JoinRows> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp function = modelFunction(module);
    auto table = RowTable::of(module);
    if (!table)
      return signalPassFailure();
    if (!function)
      return;
    SmallVector<RowChain> chains = chooseChains(function, *table);
    llvm::StringMap<func::FuncOp> known;
    SmallVector<std::pair<func::FuncOp, NamedAttrList>> calls;
    for (const RowChain &chain : chains) {
      SmallVector<GroupOp> groups = chain.groups();
      numJoined += groups.size();
      NamedAttrList layer = takeLayers(groups);
      func::FuncOp &kernel = known[structureOf(chain)];
      if (!kernel)
        kernel = makeRowKernel(module, chain, *table,
                               "r" + std::to_string(known.size() - 1) + "_" +
                                   toSymbol(nodeName(groups.back().getLoc())));
      calls.emplace_back(kernel, layer);
    }
    // Chains that read what others make come first.
    for (auto [chain, call] : llvm::reverse(llvm::zip_equal(chains, calls))) {
      callInstead(chain.last(), chain.inputs.getArrayRef(), call.first, call.second);
      SmallVector<GroupOp> frames;
      for (const RowLink &link : chain.links)
        if (link.next.frame)
          frames.push_back(link.next.frame);
      eraseJoined(chain.groups());
      eraseJoined(frames);
    }
  }
};

} // namespace
