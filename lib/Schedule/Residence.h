// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How much memory tensors between groups take while one of them runs.
#ifndef LIB_SCHEDULE_RESIDENCE_H
#define LIB_SCHEDULE_RESIDENCE_H

#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace pith {

/// An estimate in front of bufferization: a tensor is in memory from the operation that
/// makes it to the last one that reads it. What is written into a larger tensor is a
/// part of that; what the model returns is the caller's.
class Residence {
public:
  explicit Residence(mlir::func::FuncOp function);

  /// Bytes while `op` runs, if it read `inputs` too, and `without` were not in memory.
  int64_t bytesAt(mlir::Operation *op, mlir::ValueRange inputs = {},
                  mlir::ValueRange without = {}) const;

private:
  struct Tensor {
    int64_t bytes, first, last;
  };
  void follow(mlir::Operation &op);

  llvm::SmallVector<Tensor> tensors;
  llvm::DenseMap<mlir::Value, size_t> numbers; ///< in `tensors`, of every view
  llvm::DenseMap<mlir::Operation *, int64_t> steps;
};

} // namespace pith

#endif
