// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Umbrella of the onnx dialect's definitions.
#ifndef PITH_DIALECTS_ONNX_ONNX
#define PITH_DIALECTS_ONNX_ONNX

include "dialects/Onnx/OnnxDialect.td"
include "dialects/Onnx/OnnxTypes.td"
include "dialects/Onnx/OnnxOps.td"

#endif // PITH_DIALECTS_ONNX_ONNX
