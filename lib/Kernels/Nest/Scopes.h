// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loops that enclose the point where code is written. A value is written
// into the outermost loop that has all its indices, once, so that statistics of
// a row stand in front of the loop over its elements.
#ifndef PITH_LIB_KERNELS_NEST_SCOPES_H
#define PITH_LIB_KERNELS_NEST_SCOPES_H

#include "lib/Kernels/Nest/Index.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace pith::nest {

/// A loop's bounds: constants, or values whose results lie in `range`.
struct Trip {
  mlir::OpFoldResult low, high;
  Bounds range; // of the counter
  /// From one iteration to the next; a value where the hardware says.
  mlir::OpFoldResult step = {}; // null: 1
};

class Scopes {
public:
  /// Code goes in front of the terminator of `block`.
  Scopes(mlir::Block *block, mlir::Location loc);

  using Body =
      llvm::function_ref<llvm::SmallVector<mlir::Value>(llvm::ArrayRef<Index>, mlir::ValueRange)>;
  using Branch = llvm::function_ref<mlir::Value()>;
  using Compute = llvm::function_ref<mlir::Value()>;

  IndexSpace space;
  mlir::OpBuilder builder;
  mlir::Location loc;

  Trip trip(int64_t size) const;
  /// A loop nest that carries values; loops of one iteration leave no trace.
  llvm::SmallVector<mlir::Value> loops(llvm::ArrayRef<Trip> trips, mlir::ValueRange carried,
                                       Body body);
  /// One of two values; each side is computed only where it is chosen.
  mlir::Value choose(mlir::Value condition, mlir::Type type, Branch yes, Branch no);

  /// An index whose value is known at run time only, or is best computed once.
  Index index(mlir::Value value, Bounds range);
  /// The value of an index; a vector of them where it differs between lanes.
  mlir::Value materialize(Index index);
  llvm::SmallVector<mlir::Value> materialize(llvm::ArrayRef<Index> indices);

  /// The value of (`what`, `part`) at `indices`: computed once per place.
  mlir::Value memoize(const void *what, unsigned part, llvm::ArrayRef<Index> indices,
                      Compute compute);

  mlir::Value constantIndex(int64_t value);
  /// Whether what has these indices is computed outside of the innermost loop.
  bool isOutside(llvm::ArrayRef<Index> indices) const;

  /// Says that vectors cannot hold what is asked for: all code that was written
  /// is to be thrown away. The first reason stays.
  void refuse(const llvm::Twine &reason);
  /// Why there is no code; empty: there is.
  llvm::StringRef refusal() const { return refused; }

private:
  using Key = std::pair<std::pair<const void *, unsigned>, mlir::AffineMap>;
  struct Scope {
    Scope(mlir::Block *block, mlir::Operation *after, bool conditional)
        : block(block), after(after), conditional(conditional) {}
    mlir::Block *block;
    mlir::Operation *next = nullptr; // the loop that is being written, or null
    mlir::Operation *after;          // what `next` of the scope around was before this one
    bool conditional;                // code must not move out
    llvm::DenseMap<Key, mlir::Value> values;
    llvm::DenseMap<Index, mlir::Value> indices;
  };

  void enter(mlir::Operation *op, mlir::Block *block, bool conditional);
  void leave();
  void resume();
  /// Writes with the scopes from `depth` + 1 on set aside.
  mlir::Value writeAt(unsigned depth, Compute compute);
  unsigned depthOf(Index index) const;
  mlir::Value write(Index index);
  mlir::Value materializeLanes(Index index, const Lanes &lanes);
  llvm::SmallVector<mlir::Value> loops(llvm::ArrayRef<Trip> trips, mlir::ValueRange carried,
                                       Body body, Indices &counters);

  llvm::SmallVector<std::unique_ptr<Scope>> stack;
  llvm::SmallVector<mlir::Value> counters; // by position in `space`; null: lanes
  std::string refused;
};

} // namespace pith::nest

#endif
