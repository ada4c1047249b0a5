// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replays measured decisions between rows and tiles.
#include "lib/Schedule/MatchRows.h"
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"
#include "lib/Schedule/Tuning.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/ModuleTarget.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_APPLYTUNING
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

/// More ways than these are not measured.
constexpr size_t mostWays = 6;

StringRef text(DictionaryAttr from, StringRef key) {
  auto value = from.getAs<StringAttr>(key);
  return value ? value.getValue() : StringRef();
}

Tile tileOf(DictionaryAttr from) {
  auto sizes = from.getAs<DenseI64ArrayAttr>("tile");
  return sizes && sizes.size() == 2 ? Tile{unsigned(sizes[0]), unsigned(sizes[1])} : Tile();
}

SmallVector<DictionaryAttr> dictionaries(Attribute list) {
  SmallVector<DictionaryAttr> result;
  auto array = dyn_cast_or_null<ArrayAttr>(list);
  for (Attribute each : array ? array.getValue() : ArrayRef<Attribute>())
    if (auto dictionary = dyn_cast<DictionaryAttr>(each))
      result.push_back(dictionary);
  return result;
}

DictionaryAttr describe(Builder &b, const RowTable::Choice &way) {
  NamedAttrList entries;
  entries.set("row", b.getStringAttr(way.row->name));
  if (!way.row->tiles.empty())
    entries.set("tile", b.getDenseI64ArrayAttr({way.plan.tile.rows, way.plan.tile.columns}));
  return entries.getDictionary(b.getContext());
}

/// The kernel of a group that a measured one takes the place of.
KernelAttr replaced(KernelAttr old, const RowTable::Choice &choice, DictionaryAttr entry) {
  Builder b(old.getContext());
  double own = 0;
  llvm::StringMap<double> others; // the least time of each other row
  for (DictionaryAttr way : dictionaries(entry.get("measured"))) {
    auto measured = way.getAs<IntegerAttr>("ns");
    double time = measured ? double(measured.getInt()) : 0;
    if (text(way, "row") != choice.row->name) {
      double &least = others[text(way, "row")];
      least = least > 0 ? std::min(least, time) : time;
    } else if (choice.row->tiles.empty() || tileOf(way) == choice.plan.tile) {
      own = time;
    }
  }
  SmallVector<StringAttr> rejected;
  StringAttr next = old.getNext();
  double nextCost = double(old.getNextCost()), least = 0;
  auto reject = [&](StringRef row, StringRef reason) {
    double ratio = own > 0 ? others.lookup(row) / own : 0;
    std::string measured =
        llvm::formatv("measured, takes {0:f2} times as long as {1}", ratio, choice.row->name);
    rejected.push_back(b.getStringAttr(row + ": " + (ratio > 0 ? StringRef(measured) : reason)));
    if (ratio > 0 && (least == 0 || ratio < least)) {
      least = ratio;
      next = b.getStringAttr(row);
      nextCost = ratio * double(old.getCost());
    }
  };
  bool isAnother = choice.row->name != old.getRow();
  if (isAnother) {
    next = b.getStringAttr(old.getRow());
    nextCost = double(old.getCost());
    reject(old.getRow(), ("the tuning file names " + choice.row->name).str());
  }
  for (StringAttr each : old.getRejected()) {
    auto [row, reason] = each.getValue().split(": ");
    if (row != choice.row->name)
      reject(row, reason);
  }
  SmallVector<int64_t> tile;
  if (choice.plan.tile != Tile())
    tile = {choice.plan.tile.rows, choice.plan.tile.columns};
  // Measured, it takes no longer than what was estimated to be the cheapest.
  return KernelAttr::get(b.getContext(), choice.row->name, old.getCost(), tile, rejected, next,
                         wholeCycles(nextCost));
}

struct ApplyTuning : pith::impl::ApplyTuningBase<ApplyTuning> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    Attribute tuning = ofModel(tuningAttrName);
    auto close = dyn_cast_or_null<FloatAttr>(ofModel(closeAttrName));
    if (!tuning && !close)
      return;
    auto table = RowTable::of(module);
    if (!table || failed(table->obey(module)))
      return signalPassFailure();
    if (close)
      for (GroupOp group : groupsOf(module))
        listWays(*table, group, close.getValueAsDouble());
    if (tuning)
      replay(*table, tuning);
  }

  /// Of the module or, in a variant or shape, of those around it.
  Attribute ofModel(StringRef name) {
    for (ModuleOp module = getOperation(); module; module = module->getParentOfType<ModuleOp>())
      if (Attribute own = module->getAttr(name))
        return own;
    return {};
  }

  static void listWays(const RowTable &table, GroupOp group, double close) {
    Operation *anchor = anchorOf(group);
    SmallVector<RowTable::Choice> ways = table.ways(group);
    llvm::erase_if(ways, [&](const RowTable::Choice &way) {
      return way.plan.cycles > close * ways.front().plan.cycles;
    });
    if (!anchor || ways.size() < 2)
      return;
    ways.truncate(std::min(ways.size(), mostWays));
    Builder b(group.getContext());
    SmallVector<Attribute> list;
    for (const RowTable::Choice &way : ways)
      list.push_back(describe(b, way));
    NamedAttrList entries;
    entries.set("key", b.getStringAttr(tuningKey(group)));
    entries.set("ways", b.getArrayAttr(list));
    anchor->setAttr(waysAttrName, entries.getDictionary(b.getContext()));
  }

  void replay(const RowTable &table, Attribute tuning) {
    auto machine = getOperation()->getAttrOfType<TargetAttr>(targetAttrName);
    llvm::StringMap<DictionaryAttr> entries;
    SmallVector<StringRef> order;
    bool isKnown = false;
    for (DictionaryAttr cpu : dictionaries(tuning)) {
      if (text(cpu, "target") != machine.getName() ||
          text(cpu, "cpu") != machine.getMachine().getCpu() ||
          text(cpu, "features") != machine.getMachine().getFeatures())
        continue;
      isKnown = true;
      for (DictionaryAttr entry : dictionaries(cpu.get("groups")))
        if (entries.try_emplace(text(entry, "key"), entry).second)
          order.push_back(text(entry, "key"));
    }
    Location place = UnknownLoc::get(&getContext());
    if (!isKnown) {
      auto warning = emitWarning(place) << "the tuning file says nothing of CPU '"
                                        << variantName(machine) << "' with these features";
      warning.attachNote() << "measure with 'pith compile --tune' on such a machine";
      return;
    }
    llvm::StringSet<> used;
    for (GroupOp group : groupsOf(getOperation())) {
      auto found = entries.find(tuningKey(group));
      if (found == entries.end())
        continue;
      used.insert(found->first());
      if (!stale.contains(found->first()))
        apply(table, group, found->second, found->first());
    }
    unsigned unknown = 0;
    StringRef first;
    for (StringRef key : order)
      if (!used.contains(key) && ++unknown == 1)
        first = text(entries[key], "layer");
    if (unknown) {
      auto warning = emitWarning(place)
                     << unknown << " of " << order.size()
                     << " entries of the tuning file are for groups that the model lacks; the "
                        "first was measured for '"
                     << first << "'";
      warning.attachNote() << "measure again with 'pith compile --tune'";
    }
  }

  void apply(const RowTable &table, GroupOp group, DictionaryAttr entry, StringRef key) {
    const KernelRow *row = table.find(text(entry, "row"));
    std::string reason = row ? table.refusal(*row, group) : "is not in the target's table";
    Tile wanted = tileOf(entry);
    std::optional<RowTable::Choice> choice;
    for (const RowTable::Choice &way :
         reason.empty() ? table.ways(group) : SmallVector<RowTable::Choice>())
      if (way.row->name == row->name && !choice && (wanted == Tile() || way.plan.tile == wanted))
        choice = way;
    if (choice) {
      group.setKernelAttr(replaced(group.getKernelAttr(), *choice, entry));
      ++numTuned;
      return;
    }
    if (reason.empty())
      reason = llvm::formatv("has no tile {0}x{1} for it", wanted.rows, wanted.columns);
    stale.insert(key);
    auto warning = emitWarning(group.getLoc()) << "the tuning file's entry is stale: row '"
                                               << text(entry, "row") << "' " << reason;
    warning.attachNote() << "measure again with 'pith compile --tune'";
  }

  llvm::StringSet<> stale; ///< keys whose entries were reported
};

} // namespace
