// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which groups on images are joined, so that arena and scratch memory are least.
#ifndef LIB_SCHEDULE_ROWCHOICE_H
#define LIB_SCHEDULE_ROWCHOICE_H

#include "lib/Schedule/RowChain.h"

namespace pith {

/// The chains that make the memory of `function` least at the least cost, cut into blocks,
/// in the order of their last groups.
llvm::SmallVector<RowChain> chooseChains(mlir::func::FuncOp function, const RowTable &table);

} // namespace pith

#endif
