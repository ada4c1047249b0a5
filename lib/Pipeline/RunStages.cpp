// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Orders the stages between reading a model and writing its files.
#include "dialects/Pith/PithOps.h"
#include "lib/Emit/Emit.h"
#include "lib/Pipeline/ModelAttributes.h"
#include "lib/Pipeline/PlacePasses.h"
#include "lib/Quantize/Passes.h"
#include "lib/Schedule/Schedule.h"
#include "lib/Sparsify/Passes.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace pith;

const Target *pith::targetOf(ModuleOp module) {
  llvm::SmallVector<TargetAttr> targets = targetsOf(module);
  llvm::StringRef name = targets.empty() ? llvm::StringRef() : targets.front().getName();
  if (const Target *target = TargetRegistry::global().lookup(name))
    return target;
  InFlightDiagnostic diagnostic = emitError(UnknownLoc::get(module.getContext()));
  diagnostic << "expected the module's target '" << name << "' to be one of this program's";
  diagnostic.attachNote() << "'pith targets' lists them";
  return nullptr;
}

static LogicalResult runStage(ModuleOp module, Stage stage, const CompileOptions &options) {
  const Target *target = targetOf(module);
  if (!target)
    return failure();
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  switch (stage) {
  case Stage::Import: // readModel did it
  case Stage::Emit:
    break;
  case Stage::Quantize: {
    QuantizeOptions quantize;
    quantize.literal = literalQdqOf(module);
    quantize.quantizedIo = quantizedIoOf(module);
    buildQuantizePipeline(programLevel(module, /*split=*/false, manager), quantize);
    break;
  }
  case Stage::Sparsify:
    buildSparsifyPipeline(programLevel(module, /*split=*/false, manager), sparseOf(module));
    break;
  case Stage::Schedule: {
    ScheduleOptions schedule;
    schedule.fusion = fusionOf(module);
    schedule.smallArena = smallArenaOf(module);
    schedule.variants = module->hasAttr(targetsAttrName);
    schedule.shapes = module->hasAttr(shapesAttrName);
    buildSchedulePipeline(manager, schedule);
    break;
  }
  case Stage::Lower:
    target->buildLowering(programLevel(module, /*split=*/true, manager));
    break;
  }
  // Behind each pass the verifier would take as long as many passes: it tells of passes of
  // the user's own, and else of what the stage leaves.
  auto placed = placedPassesOf(module);
  manager.enableVerifier(!placed.empty());
  if (failed(placePasses(manager, stage, placed)))
    return failure();
  if (options.onPasses)
    options.onPasses(stage, manager);
  return failure(failed(manager.run(module)) || failed(verify(module)));
}

static LogicalResult dumpStage(ModuleOp module, Stage stage, const CompileOptions &options) {
  if (options.dumpFolder.empty())
    return success();
  if (std::error_code error = llvm::sys::fs::create_directories(options.dumpFolder))
    return emitError(UnknownLoc::get(module.getContext()))
           << "cannot make the folder '" << options.dumpFolder << "': " << error.message();
  llvm::SmallString<128> stem(options.dumpFolder);
  llvm::sys::path::append(stem, llvm::Twine(unsigned(stage)) + "-" + stageName(stage));
  return failure(failed(writeModule(module, stem)));
}

LogicalResult pith::runStages(ModuleOp module, Stage last, const CompileOptions &options) {
  std::optional<Stage> done = completedStage(module);
  if (!done)
    return module.emitError("expected the attribute 'pith.stage'");
  if (last < *done)
    return emitError(UnknownLoc::get(module.getContext()))
           << "expected a stage not before '" << stageName(*done)
           << "', which the module has completed, got '" << stageName(last) << "'";
  if (failed(dumpStage(module, *done, options)))
    return failure();
  for (Stage stage : allStages()) {
    if (stage <= *done || stage > last || stage == Stage::Emit)
      continue;
    if (options.onStage)
      options.onStage(stage);
    if (stage == Stage::Lower && options.onScheduled && failed(options.onScheduled(module)))
      return failure();
    if (failed(runStage(module, stage, options)))
      return failure();
    module->setAttr("pith.stage", StringAttr::get(module.getContext(), stageName(stage)));
    if (failed(dumpStage(module, stage, options)))
      return failure();
  }
  return success();
}

LogicalResult pith::writeBundle(ModuleOp module, const BundleOptions &options) {
  if (completedStage(module) != Stage::Lower)
    return module.emitError("expected a module that has completed 'lower'");
  EmitOptions emit;
  emit.directory = options.folder;
  emit.object = options.object;
  emit.archive = options.archive;
  emit.shared = options.shared;
  emit.selftest = options.selftest;
  emit.selftestModule = options.selftestModule;
  emit.durable = options.durable;
  auto shaping = module->getAttrOfType<DictionaryAttr>("pith.options");
  auto weights = shaping ? shaping.getAs<StringAttr>("weights") : StringAttr();
  emit.weightsFile = weights && weights.getValue() == "file";
  return emitBundle(module, emit);
}
