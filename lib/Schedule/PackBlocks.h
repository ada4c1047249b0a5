// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Puts blocks of memory with live ranges beside and above each other.
#ifndef LIB_SCHEDULE_PACKBLOCKS_H
#define LIB_SCHEDULE_PACKBLOCKS_H

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace pith {

/// Allocations that share a place.
struct ArenaBlock {
  llvm::SmallVector<mlir::memref::AllocOp> allocs;
  int64_t bytes = 0, first = 0, last = 0, offset = 0;
  size_t index = 0; ///< breaks ties, so that the order is the same everywhere

  bool overlaps(const ArenaBlock &other) const {
    return first <= other.last && other.first <= last;
  }
};

/// Gives every block its offset: tries several orders, keeps the best. Returns
/// the size of all. Offsets are sums of sizes, so sizes must be aligned.
int64_t packBest(std::vector<ArenaBlock> &blocks);

/// The largest set of bytes alive at once: no plan needs less.
int64_t lowerBound(llvm::ArrayRef<ArenaBlock> blocks);

} // namespace pith

#endif
