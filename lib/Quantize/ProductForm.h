// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A convolution or product of dequantized codes, taken apart: its codes, scales
// and bias; or the reason why it stays in floats.
#ifndef PITH_LIB_QUANTIZE_PRODUCTFORM_H
#define PITH_LIB_QUANTIZE_PRODUCTFORM_H

#include "lib/Quantize/Codes.h"

namespace pith::quantize {

struct ProductSide {
  mlir::Value codes, zeroPoint;
  bool isSigned = false;
};

struct ProductForm {
  ProductSide left, right;
  /// f32(s_left * s_right) for each element of `scaleShape`, which broadcasts to
  /// the result.
  llvm::SmallVector<float> scales;
  llvm::SmallVector<int64_t> scaleShape;
  /// The bias in steps of these scales; or, where it does not lie on them, as it is.
  llvm::SmallVector<int64_t> integerBias;
  mlir::Value floatBias;
};

/// Empty, or why the operator is not folded.
std::string readProduct(ConvOp op, ProductForm &form);
std::string readProduct(MatmulOp op, ProductForm &form);

} // namespace pith::quantize

#endif
