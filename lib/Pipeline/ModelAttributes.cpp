// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/ModelAttributes.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Emit/Features.h"
#include "pith/Target/ModuleTarget.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace pith;

/// A C identifier made from a file's name.
static std::string identifierFrom(llvm::StringRef path) {
  llvm::StringRef stem = llvm::sys::path::filename(path).split('.').first;
  std::string name;
  for (char c : stem)
    name += llvm::isAlnum(c) ? c : '_';
  if (name.empty() || llvm::isDigit(name.front()))
    name = "model_" + name;
  return name;
}

/// The target that runs on this host, else the one that runs everywhere.
static const Target *defaultTarget() {
  llvm::Triple host(llvm::sys::getProcessTriple());
  const Target *any = nullptr;
  for (const std::unique_ptr<Target> &target : TargetRegistry::global().targets()) {
    if (target->name() == "reference")
      any = target.get();
    else if (target->host().empty() && !target->triples().empty() &&
             llvm::Triple(target->triples().front()).getArch() == host.getArch())
      return target.get();
  }
  return any;
}

static std::string defaultTriple(const Target &target) {
  llvm::Triple host(llvm::sys::getProcessTriple());
  for (llvm::StringRef triple : target.triples())
    if (llvm::Triple(triple).getArch() == host.getArch())
      return triple.str();
  return target.triples().empty() ? host.str() : target.triples().front().str();
}

/// Completes the shaping options by what the module says, and resolves them.
static FailureOr<llvm::SmallVector<TargetAttr>> resolveTargets(ModuleOp module,
                                                               const ShapingOptions &shaping) {
  llvm::SmallVector<TargetAttr> old = targetsOf(module);
  bool open = shaping.target.empty() && shaping.cpu.empty() && shaping.features.empty() &&
              shaping.triple.empty();
  if (!old.empty() && open)
    return old;
  Location location = UnknownLoc::get(module.getContext());
  const Target *target = nullptr;
  if (!shaping.target.empty())
    target = TargetRegistry::global().lookup(shaping.target);
  else
    target = old.empty() ? defaultTarget() : TargetRegistry::global().lookup(old.front().getName());
  if (!target) {
    InFlightDiagnostic diagnostic = emitError(location);
    diagnostic << "expected the name of a target, got '" << shaping.target << "'";
    diagnostic.attachNote() << "'pith targets' lists them";
    return failure();
  }
  std::string triple = shaping.triple.empty() ? defaultTriple(*target) : shaping.triple;
  llvm::Triple parsed(triple);
  if (!parsed.isArch64Bit() || !parsed.isLittleEndian())
    return emitError(location) << "unsupported triple '" << triple
                               << "': expected a 64-bit little-endian machine";
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(shaping.cpu).split(names, ',');
  llvm::SmallVector<TargetAttr> resolved;
  for (llvm::StringRef cpu : names) {
    resolved.push_back(target->resolve(module.getContext(), triple, cpu.empty() ? "native" : cpu,
                                       shaping.features));
    if (!resolved.back())
      return failure();
  }
  if (resolved.size() > 1 && !target->host().empty()) {
    InFlightDiagnostic error = emitError(location);
    error << "expected one CPU beside the device '" << target->name() << "', got "
          << resolved.size() << ", '" << shaping.cpu << "'";
    error.attachNote() << "a bundle with a device has one variant of the program";
    return error;
  }
  if (resolved.size() > 1 && failed(checkPreference(resolved, location)))
    return failure();
  return resolved;
}

/// "my.domain::Foo=foo", in order.
static ArrayAttr customOpsOf(const ShapingOptions &shaping, Builder builder) {
  std::vector<std::string> texts;
  for (const auto &[key, symbol] : shaping.customOps)
    texts.push_back(key + "=" + symbol);
  return builder.getStrArrayAttr(llvm::to_vector_of<llvm::StringRef>(texts));
}

LogicalResult pith::checkCustomOps(ModuleOp module, const ShapingOptions &shaping) {
  auto options = module->getAttrOfType<DictionaryAttr>("pith.options");
  Attribute recorded = options ? options.get("custom-op") : Attribute();
  if (shaping.customOps.empty() || customOpsOf(shaping, Builder(module.getContext())) == recorded)
    return success();
  InFlightDiagnostic error = emitError(UnknownLoc::get(module.getContext()));
  error << "expected the --custom-op that the module was imported with";
  if (recorded)
    error << ", " << recorded;
  error.attachNote() << "import binds custom operators: give the option with the model";
  return error;
}

static DictionaryAttr resolveOptions(ModuleOp module, const ShapingOptions &shaping) {
  Builder builder(module.getContext());
  auto old = module->getAttrOfType<DictionaryAttr>("pith.options");
  NamedAttrList entries(old);
  auto choose = [&](llvm::StringRef key, std::optional<bool> on, llvm::StringRef yes,
                    llvm::StringRef no, bool byDefault) {
    if (on || !entries.get(key))
      entries.set(key, builder.getStringAttr(on.value_or(byDefault) ? yes : no));
  };
  choose("fusion", shaping.fusion, "on", "off", true);
  choose("recognise", shaping.recognise, "on", "off", true);
  choose("sparse", shaping.sparse, "on", "off", true);
  choose("weights", shaping.weightsInFile, "file", "embed", false);
  choose("io", shaping.quantizedIo, "quantized", "float", false);
  choose("fast-float", shaping.fastFloat, "on", "off", false);
  choose("arena", shaping.smallArena, "small", "fast", false);
  choose("qdq", shaping.literalQdq, "literal", "fold", false);
  if (!shaping.row.empty())
    entries.set("row", builder.getStringAttr(shaping.row));
  if (!shaping.require.empty())
    entries.set("require", builder.getStringAttr(shaping.require));
  if (shaping.fallback)
    entries.set("fallback", builder.getStringAttr(*shaping.fallback ? "on" : "off"));
  if (!shaping.customOps.empty())
    entries.set("custom-op", customOpsOf(shaping, builder));
  if (!shaping.passes.empty())
    entries.set("passes",
                builder.getStrArrayAttr(llvm::to_vector_of<llvm::StringRef>(shaping.passes)));
  return entries.getDictionary(module.getContext());
}

/// What an option was recorded as; empty: not at all.
static llvm::StringRef optionOf(ModuleOp module, llvm::StringRef key) {
  auto options = module->getAttrOfType<DictionaryAttr>("pith.options");
  auto value = options ? options.getAs<StringAttr>(key) : StringAttr();
  return value ? value.getValue() : llvm::StringRef();
}

static LogicalResult checkShapes(ArrayRef<ModuleOp> shapes, TargetAttr target) {
  if (shapes.size() == 1 || !target.getHost())
    return success();
  InFlightDiagnostic error = emitError(UnknownLoc::get(target.getContext()));
  error << "expected one shape beside the device '" << target.getName() << "', got "
        << shapes.size();
  error.attachNote() << "give each dimension one size";
  return error;
}

LogicalResult pith::recordOptions(ModuleOp module, const CompileOptions &options,
                                  llvm::StringRef path, llvm::StringRef modelHash) {
  FailureOr<llvm::SmallVector<TargetAttr>> targets = resolveTargets(module, options.shaping);
  if (failed(targets))
    return failure();
  DictionaryAttr shaping = resolveOptions(module, options.shaping);
  std::optional<Stage> stage = completedStage(module);
  bool quantized = stage && *stage >= Stage::Quantize;
  bool sparsified = stage && *stage >= Stage::Sparsify;
  bool scheduled = stage && *stage >= Stage::Schedule;
  Attribute oldOptions = module->getAttr("pith.options");
  llvm::SmallVector<TargetAttr> oldTargets = targetsOf(module);
  if (scheduled && !oldTargets.empty() && oldTargets != *targets) {
    InFlightDiagnostic error = emitError(UnknownLoc::get(module.getContext()));
    error << "expected the target that the schedule was made for, ";
    llvm::interleaveComma(oldTargets, error);
    error << ", got ";
    llvm::interleaveComma(*targets, error);
    return error;
  }
  auto keeps = [&](bool done, llvm::StringRef key, llvm::StringRef what) -> LogicalResult {
    Attribute old = oldOptions ? cast<DictionaryAttr>(oldOptions).get(key) : Attribute();
    if (!done || !old || old == shaping.get(key))
      return success();
    return emitError(UnknownLoc::get(module.getContext())) << "expected " << what << ", " << old;
  };
  if (failed(keeps(/*done=*/true, "recognise",
                   "the choice of --recognise that the module was imported with")) ||
      failed(keeps(scheduled, "fusion", "the fusion that the schedule was made with")) ||
      failed(keeps(scheduled, "arena", "the choice of --arena that the schedule was made with")) ||
      failed(keeps(scheduled, "fast-float",
                   "the choice of --fast-float that the schedule was made with")) ||
      failed(keeps(quantized, "qdq", "the choice of --qdq that the module was quantized with")) ||
      failed(keeps(sparsified, "sparse",
                   "the choice of --sparse that the module has completed sparsify with")))
    return failure();
  const std::pair<llvm::StringRef, llvm::StringRef> texts[] = {
      {"row", options.shaping.row}, {"require", options.shaping.require}};
  for (auto [key, value] : texts)
    if (scheduled && !value.empty() && optionOf(module, key) != value)
      return emitError(UnknownLoc::get(module.getContext()))
             << "expected the --" << key << " that the schedule was made with, '"
             << optionOf(module, key) << "', got '" << value << "'";
  FailureOr<SmallVector<ModuleOp>> shapes = shapesOf(module);
  if (failed(shapes) || failed(checkShapes(*shapes, targets->front())))
    return failure();
  for (ModuleOp shape : *shapes) {
    setTargets(shape, *targets);
    shape->setAttr("pith.options", shaping);
  }
  setTargets(module, *targets);
  module->setAttr("pith.options", shaping);
  Builder builder(module.getContext());
  if (!options.name.empty() || !module->hasAttr("pith.model"))
    module->setAttr("pith.model", builder.getStringAttr(options.name.empty() ? identifierFrom(path)
                                                                             : options.name));
  if (!module->hasAttr("pith.model_hash"))
    module->setAttr("pith.model_hash", builder.getStringAttr(modelHash));
  return success();
}

OpPassManager &pith::programLevel(ModuleOp module, bool split, OpPassManager &manager) {
  OpPassManager &shape = module->hasAttr(shapesAttrName) ? manager.nest<ModuleOp>() : manager;
  return split && module->hasAttr(targetsAttrName) ? shape.nest<ModuleOp>() : shape;
}

SmallVector<llvm::StringRef> pith::placedPassesOf(ModuleOp module) {
  auto options = module->getAttrOfType<DictionaryAttr>("pith.options");
  auto passes = options ? options.getAs<ArrayAttr>("passes") : ArrayAttr();
  SmallVector<llvm::StringRef> result;
  if (passes)
    for (auto text : passes.getAsRange<StringAttr>())
      result.push_back(text.getValue());
  return result;
}

bool pith::fusionOf(ModuleOp module) { return optionOf(module, "fusion") != "off"; }
bool pith::smallArenaOf(ModuleOp module) { return optionOf(module, "arena") == "small"; }
bool pith::sparseOf(ModuleOp module) { return optionOf(module, "sparse") != "off"; }
bool pith::literalQdqOf(ModuleOp module) { return optionOf(module, "qdq") == "literal"; }
bool pith::quantizedIoOf(ModuleOp module) { return optionOf(module, "io") == "quantized"; }
