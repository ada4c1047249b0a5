// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates the scalar body of an element-wise operation.
#ifndef PITH_LIB_IMPORT_FOLDSCALARS_H
#define PITH_LIB_IMPORT_FOLDSCALARS_H

#include "mlir/IR/BuiltinAttributes.h"

namespace pith::import {

/// Row-major linear index, or nothing where `index` lies outside of `shape`.
std::optional<int64_t> linearIndex(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> index);

/// A block whose every operation has one exactly defined value: arithmetic,
/// roundings, the square root, reads of constant tensors. Transcendental
/// functions are none of these: their bits are the kernels' business.
class FoldScalars {
public:
  explicit FoldScalars(mlir::Block &block) : block(block) {}

  /// Whether all operations are of those kinds.
  bool isExact() const;
  int64_t size() const;

  /// The value that the block yields for `arguments` at `index`; null when
  /// there is none (division by zero, an index outside).
  mlir::Attribute evaluate(llvm::ArrayRef<mlir::Attribute> arguments,
                           llvm::ArrayRef<int64_t> index) const;

private:
  mlir::Block &block;
};

} // namespace pith::import

#endif // PITH_LIB_IMPORT_FOLDSCALARS_H
