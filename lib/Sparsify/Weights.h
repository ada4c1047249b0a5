// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The weights of a product: where they are, and what their zeros look like.
#ifndef PITH_LIB_SPARSIFY_WEIGHTS_H
#define PITH_LIB_SPARSIFY_WEIGHTS_H

#include "dialects/Pith/ConstantReader.h"
#include "dialects/Pith/PithOps.h"
#include "mlir/Dialect/SparseTensor/IR/SparseTensor.h"

namespace pith {

/// The constant weights of `conv` or `matmul`. Each output channel is an entry
/// of `rowDim`; the sum goes along `depthDim` (and a filter's taps).
struct Weights {
  mlir::OpOperand *operand;
  mlir::TypedAttr value;
  unsigned rowDim, depthDim;

  mlir::RankedTensorType type() const {
    return llvm::cast<mlir::RankedTensorType>(operand->get().getType());
  }
};

/// Null where the weights are not constant, where a zero is not the code 0, or
/// where channels are grouped: blocks would lie across groups.
std::optional<Weights> weightsOf(mlir::Operation *op);

/// Whether fewer than `percent` of the elements are zero, when a look at the
/// source's bytes tells; no counting by blocks is needed then.
bool isPlainlyDense(const Weights &weights, int64_t percent);

/// Counts in one pass over the bytes. The pattern of the result is `dense`.
mlir::FailureOr<SparsityAttr> countZeros(const Weights &weights,
                                         llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

/// The encoding that says that blocks, elements or n of m are stored; null for
/// `dense`.
mlir::sparse_tensor::SparseTensorEncodingAttr encodingFor(const Weights &weights,
                                                          SparsityAttr sparsity);

} // namespace pith

#endif
