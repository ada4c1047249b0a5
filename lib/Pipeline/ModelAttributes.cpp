// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/ModelAttributes.h"
#include "dialects/Pith/PithAttrs.h"
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
    else if (!target->triples().empty() &&
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
static FailureOr<TargetAttr> resolveTarget(ModuleOp module, const ShapingOptions &shaping) {
  auto old = module->getAttrOfType<TargetAttr>("pith.target");
  bool open = shaping.target.empty() && shaping.cpu.empty() && shaping.features.empty() &&
              shaping.triple.empty();
  if (old && open)
    return old;
  const Target *target = nullptr;
  if (!shaping.target.empty())
    target = TargetRegistry::global().lookup(shaping.target);
  else
    target = old ? TargetRegistry::global().lookup(old.getName()) : defaultTarget();
  if (!target) {
    InFlightDiagnostic diagnostic = emitError(UnknownLoc::get(module.getContext()));
    diagnostic << "expected the name of a target, got '" << shaping.target << "'";
    diagnostic.attachNote() << "'pith targets' lists them";
    return failure();
  }
  std::string triple = shaping.triple.empty() ? defaultTriple(*target) : shaping.triple;
  llvm::Triple parsed(triple);
  if (!parsed.isArch64Bit() || !parsed.isLittleEndian())
    return emitError(UnknownLoc::get(module.getContext()))
           << "unsupported triple '" << triple << "': expected a 64-bit little-endian machine";
  TargetAttr resolved = target->resolve(
      module.getContext(), triple, shaping.cpu.empty() ? "native" : shaping.cpu, shaping.features);
  if (!resolved)
    return failure();
  return resolved;
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
  choose("weights", shaping.weightsInFile, "file", "embed", false);
  choose("io", shaping.quantizedIo, "quantized", "float", false);
  choose("fast-float", shaping.fastFloat, "on", "off", false);
  choose("qdq", shaping.literalQdq, "literal", "fold", false);
  if (!shaping.passes.empty())
    entries.set("passes",
                builder.getStrArrayAttr(llvm::to_vector_of<llvm::StringRef>(shaping.passes)));
  return entries.getDictionary(module.getContext());
}

LogicalResult pith::recordOptions(ModuleOp module, const CompileOptions &options,
                                  llvm::StringRef path, llvm::StringRef modelHash) {
  FailureOr<TargetAttr> target = resolveTarget(module, options.shaping);
  if (failed(target))
    return failure();
  DictionaryAttr shaping = resolveOptions(module, options.shaping);
  std::optional<Stage> stage = completedStage(module);
  bool quantized = stage && *stage >= Stage::Quantize;
  bool scheduled = stage && *stage >= Stage::Schedule;
  Attribute oldTarget = module->getAttr("pith.target"),
            oldOptions = module->getAttr("pith.options");
  if (scheduled && oldTarget && oldTarget != *target)
    return emitError(UnknownLoc::get(module.getContext()))
           << "expected the target that the schedule was made for, " << oldTarget << ", got "
           << *target;
  auto keeps = [&](bool done, llvm::StringRef key, llvm::StringRef what) -> LogicalResult {
    Attribute old = oldOptions ? cast<DictionaryAttr>(oldOptions).get(key) : Attribute();
    if (!done || !old || old == shaping.get(key))
      return success();
    return emitError(UnknownLoc::get(module.getContext())) << "expected " << what << ", " << old;
  };
  if (failed(keeps(scheduled, "fusion", "the fusion that the schedule was made with")) ||
      failed(keeps(scheduled, "fast-float",
                   "the choice of --fast-float that the schedule was made with")) ||
      failed(keeps(quantized, "qdq", "the choice of --qdq that the module was quantized with")))
    return failure();
  module->setAttr("pith.target", *target);
  module->setAttr("pith.options", shaping);
  Builder builder(module.getContext());
  if (!options.name.empty() || !module->hasAttr("pith.model"))
    module->setAttr("pith.model", builder.getStringAttr(options.name.empty() ? identifierFrom(path)
                                                                             : options.name));
  if (!module->hasAttr("pith.model_hash"))
    module->setAttr("pith.model_hash", builder.getStringAttr(modelHash));
  return success();
}

/// What an option was recorded as; empty: not at all.
static llvm::StringRef optionOf(ModuleOp module, llvm::StringRef key) {
  auto options = module->getAttrOfType<DictionaryAttr>("pith.options");
  auto value = options ? options.getAs<StringAttr>(key) : StringAttr();
  return value ? value.getValue() : llvm::StringRef();
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
bool pith::literalQdqOf(ModuleOp module) { return optionOf(module, "qdq") == "literal"; }
bool pith::quantizedIoOf(ModuleOp module) { return optionOf(module, "io") == "quantized"; }
