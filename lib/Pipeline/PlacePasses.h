// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes that a user puts into a stage.
#ifndef PITH_LIB_PIPELINE_PLACEPASSES_H
#define PITH_LIB_PIPELINE_PLACEPASSES_H

#include "pith/Pipeline/Stage.h"
#include "mlir/Pass/PassManager.h"

namespace pith {

/// `STAGE:PIPELINE` or `STAGE@PASS:PIPELINE`, taken apart.
struct PlacedPasses {
  Stage stage;
  llvm::StringRef before; ///< a pass of the stage; empty: the stage's verifier, or its end
  llvm::StringRef pipeline;

  static std::optional<PlacedPasses> parse(llvm::StringRef text);
};

/// Puts those of `placed` that are for `stage` into its pass manager. Emits an
/// error where a pass is not known, or the one in front of which to stand.
mlir::LogicalResult placePasses(mlir::PassManager &manager, Stage stage,
                                llvm::ArrayRef<llvm::StringRef> placed);

} // namespace pith

#endif
