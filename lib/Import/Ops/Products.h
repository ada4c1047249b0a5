// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ONNX's product and convolution, on any values.
#ifndef PITH_LIB_IMPORT_OPS_PRODUCTS_H
#define PITH_LIB_IMPORT_OPS_PRODUCTS_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// What a product of integers has besides its operands. Zero points may be null;
/// they broadcast to the operands as ONNX has them.
struct IntegerProduct {
  mlir::Value leftZero, rightZero;
  bool leftSigned, rightSigned;
  mlir::Type accumulator;
};

/// MatMul: vectors and leading dimensions as NumPy has them.
mlir::FailureOr<mlir::Value> matrixProduct(NodeConversion &node, mlir::Value lhs, mlir::Value rhs,
                                           const IntegerProduct *integers = nullptr);

/// Conv with the node's attributes, of [N, C, ...] and [O, I, ...]; the bias may
/// be null.
mlir::FailureOr<mlir::Value> convolve(NodeConversion &node, mlir::Value input, mlir::Value filter,
                                      mlir::Value bias, const IntegerProduct *integers = nullptr);

/// A scale or zero point: one number, or one for each entry of a dimension that
/// has `behind` dimensions after it; null when the operand is absent.
mlir::FailureOr<mlir::Value> parameter(NodeConversion &node, unsigned index, int64_t count,
                                       int64_t behind);

/// The zero point of an operand of 8 bits, checked against the operand.
mlir::FailureOr<mlir::Value> zeroPoint(NodeConversion &node, unsigned operand, unsigned index,
                                       int64_t count, int64_t behind);

/// i32 where the sum of `depth` products of bytes and the bias surely fits.
mlir::Type accumulatorFor(NodeConversion &node, int64_t depth, std::optional<unsigned> bias);

/// saturate(rne(f32(sum) * multiplier) + zero) as codes of the model's type
/// `element`; the zero point may be null.
mlir::FailureOr<mlir::Value> requantize(NodeConversion &node, mlir::Value sum,
                                        mlir::Value multiplier, mlir::Value zero,
                                        mlir::Type element);

/// f32(sum) * f32(left * right) + bias; the bias may be null.
mlir::FailureOr<mlir::Value> scaleSum(NodeConversion &node, mlir::Value sum, mlir::Value left,
                                      mlir::Value right, mlir::Value bias);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_PRODUCTS_H
