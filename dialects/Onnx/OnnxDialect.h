// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The onnx dialect and its types.
#ifndef PITH_DIALECTS_ONNX_ONNXDIALECT_H
#define PITH_DIALECTS_ONNX_ONNXDIALECT_H

#include "mlir/IR/Dialect.h"
#include "mlir/IR/Types.h"

#include "dialects/Onnx/OnnxDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Onnx/OnnxTypes.h.inc"

#endif // PITH_DIALECTS_ONNX_ONNXDIALECT_H
