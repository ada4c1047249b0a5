// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is known about dimension orders: which operations work as well in another
// order, and how they look there.
#ifndef PITH_LIB_IMPORT_TRANSPOSES_H
#define PITH_LIB_IMPORT_TRANSPOSES_H

#include "lib/Import/TensorBuilders.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::linalg {
class TransposeOp;
} // namespace mlir::linalg

namespace pith::import {

using Permutation = llvm::SmallVector<int64_t>;

bool isIdentity(llvm::ArrayRef<int64_t> permutation);
/// Whether transposing a tensor of this shape moves no element in memory.
bool movesNothing(Shape shape, llvm::ArrayRef<int64_t> permutation);
/// The permutation of `transpose(transpose(x, first), second)`.
Permutation compose(llvm::ArrayRef<int64_t> first, llvm::ArrayRef<int64_t> second);
/// `shape` as a transpose would leave it.
Permutation permute(Shape shape, llvm::ArrayRef<int64_t> permutation);
/// The same permutation behind leading dimensions that stay.
Permutation withLeading(llvm::ArrayRef<int64_t> permutation, int64_t rank);

/// A value as a transpose of another one; the identity of itself otherwise.
struct Transposed {
  mlir::Value source;
  Permutation permutation;
};
Transposed lookThrough(mlir::Value value);

/// Whether the operation, with one result, can compute the same with its
/// dimensions in another order.
bool isFlexible(mlir::Operation *op);
/// Whether this order of dimensions keeps the order in which elements are
/// added up.
bool keepsOrder(mlir::Operation *op, llvm::ArrayRef<int64_t> permutation);
/// Operands whose dimensions are those of the result; they broadcast to it.
llvm::SmallVector<mlir::OpOperand *> carriedOperands(mlir::Operation *op);

/// The operation with a result that is transposed by `permutation`. `operandOf`
/// gives the transposed form of a carried operand.
mlir::Value rebuild(mlir::Operation *op, llvm::ArrayRef<int64_t> permutation,
                    mlir::RewriterBase &rewriter,
                    llvm::function_ref<mlir::Value(mlir::OpOperand &)> operandOf);

/// Rewrites around one transpose that cannot make things worse: cancel, compose,
/// into the operand of a generic nest or a product, behind reshapes and
/// reductions.
void populateTransposePatterns(mlir::RewritePatternSet &patterns);
/// The last step: a transpose that moves nothing is a reshape.
void toReshape(mlir::linalg::TransposeOp op, mlir::RewriterBase &rewriter);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_TRANSPOSES_H
