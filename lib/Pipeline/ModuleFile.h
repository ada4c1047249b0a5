// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef PITH_LIB_PIPELINE_MODULEFILE_H
#define PITH_LIB_PIPELINE_MODULEFILE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBuffer.h"

namespace pith {

/// Whether the content is MLIR, as text or bytecode, and not a model.
bool isModuleFile(llvm::MemoryBufferRef buffer);

mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>
parseModule(std::unique_ptr<llvm::MemoryBuffer> buffer, mlir::MLIRContext *context);

} // namespace pith

#endif
