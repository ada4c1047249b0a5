// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors that are made element by element, and checks of shapes from the model.
#ifndef PITH_LIB_IMPORT_OPS_INDEXING_H
#define PITH_LIB_IMPORT_OPS_INDEXING_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

using IndexBody =
    llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// linalg.generic whose body computes an element from its indices; the body
/// reads other tensors by tensor.extract.
mlir::Value generate(TensorBuilder &builder, Shape shape, mlir::Type elementType, IndexBody body);

/// [0, 1, ... count) in the element type, shaped to lie along dimension `dim`
/// of `rank`.
mlir::Value iota(TensorBuilder &builder, int64_t count, mlir::Type elementType, int64_t dim = 0,
                 int64_t rank = 1);

/// result[i, j, ...] = input[tables[0][i], tables[1][j], ...]; an empty
/// optional keeps its dimension. A slice where the tables allow it.
mlir::Value take(TensorBuilder &builder, mlir::Value input,
                 llvm::ArrayRef<std::optional<llvm::SmallVector<int64_t>>> tables);

/// The element of an index tensor as a position below `size`: negative ones
/// count from the end, and what is still outside is clamped, since a kernel
/// cannot refuse its input.
mlir::Value readPosition(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value indices,
                         mlir::ValueRange at, int64_t size);

/// Fails when a known index of operand `operand` lies outside of its dimension,
/// or when that dimension is empty. With several sizes the last dimension of
/// the operand holds one index for each.
mlir::LogicalResult checkIndices(NodeConversion &node, unsigned operand, Shape sizes);

/// The part of size 1 at `index` along `dim`.
mlir::Value readAt(TensorBuilder &builder, mlir::Value input, int64_t dim, mlir::Value index);

/// `into` with `part`, of size 1 along `dim`, at `index`.
mlir::Value writeAt(TensorBuilder &builder, mlir::Value part, mlir::Value into, int64_t dim,
                    mlir::Value index);

/// scf.for over [0, count) that carries tensors.
llvm::SmallVector<mlir::Value>
repeat(TensorBuilder &builder, int64_t count, mlir::ValueRange initial,
       llvm::function_ref<llvm::SmallVector<mlir::Value>(TensorBuilder &, mlir::Value index,
                                                         mlir::ValueRange carried)>
           body);

/// A rank-0 tensor's element, or that of any tensor of one element.
mlir::Value readScalar(TensorBuilder &builder, mlir::Value tensor);

/// Fails when a dimension is so long that a table of its positions, which the program
/// would hold, takes too much memory.
mlir::LogicalResult checkPositions(NodeConversion &node, int64_t size);

/// Fails when a tensor of this shape would exceed the limits of import.
mlir::LogicalResult checkSize(NodeConversion &node, Shape shape);

/// The element type that the model states for a result, signless.
mlir::FailureOr<mlir::Type> resultElement(NodeConversion &node, unsigned result = 0);

/// Axes from operand `index` or, before the operator had it, the attribute
/// "axes"; nothing when neither is there.
mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>> axesOf(NodeConversion &node,
                                                                  unsigned index);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_INDEXING_H
