// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_IMPORT_FOLDREDUCE_H
#define PITH_LIB_IMPORT_FOLDREDUCE_H

#include "dialects/Pith/PithOps.h"

namespace pith::import {

/// Reduces elements of one type as the kernels do (floats_c3). Null where that
/// is not defined exactly: sums and products of floats narrower than 32 bits.
class FoldReduce {
public:
  FoldReduce(ReduceKind kind, mlir::Type type, bool isSigned);

  bool isExact() const;
  void add(mlir::Attribute element);
  mlir::Attribute result() const;

private:
  mlir::Attribute join(mlir::Attribute left, mlir::Attribute right) const;

  ReduceKind kind;
  mlir::Type type;
  bool isSigned;
  int64_t count = 0;
  llvm::SmallVector<mlir::Attribute, 16> partial;
};

} // namespace pith::import

#endif // PITH_LIB_IMPORT_FOLDREDUCE_H
