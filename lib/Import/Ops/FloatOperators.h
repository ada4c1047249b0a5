// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Float operators on any values, for nodes of ONNX and for those that hold such
// an operator inside: between codes, or fused with others.
#ifndef PITH_LIB_IMPORT_OPS_FLOATOPERATORS_H
#define PITH_LIB_IMPORT_OPS_FLOATOPERATORS_H

#include "dialects/Pith/PithOps.h"
#include "lib/Import/Ops/NodeConversion.h"
#include "lib/Import/Ops/Scalars.h"

namespace pith::import {

//===--- of one element -----------------------------------------------------===//
mlir::Value leakyRelu(Scalars s, mlir::Value x, double alpha);
/// max(0, min(1, alpha * x + beta))
mlir::Value hardSigmoid(Scalars s, mlir::Value x, double alpha, double beta);
/// By erf, or by its approximation with tanh.
mlir::Value gelu(Scalars s, mlir::Value x, bool isTanh);

//===--- of tensors; f16 and bf16 compute in f32 ----------------------------===//
mlir::FailureOr<mlir::Value> softmax(NodeConversion &node, mlir::Value input,
                                     llvm::ArrayRef<int64_t> dims, bool isLog);
/// pith.norm over `dims`; scale and bias may be null. f16 and bf16 normalize in
/// f32, and scale after the result was rounded, as ONNX's function does.
mlir::FailureOr<mlir::Value> normalize(NodeConversion &node, NormKind kind, mlir::Value input,
                                       mlir::Value scale, mlir::Value bias,
                                       llvm::ArrayRef<int64_t> dims, double epsilon);
/// Of any type; the axis counts as in ONNX.
mlir::FailureOr<mlir::Value> concatenate(NodeConversion &node, mlir::ValueRange operands,
                                         int64_t axis);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_FLOATOPERATORS_H
