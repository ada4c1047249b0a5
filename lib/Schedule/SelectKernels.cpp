// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks every row of the target's table; keeps the winner and all reasons.
#include "lib/Schedule/MatchRows.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "lib/Schedule/SplitGroups.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_SELECTKERNELS
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

size_t computingOps(GroupOp group) {
  return llvm::count_if(group.getBody().front(), [](Operation &op) {
    OpClass kind = classify(&op);
    return kind != OpClass::Other && kind != OpClass::View;
  });
}

/// Sets the kernels of groups; what that costs, or nothing where one has no row.
std::optional<double> select(const RowTable &table, ArrayRef<GroupOp> groups) {
  double cycles = 0;
  for (GroupOp group : groups) {
    SmallVector<std::string> reasons;
    auto choice = table.choose(group, &reasons);
    if (!choice)
      return std::nullopt;
    cycles += choice->plan.cycles;
    group.setKernelAttr(kernelAttr(group.getContext(), *choice, reasons));
  }
  return cycles;
}

/// Whether the anchor on its own would get the row that the group has: then
/// taking the rest off gains nothing.
bool anchorHasItsRow(const RowTable &table, GroupOp group) {
  Operation *anchor = anchorOf(group);
  if (!anchor || classify(anchor) != OpClass::Anchor)
    return true;
  unsigned rest = 0;
  SplitGroup alone(group, [&](Operation *op) { return op == anchor ? 0 : ++rest; });
  bool same = true;
  for (GroupOp part : alone.groups())
    if (anchorOf(part) && anchorOf(part)->getName() == anchor->getName()) {
      auto choice = table.choose(part);
      same = !choice || choice->row->name == group.getKernelAttr().getRow();
    }
  alone.discard();
  return same;
}

struct SelectKernels : pith::impl::SelectKernelsBase<SelectKernels> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto table = RowTable::of(module, llvm::to_vector_of<std::string>(without));
    if (!table || failed(table->obey(module)))
      return signalPassFailure();
    for (GroupOp group : groupsOf(module)) {
      std::optional<double> whole = select(*table, group);
      if ((whole && (computingOps(group) == 1 || anchorHasItsRow(*table, group))) ||
          splitByCost(*table, group, whole))
        continue;
      if (!whole && failed(splitFully(*table, group)))
        return signalPassFailure();
    }
  }

  /// Takes `group` apart where that costs less than `whole`, or where it has no
  /// row; false where it stays.
  bool splitByCost(const RowTable &table, GroupOp group, std::optional<double> whole) {
    auto ways = waysToSplit(group);
    std::optional<double> least = whole;
    const llvm::DenseMap<Operation *, unsigned> *best = nullptr;
    for (auto &way : ways) {
      SplitGroup split(group, [&](Operation *op) { return way.lookup(op); });
      std::optional<double> cycles = select(table, split.groups());
      if (cycles && (!least || *cycles < *least)) {
        least = cycles;
        best = &way;
      }
      split.discard();
    }
    if (!best)
      return false;
    SplitGroup split(group, [&](Operation *op) { return best->lookup(op); });
    (void)select(table, split.groups());
    split.replace();
    ++numSplit;
    return true;
  }

  LogicalResult splitFully(const RowTable &table, GroupOp group) {
    SmallVector<GroupOp> parts{group};
    if (computingOps(group) > 1) {
      unsigned next = 0;
      SplitGroup split(group, [&](Operation *) { return next++; });
      parts.assign(split.groups().begin(), split.groups().end());
      split.replace();
      ++numSplit;
    }
    for (GroupOp part : parts) {
      if (select(table, part))
        continue;
      if (const KernelRow *forced = table.forcedFor(part))
        return part.emitError() << "unsupported: row '" << forced->name
                                << "', which --row asks for, does not take this "
                                << anchorOf(part)->getName() << ": it "
                                << table.refusal(*forced, part);
      SmallVector<std::string> reasons;
      (void)table.choose(part, &reasons);
      InFlightDiagnostic error = part.emitError()
                                 << "no kernel of target '" << table.target().name()
                                 << "' computes " << anchorOf(part)->getName();
      for (const std::string &reason : reasons)
        error.attachNote() << reason;
      return failure();
    }
    return success();
  }
};

} // namespace
