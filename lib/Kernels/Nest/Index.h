// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Indices are affine expressions of loop counters with known ranges: they are
// compared and simplified before any code is written for them.
#ifndef PITH_LIB_KERNELS_NEST_INDEX_H
#define PITH_LIB_KERNELS_NEST_INDEX_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/SmallVector.h"

namespace pith::nest {

using Index = mlir::AffineExpr;
using Indices = llvm::SmallVector<Index>;

/// Bounds of an index, both inclusive.
struct Bounds {
  int64_t low, high;
  static Bounds unknown() { return {-limit, limit}; }
  static constexpr int64_t limit = int64_t(1) << 60;
  bool within(int64_t first, int64_t last) const { return first <= low && high <= last; }
};

/// Ranges of the counters, by position, and arithmetic that uses them.
class IndexSpace {
public:
  explicit IndexSpace(mlir::MLIRContext *context) : context(context) {}

  Index constant(int64_t value) const { return mlir::getAffineConstantExpr(value, context); }
  /// A new counter with values in `range`.
  Index counter(Bounds range);

  Bounds range(Index index) const;
  Index divide(Index index, int64_t divisor) const; // rounds down
  Index modulo(Index index, int64_t divisor) const; // not negative

  /// The linear index of `indices` into a row-major `shape`, and back.
  Index linearize(llvm::ArrayRef<Index> indices, llvm::ArrayRef<int64_t> shape) const;
  Indices delinearize(Index linear, llvm::ArrayRef<int64_t> shape) const;

  /// One object for equal lists of indices, to compare them.
  mlir::AffineMap key(llvm::ArrayRef<Index> indices) const;

private:
  mlir::MLIRContext *context;
  llvm::SmallVector<Bounds> ranges;
};

} // namespace pith::nest

#endif
