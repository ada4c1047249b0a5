// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Short forms for the tensor operations that converters and rewrites make. They
// check nothing: callers know that the operands fit.
#ifndef PITH_LIB_IMPORT_TENSORBUILDERS_H
#define PITH_LIB_IMPORT_TENSORBUILDERS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

namespace pith::import {

using Shape = llvm::ArrayRef<int64_t>;
using ScalarBody =
    llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}
inline Shape shapeOf(mlir::Value value) { return tensorType(value).getShape(); }
inline mlir::Type elementOf(mlir::Value value) { return tensorType(value).getElementType(); }

/// Makes tensors at the insertion point of `builder`.
struct TensorBuilder {
  mlir::OpBuilder &builder;
  mlir::Location loc;

  /// `arith.constant` when it is small, else `pith.constant`.
  mlir::Value constant(mlir::TypedAttr value);
  /// An ONNX constant of numbers in signless form, or null. More than a few
  /// codes of less than a byte stay packed, behind pith.unpack.
  mlir::Value onnxConstant(mlir::TypedAttr value);
  /// The one-dimensional i64 constant.
  mlir::Value ints(llvm::ArrayRef<int64_t> values);
  /// A tensor of one number everywhere; integers are truncated to the type.
  mlir::Value splat(Shape shape, mlir::Type elementType, double value);
  mlir::Value empty(Shape shape, mlir::Type elementType);

  /// pith.map: the operands broadcast to `shape`.
  mlir::Value map(mlir::ValueRange inputs, Shape shape, mlir::Type elementType, ScalarBody body);
  /// The same with the shape to which all operands broadcast.
  mlir::Value map(mlir::ValueRange inputs, mlir::Type elementType, ScalarBody body);

  /// Dimension i of the result is dimension permutation[i] of the input. The
  /// identity returns the operand; so do the other functions below.
  mlir::Value transpose(mlir::Value input, llvm::ArrayRef<int64_t> permutation);
  /// The same elements in the same order; the numbers of elements are equal.
  mlir::Value reshape(mlir::Value input, Shape shape);
  mlir::Value slice(mlir::Value input, llvm::ArrayRef<int64_t> offsets, Shape sizes,
                    llvm::ArrayRef<int64_t> strides = {});
  /// `scalar` around the input.
  mlir::Value pad(mlir::Value input, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                  mlir::Value scalar);
  mlir::Value concat(mlir::ValueRange inputs, int64_t dim);
  /// Codes of a sub-byte element type from packed bytes: pith.unpack.
  mlir::Value unpack(mlir::Value bytes, Shape shape, mlir::Type elementType);
  /// Repeats size-1 and missing leading dimensions.
  mlir::Value broadcast(mlir::Value input, Shape shape);
};

/// The shape to which all shapes broadcast, or nothing.
std::optional<llvm::SmallVector<int64_t>> broadcastShapes(llvm::ArrayRef<Shape> shapes);

/// Dimensions before -1 count from the end; nothing when beyond the rank.
std::optional<int64_t> normalizeDim(int64_t dim, int64_t rank);

/// The number of elements of a static shape.
int64_t countOf(Shape shape);

/// [2, 0, 1] for [1, 2, 0].
llvm::SmallVector<int64_t> invertPermutation(llvm::ArrayRef<int64_t> permutation);

/// A `dense<>` whose elements have their signless type.
mlir::DenseElementsAttr signless(mlir::DenseElementsAttr value);

/// The signless form of an element type of ONNX; null when it has none. Codes of
/// 4 and 2 bits widen to bytes, extended by their sign; float8 is its bits.
mlir::Type signlessType(mlir::Type elementType);

/// Codes of 4 and 2 bits: `i4`, `ui4`, `i2`, `ui2`, `f4E2M1FN`.
bool isSubByte(mlir::Type elementType);
/// Floats of a byte, and of less: the formats of float8, `f4E2M1FN`.
bool isFloat8(mlir::Type elementType);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_TENSORBUILDERS_H
