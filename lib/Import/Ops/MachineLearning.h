// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What operators of the domain ai.onnx.ml share.
#ifndef PITH_LIB_IMPORT_OPS_MACHINELEARNING_H
#define PITH_LIB_IMPORT_OPS_MACHINELEARNING_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

inline constexpr llvm::StringLiteral machineLearningDomain = "ai.onnx.ml";

/// Numbers as a constant [1, count] of floats.
mlir::Value numberRow(NodeConversion &node, llvm::ArrayRef<double> numbers, mlir::Type element);

/// Scores [samples, classes] behind a post_transform.
mlir::FailureOr<mlir::Value> transformScores(NodeConversion &node, mlir::Value scores,
                                             llvm::StringRef transform);

/// i64 [samples]: of the first of the largest scores.
mlir::Value labelOfLargest(NodeConversion &node, mlir::Value scores,
                           llvm::ArrayRef<int64_t> labels);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_MACHINELEARNING_H
