// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Import.h"
#include "dialects/Onnx/OnnxDialect.h"
#include "lib/Import/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace pith;

static void addTidying(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addNestedPass<func::FuncOp>(createPropagateTransposes());
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

/// Up to operators on tensors of the sizes that the file has.
static void addConversion(OpPassManager &manager, bool recognise) {
  manager.addPass(createConvertOnnxToPith());
  if (recognise) {
    // Equal operators are one, so that what is read twice can be seen to be the same.
    manager.addPass(createCanonicalizerPass());
    manager.addPass(createCSEPass());
    manager.addNestedPass<func::FuncOp>(createRecogniseFormulas());
  }
  addTidying(manager);
}

void pith::buildImportPipeline(OpPassManager &manager, bool recognise) {
  addConversion(manager, recognise);
  manager.addPass(createVerifyImport());
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
  PassManager manager(context, ModuleOp::getOperationName());
  if (!options.batch || options.batch->max == 1) {
    ImportOptions fixed = options;
    if (options.batch)
      fixed.dims[options.batch->name] = 1;
    FailureOr<OwningOpRef<ModuleOp>> module = readOnnx(path, fixed, context);
    buildImportPipeline(manager, options.recognise);
    if (failed(module) || failed(manager.run(**module)))
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
  addConversion(manager, options.recognise);
  OneSampleOptions sample;
  sample.name = options.batch->name;
  sample.samples = options.batch->max;
  manager.addNestedPass<func::FuncOp>(createOneSample(sample));
  addTidying(manager);
  manager.addPass(createVerifyImport());
  if (failed(manager.run(**module)))
    return failure();
  return module;
}

void pith::registerImport() {
  registerImportPasses(); // generated
  PassPipelineRegistration<>("pith-import", "the stage import, from the onnx dialect on",
                             [](OpPassManager &manager) { buildImportPipeline(manager, true); });
}
