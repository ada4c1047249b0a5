// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lists the chains that are possible, and divides each run of groups into some of them.
#include "lib/Schedule/RowChoice.h"
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/Residence.h"
#include <map>
#include <set>

using namespace mlir;
using namespace pith;

/// The share of a chain's cycles that may be spent on rows which another block computes
/// too, and the blocks that threads find to share.
constexpr double mostRepeated = 0.25;
constexpr int64_t fewestBlocks = 6;
/// Longer chains repeat too much; and what is looked at has to grow with the network only.
constexpr size_t mostGroups = 16;

namespace {

/// Groups that one kernel may run. Blocks have `rows` rows; 0: it is one group, as it is.
struct Option {
  size_t first, last; ///< in the run
  int64_t rows;
  int64_t arena, scratch; ///< bytes
  double repeated;        ///< cycles
};

/// Groups each of which follows the one before it, and what can be done with them.
struct Run {
  SmallVector<GroupOp> groups;
  SmallVector<std::optional<RowGroup>> made;
  SmallVector<Option> options; ///< by the last group
};

/// The groups of runs: those that nothing else reads behind one another.
SmallVector<Run> runsOf(func::FuncOp function) {
  SmallVector<GroupOp> groups = groupsOf(function);
  llvm::DenseMap<Operation *, RowGroup> made;
  for (GroupOp group : groups)
    if (std::optional<RowGroup> rows = RowGroup::of(group))
      made.try_emplace(group, *rows);
  // A group that follows two is in the run of the one that stands closer to it.
  llvm::DenseMap<Operation *, GroupOp> before, behind;
  for (GroupOp group : groups) {
    auto rows = made.find(group);
    if (rows == made.end())
      continue;
    RowFollower next = RowFollower::of(group);
    auto follower = next.group ? made.find(next.group) : made.end();
    if (follower == made.end() || follower->second.images != rows->second.images)
      continue;
    if (follower->second.partOf(next.read) != follower->second.read())
      continue;
    if (GroupOp other = before.lookup(next.group))
      behind.erase(other);
    before[next.group] = group;
    behind[group] = next.group;
  }
  SmallVector<Run> runs;
  for (GroupOp group : groups) {
    // Frames are in memory when what they surround is.
    if (before.contains(group) || onlyOperator<FrameOp>(group))
      continue;
    Run &run = runs.emplace_back();
    for (GroupOp each = group; each; each = behind.lookup(each)) {
      run.groups.push_back(each);
      auto rows = made.find(each);
      run.made.push_back(rows == made.end() ? std::nullopt : std::optional(rows->second));
    }
  }
  return runs;
}

/// Lists the options of runs.
class Options {
public:
  Options(func::FuncOp function, const RowTable &table) : residence(function), table(table) {}

  void list(Run &run) {
    for (size_t last = 0; last < run.groups.size(); ++last) {
      run.options.push_back({last, last, 0, residence.bytesAt(run.groups[last]), 0, 0});
      for (size_t first = last; first-- > 0 && last - first < mostGroups;) {
        if (!canBePart(run.groups[first], table) || !canBePart(run.groups[last], table))
          break;
        if (std::optional<RowChain> chain = chainOf(rowsOf(run, first, last)))
          listBlocks(run, first, last, *chain);
      }
    }
  }

  static SmallVector<RowGroup> rowsOf(const Run &run, size_t first, size_t last) {
    SmallVector<RowGroup> groups;
    for (size_t i = first; i <= last; ++i)
      groups.push_back(*run.made[i]);
    return groups;
  }

private:
  void listBlocks(Run &run, size_t first, size_t last, RowChain &chain) {
    SmallVector<Value> between;
    for (const RowLink &link : ArrayRef(chain.links).drop_back())
      between.push_back(link.next.read);
    int64_t arena = residence.bytesAt(chain.last(), chain.inputs.getArrayRef(), between);
    int64_t rows = chain.links.back().made.rows;
    for (int64_t count = rows / fewestBlocks; count > 0; --count) {
      if (rows % count || !chain.cut(count) || !runsParts(chain))
        continue;
      double repeated = chain.repeated();
      if (repeated > mostRepeated * chain.cycles())
        break; // shorter blocks repeat more
      run.options.push_back({first, last, count, arena, chain.scratchBytes(), repeated});
    }
  }

  /// Whether the rows of the table can run what is left of the groups: short images
  /// may be too short for a skeleton.
  bool runsParts(const RowChain &chain) {
    return llvm::all_of(chain.links, [&](const RowLink &link) {
      GroupOp group = link.made.group;
      auto [known, isNew] = answers.try_emplace({steps(group), link.count}, false);
      if (!isNew)
        return known->second;
      auto typeOf = [&](Value value) { return link.typeOf(value); };
      const KernelRow *row = table.rowOf(group);
      if (!row->skeleton->refuses)
        return known->second = true;
      withCutGroup(
          group, table, typeOf,
          [&](OpBuilder &b, ValueRange inputs) { return cutGroup(b, group, inputs, typeOf); },
          [&](GroupOp cut) {
            known->second = row->skeleton->refuses(cut, *row, table.vectors()).empty();
          });
      return known->second;
    });
  }

  size_t steps(GroupOp group) { return numbers.try_emplace(group, numbers.size()).first->second; }

  Residence residence;
  const RowTable &table;
  llvm::DenseMap<Operation *, size_t> numbers;
  std::map<std::pair<size_t, int64_t>, bool> answers; ///< by group and rows of its result
};

/// A run that is divided in some way.
struct Division {
  int64_t arena = 0; ///< the most of its parts
  double repeated = 0;
  size_t joined = 0; ///< groups
  SmallVector<const Option *> options = {};
};

/// The division of a run with the least repeated cycles within limits; nothing where
/// there is none. With `least` instead that with the least arena.
std::optional<Division> divide(const Run &run, int64_t arena, int64_t scratch, bool least) {
  SmallVector<std::optional<Division>> best(run.groups.size() + 1);
  best.front() = Division();
  auto key = [&](const Division &division) {
    return least ? std::pair(double(division.arena), size_t(0))
                 : std::pair(division.repeated, division.joined);
  };
  for (const Option &option : run.options) {
    const std::optional<Division> &front = best[option.first];
    if (!front || option.arena > arena || option.scratch > scratch)
      continue;
    Division division{std::max(front->arena, option.arena), front->repeated + option.repeated,
                      front->joined + (option.rows ? option.last - option.first + 1 : 0),
                      front->options};
    division.options.push_back(&option);
    std::optional<Division> &known = best[option.last + 1];
    if (!known || key(division) < key(*known))
      known = std::move(division);
  }
  return best.back();
}

} // namespace

SmallVector<RowChain> pith::chooseChains(func::FuncOp function, const RowTable &table) {
  SmallVector<Run> runs = runsOf(function);
  Options options(function, table);
  std::set<int64_t> sizes{0};
  for (Run &run : runs) {
    options.list(run);
    for (const Option &option : run.options)
      sizes.insert(option.scratch);
  }
  constexpr int64_t unlimited = std::numeric_limits<int64_t>::max();
  int64_t arena = unlimited, scratch = 0;
  for (int64_t size : sizes) {
    if (arena != unlimited && size >= arena + scratch)
      break;
    int64_t most = 0;
    for (const Run &run : runs)
      most = std::max(most, divide(run, unlimited, size, /*least=*/true)->arena);
    if (arena == unlimited || most + size < arena + scratch) {
      arena = most;
      scratch = size;
    }
  }
  SmallVector<RowChain> chains;
  for (const Run &run : runs) {
    std::optional<Division> division = divide(run, arena, scratch, /*least=*/false);
    for (const Option *option : division->options) {
      if (!option->rows)
        continue;
      chains.push_back(*chainOf(Options::rowsOf(run, option->first, option->last)));
      (void)chains.back().cut(option->rows);
    }
  }
  llvm::DenseMap<Operation *, size_t> order;
  for (auto [i, group] : llvm::enumerate(groupsOf(function)))
    order[group] = i;
  llvm::sort(chains, [&](const RowChain &left, const RowChain &right) {
    return order.lookup(left.last()) < order.lookup(right.last());
  });
  return chains;
}
