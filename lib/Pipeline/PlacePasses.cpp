// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pass manager cannot be changed inside, but its pipeline can be written down,
// changed as text, and read again.
#include "lib/Pipeline/PlacePasses.h"
#include "pith/Pipeline/Compiler.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace pith;

std::optional<PlacedPasses> PlacedPasses::parse(llvm::StringRef text) {
  auto [place, pipeline] = text.split(':');
  auto [name, before] = place.split('@');
  std::optional<Stage> stage = stageByName(name);
  if (!stage || *stage == Stage::Import || *stage == Stage::Emit || pipeline.empty() ||
      (place.contains('@') && before.empty()))
    return std::nullopt;
  return PlacedPasses{*stage, before, pipeline};
}

bool pith::isPassPlace(llvm::StringRef text) { return PlacedPasses::parse(text).has_value(); }

/// Where `name` stands as a pass in the text of a pipeline, outside of options.
static size_t findPass(llvm::StringRef pipeline, llvm::StringRef name) {
  unsigned depth = 0;
  size_t start = 0;
  for (size_t i = 0; i <= pipeline.size(); ++i) {
    char c = i < pipeline.size() ? pipeline[i] : ',';
    if (c == '{' || c == '}') {
      if (c == '{' && depth == 0 && pipeline.slice(start, i) == name)
        return start;
      depth += c == '{' ? 1 : -1;
    } else if (depth == 0 && (c == ',' || c == '(' || c == ')')) {
      if (pipeline.slice(start, i) == name)
        return start;
      start = i + 1;
    }
  }
  return llvm::StringRef::npos;
}

static std::string describe(PassManager &manager) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      manager.getPasses(), [&](Pass &pass) { pass.printAsTextualPipeline(os); },
      [&] { os << ","; });
  return text;
}

LogicalResult pith::placePasses(PassManager &manager, Stage stage,
                                llvm::ArrayRef<llvm::StringRef> texts) {
  Location loc = UnknownLoc::get(manager.getContext());
  std::optional<std::string> pipeline;
  for (llvm::StringRef text : texts) {
    std::optional<PlacedPasses> placed = PlacedPasses::parse(text);
    if (!placed)
      return emitError(loc) << "expected STAGE:PIPELINE or STAGE@PASS:PIPELINE for passes of your "
                               "own, got '"
                            << text << "'";
    if (placed->stage != stage)
      continue;
    if (!pipeline)
      pipeline = describe(manager);
    std::string verifier = ("pith-verify-" + stageName(stage)).str();
    size_t at = findPass(*pipeline, placed->before.empty() ? verifier : placed->before);
    if (at != std::string::npos) {
      pipeline->insert(at, (placed->pipeline + ",").str());
    } else if (placed->before.empty()) {
      *pipeline += ((pipeline->empty() ? "" : ",") + placed->pipeline).str();
    } else {
      InFlightDiagnostic error = emitError(loc);
      error << "stage " << stageName(stage) << " has no pass '" << placed->before << "'";
      error.attachNote() << "its passes are " << describe(manager);
      return error;
    }
  }
  if (!pipeline)
    return success();
  registerEveryPass();
  PassManager edited(manager.getContext(), manager.getOpAnchorName());
  std::string message;
  llvm::raw_string_ostream os(message);
  if (failed(parsePassPipeline(*pipeline, edited, os))) {
    InFlightDiagnostic error = emitError(loc);
    error << "the passes placed in stage " << stageName(stage)
          << " are not a pipeline: " << StringRef(message).rtrim();
    error.attachNote() << "--load-pass=LIB loads a library with passes";
    return error;
  }
  static_cast<OpPassManager &>(manager) = static_cast<OpPassManager &>(edited);
  return success();
}
