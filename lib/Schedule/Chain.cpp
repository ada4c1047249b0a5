// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds groups that one kernel computes block by block, and the size of the blocks.
#include "lib/Schedule/Chain.h"
#include "lib/Schedule/OpClass.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace pith;

/// What lies between, of one block, beside what it is computed from in a second cache.
constexpr int64_t blockBytes = 48 << 10, touchedBytes = 384 << 10;
/// Shorter blocks make short tiles; of few blocks some threads get one more than others.
constexpr int64_t enoughRows = 16, enoughItems = 32;
/// What lies between is not worth a kernel of its own where all of it is near.
constexpr int64_t nearBytes = 64 << 10;

bool Chain::isBetween(Value value) const { return between.contains(throughViews(value)); }

int64_t Chain::bytesBetween() const { return placeBetween(Value()); }

int64_t Chain::placeBetween(Value value) const {
  Value wanted = value ? throughViews(value) : value;
  int64_t bytes = 0;
  for (Value each : between) {
    if (each == wanted)
      break;
    bytes += llvm::alignTo(slices->bytesOf(each), scratchAlignment);
  }
  return bytes;
}

int64_t Chain::items() const {
  int64_t items = 1;
  for (auto [size, rows] : llvm::zip_equal(sizes, block))
    items *= size / rows;
  return items;
}

static bool isProduct(GroupOp group) {
  return group.getNumResults() == 1 && isa_and_nonnull<MatmulOp>(anchorOf(group));
}

/// The groups behind `seed` up to the next product; none where they are no chain.
static SmallVector<GroupOp> groupsBehind(GroupOp seed, const RowTable &table) {
  llvm::SetVector<GroupOp> found;
  found.insert(seed);
  GroupOp last;
  for (size_t i = 0; i < found.size(); ++i) {
    if (!canBePart(found[i], table))
      return {};
    GroupOp writer = found[i];
    if (writer == last)
      continue;
    for (Operation *reader : readersOf(writer.getResult(0))) {
      auto group = dyn_cast<GroupOp>(reader);
      if (!group || group->getBlock() != seed->getBlock())
        return {};
      if (isProduct(group) && last && group != last)
        return {};
      if (isProduct(group))
        last = group;
      found.insert(group);
    }
  }
  SmallVector<GroupOp> groups = found.takeVector();
  llvm::sort(groups, [](GroupOp a, GroupOp b) { return a->isBeforeInBlock(b); });
  return last && groups.back() == last ? groups : SmallVector<GroupOp>();
}

/// What each group reads for a block of the last one's result; false where it is not
/// known, or where blocks would compute something twice.
static bool sliceChain(Chain &chain) {
  auto type = cast<RankedTensorType>(chain.last().getResult(0).getType());
  if (type.getRank() < 2 || type.getNumElements() == 0)
    return false;
  chain.sizes.assign(type.getShape().drop_back().begin(), type.getShape().drop_back().end());
  chain.slices = std::make_unique<BlockSlices>(chain.sizes);
  for (GroupOp group : ArrayRef(chain.groups).drop_back())
    chain.between.insert(group.getResult(0));
  Slice all = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank() - 1));
  all.push_back(uncut);
  if (!chain.slices->demand(chain.last().getResult(0), all))
    return false;
  for (GroupOp group : llvm::reverse(chain.groups)) {
    if (!chain.slices->demandInputs(group))
      return false;
    for (Value input : group.getInputs()) {
      Value source = throughViews(input);
      if (!chain.between.contains(source)) {
        chain.inputs.insert(input);
      } else if (source != input && !chain.slices->demandThroughView(source, input)) {
        return false;
      }
    }
  }
  return llvm::all_of(chain.between, [&](Value value) { return chain.slices->isCutInAll(value); });
}

/// The most rows whose values between stay near, and that leave enough blocks; false
/// where that is no gain.
static bool chooseBlock(Chain &chain) {
  int64_t whole = chain.bytesBetween(), rows = chain.sizes.back();
  chain.block.assign(chain.sizes.size(), 1);
  int64_t chosen = 0;
  for (int64_t count = rows; count > 0; --count) {
    if (rows % count || (chosen && count < enoughRows))
      continue;
    chosen = count;
    chain.block.back() = count;
    chain.slices->setBlock(chain.block);
    if (chain.bytesBetween() <= blockBytes && chain.items() >= enoughItems)
      break;
  }
  int64_t touched = chain.bytesBetween() + chain.slices->bytesOf(chain.last().getResult(0));
  for (Value input : chain.inputs)
    touched += chain.slices->bytesOf(input);
  auto isContiguous = [&](Value value) { return chain.slices->isContiguous(value); };
  return whole > nearBytes && whole >= 2 * chain.bytesBetween() && touched <= touchedBytes &&
         llvm::all_of(chain.inputs, isContiguous) && isContiguous(chain.last().getResult(0));
}

/// Asked last, since each asks all readers of a value.
static bool areDense(Chain &chain) {
  return isDense(chain.last().getResult(0)) && llvm::all_of(chain.inputs, isDense);
}

std::optional<Chain> pith::chainBehind(GroupOp seed, const RowTable &table) {
  Chain chain;
  if (!isProduct(seed))
    return std::nullopt;
  chain.groups = groupsBehind(seed, table);
  if (chain.groups.empty() || !sliceChain(chain) || !chooseBlock(chain) || !areDense(chain))
    return std::nullopt;
  return chain;
}
