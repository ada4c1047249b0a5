// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operands of quantized operators: codes of 8 bits with one scale and one zero
// point, each an operand of the node.
#ifndef PITH_LIB_IMPORT_OPS_CODES_H
#define PITH_LIB_IMPORT_OPS_CODES_H

#include "lib/Import/Ops/NodeConversion.h"

namespace pith::import {

/// The one number in an operand, as a tensor of rank 0; null when it is absent.
mlir::FailureOr<mlir::Value> oneNumber(NodeConversion &node, unsigned index);
/// The same of a scale, which is there and is f32.
mlir::FailureOr<mlir::Value> oneScale(NodeConversion &node, unsigned index);
/// The same of the zero point, which may be absent, of codes of the model's type
/// `element`.
mlir::FailureOr<mlir::Value> oneZeroPoint(NodeConversion &node, unsigned index, mlir::Type element);

/// pith.dequantize of the codes in operand `codes`.
mlir::FailureOr<mlir::Value> dequantize(NodeConversion &node, unsigned codes, unsigned scale,
                                        unsigned zero);
/// pith.quantize to the type of the zero point, or to `element` when it is absent.
mlir::FailureOr<Converted> quantize(NodeConversion &node, mlir::Value value, unsigned scale,
                                    unsigned zero, mlir::Type element);
/// Ends the conversion with what `quantize` gives.
mlir::LogicalResult replaceQuantized(NodeConversion &node, mlir::FailureOr<mlir::Value> value,
                                     unsigned scale, unsigned zero, mlir::Type element);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_CODES_H
