// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a file of any kind to a module that says which stage it has completed.
#include "dialects/Pith/PithOps.h"
#include "lib/Pipeline/ImportShapes.h"
#include "lib/Pipeline/ModelAttributes.h"
#include "lib/Pipeline/ModuleFile.h"
#include "lib/Pipeline/TuningFile.h"
#include "pith/Target/ModuleTarget.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace pith;

static std::string hashOf(llvm::StringRef bytes) {
  llvm::SHA256 hasher;
  hasher.update(bytes);
  return llvm::toHex(hasher.final(), /*LowerCase=*/true);
}

/// A file may have been edited: its contract is checked before it is used, with what
/// holds still of the contracts of the stages before.
static LogicalResult verifyContract(ModuleOp module, Stage stage) {
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  bool split = stage >= Stage::Schedule;
  if (split ? failed(programsOf(module)) : failed(shapesOf(module)))
    return failure();
  std::string pass = ("pith-verify-" + stageName(stage)).str();
  if (!PassInfo::lookup(pass))
    return success(); // a stage of a target's own has no pass of that name
  if (stage == Stage::Quantize)
    pass = "pith-verify-import," + pass;
  if (stage == Stage::Sparsify)
    pass = "pith-verify-import{encodings},pith-verify-quantize," + pass;
  if (failed(parsePassPipeline(pass, programLevel(module, split, manager))))
    return failure();
  return manager.run(module);
}

static FailureOr<OwningOpRef<ModuleOp>> readStage(llvm::StringRef path,
                                                  std::unique_ptr<llvm::MemoryBuffer> buffer,
                                                  const CompileOptions &options,
                                                  MLIRContext *context) {
  FailureOr<OwningOpRef<ModuleOp>> module = parseModule(std::move(buffer), context);
  if (failed(module))
    return failure();
  Location location = FileLineColLoc::get(context, path, 0, 0);
  std::optional<Stage> stated = completedStage(**module);
  if (!stated && !options.from) {
    InFlightDiagnostic diagnostic = emitError(location);
    diagnostic << "expected the attribute 'pith.stage', which says what the module has completed";
    diagnostic.attachNote() << "give --compile-from=STAGE";
    return failure();
  }
  if (stated && options.from && *stated != *options.from)
    return emitError(location) << "expected a module that has completed '"
                               << stageName(*options.from) << "', got one of '"
                               << stageName(*stated) << "'";
  Stage stage = stated ? *stated : *options.from;
  if (stage == Stage::Emit)
    return emitError(location) << "expected a stage before 'emit'";
  (**module)->setAttr("pith.stage", StringAttr::get(context, stageName(stage)));
  if (failed(verifyContract(**module, stage)))
    return failure();
  return module;
}

LogicalResult pith::requireOneShape(ModuleOp module) {
  if (!module->hasAttr(shapesAttrName))
    return success();
  InFlightDiagnostic error = emitError(module.getLoc());
  error << "expected a program for one shape, got one for several";
  error.attachNote() << "give each dimension one size";
  return error;
}

std::optional<Stage> pith::completedStage(ModuleOp module) {
  auto name = module->getAttrOfType<StringAttr>("pith.stage");
  return name ? stageByName(name.getValue()) : std::nullopt;
}

FailureOr<OwningOpRef<ModuleOp>>
pith::readModel(llvm::StringRef path, const CompileOptions &options, MLIRContext *context) {
  Location location = FileLineColLoc::get(context, path, 0, 0);
  if (llvm::sys::fs::is_directory(path))
    return emitError(location) << "expected a file, got a folder";
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/true);
  if (!buffer)
    return emitError(location) << "cannot open: " << buffer.getError().message();
  FailureOr<OwningOpRef<ModuleOp>> module = failure();
  std::string hash = hashOf((*buffer)->getBuffer());
  if (options.onStage)
    options.onStage(Stage::Import);
  if (isModuleFile(**buffer)) {
    module = readStage(path, std::move(*buffer), options, context);
    if (succeeded(module) && failed(checkCustomOps(**module, options.shaping)))
      return failure();
  } else if (options.from) {
    return emitError(location) << "expected a module of stage '" << stageName(*options.from)
                               << "', got a model";
  } else {
    buffer->reset();
    module = importShapes(path, options, context);
    if (succeeded(module))
      (**module)->setAttr("pith.stage", StringAttr::get(context, stageName(Stage::Import)));
  }
  if (failed(module) || failed(recordOptions(**module, options, path, hash)))
    return failure();
  if (!options.shaping.tuning.empty() && failed(recordTuning(**module, options.shaping.tuning)))
    return failure();
  return module;
}
