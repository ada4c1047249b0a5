// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/MatchRows.h"
#include "lib/Schedule/OpClass.h"
#include "pith/Target/ModuleTarget.h"
#include <cmath>

using namespace mlir;
using namespace pith;

namespace {

/// What stands in a group before and behind its anchor.
struct Surroundings {
  Fusion before = Fusion::None, after = Fusion::None;
  /// What does not need the anchor, for operations behind it.
  Fusion beside = Fusion::None;
};

Fusion fusionOf(OpClass kind) {
  if (kind == OpClass::Map)
    return Fusion::Map;
  return kind == OpClass::Movement || kind == OpClass::View ? Fusion::Movement : Fusion::None;
}

/// Whether a value inside of a group, which nothing in it computes, is constant.
bool isConstant(GroupOp group, Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (argument && argument.getOwner() == &group.getBody().front())
    value = group.getInputs()[argument.getArgNumber()];
  Operation *op = value.getDefiningOp();
  return op && op->hasTrait<OpTrait::ConstantLike>();
}

/// What decodes constants for the anchor, on whichever operand.
llvm::DenseSet<Operation *> decodingOf(GroupOp group, Operation *anchor) {
  llvm::DenseSet<Operation *> result;
  for (Value value : valuesOf(anchor)) {
    auto chain = pith::decodingOf(value, [&](Value v) { return isConstant(group, v); });
    result.insert(chain.begin(), chain.end());
  }
  return result;
}

/// A dynamic quantization in front of the anchor, with all that makes its input.
llvm::DenseSet<Operation *> dynamicOf(GroupOp group, Operation *anchor) {
  llvm::DenseSet<Operation *> result;
  for (Operation &op : llvm::reverse(group.getBody().front())) {
    bool isIn = (isa<DynamicQuantizeOp>(op) && &op != anchor) ||
                llvm::any_of(op.getUsers(), [&](Operation *user) { return result.contains(user); });
    if (isIn)
      result.insert(&op);
  }
  return result;
}

bool isOneNumber(Operation &op) {
  return llvm::all_of(op.getResultTypes(), [](Type type) {
    auto shaped = dyn_cast<ShapedType>(type);
    return !shaped || shaped.getNumElements() == 1;
  });
}

/// Without the decoding of constants, where the row has its own word for it.
Surroundings surroundingsOf(GroupOp group, bool decodes) {
  Surroundings result;
  Operation *anchor = anchorOf(group);
  if (!anchor || classify(anchor) != OpClass::Anchor)
    return result;
  llvm::DenseSet<Operation *> behind{anchor}, decoding;
  if (decodes)
    decoding = decodingOf(group, anchor);
  llvm::DenseSet<Operation *> dynamic = dynamicOf(group, anchor);
  if (!dynamic.empty())
    result.before = Fusion::Dynamic;
  Block &block = group.getBody().front();
  for (Operation &op : block.without_terminator())
    if (llvm::any_of(op.getOperands(), [&](Value operand) {
          return operand.getDefiningOp() && behind.contains(operand.getDefiningOp());
        }))
      behind.insert(&op);
  llvm::DenseSet<Operation *> besides;
  for (Operation &op : llvm::reverse(block.without_terminator())) {
    if (&op == anchor)
      continue;
    bool after = behind.contains(&op);
    bool beside = !after && llvm::all_of(op.getUsers(), [&](Operation *user) {
      return user != anchor && (behind.contains(user) || besides.contains(user));
    });
    if (beside)
      besides.insert(&op);
    Fusion &side = after ? result.after : beside ? result.beside : result.before;
    // What makes a single number costs nothing wherever it stands.
    if (!decoding.contains(&op) && !dynamic.contains(&op) && !isOneNumber(op))
      side = side | fusionOf(classify(&op));
  }
  return result;
}

bool covers(Fusion row, Fusion wanted) { return (unsigned(wanted) & ~unsigned(row)) == 0; }

/// Why the zeros in the group's weights do not suit the row; empty: they do.
std::string refusesZeros(const KernelRow &row, GroupOp group) {
  Operation *anchor = anchorOf(group);
  if (row.sparsity == Sparsity::Dense) {
    auto conv = dyn_cast_or_null<ConvOp>(anchor);
    auto matmul = dyn_cast_or_null<MatmulOp>(anchor);
    bool areAbsent = (conv && conv.getAbsentZeros()) || (matmul && matmul.getAbsentZeros());
    bool skips = row.skeleton && row.skeleton->skipsZeros;
    return areAbsent && !skips ? "multiplies by zeros that are absent" : "";
  }
  auto found = !anchor ? SparsityAttr() : anchor->getAttrOfType<SparsityAttr>(sparsityAttrName);
  // Both enumerations have the same order.
  if (!found || unsigned(found.getPattern()) != unsigned(row.sparsity))
    return ("needs " + pith::name(row.sparsity) + " weights").str();
  return "";
}

/// Cycles of a row without a say of its own: its atoms, one after the other.
double cyclesOf(const KernelRow &row, GroupOp group) {
  double atoms = std::ceil(double(workOf(group)) / (row.atom.lanes * row.atom.products));
  return row.cost.fixed + atoms * row.cost.perAtom;
}

} // namespace

RowTable::RowTable(const Target &target, ModuleOp module, ArrayRef<std::string> without)
    : machine(target), list(rowsOf(target)), ownRows(target.kernels().size()), leftOut(without) {
  auto attribute = module->getAttrOfType<TargetAttr>(targetAttrName);
  attribute.getFeatures().split(features, ',', -1, /*KeepEmpty=*/false);
  attribute.getMachine().getFeatures().split(hostFeatures, ',', -1, /*KeepEmpty=*/false);
  unit = machineOf(target).vectorUnit(attribute.getMachine());
  auto options = module->getAttrOfType<DictionaryAttr>("pith.options");
  auto word = options ? options.getAs<StringAttr>("fast-float") : StringAttr();
  fastFloat = word && word.getValue() == "on";
}

std::unique_ptr<RowTable> RowTable::of(ModuleOp module, ArrayRef<std::string> without) {
  const Target *target = requireTarget(module);
  return target ? std::make_unique<RowTable>(*target, module, without) : nullptr;
}

SmallVector<GroupOp> pith::groupsOf(Operation *op) {
  SmallVector<GroupOp> groups;
  op->walk([&](GroupOp group) { groups.push_back(group); });
  return groups;
}

const KernelRow *RowTable::rowOf(GroupOp group) const {
  KernelAttr kernel = group.getKernelAttr();
  return kernel ? find(kernel.getRow()) : nullptr;
}

const KernelRow *RowTable::find(StringRef name) const {
  const KernelRow *row =
      llvm::find_if(list, [&](const KernelRow &each) { return each.name == name; });
  return row == list.end() ? nullptr : row;
}

/// `ROW:RxC` as its parts; the tile is none where the text has none.
static std::optional<std::pair<StringRef, Tile>> readRow(StringRef text) {
  auto [name, sizes] = text.split(':');
  Tile tile;
  auto [rows, columns] = sizes.split('x');
  if (text.contains(':') && (rows.getAsInteger(10, tile.rows) ||
                             columns.getAsInteger(10, tile.columns) || !tile.rows || !tile.columns))
    return std::nullopt;
  return std::pair(name, tile);
}

LogicalResult RowTable::obey(ModuleOp module) {
  auto options = module->getAttrOfType<DictionaryAttr>("pith.options");
  auto word = options ? options.getAs<StringAttr>("row") : StringAttr();
  if (!word)
    return success();
  auto wanted = readRow(word.getValue());
  if (!wanted)
    return emitError(UnknownLoc::get(module.getContext()))
           << "expected --row=ROW or --row=ROW:RxC, got " << word;
  auto [name, tile] = *wanted;
  KernelRow *row = llvm::find_if(list, [&](const KernelRow &each) { return each.name == name; });
  if (row == list.end()) {
    InFlightDiagnostic error = emitError(UnknownLoc::get(module.getContext()));
    error << "unsupported: there is no row '" << name << "', which --row asks for";
    error.attachNote() << "'pith targets' lists them";
    return error;
  }
  if (tile != Tile()) {
    if (!llvm::is_contained(row->tiles, tile)) {
      InFlightDiagnostic error = emitError(UnknownLoc::get(module.getContext()));
      error << "unsupported: row '" << name << "' has no tile " << tile.rows << "x" << tile.columns
            << ", which --row asks for";
      error.attachNote() << "'pith targets' lists them";
      return error;
    }
    forcedTile = tile;
    row->tiles = forcedTile;
  }
  forced = row;
  return success();
}

const KernelRow *RowTable::forcedFor(GroupOp group) const {
  return forced && llvm::is_contained(forced->anchors, anchorName(group)) ? forced : nullptr;
}

std::string RowTable::refusal(const KernelRow &row, GroupOp group) const {
  StringRef anchor = anchorName(group);
  if (!llvm::is_contained(row.anchors, anchor))
    return "does not compute " + anchor.str();
  if (forced && forced != &row && forcedFor(group))
    return "is not " + forced->name.str() + ", which --row asks for";
  if (llvm::is_contained(leftOut, row.name))
    return "is left out";
  SmallVector<StringRef> needs;
  row.needs.split(needs, ',', -1, /*KeepEmpty=*/false);
  for (StringRef feature : needs)
    if (!llvm::is_contained(&row < list.begin() + ownRows ? features : hostFeatures, feature))
      return "needs " + feature.str();
  if (row.exact == Exactness::No && !fastFloat)
    return "is not exact; --fast-float allows it";
  if (std::optional<Product> product = productOf(anchorOf(group)))
    if (std::string reason = refusesNumbers(group, *product, row, ranges); !reason.empty())
      return reason;
  if (std::string reason = refusesZeros(row, group); !reason.empty())
    return reason;
  Surroundings around = surroundingsOf(group, row.before & Fusion::Decode);
  if (!covers(row.before, around.before))
    return "does not fuse this work in front of its anchor";
  if (!covers(row.after, around.after))
    return "does not fuse this work behind its anchor";
  if (!covers(row.before | row.after, around.beside))
    return "does not fuse this work beside its anchor";
  if (row.skeleton && row.skeleton->refuses)
    if (std::string reason = row.skeleton->refuses(group, row, unit); !reason.empty())
      return reason;
  if (row.refuses)
    if (std::string reason = row.refuses(group); !reason.empty())
      return reason;
  if (row.exact == Exactness::IfProved)
    return row.unproved ? row.unproved(group, row) : "has no proof that it is exact";
  return "";
}

Plan RowTable::plan(const KernelRow &row, GroupOp group) const {
  if (row.skeleton && row.skeleton->choose)
    return row.skeleton->choose(group, row, unit);
  return {row.tiles.empty() ? Tile() : row.tiles.front(), cyclesOf(row, group)};
}

std::optional<RowTable::Choice> RowTable::choose(GroupOp group,
                                                 SmallVectorImpl<std::string> *reasons) const {
  StringRef anchor = anchorName(group);
  SmallVector<Choice> able;
  SmallVector<std::pair<const KernelRow *, std::string>> asked;
  for (const KernelRow &row : list) {
    // A row for another operator is no alternative worth reporting.
    if (!llvm::is_contained(row.anchors, anchor))
      continue;
    asked.push_back({&row, refusal(row, group)});
    if (asked.back().second.empty())
      able.push_back({&row, plan(row, group)});
  }
  // Rows lie in one list: of those that cost the same, the first.
  llvm::sort(able, [](const Choice &a, const Choice &b) {
    return std::pair(a.plan.cycles, a.row) < std::pair(b.plan.cycles, b.row);
  });
  std::optional<Choice> best;
  if (!able.empty())
    best = able.front();
  if (able.size() > 1)
    best->next = able[1].row, best->nextCycles = able[1].plan.cycles;
  for (auto &[row, reason] : asked)
    if (reasons && !(best && row == best->row))
      reasons->push_back(row->name.str() + ": " +
                         (reason.empty() ? "costs more than " + best->row->name.str() : reason));
  return best;
}

SmallVector<RowTable::Choice> RowTable::ways(GroupOp group) const {
  SmallVector<Choice> result;
  for (const KernelRow &row : list) {
    if (!refusal(row, group).empty())
      continue;
    if (row.tiles.empty() || !row.skeleton || !row.skeleton->choose)
      result.push_back({&row, plan(row, group)});
    else
      for (const Tile &tile : row.tiles) {
        KernelRow one = row;
        one.tiles = tile;
        if (!one.skeleton->refuses || one.skeleton->refuses(group, one, unit).empty())
          result.push_back({&row, plan(one, group)});
      }
  }
  SmallVector<std::pair<double, unsigned>> order; // of equal ones the first
  for (auto [index, way] : llvm::enumerate(result))
    order.push_back({way.plan.cycles, index});
  llvm::sort(order);
  return llvm::map_to_vector(order, [&](const auto &each) { return result[each.second]; });
}

int64_t pith::wholeCycles(double cycles) {
  return int64_t(std::ceil(std::clamp(cycles, 0.0, 0x1p62)));
}

KernelAttr pith::kernelAttr(MLIRContext *context, const RowTable::Choice &choice,
                            ArrayRef<std::string> reasons) {
  SmallVector<StringAttr> rejected;
  for (const std::string &reason : reasons)
    rejected.push_back(StringAttr::get(context, reason));
  Tile tile = choice.plan.tile;
  SmallVector<int64_t> sizes;
  if (tile != Tile())
    sizes = {tile.rows, tile.columns};
  auto next = choice.next ? StringAttr::get(context, choice.next->name) : StringAttr();
  return KernelAttr::get(context, choice.row->name, wholeCycles(choice.plan.cycles), sizes,
                         rejected, next, wholeCycles(choice.nextCycles));
}
