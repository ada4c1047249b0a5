// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The attributes of the module that record what it is compiled for.
#ifndef PITH_LIB_PIPELINE_MODELATTRIBUTES_H
#define PITH_LIB_PIPELINE_MODELATTRIBUTES_H

#include "pith/Pipeline/Compiler.h"
#include "mlir/Pass/PassManager.h"

namespace pith {

/// Sets `pith.target` (or `pith.targets`), `pith.model`, `pith.model_hash` and `pith.options`:
/// what `options` leave open stays as it is, or becomes the default. The module of
/// each shape gets target and options too. Fails when a schedule was made for
/// something else.
mlir::LogicalResult recordOptions(mlir::ModuleOp module, const CompileOptions &options,
                                  llvm::StringRef path, llvm::StringRef modelHash);

/// Fails where a module that was imported binds custom operators otherwise than
/// `shaping` asks for.
mlir::LogicalResult checkCustomOps(mlir::ModuleOp module, const ShapingOptions &shaping);

/// Where passes on one program are added: at the module itself or, with `pith.shapes`
/// and, where they are `split`, with `pith.targets`, at the modules in it.
mlir::OpPassManager &programLevel(mlir::ModuleOp module, bool split, mlir::OpPassManager &manager);

/// Whether groups are fused, as recorded.
bool fusionOf(mlir::ModuleOp module);
bool smallArenaOf(mlir::ModuleOp module);
bool sparseOf(mlir::ModuleOp module);
/// Whether quantize and dequantize operators run as the file has them.
bool literalQdqOf(mlir::ModuleOp module);
/// Whether inputs and outputs that are quantized keep their integer type.
bool quantizedIoOf(mlir::ModuleOp module);
/// Passes that the user put into stages; see PlacePasses.h.
llvm::SmallVector<llvm::StringRef> placedPassesOf(mlir::ModuleOp module);

} // namespace pith

#endif
