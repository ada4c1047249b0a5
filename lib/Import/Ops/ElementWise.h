// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The frame of element-wise converters: all operands of a node broadcast to one
// pith.map, whose result is the node's.
#ifndef PITH_LIB_IMPORT_OPS_ELEMENTWISE_H
#define PITH_LIB_IMPORT_OPS_ELEMENTWISE_H

#include "lib/Import/Ops/NodeConversion.h"
#include "lib/Import/Ops/Scalars.h"

namespace pith::import {

using ElementBody = llvm::function_ref<mlir::Value(Scalars, mlir::ValueRange)>;

/// The result has the element type `element`.
mlir::LogicalResult mapElements(NodeConversion &node, mlir::Type element, ElementBody body);
/// The result has the element type of operand 0.
mlir::LogicalResult mapElements(NodeConversion &node, ElementBody body);
/// Of floats only; f16 and bf16 compute in f32.
mlir::LogicalResult mapFloats(NodeConversion &node, ElementBody body);

/// The map itself, on any values; f16 and bf16 compute in f32.
mlir::Value mapFloats(TensorBuilder &tensors, mlir::ValueRange inputs, Shape shape,
                      ElementBody body);

/// The same numbers in another float type; nothing stays nothing.
mlir::Value castElements(TensorBuilder &builder, mlir::Value input, mlir::Type type);
/// What operands compute in together: f64 where one of them is, else f32.
mlir::Type commonComputeType(mlir::ValueRange operands);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_ELEMENTWISE_H
