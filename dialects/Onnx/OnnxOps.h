// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations of the onnx dialect.
#ifndef PITH_DIALECTS_ONNX_ONNXOPS_H
#define PITH_DIALECTS_ONNX_ONNXOPS_H

#include "dialects/Onnx/OnnxDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "dialects/Onnx/OnnxOps.h.inc"

#endif // PITH_DIALECTS_ONNX_ONNXOPS_H
