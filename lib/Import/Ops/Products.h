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

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_PRODUCTS_H
