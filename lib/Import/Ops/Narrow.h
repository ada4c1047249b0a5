// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elements of less than a byte, of float8 and float4, in the byte that holds them.
#ifndef PITH_LIB_IMPORT_OPS_NARROW_H
#define PITH_LIB_IMPORT_OPS_NARROW_H

#include "lib/Import/Ops/Scalars.h"

namespace pith::import {

/// Whether a code is extended to a byte by its sign; floats are not.
bool hasSign(mlir::Type code);

/// The element type of ONNX's number; null for those that converters lack.
mlir::Type elementFromCode(mlir::Builder &builder, int64_t code);

/// The f32 that float8's bits stand for: exact (float8_c1 of test/spec).
mlir::Value decodeFloat8(Scalars &s, mlir::Value bits, mlir::Type format);

/// The bits of the nearest number of the format, ties to even, of an f32 or f64.
/// What is too large becomes the largest number, or without `saturate` infinity,
/// or NaN where the format has none (float8_c2). Exponents alone round `up`, `down` or
/// to the `nearest` (exponent_c2).
mlir::Value encodeFloat8(Scalars &s, mlir::Value number, mlir::Type format, bool saturate,
                         llvm::StringRef round = "up");

/// The low bits of a byte, extended to it as the sub-byte type says.
mlir::Value wrapCode(Scalars &s, mlir::Value byte, mlir::Type elementType);

/// The nearest code of the sub-byte type; the byte's sign is the type's.
mlir::Value saturateCode(Scalars &s, mlir::Value byte, mlir::Type elementType);

/// ONNX's Cast between element types of the model, on their signless forms.
mlir::Value convertElement(Scalars &s, mlir::Value value, mlir::Type from, mlir::Type to,
                           bool saturate, llvm::StringRef round = "up");

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_NARROW_H
