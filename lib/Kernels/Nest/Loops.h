// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loops of a kernel of elements: over its items, inside of them over the rest
// of each output, with lanes as a plan says.
#ifndef LIB_KERNELS_NEST_LOOPS_H
#define LIB_KERNELS_NEST_LOOPS_H

#include "lib/Kernels/Nest/Elements.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace pith::nest {

using Store = mlir::bufferization::MaterializeInDestinationOp;

inline llvm::ArrayRef<int64_t> shapeOf(Store store) {
  return mlir::cast<mlir::RankedTensorType>(store.getSource().getType()).getShape();
}

/// How a kernel's elements are shared out to lanes.
struct LanePlan {
  enum Lanes {
    None,   ///< single elements
    Row,    ///< along the last dimension of each result
    Flat,   ///< along all dimensions as one
    Turned, ///< along the last dimension but one, of the only result
  } lanes = None;
  unsigned width = 1;
  bool joinsLanes = true; ///< sums along a row may use lanes of their own
  bool gathersWords = false;
  /// Lanes of a row's vectors that are used, where rows interleave three images:
  /// what a lane reads is then the same in each vector. 0: all.
  unsigned active = 0;
  unsigned step() const { return active ? active : width; }
};

class KernelLoops {
public:
  KernelLoops(mlir::func::FuncOp kernel, const VectorUnit &unit, LanePlan plan, const Cuts &cuts);

  /// Fails with an error where the kernel is none of elements.
  mlir::LogicalResult check();

  /// Fails with an error, or with the reason why the plan does not fit.
  mlir::LogicalResult run();

  llvm::StringRef refusal() { return elements.scopes.refusal(); }
  const Cuts &foundCuts() const { return elements.cuts; }

private:
  llvm::ArrayRef<int64_t> leading() { return shapeOf(stores.front()).take_front(outer); }
  int64_t items();
  Bounds bounds() { return {0, std::max<int64_t>(items() - 1, 0)}; }
  Indices placeOf(Index item);

  void rows(mlir::Value begin, mlir::Value end);

  /// Softmax or a norm along rows that are items, or null.
  mlir::Operation *statisticsOp();

  /// Of a few rows first one number, then the next, then the results: what a row
  /// waits for is known long before, and rows need not wait for each other.
  void rowsTogether(mlir::Operation *op, mlir::Value begin, mlir::Value end);

  /// Vectors of elements that are neighbours in all results, wherever rows end;
  /// then single elements.
  void flat(mlir::Value begin, mlir::Value end);

  void results(llvm::ArrayRef<Index> at);

  /// Loops over the inner dimensions of output `first` and of those after it
  /// that have its shape; returns the next one.
  unsigned nest(unsigned first, llvm::ArrayRef<Index> items);
  void loop(llvm::ArrayRef<unsigned> order, llvm::ArrayRef<int64_t> shape, Indices &at,
            llvm::function_ref<void()> body);

  /// Vectors at the places [from, to) of a row, the last one perhaps narrower.
  void vectors(int64_t from, int64_t to,
               llvm::function_ref<llvm::SmallVector<mlir::Value>(Index)> body);
  void compute(unsigned first, unsigned last, llvm::ArrayRef<Index> at);
  mlir::LogicalResult eraseTensors();

  mlir::func::FuncOp kernel;
  VectorUnit unit;
  LanePlan plan;
  const Cuts &cuts;
  Elements elements;
  llvm::SmallVector<Store> stores;
  unsigned outer = 0; // dimensions that items count
};

} // namespace pith::nest

#endif
