// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Indices are affine expressions of loop counters with known ranges: they are
// compared and simplified before any code is written for them.
#ifndef PITH_LIB_KERNELS_NEST_INDEX_H
#define PITH_LIB_KERNELS_NEST_INDEX_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/AffineMap.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>

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

/// The lanes of one vector, as an index sees them: digits, each a counter of its
/// own, that count the lanes row-major. Plain lanes have one digit; interleaved
/// ones, whose neighbours are apart in memory, have two.
struct Lanes {
  struct Digit {
    unsigned position, size; // of the counter; number of its values
  };
  unsigned width = 0;    ///< elements of the vector
  unsigned active = 0;   ///< lanes that count; the others hold anything
  bool scalable = false; ///< `width` times what the hardware says
  llvm::SmallVector<Digit, 2> digits = {};
};

/// Ranges of the counters, by position, and arithmetic that uses them.
class IndexSpace {
public:
  explicit IndexSpace(mlir::MLIRContext *context) : context(context) {}

  Index constant(int64_t value) const { return mlir::getAffineConstantExpr(value, context); }
  /// A new counter with values in `range`.
  Index counter(Bounds range);

  /// The number of a lane in a new vector of `width` elements. The first `active`
  /// lanes count: nothing is read or written for the others.
  Index lanes(unsigned width, unsigned active);
  /// The same for vectors whose number of lanes the hardware multiplies; its range
  /// is that of one part, so only its sum with the place of the vector has one.
  Index scalableLanes(unsigned width);
  /// Lanes in blocks of four, `parts` vectors in turn: lane 4L+t of vector `part`
  /// is 4 * parts * L + 4 * part + t.
  Index interleavedLanes(unsigned width, unsigned parts, unsigned part);

  /// The lanes that an index differs between; null where it is the same for all.
  const Lanes *lanesOf(Index index) const;
  const Lanes *lanesOf(llvm::ArrayRef<Index> indices) const;
  /// What an index is for one lane.
  Index atLane(Index index, const Lanes &lanes, unsigned lane) const;
  /// How far each active lane's index is from the first one's, where that is known.
  std::optional<llvm::SmallVector<int64_t>> distances(Index index) const;
  /// a - b, where that is a number.
  std::optional<int64_t> distance(Index a, Index b) const;
  /// A sum with equal terms, and quotients and rests of the same number, joined.
  Index simplify(Index index) const;

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
  llvm::SmallVector<std::unique_ptr<Lanes>> vectors;
  llvm::DenseMap<unsigned, const Lanes *> vectorOf; // by position of a digit

  Index digit(Lanes &lanes, unsigned size, int64_t last);
};

} // namespace pith::nest

#endif
