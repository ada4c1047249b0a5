// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Import.h"
#include "dialects/Onnx/OnnxDialect.h"
#include "lib/Import/Passes.h"
#include "lib/Support/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace pith;

/// No pass here leaves blocks that could be joined.
static std::unique_ptr<Pass> createCanonicalizer() {
  GreedyRewriteConfig config;
  config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
  return createCanonicalizerPass(config);
}

static void addTidying(OpPassManager &manager) {
  manager.addPass(createCanonicalizer());
  manager.addNestedPass<func::FuncOp>(createPropagateTransposes());
  manager.addPass(createCanonicalizer());
  manager.addPass(createMergeEqual());
}

/// What follows the conversion, up to operators on tensors of the sizes that the file has.
static void addSimplification(OpPassManager &manager, bool recognise) {
  if (recognise) {
    // Equal operators are one, so that what is read twice can be seen to be the same.
    manager.addPass(createCanonicalizer());
    manager.addPass(createMergeEqual());
    manager.addNestedPass<func::FuncOp>(createRecogniseFormulas());
  }
  addTidying(manager);
}

void pith::buildImportPipeline(OpPassManager &manager, bool recognise) {
  manager.addPass(createConvertOnnxToPith());
  addSimplification(manager, recognise);
  manager.addPass(createVerifyImport());
}

/// MLIR's verifier sees what the conversion makes of a file, and what is left in the end: in
/// between it would take a quarter of the import.
static LogicalResult runPasses(ModuleOp module, const ImportOptions &options,
                               llvm::function_ref<void(OpPassManager &)> addRest) {
  PassManager conversion(module.getContext(), ModuleOp::getOperationName());
  conversion.addPass(createConvertOnnxToPith());
  PassManager rest(module.getContext(), ModuleOp::getOperationName());
  rest.enableVerifier(false);
  addSimplification(rest, options.recognise);
  addRest(rest);
  rest.addPass(createVerifyImport());
  for (PassManager *manager : {&conversion, &rest}) {
    if (options.onPasses)
      options.onPasses(*manager);
    if (failed(manager->run(module)))
      return failure();
  }
  return verify(module);
}

/// Whether the inputs of the model for one and for `max` samples differ in their
/// leading dimension and nowhere else.
static LogicalResult checkInputs(func::FuncOp one, func::FuncOp many,
                                 const ImportOptions::Batch &batch) {
  for (auto [index, types] :
       llvm::enumerate(llvm::zip(one.getArgumentTypes(), many.getArgumentTypes()))) {
    auto single = dyn_cast<RankedTensorType>(std::get<0>(types));
    auto whole = dyn_cast<RankedTensorType>(std::get<1>(types));
    bool isBatch = single && whole && single.getRank() > 0 && single.getDimSize(0) == 1 &&
                   whole.getDimSize(0) == batch.max &&
                   single.getShape().drop_front() == whole.getShape().drop_front();
    if (isBatch)
      continue;
    auto name = one.getArgAttrOfType<StringAttr>(index, onnx::OnnxDialect::nameAttr);
    InFlightDiagnostic error = one.emitError()
                               << "input '" << (name ? name.getValue() : "") << "': expected '"
                               << batch.name << "' as its leading dimension, and there only";
    error.attachNote() << "give the dimension one size, for example --dim " << batch.name << "="
                       << batch.max;
    return failure();
  }
  return success();
}

FailureOr<OwningOpRef<ModuleOp>> pith::importModel(StringRef path, const ImportOptions &options,
                                                   MLIRContext *context) {
  // Locations, or messages, name nodes; of which file, errors say in a note.
  ScopedDiagnosticHandler naming(context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error &&
        (!isa<FileLineColLoc>(diagnostic.getLocation()) ||
         StringRef(diagnostic.str()).starts_with("node '")))
      diagnostic.attachNote() << "in the model '" << path << "'";
    return failure();
  });
  if (!options.batch || options.batch->max == 1) {
    ImportOptions fixed = options;
    if (options.batch)
      fixed.dims[options.batch->name] = 1;
    FailureOr<OwningOpRef<ModuleOp>> module = readOnnx(path, fixed, context);
    if (failed(module) || failed(runPasses(**module, options, [](OpPassManager &) {})))
      return failure();
    return module;
  }
  ImportOptions single = options, whole = options;
  single.dims[options.batch->name] = 1;
  whole.dims[options.batch->name] = options.batch->max;
  FailureOr<OwningOpRef<ModuleOp>> one = readOnnx(path, single, context);
  if (failed(one))
    return failure();
  FailureOr<OwningOpRef<ModuleOp>> module = failure();
  {
    // The same warnings as before.
    ScopedDiagnosticHandler quiet(context, [](Diagnostic &diagnostic) {
      return success(diagnostic.getSeverity() == DiagnosticSeverity::Warning);
    });
    module = readOnnx(path, whole, context);
  }
  if (failed(module) ||
      failed(checkInputs((*one)->lookupSymbol<func::FuncOp>("main"),
                         (*module)->lookupSymbol<func::FuncOp>("main"), *options.batch)))
    return failure();
  OneSampleOptions sample;
  sample.name = options.batch->name;
  sample.samples = options.batch->max;
  if (failed(runPasses(**module, options, [&](OpPassManager &manager) {
        manager.addNestedPass<func::FuncOp>(createOneSample(sample));
        addTidying(manager);
      })))
    return failure();
  return module;
}

void pith::registerImport() {
  registerImportPasses(); // generated
  PassPipelineRegistration<>("pith-import", "the stage import, from the onnx dialect on",
                             [](OpPassManager &manager) { buildImportPipeline(manager, true); });
}
