// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Discrete Fourier transforms as products with small matrices.
#ifndef PITH_LIB_IMPORT_OPS_FOURIER_H
#define PITH_LIB_IMPORT_OPS_FOURIER_H

#include "lib/Import/TensorBuilders.h"

namespace pith::import {

/// The longest prime factor of a signal's length: its transform is one matrix.
constexpr int64_t longestFactor = 2048;

/// The transform along dimension 1 of f32 or f64 [rows, length, 2], the real part
/// and the imaginary one; the inverse is not divided by the length. No prime
/// factor of the length is above `longestFactor`.
mlir::Value transform(TensorBuilder &builder, mlir::Value signal, bool inverse);

/// The greatest prime factor of a positive number.
int64_t greatestFactor(int64_t number);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_FOURIER_H
