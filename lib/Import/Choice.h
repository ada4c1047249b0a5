// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the run chooses: results of both branches, and the values of loops that end when
// they like. All of it is computed, since kernels have no effects and cannot fail.
#ifndef PITH_LIB_IMPORT_CHOICE_H
#define PITH_LIB_IMPORT_CHOICE_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// `yes` where the one bit of `condition` holds, else `no`: of one type each.
mlir::FailureOr<llvm::SmallVector<Converted>> chooseAll(NodeConversion &node, mlir::Value condition,
                                                        llvm::ArrayRef<Converted> yes,
                                                        llvm::ArrayRef<Converted> no);

/// Whether an unrolled loop still runs.
class Running {
public:
  /// `limit`: the number of iterations, where it is known at run time only.
  Running(NodeConversion &node, mlir::Value limit) : node(node), limit(limit) {}

  /// Another iteration; `condition` is null where it is known to hold.
  void enter(int64_t trip, mlir::Value condition);
  /// Whether an iteration so far may be one that does not take place.
  bool isChoice() const { return bool(active); }

  /// The values behind an iteration: new ones, or where it does not take place old ones.
  mlir::FailureOr<llvm::SmallVector<Converted>> keep(llvm::ArrayRef<Converted> news,
                                                     llvm::ArrayRef<Converted> old);
  /// What it collects: zeros where it does not take place.
  mlir::FailureOr<llvm::SmallVector<Converted>> rows(llvm::ArrayRef<Converted> rows);
  /// i64 [1]: how many took place; null where that is known.
  mlir::Value count() const { return entered; }

private:
  NodeConversion &node;
  mlir::Value limit;
  mlir::Value active;  ///< i1 []; null: it runs
  mlir::Value entered; ///< i64 [1]
};

} // namespace pith::import

#endif // PITH_LIB_IMPORT_CHOICE_H
