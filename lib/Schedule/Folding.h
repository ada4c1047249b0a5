// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rewrites of pith-fold-zero-points share: the product of a group, what
// is in front of it, and the row whose numbers it is brought to.
#ifndef LIB_SCHEDULE_FOLDING_H
#define LIB_SCHEDULE_FOLDING_H

#include "lib/Schedule/GroupEdits.h"

namespace pith {

/// What a zero point and a change of sign move codes by: constant, or with a
/// part that is known at run time only.
struct Shift {
  int64_t known = 0;
  mlir::Value zeroPoint; ///< outside of the group; null: all is known
  bool isNothing() const { return known == 0 && !zeroPoint; }
};

struct Folding {
  Folding(GroupOp group, mlir::Operation *op, const KernelRow &row, const RowTable &table)
      : group(group), product(*productOf(op)), row(row), table(table), loc(op->getLoc()),
        inside(op) {}

  /// The value outside for one inside; constants are copied there.
  mlir::Value fromOutside(mlir::Value value);

  /// What `body` makes of `values`, values inside of the group: in a group of its
  /// own where they come from outside, else where the product is.
  llvm::FailureOr<mlir::Value>
  inFront(llvm::ArrayRef<mlir::Value> values,
          llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)> body);

  /// Codes less their zero points in 16 bits.
  llvm::FailureOr<mlir::Value> widened(mlir::Value codes, mlir::Value zero, bool isSigned);

  /// A flip and a zero point together.
  Shift shiftOf(int64_t flip, mlir::Value zero, bool isSigned);

  /// Codes of the other sign: x ^ 0x80.
  mlir::Value flipped(mlir::OpBuilder &builder, mlir::Value codes);

  /// Sides without a zero point.
  void setLeft(mlir::Value value, bool isSigned);
  void setRight(mlir::Value value, bool isSigned);

  GroupOp group;
  Product product;
  const KernelRow &row;
  const RowTable &table;
  mlir::Location loc;
  mlir::OpBuilder inside;
};

/// `code` as an integer of `type`.
mlir::Value extend(mlir::OpBuilder &b, mlir::Location loc, mlir::Type type, mlir::Value code,
                   bool isSigned);

inline mlir::RankedTensorType tensorOf(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}

/// The rewrites: of either side by itself, of both where both come at run time, of
/// codes that the group decodes.
mlir::LogicalResult foldRight(const Folding &folding);
mlir::LogicalResult foldLeft(const Folding &folding);
mlir::LogicalResult foldBothSides(const Folding &folding);
mlir::LogicalResult foldBlocks(const Folding &folding);

} // namespace pith

#endif
