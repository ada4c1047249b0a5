// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs compiled models on arrays.
#ifndef PITH_PIPELINE_EXECUTE_H
#define PITH_PIPELINE_EXECUTE_H

#include "pith/Pipeline/Compiler.h"
#include "pith/Pipeline/Load.h"
#include "pith/Support/Arrays.h"

namespace pith {

/// Emits a lowered module into a folder that is removed again, and loads it.
/// `objectBytes` gets the size of the object, where it is wanted.
mlir::FailureOr<std::unique_ptr<LoadedModel>> loadModule(mlir::ModuleOp lowered,
                                                         uint64_t *objectBytes = nullptr);

/// Chooses the one shape of the model that has these sizes of its dimensions.
llvm::Error chooseShape(LoadedModel &model, const std::map<std::string, DimSizes> &sizes);
/// Chooses the shape whose inputs have the extents of `arrays`.
llvm::Error chooseShape(LoadedModel &model, llvm::ArrayRef<Array> arrays);

/// Brings arrays into the order of the model's inputs, by name, or by position
/// when they have none, and checks type and shape. `batch` gets the number of
/// samples.
llvm::Expected<std::vector<Array>> arrangeInputs(const LoadedModel &model,
                                                 std::vector<Array> arrays, uint32_t &batch);

/// Inputs that depend on the seed only.
std::vector<Array> randomInputs(const LoadedModel &model, uint64_t seed);

/// One run, with the outputs named.
mlir::FailureOr<std::vector<Array>>
runOnArrays(const LoadedModel &model, llvm::ArrayRef<Array> inputs, const RunOptions &options);

} // namespace pith

#endif
