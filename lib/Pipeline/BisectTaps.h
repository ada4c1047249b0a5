// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_PIPELINE_BISECTTAPS_H
#define PITH_LIB_PIPELINE_BISECTTAPS_H

#include "mlir/IR/BuiltinOps.h"

namespace pith {

/// Puts a tap behind the last operation of every ONNX node, named after it.
void tapLayers(mlir::ModuleOp module);

/// Results of the model's function.
unsigned numOutputs(mlir::ModuleOp module);

} // namespace pith

#endif
