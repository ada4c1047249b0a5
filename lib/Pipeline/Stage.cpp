// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Pipeline/Stage.h"

using namespace pith;

static constexpr Stage stages[] = {Stage::Import,   Stage::Quantize, Stage::Sparsify,
                                   Stage::Schedule, Stage::Lower,    Stage::Emit};
static constexpr llvm::StringLiteral names[] = {"import",   "quantize", "sparsify",
                                                "schedule", "lower",    "emit"};

llvm::ArrayRef<Stage> pith::allStages() { return stages; }

llvm::StringRef pith::stageName(Stage stage) { return names[unsigned(stage)]; }

std::optional<Stage> pith::stageByName(llvm::StringRef name) {
  for (Stage stage : stages)
    if (stageName(stage) == name)
      return stage;
  return std::nullopt;
}
