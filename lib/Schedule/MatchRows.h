// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Asks the rows of a kernel table about one group.
#ifndef LIB_SCHEDULE_MATCHROWS_H
#define LIB_SCHEDULE_MATCHROWS_H

#include "lib/Schedule/Products.h"
#include "pith/Target/Target.h"

namespace pith {

/// On groups, between pith-assign-layouts and pith-apply-layouts: the layout that
/// the kernel wants of each operand, or unit.
inline constexpr llvm::StringLiteral layoutsAttrName = "pith.layouts";

/// The same of the result, where all that read it ask for that layout.
inline constexpr llvm::StringLiteral resultLayoutAttrName = "pith.result_layout";

/// The table of a module's target and of its host, and what decides which of its rows may run.
class RowTable {
public:
  /// `without` names rows that are left out.
  RowTable(const Target &target, mlir::ModuleOp module, llvm::ArrayRef<std::string> without = {});
  RowTable(const RowTable &) = delete; // rows point into it

  /// That of the target that the module names; null after an error.
  static std::unique_ptr<RowTable> of(mlir::ModuleOp module,
                                      llvm::ArrayRef<std::string> without = {});
  const Target &target() const { return machine; }

  struct Choice {
    const KernelRow *row;
    Plan plan;
    /// The cheapest of the other rows that run the group; null: none does.
    const KernelRow *next = nullptr;
    double nextCycles = 0;
  };
  /// The cheapest row that runs `group`; the first of those that cost the same.
  /// `reasons` gets that of every other row for the group's anchor.
  std::optional<Choice> choose(GroupOp group,
                               llvm::SmallVectorImpl<std::string> *reasons = nullptr) const;

  /// Every row that runs `group` with each of its tiles that it can take, the cheapest
  /// first.
  llvm::SmallVector<Choice> ways(GroupOp group) const;

  /// From here on only the row that the module's option `row` names runs what it
  /// is for. Emits an error where the table has no such row, or the row no such tile.
  llvm::LogicalResult obey(mlir::ModuleOp module);
  /// The row that has to run the group for that; null: any may.
  const KernelRow *forcedFor(GroupOp group) const;
  /// Why `row` does not run `group`; empty when it does.
  std::string refusal(const KernelRow &row, GroupOp group) const;

  /// The row of this name; null: the table has none.
  const KernelRow *find(llvm::StringRef name) const;
  /// The row that was selected for the group; null: none was.
  const KernelRow *rowOf(GroupOp group) const;
  const VectorUnit &vectors() const { return unit; }

private:
  Plan plan(const KernelRow &row, GroupOp group) const;

  const Target &machine;
  llvm::SmallVector<KernelRow> list;
  /// Of the rows of the target itself, which come first, and of those of its host.
  size_t ownRows;
  llvm::SmallVector<llvm::StringRef> features, hostFeatures;
  VectorUnit unit;
  llvm::SmallVector<std::string> leftOut;
  bool fastFloat;
  const KernelRow *forced = nullptr;
  Tile forcedTile;
  mutable CodeRanges ranges;
};

/// All groups, in order: a list, since passes make and erase some.
llvm::SmallVector<GroupOp> groupsOf(mlir::Operation *op);

/// The choice as an attribute.
KernelAttr kernelAttr(mlir::MLIRContext *context, const RowTable::Choice &choice,
                      llvm::ArrayRef<std::string> reasons);

/// Cycles as the attribute has them: rounded up, within its range.
int64_t wholeCycles(double cycles);

} // namespace pith

#endif
