// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layers of a model before schedule: seen as outputs, or given as inputs.
#ifndef PITH_LIB_PIPELINE_TAPS_H
#define PITH_LIB_PIPELINE_TAPS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace pith {

/// What an ONNX node computes: the result of the last operation that has its name.
struct Layer {
  std::string name;
  mlir::Value value;
};

/// The layers that can be outputs, in program order. One with the name of an
/// output of the model is not listed.
llvm::SmallVector<Layer> findLayers(mlir::ModuleOp module);

/// Makes every layer an output behind the model's own, under its name.
void tapLayers(mlir::ModuleOp module);

/// Makes the layers of these names outputs likewise, and inputs behind the
/// model's own, in this order: what uses such a layer takes the input, and only
/// the outputs are what the model computes.
void cutLayers(mlir::ModuleOp module, llvm::ArrayRef<std::string> names);

/// Results of the model's function.
unsigned numOutputs(mlir::ModuleOp module);

} // namespace pith

#endif
