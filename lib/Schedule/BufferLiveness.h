// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// When the model's function needs each of its allocations.
#ifndef LIB_SCHEDULE_BUFFERLIVENESS_H
#define LIB_SCHEDULE_BUFFERLIVENESS_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace pith {

/// An allocation, and the steps [first, last] between which it holds a value.
/// Steps count operations in program order; a loop covers those of its body.
struct BufferRange {
  mlir::memref::AllocOp alloc;
  int64_t bytes = 0;
  int64_t first = 0, last = 0;
};

class BufferLiveness {
public:
  /// Fails with a diagnostic where an allocation has no static place: inside a
  /// loop that carries it, or of dynamic size.
  static mlir::FailureOr<BufferLiveness> compute(mlir::func::FuncOp function);

  llvm::ArrayRef<BufferRange> ranges() const { return list; }
  /// The allocation whose memory `value` is part of, or null.
  mlir::memref::AllocOp allocOf(mlir::Value value) const { return origin.lookup(value); }
  /// Whether `value` is all of its allocation, under any shape.
  bool isWhole(mlir::Value value) const;
  int64_t stepOf(mlir::Operation *op) const { return steps.lookup(op); }

private:
  mlir::LogicalResult number(mlir::func::FuncOp function);
  mlir::LogicalResult follow(mlir::memref::AllocOp alloc);

  llvm::DenseMap<mlir::Operation *, int64_t> steps, ends;
  llvm::DenseMap<mlir::Value, mlir::memref::AllocOp> origin;
  llvm::SmallVector<BufferRange> list;
};

} // namespace pith

#endif
