// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Imports a model for the sizes that its symbolic dimensions are bound to.
#ifndef PITH_LIB_PIPELINE_IMPORTSHAPES_H
#define PITH_LIB_PIPELINE_IMPORTSHAPES_H

#include "pith/Pipeline/Compiler.h"

namespace pith {

/// Where dimensions have several sizes, the model is imported for each of the
/// shapes: the module has `pith.shapes` and a module for each of them.
mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
importShapes(llvm::StringRef path, const CompileOptions &options, mlir::MLIRContext *context);

} // namespace pith

#endif
