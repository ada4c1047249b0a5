// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rewrites of this stage know of codes: their parameters, constants,
// and the scalar operations that turn codes into numbers and back.
#ifndef PITH_LIB_QUANTIZE_CODES_H
#define PITH_LIB_QUANTIZE_CODES_H

#include "dialects/Pith/PithOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

namespace pith::quantize {

inline mlir::RankedTensorType tensorOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

/// Whether codes of this scale keep the order of their numbers and are never a
/// NaN: what every rewrite of this stage assumes. Others stay as the file has them.
inline bool isPlainScale(float scale) { return scale > 0 && std::isfinite(scale); }

/// Constant parameters of a whole tensor.
struct TensorParameters {
  float scale;
  int64_t zeroPoint;
  unsigned width;
  bool isSigned;

  int64_t least() const { return isSigned ? -(int64_t(1) << (width - 1)) : 0; }
  int64_t greatest() const { return least() + (int64_t(1) << width) - 1; }
  /// quantize_c1 to c3, dequantize_c1.
  int64_t quantize(float x) const;
  float dequantize(int64_t code) const;
  bool operator==(const TensorParameters &) const = default;
};

/// The parameters, where they are constant, f32, and one for the tensor.
std::optional<TensorParameters> parametersOf(QuantizeOp op);
std::optional<TensorParameters> parametersOf(DequantizeOp op);

/// The numbers of a constant scale (all of them f32), or nothing.
std::optional<llvm::SmallVector<float>> scalesOf(mlir::Value scale);
/// The integers of a constant, or nothing.
std::optional<llvm::SmallVector<int64_t>> integersOf(mlir::Value value, bool isSigned);

/// Whether one number counts for the whole tensor (also where it is not constant).
bool isOneNumber(mlir::Value parameter);
inline bool isPerTensor(mlir::Value scale, mlir::Value zeroPoint) {
  return isOneNumber(scale) && (!zeroPoint || isOneNumber(zeroPoint));
}

/// The same parameter with another shape of as many elements.
mlir::Value reshapeParameter(mlir::OpBuilder &builder, mlir::Value value,
                             llvm::ArrayRef<int64_t> shape);

mlir::Value floatConstant(mlir::OpBuilder &builder, mlir::Location loc,
                          llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values);

/// The dequantize that makes `value` from codes of at most 16 bits as f32, if any.
DequantizeOp codesBehind(mlir::Value value);

/// Says of `made` what the codes of a quantize with constant parameters mean.
void setCodes(mlir::Operation *made, QuantizeOp op);

/// Marks an operation as made by a rewrite of a class ("exact", "rounding"),
/// which only ever gets weaker.
void setExactness(mlir::Operation *op, llvm::StringRef exactness);
/// Likewise by the class of another, of which it is a part now.
void joinExactness(mlir::Operation *op, mlir::Operation *part);

/// Scalars inside a map: (code - zero point) * scale, and
/// saturate(rne(x / scale) + zero point). `zeroPoint` may be null.
mlir::Value dequantizeScalar(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value code,
                             mlir::Value scale, mlir::Value zeroPoint, bool isSigned);
mlir::Value quantizeScalar(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x,
                           mlir::Value scale, mlir::Value zeroPoint, mlir::Type code,
                           bool isSigned);

} // namespace pith::quantize

#endif
