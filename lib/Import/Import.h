// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stage import: from a model file to operators on tensors.
#ifndef PITH_LIB_IMPORT_IMPORT_H
#define PITH_LIB_IMPORT_IMPORT_H

#include "lib/Import/OnnxFile.h"
#include "mlir/Pass/PassManager.h"

namespace pith {

/// From the onnx dialect to the contract of the stage.
void buildImportPipeline(mlir::OpPassManager &manager, bool recognise);

/// Reads a model and runs the pipeline. Every failure is a diagnostic. With a
/// batch the model is imported at its largest size, and then made one for a single
/// sample; a model that mixes samples is refused.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
importModel(llvm::StringRef path, const ImportOptions &options, mlir::MLIRContext *context);

void registerImport();

} // namespace pith

#endif // PITH_LIB_IMPORT_IMPORT_H
