// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The stages in the life of a model, in order.
#ifndef PITH_PIPELINE_STAGE_H
#define PITH_PIPELINE_STAGE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace pith {

enum class Stage { Import, Quantize, Sparsify, Schedule, Lower, Emit };

/// All stages in order.
llvm::ArrayRef<Stage> allStages();

/// The one word that names the stage on the command line, in folders and files.
llvm::StringRef stageName(Stage stage);
std::optional<Stage> stageByName(llvm::StringRef name);

} // namespace pith

#endif
