// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of the reader's steps, and the one place where they are caught.
#include "lib/Import/OnnxFile.h"
#include "dialects/Pith/PithDialect.h"
#include "dialects/Pith/PithExtern.h"
#include "lib/Import/OnnxToDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace pith {

using namespace reader;

/// For the conversion, which knows nothing of options.
static void recordCustom(ModuleOp module, const CustomOps &customOps) {
  if (customOps.empty())
    return;
  Builder b(module.getContext());
  NamedAttrList entries;
  for (const auto &[key, symbol] : customOps)
    entries.set(key, b.getStringAttr(symbol));
  module->setAttr(customOpsAttrName, entries.getDictionary(b.getContext()));
}

static OwningOpRef<ModuleOp> read(StringRef path, const ImportOptions &options, Location loc) {
  auto begin = [&](StringRef step) {
    if (options.onStep)
      options.onStep(step);
  };
  Weights weights;
  begin("parse-file");
  proto::ModelProto model = parseModel(path, options.limits, weights);
  begin("take-weights");
  StringRef folder = llvm::sys::path::parent_path(path);
  takeWeights(model, folder.empty() ? "." : folder, options.limits, weights);
  begin("check-model");
  normalise(model);
  checkLimits(model, options.limits);
  checkModel(model, weights);
  dropCustomFunctions(model, options.customOps);
  inlineLocalFunctions(model);
  checkAbsent(model);
  SpreadInputs spread = spreadInputs(model, options.lengths, options.absent);
  llvm::append_range(spread.warnings, bindDims(model, options.dims, spread.elements));
  for (const Refusal &warning : spread.warnings)
    emitWarning(loc, warning.message).attachNote() << warning.note;
  checkLimits(model, options.limits);
  begin("convert-version");
  convertVersion(model);
  checkCustom(model, options.customOps);
  begin("infer-shapes");
  inferShapes(model, options.dims, options.customOps);
  begin("make-nodes");
  OwningOpRef<ModuleOp> module;
  {
    PageByPage sparse(weights);
    module = importModel(model, weights, loc.getContext());
  }
  recordCustom(*module, options.customOps);
  begin("");
  return module;
}

FailureOr<OwningOpRef<ModuleOp>> readOnnx(StringRef path, const ImportOptions &options,
                                          MLIRContext *context) {
  context->loadDialect<onnx::OnnxDialect, PithDialect, func::FuncDialect>();
  Location loc = FileLineColLoc::get(context, path, 0, 0);
  std::string message, note;
  try {
    OwningOpRef<ModuleOp> module = read(path, options, loc);
    if (failed(verify(*module)))
      return failure();
    return module;
  } catch (const Refusal &refusal) {
    message = refusal.message;
    note = refusal.note;
  } catch (const std::bad_alloc &) {
    message = "not enough memory to read the model";
    note = "the file may ask for more than it holds; check where it is from";
  } catch (const std::exception &error) {
    message = std::string("cannot read the model: ") + error.what();
    note = "the file is damaged; export the model again";
  } catch (...) {
    message = "cannot read the model";
    note = "the file is damaged; export the model again";
  }
  emitError(loc, message).attachNote() << note;
  return failure();
}

} // namespace pith
