// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Skeletons: loop structures of kernels, written once for every CPU. A row of a
// kernel table names the one that it uses.
#ifndef PITH_KERNELS_SKELETON_H
#define PITH_KERNELS_SKELETON_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace pith {

struct KernelRow;

/// A CPU's vectors, as far as loop structures depend on them.
struct VectorUnit {
  unsigned bits = 0; ///< of one register; 0: no vectors, scalar code
  unsigned registers = 0;

  /// Elements of `elementBits` bits in one register; 1 where there are no vectors.
  unsigned lanes(unsigned elementBits) const { return bits ? bits / elementBits : 1; }
};

struct Skeleton {
  llvm::StringRef name;
  /// Makes loops of a kernel's body: operators between bufferization.to_tensor
  /// and bufferization.materialize_in_destination become scf, vector and memref
  /// operations. Emits an error where it fails.
  llvm::LogicalResult (*lower)(mlir::func::FuncOp kernel, const KernelRow &row,
                               const VectorUnit &unit);
};

namespace skeletons {
/// Scalar loops over the elements of each result; takes every group.
extern const Skeleton nest;
} // namespace skeletons

} // namespace pith

#endif
